"""What gunicorn serves."""

import os

from vote.app import create_app
from vote.config import load_or_exit
from vote.queue import connect

app = create_app(connect(load_or_exit(os.environ)))
