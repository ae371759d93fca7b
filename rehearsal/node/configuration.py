"""The configuration files of the node's processes, rendered from the templates beside this module."""

from typing import Final

from rehearsal import paths
from rehearsal.node.program import write_if_changed
from rehearsal.node.supervisor import TEMPLATES

USERS: Final = ("admin", "controller-manager", "scheduler", "proxy", "kubelet", "coredns")
# The variables of every template; `render` adds those of one file.
COMMON: Final[dict[str, object]] = {
    "state": paths.STATE,
    "run": paths.RUN,
    "pki": paths.PKI,
    "api_server": paths.API_SERVER,
    "node": paths.NODE,
    "node_address": paths.NODE_ADDRESS,
    "dns_address": paths.DNS_ADDRESS,
    "cluster_dns": paths.CLUSTER_DNS,
    "pod_cidr": paths.POD_CIDR,
    "hosts": paths.HOSTS,
    "hooks": paths.HOOKS,
    "registry": paths.REGISTRY,
    "mirror": paths.MIRROR,
    "containerd_socket": paths.CONTAINERD_SOCKET,
    "buildkit_socket": paths.BUILDKIT_SOCKET,
    "build_cache": paths.BUILD_CACHE,
}
# {template: path of the rendered file below STATE}
FILES: Final = {
    "token-webhook.yaml": "token-webhook.yaml",
    "cni.conflist": "cni/net.d/10-bridge.conflist",
    "kubelet.yaml": "kubelet.yaml",
    "proxy.yaml": "proxy.yaml",
    "scheduler.yaml": "scheduler.yaml",
    "resolv.conf": "resolv.conf",
    "Corefile": "Corefile",
    "buildkitd.toml": "buildkitd.toml",
    "cluster.yaml": "cluster.yaml",
}


def render(template: str, **values: object) -> str:
    """Return the text of a template with the common variables and the given ones."""
    return TEMPLATES.get_template(template).render(COMMON | values)


def write(pause_image: str) -> None:
    """Write every configuration file of the node's processes; leave unchanged files untouched."""
    for user in USERS:
        file = paths.KUBECONFIG if user == "admin" else paths.STATE / f"{user}.kubeconfig"
        write_if_changed(file, render("kubeconfig", user=user))
        file.chmod(0o600)
    for template, name in FILES.items():
        write_if_changed(paths.STATE / name, render(template))
    write_if_changed(paths.STATE / "containerd.toml", render("containerd.toml", pause=pause_image))
    write_if_changed(
        paths.STATE / "registry.yml", render("registry.yml", data=paths.STATE / "registry", address=paths.REGISTRY_STORE)
    )
    upstreams: dict[str, dict[str, object]] = {
        paths.REGISTRY: {"host": f"https://{paths.REGISTRY}", "authority": paths.PKI / "ca.crt"},
        "public.ecr.aws": {"host": f"http://{paths.MIRROR}", "authority": None},
    }
    for name, values in upstreams.items():
        write_if_changed(paths.STATE / "certs.d" / name / "hosts.toml", render("hosts.toml", server=f"https://{name}", **values))
    if not paths.HOSTS.exists():
        write_if_changed(paths.HOSTS, "")
