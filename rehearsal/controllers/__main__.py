"""The process of the controllers: each compares all its objects after every change, and at least twice a second."""

import logging
import os
import signal
import ssl
import sys
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from kubernetes.client.exceptions import ApiException
from tenacity import retry, wait_fixed
from urllib3.exceptions import HTTPError
from werkzeug.serving import make_server

from rehearsal import paths
from rehearsal.auto_mode_kinds import DEFINITIONS
from rehearsal.controllers import admission
from rehearsal.controllers.api import Api
from rehearsal.controllers.bindings import Binder
from rehearsal.controllers.network_policies import Enforcer
from rehearsal.controllers.volumes import Provisioner

log = logging.getLogger("rehearsal.controllers")
SYNC_INTERVAL_SECONDS = 0.5
WATCH_TIMEOUT_SECONDS = 300
# Errors of a stopped server or a deleted object; the next round tries again.
TRANSIENT_ERRORS = (ApiException, ClientError, BotoCoreError, HTTPError, OSError)


def run_controller(name: str, sync: Callable[[], None], changed: threading.Event) -> None:
    """Call `sync` after every change and at least every SYNC_INTERVAL_SECONDS. Log transient errors."""
    while True:
        changed.wait(SYNC_INTERVAL_SECONDS)
        changed.clear()
        try:
            sync()
        except TRANSIENT_ERRORS as error:
            log.warning("%s: %s", name, error)


@retry(wait=wait_fixed(1))
def watch(api_version: str, kind: str, changed: list[threading.Event]) -> None:
    """Set the events at every change of an object of the kind."""
    api = Api(str(paths.KUBECONFIG))
    while True:
        for _ in api.changes(api_version, kind, WATCH_TIMEOUT_SECONDS):
            for event in changed:
                event.set()


@retry(wait=wait_fixed(1))
def apply_definitions() -> Api:
    """Apply the custom resource definitions and return the client. Retry until the API server answers."""
    api = Api(str(paths.KUBECONFIG))
    for definition in DEFINITIONS:
        api.apply(definition)
    return api


def serve_webhooks(api: Api) -> None:
    """Start the webhook server and register it with the API server."""
    address = urlsplit(paths.WEBHOOKS)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(paths.PKI / "webhook.crt", paths.PKI / "webhook.key")
    server = make_server(
        address.hostname or "", address.port or 0, admission.application(api), threaded=True, ssl_context=context
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for configuration in admission.configurations(paths.WEBHOOKS, paths.PKI / "ca.crt"):
        api.apply(configuration)


def main() -> None:
    """Run the webhooks and the controllers until a signal ends the process."""
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO, stream=sys.stdout)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    serve_webhooks(apply_definitions())
    controllers = {
        "bindings": Binder(Api(str(paths.KUBECONFIG)), boto3.client("elbv2")).sync,
        "volumes": Provisioner(Api(str(paths.KUBECONFIG)), paths.VOLUMES).sync,
        "network policies": Enforcer(Api(str(paths.KUBECONFIG)).client).sync,
    }
    events = {name: threading.Event() for name in controllers}
    for name, sync in controllers.items():
        threading.Thread(target=run_controller, args=(name, sync, events[name]), daemon=True).start()
    for api_version, kind in (("discovery.k8s.io/v1", "EndpointSlice"), ("v1", "Pod"), ("networking.k8s.io/v1", "NetworkPolicy")):
        threading.Thread(target=watch, args=(api_version, kind, list(events.values())), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
