"""The processes of the rehearsal, in the order in which they need each other."""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import requests
from jinja2 import Template
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from rehearsal import paths
from rehearsal.node import host
from rehearsal.node.supervisor import TEMPLATES, Supervisor

PATIENCE_SECONDS: Final = 120
ETCD: Final = "http://127.0.0.1:23790"
PKI: Final = paths.PKI


class NotReadyError(RuntimeError):
    """A process that was started but does not answer."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """A supervised program, the question whose answer shows that it works, and what has to be done before it can."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]
    before: Callable[[], None] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    autorestart: bool = True


def start(supervisor: Supervisor, process: Process) -> None:
    """Starts the program and waits until it works; NotReadyError names its log."""
    if process.before:
        process.before()
    supervisor.add(process.name, process.command, environment=process.environment, autorestart=process.autorestart)
    _await(process)


@retry(stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(0.25), retry=retry_if_exception_type(NotReadyError), reraise=True)
def _await(process: Process) -> None:
    if not process.ready():
        raise NotReadyError(f"{process.name} does not answer; see {paths.LOGS}/{process.name}.log")


def put(path: Path, text: str) -> None:
    """Writes a file only if it says something new: kube-proxy ends when its configuration is rewritten."""
    if not path.exists() or path.read_text() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(path.name + ".new")
        fresh.write_text(text)
        fresh.replace(path)


def _template(name: str) -> Template:
    return TEMPLATES.get_template(name)


def answers(url: str, **options: object) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            with requests.Session() as session:
                session.trust_env = False
                return session.get(url, timeout=2, **options).ok  # type: ignore[arg-type]
        except requests.RequestException:
            return False

    return ask


def _as_administrator(path: str) -> Callable[[], bool]:
    return answers(f"{paths.API_SERVER}{path}", cert=(str(PKI / "admin.crt"), str(PKI / "admin.key")), verify=str(PKI / "ca.crt"))


def _succeeds(*command: str) -> Callable[[], bool]:
    def ask() -> bool:
        try:
            host.run(*command)
        except host.HostError:
            return False
        return True

    return ask


def write_configuration(pause_image: str) -> None:
    """Every file that a process reads."""
    state = paths.STATE
    for user in ("admin", "controller-manager", "scheduler", "proxy", "kubelet", "coredns"):
        file = paths.KUBECONFIG if user == "admin" else state / f"{user}.kubeconfig"
        put(file, _template("kubeconfig").render(user=user, server=paths.API_SERVER, pki=PKI))
        file.chmod(0o600)
    put(state / "registry.yml", _template("registry.yml").render(data=state / "registry", address=paths.REGISTRY_STORE))
    put(state / "token-webhook.yaml", _template("token-webhook.yaml").render(hooks=paths.HOOKS))
    put(
        state / "certs.d" / paths.REGISTRY / "hosts.toml",
        _template("hosts.toml").render(
            server=f"https://{paths.REGISTRY}", host=f"https://{paths.REGISTRY}", authority=PKI / "ca.crt"
        ),
    )
    put(
        state / "certs.d" / "public.ecr.aws" / "hosts.toml",
        _template("hosts.toml").render(server="https://public.ecr.aws", host=f"http://{paths.MIRROR}", authority=None),
    )
    put(state / "cni" / "net.d" / "10-bridge.conflist", _template("cni.conflist").render(state=state))
    put(
        state / "containerd.toml",
        _template("containerd.toml").render(state=state, run=paths.RUN, socket=paths.CONTAINERD_SOCKET, pause=pause_image),
    )
    put(
        state / "kubelet.yaml",
        _template("kubelet.yaml").render(
            state=state, pki=PKI, address=paths.NODE_ADDRESS, dns=paths.CLUSTER_DNS, socket=paths.CONTAINERD_SOCKET
        ),
    )
    put(state / "resolv.conf", f"nameserver {paths.DNS_ADDRESS}\n")
    put(
        state / "proxy.yaml",
        _template("proxy.yaml").render(state=state, pods=paths.POD_CIDR, node=paths.NODE, address=paths.NODE_ADDRESS),
    )
    if not paths.HOSTS.exists():
        put(paths.HOSTS, "")
    put(state / "Corefile", _template("Corefile").render(state=state, address=paths.DNS_ADDRESS, hosts=paths.HOSTS))
    put(
        state / "buildkitd.toml",
        _template("buildkitd.toml").render(
            state=state, socket=paths.BUILDKIT_SOCKET, registry=paths.REGISTRY, mirror=paths.MIRROR, pki=PKI
        ),
    )
    put(state / "cluster.yaml", _template("cluster.yaml").render(dns=paths.CLUSTER_DNS, address=paths.DNS_ADDRESS))


