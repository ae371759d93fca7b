"""What gunicorn serves."""

import logging
import os

from backend.app import create_app
from backend.config import load_or_exit
from backend.database import engine_of

_config = load_or_exit(os.environ)
logging.getLogger("backend").setLevel(_config.log_level)
app = create_app(engine_of(_config))
