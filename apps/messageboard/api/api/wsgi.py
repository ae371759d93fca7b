"""What gunicorn serves."""

import os

from api.app import create_app
from api.config import load_or_exit
from api.database import engine_of

app = create_app(engine_of(load_or_exit(os.environ)))
