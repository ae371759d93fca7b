"""What differs between two versions of an object's inputs, and whether that needs a new object."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from rehearsal.plugins.kubernetes.values import Object, dig

Change = Literal["add", "delete", "update"]

# Fields that the API server lets nobody change; of ConfigMap and Secret, what pulumi-kubernetes replaces so that pods roll.
IMMUTABLE: Final[dict[str, tuple[str, ...]]] = {
    "Deployment": ("spec.selector",),
    "StatefulSet": ("spec.selector", "spec.serviceName", "spec.volumeClaimTemplates", "spec.podManagementPolicy"),
    "DaemonSet": ("spec.selector",),
    "Job": ("spec.selector", "spec.template", "spec.completions"),
    "ConfigMap": ("data", "binaryData", "immutable"),
    "Secret": ("data", "stringData", "type", "immutable"),
    "Service": ("spec.clusterIP",),
    "PersistentVolumeClaim": ("spec.storageClassName", "spec.accessModes", "spec.volumeName"),
    "StorageClass": ("provisioner", "parameters", "reclaimPolicy", "volumeBindingMode"),
    "RoleBinding": ("roleRef",),
    "ClusterRoleBinding": ("roleRef",),
}
IDENTITY: Final = ("apiVersion", "kind", "metadata.name", "metadata.namespace")
AUTONAMED: Final = "pulumi.com/autonamed"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`{path: change}`; `replaces`: the paths whose change needs a new object, `before`: the old one must go first."""

    changes: dict[str, Change]
    replaces: tuple[str, ...]
    before: bool


def difference(old: Object, new: Object, *, patch: bool, ignored: Sequence[str]) -> Difference:
    """Between plain inputs. A patch is never replaced but when it moves to another object."""
    changes = {path: kind for path, kind in _changes(old, new, "") if not _under(path, ignored)}
    immutable = IDENTITY if patch else (*IDENTITY, *IMMUTABLE.get(new.get("kind", ""), ()))
    replaces = tuple(path for path in changes if _under(path, immutable))
    return Difference(
        changes=changes, replaces=replaces, before=bool(replaces) and not is_autonamed(new) and _same_object(old, new)
    )


def is_autonamed(inputs: Object) -> bool:
    """Its replacement gets a fresh name, so it can be made first."""
    annotations = dig(inputs, "metadata.annotations") or {}
    return bool(annotations.get(AUTONAMED) == "true")


def _same_object(old: Object, new: Object) -> bool:
    return all(dig(old, path) == dig(new, path) for path in ("metadata.name", "metadata.namespace"))


def _under(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith((f"{root}.", f"{root}[")) for root in roots)


def _changes(old: Any, new: Any, at: str) -> Iterator[tuple[str, Change]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            path = f"{at}.{key}" if at else key
            if key not in old or key not in new:
                yield path, "add" if key not in old else "delete"
            else:
                yield from _changes(old[key], new[key], path)
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            path = f"{at}[{index}]"
            if index >= len(old) or index >= len(new):
                yield path, "add" if index >= len(old) else "delete"
            else:
                yield from _changes(old[index], new[index], path)
    elif old != new:
        yield at, "update"
