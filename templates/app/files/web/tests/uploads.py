"""The service, and a route that reads a body."""

from flask import request
from web.app import create_app

app = create_app()


@app.post("/uploads")
def take() -> str:
    return request.get_data(as_text=True)
