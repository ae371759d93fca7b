"""Waits until the cluster lets the deployer in.

An access entry and its policy take seconds to work. The Kubernetes provider asks the API server once, when it starts; refused
then, it calls the cluster unreachable until the next `pulumi up`.
Sources: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html ,
`clusterUnreachable` in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/provider.go
"""

import asyncio
import base64
import json
import subprocess
import tempfile
from collections.abc import Sequence
from typing import Any, Final

import pulumi
import requests
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_delay, wait_fixed

# An endpoint's name, too, may take minutes to be known everywhere.
PATIENCE_SECONDS: Final = 300
SECONDS_BETWEEN: Final = 2
TIMEOUT_SECONDS: Final = (5, 10)
# "May I create namespaces?", the first thing that the program does in a cluster.
REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
REVIEW: Final = {
    "apiVersion": "authorization.k8s.io/v1",
    "kind": "SelfSubjectAccessReview",
    "spec": {"resourceAttributes": {"verb": "create", "resource": "namespaces"}},
}


class AccessError(pulumi.RunError):
    """The Kubernetes API cannot be used; Pulumi prints it without a traceback."""


class _NotYetError(Exception):
    """The API server knows the deployer, and refuses."""


def awaited(kubeconfig: pulumi.Output[str], admins: Sequence[pulumi.CustomResource]) -> pulumi.Output[str]:
    """The kubeconfig, once the access entries in `admins` work. A preview does not wait.

    AccessError if they do not within PATIENCE_SECONDS, or at once if the kubeconfig's command gives no token.
    """

    async def admitted(values: Sequence[Any]) -> str:
        text: str = values[0]
        if not pulumi.runtime.is_dry_run():
            await until_admitted(json.loads(text))
        return text

    return pulumi.Output.all(kubeconfig, *(admin.id for admin in admins)).apply(admitted)


async def until_admitted(kubeconfig: dict[str, Any]) -> None:
    cluster = kubeconfig["clusters"][0]["cluster"]
    try:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type((_NotYetError, requests.RequestException)),
            stop=stop_after_delay(PATIENCE_SECONDS),
            wait=wait_fixed(SECONDS_BETWEEN),
            before_sleep=_say,
            reraise=True,
        ):
            with attempt:
                await asyncio.to_thread(_ask, cluster, kubeconfig["users"][0]["user"]["exec"])
    except (_NotYetError, requests.RequestException) as error:
        raise AccessError(
            f"the Kubernetes API at {cluster['server']} was not to be used for {PATIENCE_SECONDS} seconds: {error}. "
            "If it cannot be reached: slipway:api_access_cidrs must hold the address that this machine has on the Internet. "
            "If it refuses: slipway:admin_role_arns must hold the role that `aws sts get-caller-identity` shows here."
        ) from error


def _say(state: RetryCallState) -> None:
    reason = state.outcome.exception() if state.outcome else None
    pulumi.log.info(f"waiting until the cluster lets the deployer in: {reason}", ephemeral=True)


def _ask(cluster: dict[str, Any], command: dict[str, Any]) -> None:
    headers = {"Authorization": f"Bearer {_token(command)}"}
    with tempfile.NamedTemporaryFile(suffix=".pem") as authority:
        authority.write(base64.b64decode(cluster["certificate-authority-data"]))
        authority.flush()
        url = cluster["server"] + REVIEWS
        answer = requests.post(url, json=REVIEW, headers=headers, verify=authority.name, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    if not answer.json()["status"]["allowed"]:
        raise _NotYetError("the deployer may not create namespaces yet")


def _token(command: dict[str, Any]) -> str:
    """https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins"""
    words = [command["command"], *command["args"]]
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=True)
    except FileNotFoundError as error:
        raise AccessError(f"`{words[0]}` is not installed, and the kubeconfig needs it for tokens") from error
    except subprocess.CalledProcessError as error:
        raise AccessError(f"`{' '.join(words)}` gave no token: {error.stderr.strip()}") from error
    token: str = json.loads(done.stdout)["status"]["token"]
    return token
