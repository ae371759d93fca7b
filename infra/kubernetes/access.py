"""Waits until the cluster lets the deployer in and serves the kinds that the program declares.

An access entry and its policy take seconds to work, and the API servers of a cluster do not learn of them at the same moment.
The Kubernetes provider asks the API server once, when it starts; refused then, it calls the cluster unreachable until the next
`pulumi up`. Auto Mode installs its kinds after the cluster is active, and the provider waits half a minute for a kind.
Sources: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html ,
`clusterUnreachable` in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
"""

import asyncio
import base64
import json
import ssl
import subprocess
import tempfile
from collections.abc import Sequence
from typing import Any, Final

import pulumi
import requests
from requests.adapters import HTTPAdapter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_fixed

# The DNS name of a new endpoint, too, takes minutes to resolve everywhere.
TIMEOUT_SECONDS: Final = 300
POLL_INTERVAL_SECONDS: Final = 2
REQUEST_TIMEOUT_SECONDS: Final = (5, 10)
# "May I create namespaces?", the first thing that the program does in a cluster.
REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
REVIEW: Final = {
    "apiVersion": "authorization.k8s.io/v1",
    "kind": "SelfSubjectAccessReview",
    "spec": {"resourceAttributes": {"verb": "create", "resource": "namespaces"}},
}
SESSION_COMMAND: Final = ("aws", "sts", "get-caller-identity")
# EKS runs at least two API servers: https://docs.aws.amazon.com/eks/latest/userguide/eks-architecture.html
REVIEWS_IN_A_ROW: Final = 3
# The provider reads it when it starts: `getResources` in its provider.go.
OPENAPI: Final = "/openapi/v2"
# The kinds of Auto Mode that the program declares, by the path of their group.
KINDS: Final = {
    "/apis/eks.amazonaws.com/v1": {"NodeClass", "TargetGroupBinding"},
    "/apis/karpenter.sh/v1": {"NodePool"},
}


class AccessError(pulumi.RunError):
    """The Kubernetes API cannot be used; Pulumi prints it without a traceback."""


class _NotYetError(Exception):
    """The API server answers, but a permission or a kind is missing."""


class _EksAdapter(HTTPAdapter):
    """Verifies as kubectl does: certificate authorities of EKS may lack the key identifiers that Python 3.13 demands.

    Source: VERIFY_X509_STRICT in https://docs.python.org/3/library/ssl.html#ssl.create_default_context
    """

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, ssl_context=_ssl_context(), **options)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, ssl_context=_ssl_context(), **options)


def wait_for_access(kubeconfig: pulumi.Output[str], admins: Sequence[pulumi.CustomResource]) -> pulumi.Output[str]:
    """Return the kubeconfig once the access entries in `admins` work. A preview does not wait.

    Raise AccessError if they do not work within TIMEOUT_SECONDS, or at once if the kubeconfig's command gives no token.
    """

    async def admitted(values: Sequence[Any]) -> str:
        text: str = values[0]
        if not pulumi.runtime.is_dry_run():
            await wait_until_ready(json.loads(text))
        return text

    return pulumi.Output.all(kubeconfig, *(admin.id for admin in admins)).apply(admitted)


async def wait_until_ready(kubeconfig: dict[str, Any]) -> None:
    cluster = kubeconfig["clusters"][0]["cluster"]
    try:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((_NotYetError, requests.RequestException)),
            stop=stop_after_delay(TIMEOUT_SECONDS),
            wait=wait_fixed(POLL_INTERVAL_SECONDS),
            before_sleep=_log_attempt,
            reraise=True,
        ):
            with attempt:
                await asyncio.to_thread(_check_or_end, cluster, kubeconfig["users"][0]["user"]["exec"])
    except (_NotYetError, requests.RequestException) as error:
        raise AccessError(
            f"the Kubernetes API at {cluster['server']} could not be used within {TIMEOUT_SECONDS} seconds: {error}. "
            "If it cannot be reached: slipway:api_access_cidrs must contain the public address of this machine. "
            "If it refuses: slipway:admin_role_arns must contain the role that `aws sts get-caller-identity` shows."
        ) from error


def _log_attempt(state: RetryCallState) -> None:
    reason = state.outcome.exception() if state.outcome else None
    pulumi.log.info(f"waiting until the cluster lets the deployer in: {reason}", ephemeral=True)


def _ssl_context() -> ssl.SSLContext:
    """Return a context without authorities; requests adds the cluster's."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _check_or_end(cluster: dict[str, Any], command: dict[str, Any]) -> None:
    """Check access. Raise AccessError if it is refused because the AWS session has ended, which no waiting changes."""
    try:
        _check(cluster, command)
    except requests.HTTPError as error:
        if error.response is not None and error.response.status_code == requests.codes.unauthorized:
            _require_session()
        raise


def _require_session() -> None:
    """Raise AccessError if AWS does not accept the credentials. The kubeconfig's command signs tokens without asking AWS."""
    completed = subprocess.run(SESSION_COMMAND, capture_output=True, text=True, check=False)
    if completed.returncode:
        raise AccessError(
            f"AWS refuses the credentials: {completed.stderr.strip()}. "
            "Fix: renew them, then `make recover` and `pulumi up`; the state is kept"
        )


def _check(cluster: dict[str, Any], command: dict[str, Any]) -> None:
    """Raise _NotYetError or a RequestException unless the deployer has access and all kinds are served."""
    headers = {"Authorization": f"Bearer {_token(command)}"}
    with tempfile.NamedTemporaryFile(suffix=".pem") as authority:
        authority.write(base64.b64decode(cluster["certificate-authority-data"]))
        authority.flush()

        def request(method: str, path: str, **body: Any) -> requests.Response:
            """Return the API server's answer on a new connection, so that each request may reach another server."""
            with requests.Session() as session:
                session.mount("https://", _EksAdapter())
                response = session.request(
                    method,
                    cluster["server"] + path,
                    headers=headers,
                    verify=authority.name,
                    timeout=REQUEST_TIMEOUT_SECONDS,
                    **body,
                )
            response.raise_for_status()
            return response

        for _ in range(REVIEWS_IN_A_ROW):
            if not request("POST", REVIEWS, json=REVIEW).json()["status"]["allowed"]:
                raise _NotYetError("the deployer may not create namespaces yet")
        request("GET", OPENAPI)
        for path, kinds in KINDS.items():
            served = {resource["kind"] for resource in request("GET", path).json()["resources"]}
            if missing := kinds - served:
                raise _NotYetError(f"{path} does not serve {', '.join(sorted(missing))} yet")


def _token(command: dict[str, Any]) -> str:
    """Run the kubeconfig's command and return its token. Raise AccessError if it fails.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
    """
    arguments = [command["command"], *command["args"]]
    try:
        completed = subprocess.run(arguments, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise AccessError(f"`{arguments[0]}` is not installed, and the kubeconfig needs it for tokens") from error
    except subprocess.CalledProcessError as error:
        raise AccessError(f"`{' '.join(arguments)}` gave no token: {error.stderr.strip()}") from error
    token: str = json.loads(completed.stdout)["status"]["token"]
    return token
