"""The emulator's server: it serves an empty account until the process ends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_delay, wait_fixed
from werkzeug.serving import make_server, run_simple

from rehearsal import paths
from rehearsal.aws import addresses, calls, gate, hooks, patches, pki
from rehearsal.aws.alb import haproxy, running
from rehearsal.aws.alb.follower import Follower
from rehearsal.aws.alb.model import Registry
from rehearsal.aws.ecr import repositories
from rehearsal.aws.ecr.tokens import tokens
from rehearsal.aws.eks import endpoint, kinds
from rehearsal.aws.kube import Kube, remove_users_objects
from rehearsal.aws.rds import instances, modifications

log = logging.getLogger(__name__)


def remove_leftovers() -> None:
    """Remove the processes, addresses and files that a previous emulator left: the account is new."""
    haproxy.remove_leftovers()
    endpoint.remove_leftovers()
    instances.remove_leftovers()
    repositories.remove_leftovers()
    addresses.release_all()


def remove_previous_clusters_objects() -> None:
    """Delete the Kubernetes objects of a previous emulator's clusters, as soon as the API server has started."""
    retrying = Retrying(retry=retry_if_exception_type(requests.ConnectionError), stop=stop_after_delay(120), wait=wait_fixed(1))
    try:
        retrying(lambda: remove_users_objects(Kube()))
    except RetryError:
        log.warning("no API server at %s: objects of previous clusters are not removed", paths.API_SERVER)


def registry_front() -> Registry:
    """Write the certificate and the tokens of the registry's front; return its configuration."""
    certificate = haproxy.HOME / "certificates" / "registry.pem"
    pki.write_with_key("registry", certificate)
    tokens.write()
    return Registry(
        port=int(paths.REGISTRY.rsplit(":", 1)[1]),
        certificate=certificate,
        tokens=tokens.path,
        hook=urlsplit(paths.HOOKS).netloc,
        store=paths.REGISTRY_STORE,
    )


def every(seconds: float, work: Callable[[], None]) -> None:
    """Run the work periodically in a thread of its own until the process ends; log a failed run."""

    def repeat() -> None:
        pause = threading.Event()
        while not pause.wait(seconds):
            try:
                work()
            except Exception:
                log.exception("%s failed", work.__qualname__)

    threading.Thread(target=repeat, daemon=True, name=work.__qualname__).start()


def _endpoint(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return str(parts.hostname), int(str(parts.port))


class Handler(MotoRequestHandler):
    """Sends the headers of a response together with its body.

    If the body arrives later than the headers, Terraform's AWS provider sometimes gives up and retries the request, which then
    fails because the first one has created the resource.
    """

    wbufsize = 1 << 18

    def handle_expect_100(self) -> bool:
        """Send `100 Continue` immediately: a buffered one would make boto3 wait for a second."""
        self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self.wfile.flush()
        del self.headers["Expect"]  # otherwise werkzeug sends it again
        return True


def main() -> None:
    """Start the account, the hook server and the periodic work, and serve the AWS API."""
    patches.install()
    paths.RUN.mkdir(parents=True, exist_ok=True)
    remove_leftovers()
    hook_server = make_server(*_endpoint(paths.HOOKS), hooks.create_app(), threaded=True)
    threading.Thread(target=hook_server.serve_forever, daemon=True, name="hooks").start()
    follower = Follower(registry=registry_front())
    running.start(follower)
    every(0.5, follower.sync)
    endpoint.start()
    every(0.5, endpoint.Endpoint().sync)
    auto_mode = kinds.Kinds(Kube())
    every(0.5, lambda: auto_mode.sync(datetime.now(UTC)))
    every(1, lambda: tokens.expire(datetime.now(UTC)))
    every(30, modifications.maintain_now)
    threading.Thread(target=remove_previous_clusters_objects, daemon=True, name="previous-clusters").start()
    calls.start()
    application = gate.Gate(DomainDispatcherApplication(create_backend_app))
    run_simple(*_endpoint(paths.EMULATOR), application, threaded=True, request_handler=Handler)
