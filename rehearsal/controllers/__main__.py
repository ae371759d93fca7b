"""The process of the controllers: each compares all its objects after every change."""

import logging
import os
import signal
import ssl
import sys
import threading
from urllib.parse import urlsplit

import boto3
from tenacity import retry, wait_fixed
from werkzeug.serving import make_server

from rehearsal import paths
from rehearsal.auto_mode_kinds import DEFINITIONS
from rehearsal.controllers import admission, bindings, loop, network_policies, volumes
from rehearsal.controllers.api import Api
from rehearsal.controllers.bindings import Binder
from rehearsal.controllers.loop import Controller
from rehearsal.controllers.network_policies import Enforcer
from rehearsal.controllers.volumes import Provisioner


def connect() -> Api:
    """Return a new client of the API server."""
    return Api(str(paths.KUBECONFIG))


@retry(wait=wait_fixed(1))
def apply_definitions() -> Api:
    """Apply the custom resource definitions and return the client. Retry until the API server answers."""
    api = connect()
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


def end_process(failure: threading.ExceptHookArgs) -> None:
    """End the process after an unexpected error in a controller's thread: supervisord starts it again."""
    logging.getLogger("rehearsal.controllers").critical("unexpected error", exc_info=failure.exc_value)
    os._exit(1)


def main() -> None:
    """Run the webhooks and the controllers until a signal ends the process."""
    threading.excepthook = end_process
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO, stream=sys.stdout)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(0))
    serve_webhooks(apply_definitions())
    controllers = (
        Controller(name="bindings", kinds=bindings.KINDS, sync=Binder(connect(), boto3.client("elbv2")).sync),
        Controller(name="volumes", kinds=volumes.KINDS, sync=Provisioner(connect(), paths.VOLUMES).sync),
        Controller(name="network policies", kinds=network_policies.KINDS, sync=Enforcer(connect().client).sync),
    )
    loop.start(controllers, connect)
    threading.Event().wait()


if __name__ == "__main__":
    main()
