"""Runs the controllers: each looks at everything, round by round, as soon as something changed and twice a second at least."""

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
from rehearsal.controllers import admission
from rehearsal.controllers.api import Api
from rehearsal.controllers.bindings import Binder
from rehearsal.controllers.definitions import DEFINITIONS
from rehearsal.controllers.network_policies import Enforcer
from rehearsal.controllers.volumes import Provisioner

log = logging.getLogger("rehearsal.controllers")
ROUND_SECONDS = 0.5
WATCH_SECONDS = 300
# What a server that is down, or an object that has just gone, answers with; the next round tries again.
PASSING = (ApiException, ClientError, BotoCoreError, HTTPError, OSError)


def rounds(name: str, work: Callable[[], None], changed: threading.Event) -> None:
    while True:
        changed.wait(ROUND_SECONDS)
        changed.clear()
        try:
            work()
        except PASSING as error:
            log.warning("%s: %s", name, error)


@retry(wait=wait_fixed(1))
def watch(api_version: str, kind: str, changed: list[threading.Event]) -> None:
    api = Api(str(paths.KUBECONFIG))
    while True:
        for _ in api.changes(api_version, kind, WATCH_SECONDS):
            for event in changed:
                event.set()


@retry(wait=wait_fixed(1))
def prepare() -> Api:
    api = Api(str(paths.KUBECONFIG))
    for definition in DEFINITIONS:
        api.apply(definition)
    return api


def serve_webhooks(api: Api) -> None:
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
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO, stream=sys.stdout)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    serve_webhooks(prepare())
    loops = {
        "bindings": Binder(Api(str(paths.KUBECONFIG)), boto3.client("elbv2")).sync,
        "volumes": Provisioner(Api(str(paths.KUBECONFIG)), paths.VOLUMES).sync,
        "network policies": Enforcer(Api(str(paths.KUBECONFIG)).client).sync,
    }
    events = {name: threading.Event() for name in loops}
    for name, work in loops.items():
        threading.Thread(target=rounds, args=(name, work, events[name]), daemon=True).start()
    for api_version, kind in (("discovery.k8s.io/v1", "EndpointSlice"), ("v1", "Pod"), ("networking.k8s.io/v1", "NetworkPolicy")):
        threading.Thread(target=watch, args=(api_version, kind, list(events.values())), daemon=True).start()
    threading.Event().wait()


if __name__ == "__main__":
    main()
