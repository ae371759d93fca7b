"""The names of a resource: in Pulumi, in Kubernetes, and as a field manager."""

import secrets
from typing import Any, Final

from rehearsal.plugins.kubernetes.values import Object, dig, has_unknown, is_secret, plain

AUTONAMED: Final = "pulumi.com/autonamed"
FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
# The field manager that creates objects; the first apply takes its fields over.
CREATOR: Final = "pulumi-kubernetes"
# The keys of the state that pulumi-kubernetes uses as well.
INPUTS_KEY: Final = "__inputs"
MANAGER_KEY: Final = "__fieldManager"
API_VERSION_KEY: Final = "__initialApiVersion"
PATCH: Final = "Patch"


def annotation(body: Object, name: str) -> Any:
    """Return the value of an annotation, or None."""
    return dig(plain(body), "metadata", "annotations", name)


def is_patch(urn: str) -> bool:
    """Return whether the resource is a patch of an object."""
    return _type(urn).endswith(PATCH)


def _type(urn: str) -> str:
    """Return the type token of a URN, such as `kubernetes:core/v1:ConfigMapPatch`."""
    return urn.split("::")[2].rsplit("$", 1)[-1]


def logical(urn: str) -> str:
    """Return the logical name of a URN."""
    return urn.split("::", 3)[-1]


def api_version_and_kind(urn: str) -> tuple[str, str]:
    """Return the API version and kind of a URN's type: `("v1", "ConfigMap")` for `kubernetes:core/v1:ConfigMapPatch`."""
    _, api_version, kind = _type(urn).split(":")
    return api_version.removeprefix("core/"), kind.removesuffix(PATCH) if is_patch(urn) else kind


def field_manager(inputs: Object, state: Object) -> str:
    """Return the program's field manager, else the state's, else a new one: several managers can share an object."""
    configured = annotation(inputs, FIELD_MANAGER) or state.get(MANAGER_KEY)
    return str(configured or f"{CREATOR}-{secrets.token_hex(4)}")


def is_named(inputs: Object) -> bool:
    """Return whether the inputs set a name."""
    return bool(dig(plain(inputs), "metadata", "name"))


def with_name(urn: str, seed: bytes, old: Object, new: Object) -> Object:
    """Return the inputs with a name: the logical name and eight hex digits, kept for the life of the object.

    If a program no longer sets the name of an existing object, return the inputs without one: the object is then replaced,
    and its replacement is named.
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
    """Return the resource ID: `namespace/name`, or `name` without a namespace."""
    meta = live["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else str(meta["name"])