def registries(mirror_data: Path) -> list[Process]:
    put(paths.STATE / "mirror.yml", _template("registry.yml").render(data=mirror_data, address=paths.MIRROR))
    return [
        Process(
            name=name,
            command=("docker-registry", "serve", str(paths.STATE / file)),
            ready=answers(f"http://{address}/v2/"),
        )
        for name, file, address in (("registry", "registry.yml", paths.REGISTRY_STORE), ("mirror", "mirror.yml", paths.MIRROR))
    ]


def buildkit(folder: Path) -> Process:
    return Process(
        name="buildkitd",
        command=(str(folder / "buildkitd"), "--config", str(paths.STATE / "buildkitd.toml")),
        ready=_succeeds(str(folder / "buildctl"), "--addr", f"unix://{paths.BUILDKIT_SOCKET}", "debug", "workers"),
    )


def emulator() -> Process:
    """AWS. It does not come back by itself: a new one would be an empty account under a running cluster."""
    environment = {
        "AWS_ACCESS_KEY_ID": paths.BOOTSTRAP_KEY,
        "AWS_SECRET_ACCESS_KEY": paths.BOOTSTRAP_SECRET,
        "AWS_DEFAULT_REGION": paths.REGION,
        "PATH": os.environ["PATH"],
    }
    return Process(
        name="aws",
        command=(sys.executable, "-m", "rehearsal.aws"),
        environment=environment,
        ready=answers(f"{paths.HOOKS}/account"),
        autorestart=False,
    )


def controllers() -> Process:
    """What Auto Mode runs beside the cluster; the binding's kind is served once they work."""
    environment = {
        "AWS_ENDPOINT_URL": paths.EMULATOR,
        "AWS_ACCESS_KEY_ID": paths.BOOTSTRAP_KEY,
        "AWS_SECRET_ACCESS_KEY": paths.BOOTSTRAP_SECRET,
        "AWS_DEFAULT_REGION": paths.REGION,
        "KUBECONFIG": str(paths.KUBECONFIG),
        "PATH": os.environ["PATH"],
    }
    return Process(
        name="controllers",
        command=(sys.executable, "-m", "rehearsal.controllers"),
        environment=environment,
        ready=_as_administrator("/apis/eks.amazonaws.com/v1/targetgroupbindings"),
    )


