"""Physical names, where AWS needs one before it has made the thing, and the limits that AWS puts on names.

Everything else is named by Pulumi: the logical name and seven random digits.
"""

import hashlib
import re
from typing import Final

STACK: Final = re.compile(r"[a-z]([a-z0-9-]{0,18}[a-z0-9])?")

# Longest name that AWS takes; from the API reference of each service. Pulumi adds a dash and seven digits.
LIMITS: Final = {"load balancer": 32, "target group": 32, "role": 64, "cluster": 100, "database": 63, "repository": 256}
PULUMI_SUFFIX: Final = 8

# What an app's name also names, and these stand for already.
TAKEN: Final = frozenset(
    {"default"}  # a namespace of Kubernetes
    | {"aws", "docker-build", "kubernetes", "pulumi", "slipway"}  # namespaces of stack config; the database's master user
    | {"information-schema", "mysql", "performance-schema", "root", "sys"}  # MySQL's
    | {"none", "postgres", "public", "template0", "template1"}  # PostgreSQL's
    | {"platform"}  # the first part of the platform's images
)
TAKEN_PREFIXES: Final = ("kube-", "pg-", "rds", "slipway-")


def stack_problem(stack: str) -> str | None:
    """Why a stack cannot have this name, or None: it is part of the cluster's, the database's and the repositories' names."""
    if STACK.fullmatch(stack) and "--" not in stack:
        return None
    return "must be 1-20 lower-case letters, digits and single dashes, starting with a letter"


def app_problem(app: str) -> str | None:
    """Why an app cannot have this name, or None."""
    if app not in TAKEN and not app.startswith(TAKEN_PREFIXES):
        return None
    return "is taken: an app's name is also its namespace in Kubernetes and in stack config, its schema and its database user"


def environment(project: str, stack: str) -> str:
    """The name of the cluster and of the database instance, and the first part of every repository's name."""
    return f"{project}-{stack}"


def cluster_log_group(cluster: str) -> str:
    """Where EKS writes the control plane's logs; EKS gives the name, so it can be made first."""
    return f"/aws/eks/{cluster}/cluster"


def database_log_group(identifier: str, log: str) -> str:
    """Where RDS exports a log of an instance to."""
    return f"/aws/rds/instance/{identifier}/{log}"


def repository(environment_name: str, image: str) -> str:
    return f"{environment_name}/{image}"


def target_group(name: str) -> str:
    """Return the logical name of a service's target group: short enough for AWS once Pulumi has added its digits."""
    room = LIMITS["target group"] - PULUMI_SUFFIX
    return name if len(name) <= room else f"{name[: room - 7].rstrip('-')}-{hashlib.sha256(name.encode()).hexdigest()[:6]}"


def variable(name: str) -> str:
    """Return a name as the names of environment variables are written: `my-store` as `MY_STORE`."""
    return name.upper().replace("-", "_")


def migration(service: str) -> str:
    """Return the name of the Job that migrates the data of a service before each roll-out."""
    return f"{service}-migrate"


def dumps(store: str) -> str:
    """Return the name of the volume that holds the dumps of a store."""
    return f"{store}-dumps"


def dump(store: str) -> str:
    """Return the name of the CronJob that dumps a store."""
    return f"{store}-dump"


def restore(store: str) -> str:
    """Return the name of the suspended CronJob that loads a dump."""
    return f"{store}-restore"


def schema(app: str) -> str:
    """The MySQL schema, and the user of the same name, of an app (MySQL: users have at most 32 characters)."""
    return app.replace("-", "_")


def rule_priority(host: str, route: str) -> int:
    """A listener rule's priority, 1 to 50000: from its own name, so that no other rule's coming or going moves it.

    The longer a route, the earlier it is tried; `/` comes last.
    """
    depth = min(len([part for part in route.split("/") if part]), 4)
    return (4 - depth) * 10_000 + int(hashlib.sha256(f"{host}{route}".encode()).hexdigest(), 16) % 10_000 + 1
