"""What differs between two versions of an object's inputs, and whether that needs a new object."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from rehearsal.plugins.kubernetes.names import AUTONAMED, annotation
from rehearsal.plugins.kubernetes.values import Object, dig

Change = Literal["add", "delete", "update"]
Path = tuple[str | int, ...]

# What pulumi-kubernetes replaces: fields that the API server lets nobody change, and the data that pods would not notice.
# Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
REPLACING: Final[dict[str, tuple[str, ...]]] = {
    "ClusterRoleBinding": ("roleRef",),
    "ConfigMap": ("data", "binaryData"),
    "DaemonSet": ("spec.selector",),
    "Deployment": ("spec.selector",),
    "Job": ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    "PersistentVolumeClaim": (
        "spec.accessModes",
        "spec.dataSource",
        "spec.selector",
        "spec.storageClassName",
        "spec.volumeMode",
        "spec.volumeName",
    ),
    "Pod": ("spec",),
    "ResourceQuota": ("spec.scopes",),
    "RoleBinding": ("roleRef",),
    "Secret": ("data", "stringData", "type"),
    "Service": ("spec.clusterIP",),
    "StatefulSet": (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    "StorageClass": ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"),
}
IDENTITY: Final = ("kind", "metadata.name", "metadata.namespace")
REPLACE_UNREADY: Final = "pulumi.com/replaceUnready"
PLAIN_KEY: Final = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`{path: change}`; `replaces`: the paths whose change needs a new object; `delete_first`: the old one is in its way."""

    changes: dict[str, Change]
    replaces: tuple[str, ...]
    delete_first: bool


def difference(old: Object, new: Object, live: Object, *, patch: bool, ignored: Sequence[str]) -> Difference:
    """Between plain inputs; `live`: the object as it was last seen. A patch is replaced only when it moves to another object."""
    found = {path: change for path, change in _changes(old, new, ()) if not _under(text(path), ignored)}
    replacing = [*IDENTITY, *(() if patch else REPLACING.get(new.get("kind", ""), ()))]
    if old.get("immutable") is True and not patch:
        replacing.append("immutable")
    if _group(old) != _group(new):
        replacing.append("apiVersion")
    replaces = [text(path) for path in found if _under(text(path), replacing)]
    if not patch and annotation(new, REPLACE_UNREADY) == "true" and _failed(live):
        found[("status",)] = "update"
        replaces.append("status")
    return Difference(
        changes={text(path): change for path, change in found.items()},
        replaces=tuple(replaces),
        delete_first=bool(replaces) and annotation(new, AUTONAMED) != "true" and _same_object(old, new),
    )


def text(path: Path) -> str:
    """A path as the engine reads it: `spec.ports[0]`, `metadata.labels["app.kubernetes.io/name"]`."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        elif PLAIN_KEY.fullmatch(part):
            written += f".{part}" if written else part
        else:
            written += f'["{part}"]'
    return written


def _group(inputs: Object) -> str:
    """The group of an API version: another version of it shows the same objects."""
    return str(inputs.get("apiVersion", "")).rpartition("/")[0]


def _same_object(old: Object, new: Object) -> bool:
    return all(dig(old, "metadata", key) == dig(new, "metadata", key) for key in ("name", "namespace"))


def _failed(live: Object) -> bool:
    conditions = dig(live, "status", "conditions") or []
    return any(condition.get("type") == "Failed" and condition.get("status") == "True" for condition in conditions)


def _under(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith((f"{root}.", f"{root}[")) for root in roots)


def _changes(old: Any, new: Any, at: Path) -> Iterator[tuple[Path, Change]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if key not in old or key not in new:
                yield (*at, key), "add" if key not in old else "delete"
            else:
                yield from _changes(old[key], new[key], (*at, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            if index >= len(old) or index >= len(new):
                yield (*at, index), "add" if index >= len(old) else "delete"
            else:
                yield from _changes(old[index], new[index], (*at, index))
    elif old != new:
        yield at, "update"