def control_plane(kubernetes: Path) -> list[Process]:
    state = paths.STATE
    data = state / "etcd"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    etcd = (
        f"etcd --data-dir {data} --listen-client-urls {ETCD} --advertise-client-urls {ETCD} --listen-peer-urls http://127.0.0.1:23800"
        " --initial-advertise-peer-urls http://127.0.0.1:23800 --initial-cluster default=http://127.0.0.1:23800"
        " --unsafe-no-fsync --logger zap --log-level warn"
    )
    api_server = (
        f"{kubernetes} kube-apiserver --etcd-servers={ETCD} --bind-address={paths.NODE_ADDRESS} --advertise-address={paths.NODE_ADDRESS}"
        f" --secure-port=6443 --service-cluster-ip-range={paths.SERVICE_CIDR} --authorization-mode=Node,RBAC"
        f" --enable-admission-plugins=NodeRestriction --allow-privileged=true --client-ca-file={PKI}/ca.crt"
        f" --tls-cert-file={PKI}/apiserver.crt --tls-private-key-file={PKI}/apiserver.key"
        f" --kubelet-client-certificate={PKI}/kubelet-client.crt --kubelet-client-key={PKI}/kubelet-client.key"
        f" --kubelet-certificate-authority={PKI}/ca.crt --kubelet-preferred-address-types=InternalIP"
        " --service-account-issuer=https://kubernetes.default.svc.cluster.local"
        f" --service-account-key-file={PKI}/sa.pub --service-account-signing-key-file={PKI}/sa.key"
        f" --authentication-token-webhook-config-file={state}/token-webhook.yaml --authentication-token-webhook-version=v1"
        " --authentication-token-webhook-cache-ttl=2s --endpoint-reconciler-type=lease --profiling=false --v=1"
    )
    manager = (
        f"{kubernetes} kube-controller-manager --kubeconfig={state}/controller-manager.kubeconfig"
        f" --authentication-kubeconfig={state}/controller-manager.kubeconfig --authorization-kubeconfig={state}/controller-manager.kubeconfig"
        f" --use-service-account-credentials=true --service-account-private-key-file={PKI}/sa.key --root-ca-file={PKI}/ca.crt"
        f" --client-ca-file={PKI}/ca.crt --cluster-cidr={paths.POD_CIDR} --allocate-node-cidrs=false --bind-address=127.0.0.1"
        f" --tls-cert-file={PKI}/controller-manager.crt --tls-private-key-file={PKI}/controller-manager.key"
        " --leader-elect=false --profiling=false"
    )
    scheduler = (
        f"{kubernetes} kube-scheduler --kubeconfig={state}/scheduler.kubeconfig --authentication-kubeconfig={state}/scheduler.kubeconfig"
        f" --authorization-kubeconfig={state}/scheduler.kubeconfig --bind-address=127.0.0.1 --leader-elect=false --profiling=false"
        f" --tls-cert-file={PKI}/scheduler.crt --tls-private-key-file={PKI}/scheduler.key"
    )
    return [
        Process(name="etcd", command=tuple(etcd.split()), ready=answers(f"{ETCD}/health")),
        Process(name="kube-apiserver", command=tuple(api_server.split()), ready=_as_administrator("/readyz")),
        Process(
            name="kube-controller-manager",
            command=tuple(manager.split()),
            ready=answers("https://127.0.0.1:10257/healthz", verify=str(PKI / "ca.crt")),
        ),
        Process(
            name="kube-scheduler",
            command=tuple(scheduler.split()),
            ready=answers("https://127.0.0.1:10259/healthz", verify=str(PKI / "ca.crt")),
        ),
    ]


def node(kubernetes: Path, coredns: Path) -> list[Process]:
    state = paths.STATE
    labels = {
        "topology.kubernetes.io/zone": f"{paths.REGION}a",
        "topology.kubernetes.io/region": paths.REGION,
        "eks.amazonaws.com/compute-type": "auto",
        "karpenter.sh/nodepool": "slipway",
    }
    kubelet = (
        f"{kubernetes} kubelet --config={state}/kubelet.yaml --kubeconfig={state}/kubelet.kubeconfig --root-dir={state}/kubelet"
        f" --hostname-override={paths.NODE} --node-ip={paths.NODE_ADDRESS} --v=1"
        f" --node-labels={','.join(f'{key}={value}' for key, value in labels.items())}"
    )
    return [
        Process(
            name="containerd",
            command=("containerd", "-c", str(state / "containerd.toml")),
            # `ctr` hangs while containerd is down.
            ready=_succeeds("timeout", "2", "ctr", "--address", str(paths.CONTAINERD_SOCKET), "version"),
        ),
        Process(name="kubelet", command=tuple(kubelet.split()), ready=answers("http://127.0.0.1:10248/healthz")),
        Process(
            name="kube-proxy",
            command=(str(kubernetes), "kube-proxy", f"--config={state}/proxy.yaml"),
            ready=answers("http://127.0.0.1:10256/livez"),
        ),
        Process(
            name="coredns",
            command=(str(coredns), "-conf", str(state / "Corefile")),
            ready=answers("http://127.0.0.1:8181/ready"),
            # Its role: it is not ready before it may list Services.
            before=apply_cluster_objects,
        ),
    ]


def kubectl(*arguments: str) -> str:
    return host.run("kubectl", "--kubeconfig", str(paths.KUBECONFIG), *arguments)


def apply_cluster_objects() -> None:
    kubectl("apply", "-f", str(paths.STATE / "cluster.yaml"))


def node_is_ready() -> bool:
    condition = "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
    try:
        return kubectl("get", "node", paths.NODE, "-o", condition) == "True"
    except host.HostError:
        return False
