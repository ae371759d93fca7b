"""The wait for access accepts certificates of the cluster's own authority, even without key identifiers, and no others."""

import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import urllib3.connection
from urllib3.util import create_urllib3_context

from infra.kubernetes import access

CONFIGURATION = """
[req]
distinguished_name = name
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = none
authorityKeyIdentifier = none
[server]
subjectAltName = IP:127.0.0.1
subjectKeyIdentifier = none
authorityKeyIdentifier = none
"""


def openssl(folder: Path, *words: str) -> None:
    subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)


def request(name: str, extensions: str) -> tuple[str, ...]:
    """Return the arguments that make a key and a certificate of that name."""
    return (
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-config", "openssl.cnf"),
        *("-extensions", extensions, "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt"),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two authorities without key identifiers and a server's certificate signed by the first."""
    folder = tmp_path_factory.mktemp("pki")
    (folder / "openssl.cnf").write_text(CONFIGURATION)
    openssl(folder, *request("authority", "authority"))
    openssl(folder, *request("stranger", "authority"))
    openssl(folder, *request("server", "server"), "-CA", "authority.crt", "-CAkey", "authority.key")
    return folder


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "server.crt", folder / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"https://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(autouse=True)
def as_on_python_3_13(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verify as urllib3 does on Python 3.13, which OpenSSL can do on any Python.

    Source: https://github.com/urllib3/urllib3/pull/3577
    """

    def strict(**options: Any) -> ssl.SSLContext:
        context = create_urllib3_context(**options)
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        return context

    monkeypatch.setattr(urllib3.connection, "create_urllib3_context", strict)


def get(address: str, authority: Path) -> int:
    with requests.Session() as session:
        session.mount("https://", access._EksAdapter())
        return session.get(address, verify=str(authority), timeout=5).status_code


def test_an_authority_without_key_identifiers_is_accepted(folder: Path, address: str) -> None:
    with pytest.raises(requests.exceptions.SSLError, match="Missing Authority Key Identifier"):
        requests.get(address, verify=str(folder / "authority.crt"), timeout=5)
    assert get(address, folder / "authority.crt") == 204


def test_a_certificate_of_another_authority_is_rejected(folder: Path, address: str) -> None:
    with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
        get(address, folder / "stranger.crt")


def test_a_server_of_another_name_is_refused(folder: Path, address: str) -> None:
    with pytest.raises(requests.exceptions.SSLError, match=r"doesn't match|mismatch|not valid for"):
        get(address.replace("127.0.0.1", "localhost"), folder / "authority.crt")
