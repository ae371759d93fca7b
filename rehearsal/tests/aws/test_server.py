"""The emulator's HTTP responses."""

import http.client
import socket
import threading
from collections.abc import Iterable
from typing import Any

from werkzeug.serving import make_server

from rehearsal.aws.server import Handler

BODY = b"x" * 20_000


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    del environ
    start_response("200 OK", [("Content-Length", str(len(BODY)))])
    return [BODY]


def test_headers_and_body_of_a_response_are_sent_together() -> None:
    sent_early: list[bytes] = []

    class Watched(Handler):
        def end_headers(self) -> None:
            super().end_headers()
            client.setblocking(False)
            try:
                sent_early.append(client.recv(1, socket.MSG_PEEK))
            except BlockingIOError:
                sent_early.append(b"")
            client.settimeout(10)

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Watched)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as client:
        client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        response = http.client.HTTPResponse(client)
        response.begin()
        assert response.read() == BODY
    server.shutdown()
    assert sent_early == [b""]


def test_100_continue_is_sent_before_the_body_arrives() -> None:
    def echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        start_response("200 OK", [("Content-Length", str(len(body)))])
        return [body]

    server = make_server("127.0.0.1", 0, echo, threaded=True, request_handler=Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as client:
        client.sendall(b"PUT /b/k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n")
        interim_response = client.recv(100)
        client.sendall(b"body")
        response = http.client.HTTPResponse(client)
        response.begin()
        assert response.read() == b"body"
    server.shutdown()
    assert interim_response == b"HTTP/1.1 100 Continue\r\n\r\n"
