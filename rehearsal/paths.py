"""The folders of the rehearsal, and the addresses that its parts share."""

import os
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parent.parent
# The files of a run; `down` removes both folders.
STATE: Final = Path("/var/lib/slipway")
RUN: Final = Path("/run/slipway")
# Built tools and images, keyed by their pins; kept by `down`.
CACHE: Final = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "slipway"
# BuildKit's layers, which its garbage collection holds at the size in its configuration. Resolved, as /proc/mounts shows it.
BUILD_CACHE: Final = (CACHE / "builds").resolve()

LOGS: Final = STATE / "logs"
PKI: Final = STATE / "pki"
KUBECONFIG: Final = STATE / "kubeconfig"
HOSTS: Final = STATE / "hosts"
VOLUMES: Final = STATE / "volumes"
PULUMI_HOME: Final = STATE / "pulumi-home"
# With Pulumi's own plugins, which are not downloaded again after `down`.
PULUMIS_OWN_HOME: Final = CACHE / "pulumi-home"
SUPERVISOR: Final = STATE / "supervisor"
SUPERVISOR_SOCKET: Final = RUN / "supervisor.sock"
CONTAINERD_SOCKET: Final = RUN / "containerd.sock"
BUILDKIT_SOCKET: Final = RUN / "buildkitd.sock"

NODE: Final = "node-a"
NODE_ADDRESS: Final = "10.111.0.1"
DNS_ADDRESS: Final = "10.111.0.53"
API_SERVER: Final = f"https://{NODE_ADDRESS}:6443"
# The cluster's endpoint as EKS reports it: a proxy in front of the API server.
CLUSTER_ENDPOINT: Final = f"https://{NODE_ADDRESS}:443"
POD_CIDR: Final = "10.244.0.0/16"
SERVICE_CIDR: Final = "172.20.0.0/16"
CLUSTER_DNS: Final = "172.20.0.10"
# The rehearsal's address ranges; only addresses of this machine are reachable in them.
RANGES: Final = ("10.0.0.0/12", "10.111.0.0/16", POD_CIDR, SERVICE_CIDR)

REGISTRY: Final = "registry.local:5443"
REGISTRY_STORE: Final = "127.0.0.1:5000"
MIRROR: Final = "127.0.0.1:5001"
EMULATOR: Final = "http://127.0.0.1:5555"
HOOKS: Final = "http://127.0.0.1:5556"
WEBHOOKS: Final = "https://127.0.0.1:9443"

REGION: Final = "eu-west-1"
ACCOUNT: Final = "123456789012"
BOOTSTRAP_KEY: Final = "AKIAREHEARSAL0000000"
BOOTSTRAP_SECRET: Final = "rehearsal"  # noqa: S105  # of an account that exists on this machine only
DEPLOYER: Final = "slipway-deployer"
PREVIEW: Final = "slipway-preview"
