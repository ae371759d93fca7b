"""What a resource is called: by Pulumi, by Kubernetes, and as a manager of fields."""

import hashlib
from typing import Any, Final

from rehearsal.plugins.kubernetes.values import Object, dig, has_unknown, is_secret, plain

AUTONAMED: Final = "pulumi.com/autonamed"
FIELD_MANAGER: Final = "pulumi.com/patchFieldManager"
# Where the state keeps what pulumi-kubernetes keeps there, too.
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


def field_manager(urn: str, inputs: Object, state: Object) -> str:
    """Each resource has its own, so that several can share an object; the same after a run that was cut off."""
    chosen = annotation(inputs, FIELD_MANAGER) or state.get(MANAGER_KEY)
    return str(chosen or f"pulumi-kubernetes-{hashlib.sha256(urn.encode()).hexdigest()[:8]}")


def is_named(inputs: Object) -> bool:
    return bool(dig(plain(inputs), "metadata", "name"))


def with_name(urn: str, seed: bytes, old: Object, new: Object) -> Object:
    """The inputs with a name: the logical one and eight hex digits, kept as long as the object is."""
    meta = new.get("metadata", {})
    if not isinstance(meta, dict) or is_secret(meta) or has_unknown(meta.get("name")) or meta.get("name"):
        return new
    kept = dig(plain(old), "metadata", "name") if annotation(old, AUTONAMED) == "true" else None
    meta = meta | {
        "name": kept or f"{logical(urn).lower()}-{seed.hex()[:8]}",
        "annotations": (meta.get("annotations") or {}) | {AUTONAMED: "true"},
    }
    return new | {"metadata": meta}


def identifier(live: Object) -> str:
    """`namespace/name`, or `name` where there is no namespace."""
    meta = live["metadata"]
    return f"{meta['namespace']}/{meta['name']}" if meta.get("namespace") else str(meta["name"])
