"""Kubernetes: the control plane, and the one node that runs the pods."""

from pathlib import Path
from typing import Final

from rehearsal import paths
from rehearsal.node.command import HostError, run
from rehearsal.node.program import Process, api_server_check, command_check, flags, http_check

ETCD: Final = "http://127.0.0.1:23790"
ETCD_PEER: Final = "http://127.0.0.1:23800"
PKI: Final = paths.PKI
AUTHORITY: Final = str(PKI / "ca.crt")
LABELS: Final = {
    "topology.kubernetes.io/zone": f"{paths.REGION}a",
    "topology.kubernetes.io/region": paths.REGION,
    "eks.amazonaws.com/compute-type": "auto",
    "karpenter.sh/nodepool": "slipway",
}


def control_plane(kubernetes: Path) -> list[Process]:
    """Return the processes of the control plane, each after those that it needs."""
    return [_etcd(), _api_server(kubernetes), _controller_manager(kubernetes), _scheduler(kubernetes)]


def _etcd() -> Process:
    options = flags(
        data_dir=paths.STATE / "etcd",
        listen_client_urls=ETCD,
        advertise_client_urls=ETCD,
        listen_peer_urls=ETCD_PEER,
        initial_advertise_peer_urls=ETCD_PEER,
        initial_cluster=f"default={ETCD_PEER}",
        logger="zap",
        log_level="warn",
    )
    # The cluster is discarded after a power failure, so writes need not be flushed to disk.
    return Process(name="etcd", command=("etcd", *options, "--unsafe-no-fsync"), ready=http_check(f"{ETCD}/health"))


def _api_server(kubernetes: Path) -> Process:
    options = flags(
        etcd_servers=ETCD,
        bind_address=paths.NODE_ADDRESS,
        advertise_address=paths.NODE_ADDRESS,
        secure_port=6443,
        service_cluster_ip_range=paths.SERVICE_CIDR,
        authorization_mode="Node,RBAC",
        enable_admission_plugins="NodeRestriction",
        allow_privileged="true",
        client_ca_file=AUTHORITY,
        tls_cert_file=PKI / "apiserver.crt",
        tls_private_key_file=PKI / "apiserver.key",
        kubelet_client_certificate=PKI / "kubelet-client.crt",
        kubelet_client_key=PKI / "kubelet-client.key",
        kubelet_certificate_authority=AUTHORITY,
        kubelet_preferred_address_types="InternalIP",
        service_account_issuer="https://kubernetes.default.svc.cluster.local",
        service_account_key_file=PKI / "sa.pub",
        service_account_signing_key_file=PKI / "sa.key",
        authentication_token_webhook_config_file=paths.STATE / "token-webhook.yaml",
        authentication_token_webhook_version="v1",  # noqa: S106  # of the API
        authentication_token_webhook_cache_ttl="2s",  # noqa: S106  # a time
        endpoint_reconciler_type="lease",
        profiling="false",
        v=1,
    )
    return Process(
        name="kube-apiserver", command=(str(kubernetes), "kube-apiserver", *options), ready=api_server_check("/readyz")
    )


def _identity(user: str) -> tuple[str, ...]:
    kubeconfig = paths.STATE / f"{user}.kubeconfig"
    return flags(
        kubeconfig=kubeconfig,
        authentication_kubeconfig=kubeconfig,
        authorization_kubeconfig=kubeconfig,
        tls_cert_file=PKI / f"{user}.crt",
        tls_private_key_file=PKI / f"{user}.key",
        bind_address="127.0.0.1",
        leader_elect="false",
        profiling="false",
    )


def _controller_manager(kubernetes: Path) -> Process:
    options = flags(
        use_service_account_credentials="true",
        service_account_private_key_file=PKI / "sa.key",
        root_ca_file=AUTHORITY,
        client_ca_file=AUTHORITY,
        cluster_cidr=paths.POD_CIDR,
        allocate_node_cidrs="false",
    )
    return Process(
        name="kube-controller-manager",
        command=(str(kubernetes), "kube-controller-manager", *_identity("controller-manager"), *options),
        ready=http_check("https://127.0.0.1:10257/healthz", verify=AUTHORITY),
    )


def _scheduler(kubernetes: Path) -> Process:
    return Process(
        name="kube-scheduler",
        command=(str(kubernetes), "kube-scheduler", *_identity("scheduler"), *flags(config=paths.STATE / "scheduler.yaml")),
        ready=http_check("https://127.0.0.1:10259/healthz", verify=AUTHORITY),
    )


def node(kubernetes: Path, coredns: Path) -> list[Process]:
    """Return the processes of the node. The first is containerd, which does not need the control plane."""
    return [_containerd(), _kubelet(kubernetes), _proxy(kubernetes), _dns(coredns)]


def _containerd() -> Process:
    return Process(
        name="containerd",
        command=("containerd", "-c", str(paths.STATE / "containerd.toml")),
        # `ctr` hangs while containerd is down.
        ready=command_check("timeout", "2", "ctr", "--address", str(paths.CONTAINERD_SOCKET), "version"),
    )


def _kubelet(kubernetes: Path) -> Process:
    options = flags(
        config=paths.STATE / "kubelet.yaml",
        kubeconfig=paths.STATE / "kubelet.kubeconfig",
        root_dir=paths.STATE / "kubelet",
        hostname_override=paths.NODE,
        node_ip=paths.NODE_ADDRESS,
        node_labels=",".join(f"{key}={value}" for key, value in LABELS.items()),
        v=1,
    )
    return Process(
        name="kubelet", command=(str(kubernetes), "kubelet", *options), ready=http_check("http://127.0.0.1:10248/healthz")
    )


def _proxy(kubernetes: Path) -> Process:
    return Process(
        name="kube-proxy",
        command=(str(kubernetes), "kube-proxy", *flags(config=paths.STATE / "proxy.yaml")),
        ready=http_check("http://127.0.0.1:10256/livez"),
    )


def _dns(coredns: Path) -> Process:
    return Process(
        name="coredns",
        command=(str(coredns), "-conf", str(paths.STATE / "Corefile")),
        ready=http_check("http://127.0.0.1:8181/ready"),
        # CoreDNS becomes ready only when its role lets it list Services.
        setup=apply_cluster_objects,
    )


def kubectl(*arguments: str) -> str:
    """Run kubectl as the administrator and return its output."""
    return run("kubectl", "--kubeconfig", str(paths.KUBECONFIG), *arguments)


def apply_cluster_objects() -> None:
    """Apply the role of CoreDNS and the Service `kube-dns`."""
    kubectl("apply", "-f", str(paths.STATE / "cluster.yaml"))


def node_is_ready() -> bool:
    """Return whether the API server reports the node as ready."""
    condition = "jsonpath={.status.conditions[?(@.type=='Ready')].status}"
    try:
        return kubectl("get", "node", paths.NODE, "-o", condition) == "True"
    except HostError:
        return False
