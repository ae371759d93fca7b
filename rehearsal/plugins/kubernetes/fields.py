"""The managers of an object's fields, and the fields that an update leaves to other managers.

Sources: fixCSAFieldManagers, handleSSAIgnoreFields and patchForce in
https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/await/await.go
"""

from collections.abc import Sequence
from typing import Any, Final

from rehearsal.plugins.kubernetes.names import CREATOR
from rehearsal.plugins.kubernetes.values import Object, dig, replaced, without

# (prefix of the name, operation) of the managers whose fields an update takes over: kubectl, and the provider's own create.
TAKEN_OVER: Final = (
    ("kubectl", "Apply"),
    ("kubectl", "Update"),
    ("before-first-apply", "Update"),
    (CREATOR, "Update"),
    ("pulumi-resource-kubernetes", "Update"),
)


def entries(live: Object) -> list[Object]:
    """Return the `managedFields` of an object."""
    return list(dig(live, "metadata", "managedFields") or [])


def taken_over(live: Object, manager: str) -> list[Object] | None:
    """Return the object's `managedFields` after `manager` took over fields, or None if there is nothing to take over."""
    own = next((entry for entry in entries(live) if entry["manager"] == manager and entry["operation"] == "Apply"), None)
    others = [entry for entry in entries(live) if entry is not own]
    taken = [entry for entry in others if _is_taken_over(entry)]
    if not taken:
        return None
    merged = own or taken[0] | {"manager": manager, "operation": "Apply"}
    for entry in taken:
        merged = merged | {"fieldsV1": _union(merged.get("fieldsV1") or {}, entry.get("fieldsV1") or {})}
    return [*(entry for entry in others if entry not in taken), merged]


def _is_taken_over(entry: Object) -> bool:
    if entry.get("subresource"):
        return False
    return any(entry["manager"].startswith(name) and entry["operation"] == operation for name, operation in TAKEN_OVER)


def _union(left: Object, right: Object) -> Object:
    return left | {key: _union(left.get(key) or {}, value) for key, value in right.items()}


def is_forced_in_preview(live: Object) -> bool:
    """Return whether a preview overwrites fields of other managers: an update takes them over before it applies."""
    return any(entry["operation"] == "Update" and entry["manager"] in _CREATORS for entry in entries(live))


_CREATORS: Final = ("pulumi-resource-kubernetes", CREATOR, f"{CREATOR}.exe")


def left_alone(body: Object, live: Object, manager: str, ignored: Sequence[str]) -> Object:
    """Return the body without the ignored fields that only others manage, and with live values in the other ignored fields."""
    for path in (ignored_path.split(".") for ignored_path in ignored):
        owners = {entry["manager"] == manager for entry in entries(live) if _manages(entry, path)}
        if owners == {False}:
            body = without(body, *path)
        elif (value := dig(live, *path)) is not None:
            body = replaced(body, value, *path)
    return body


def _manages(entry: Object, path: Sequence[str]) -> bool:
    managed: Any = dig(entry.get("fieldsV1") or {}, *(f"f:{part}" for part in path))
    return managed is not None
