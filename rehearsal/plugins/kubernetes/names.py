"""What a resource is called: by Pulumi, by Kubernetes, and as a manager of fields."""

import secrets
from typing import Any, Final

from rehearsal.plugins.kubernetes.values import Object, dig, has_unknown, is_secret, plain

AUTONAMED: Final = "pulumi.com/autonamed"
FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
# What makes objects; the first apply takes the fields over from it.
CREATOR: Final = "pulumi-kubernetes"
# Where the state keeps what pulumi-kubernetes keeps there, too.
INPUTS_KEY: Final = "__inputs"
MANAGER_KEY: Final = "__fieldManager"
API_VERSION_KEY: Final = "__initialApiVersion"
PATCH: Final = "Patch"


def annotation(body: Object, name: str) -> Any:
    return dig(plain(body), "metadata", "annotations", name)


def is_patch(urn: str) -> bool:
    return _type(urn).endswith(PATCH)


def _type(urn: str) -> str:
    """`kubernetes:core/v1:ConfigMapPatch` of a resource's URN."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def logical(urn: str) -> str:
    return urn.split("::", 3)[-1]


def api_version_and_kind(urn: str) -> tuple[str, str]:
    """What a type token stands for: `("v1", "ConfigMap")` for `kubernetes:core/v1:ConfigMapPatch`."""
    _, api_version, kind = _type(urn).split(":")
    return api_version.removeprefix("core/"), kind.removesuffix(PATCH) if is_patch(urn) else kind


def field_manager(inputs: Object, state: Object) -> str:
    """Return the manager that the program chose, else the state's, else a new one: several can share an object."""
    chosen = annotation(inputs, FIELD_MANAGER) or state.get(MANAGER_KEY)
    return str(chosen or f"{CREATOR}-{secrets.token_hex(4)}")


def is_named(inputs: Object) -> bool:
    return bool(dig(plain(inputs), "metadata", "name"))


def with_name(urn: str, seed: bytes, old: Object, new: Object) -> Object:
    """Return the inputs with a name: the logical one and eight hex digits, kept as long as the object is.

    An object that loses the name which the program chose stays without one: that replaces it, and its successor gets a name.
    """
    meta = new.get("metadata", {})
    if not isinstance(meta, dict) or is_secret(meta) or has_unknown(meta.get("name")) or meta.get("name"):
        return new
    if old and annotation(old, AUTONAMED) != "true":
        return new
    meta = meta | {
        "name": dig(plain(old), "metadata", "name") if old else f"{logical(urn)}-{seed.hex()[:8]}",
        "annotations": (meta.get("annotations") or {}) | {AUTONAMED: "true"},
    }
    return new | {"metadata": meta}


def identifier(live: Object) -> str:
    """`namespace/name`, or `name` where there is no namespace."""
    meta = live["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else str(meta["name"])
