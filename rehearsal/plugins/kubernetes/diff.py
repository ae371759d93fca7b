"""What differs between a live object and an object's new inputs, and whether that needs a new object."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from rehearsal.plugins.kubernetes.names import AUTONAMED, annotation
from rehearsal.plugins.kubernetes.schema import pruned
from rehearsal.plugins.kubernetes.values import Object, dig, replaced, without

Change = Literal["add", "delete", "update"]
Path = tuple[str | int, ...]

SELECTED: Final = ("spec.selector",)
# What pulumi-kubernetes replaces: fields that the API server lets nobody change, and the data that pods would not notice.
# A change of any other field is an update, which the API server may refuse.
# Source: https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/diff.go
REPLACING: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("apps", "DaemonSet"): SELECTED,
    ("apps", "Deployment"): SELECTED,
    ("apps", "StatefulSet"): (
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
    ),
    ("batch", "Job"): ("spec.completions", "spec.parallelism", "spec.selector", "spec.template"),
    ("", "ConfigMap"): ("data", "binaryData"),
    ("", "PersistentVolumeClaim"): ("spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"),
    ("", "ResourceQuota"): ("spec.scopes",),
    ("", "Secret"): ("data", "stringData", "type"),
    ("", "Service"): ("spec.clusterIP",),
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): ("roleRef",),
    ("rbac.authorization.k8s.io", "RoleBinding"): ("roleRef",),
    ("storage.k8s.io", "StorageClass"): ("parameters", "provisioner"),
}
IDENTITY: Final = ("metadata.name", "metadata.namespace")
REPLACE_UNREADY: Final = "pulumi.com/replaceUnready"
UNREADY: Final = f'.metadata.annotations["{REPLACE_UNREADY}"]'
QUOTED: Final = re.compile(r'[."\[\]]')
ABSENT: Final = object()


@dataclass(frozen=True, kw_only=True)
class Compared:
    """`inputs` and `live`: those of the state; `new`: the program's; all plain and, of built-in kinds, normalised."""

    inputs: Object
    live: Object
    new: Object
    namespaced: bool
    patch: bool


@dataclass(frozen=True, kw_only=True)
class Difference:
    """`{path: change}`; `replaces`: the paths whose change needs a new object; `delete_first`: the old one is in its way."""

    changes: dict[str, Change]
    replaces: tuple[str, ...]
    delete_first: bool


def difference(compared: Compared, *, ignored: Sequence[str], unready: bool) -> Difference:
    """Compare as Pulumi's provider does: the live object, cut to the shape of the old inputs, with the new inputs.

    A patch is replaced only when it moves to another object. `unready`: the object is a Job that must be made anew.
    """
    live, new = _in_one_namespace(compared)
    found = {text(path): change for path, change in _changes(live, new, ()) if not _under(text(path), ignored)}
    kinds = () if compared.patch else REPLACING.get(_kind(new), ())
    replaces = [path for path, change in found.items() if _replaces(path, new, (*IDENTITY, *kinds))]
    if unready:
        replaces.append(UNREADY)
    return Difference(changes=found, replaces=tuple(replaces), delete_first=bool(replaces) and _is_in_the_way(compared.live, new))


def text(path: Path) -> str:
    """A path as the engine reads it: `spec.ports[0]`, `metadata.labels["app.kubernetes.io/name"]`."""
    written = ""
    for part in path:
        if isinstance(part, int):
            written += f"[{part}]"
        elif QUOTED.search(part):
            quoted = part.replace('"', '\\"')
            written += f'["{quoted}"]'
        else:
            written += f".{part}" if written else part
    return written


def _in_one_namespace(compared: Compared) -> tuple[Object, Object]:
    """Return both sides with the namespace written out, or without one where the kind has none."""
    live, new = pruned(compared.live, compared.inputs), compared.new
    if dig(new, "metadata", "name"):
        live = replaced(live, dig(compared.live, "metadata", "name"), "metadata", "name")
    if not compared.namespaced:
        return without(live, "metadata", "namespace"), without(new, "metadata", "namespace")
    sides = [replaced(side, dig(side, "metadata", "namespace") or "default", "metadata", "namespace") for side in (live, new)]
    return sides[0], sides[1]


def _kind(inputs: Object) -> tuple[str, str]:
    """The group of the API version, and the kind."""
    return str(inputs.get("apiVersion", "")).rpartition("/")[0], str(inputs.get("kind", ""))


def _is_in_the_way(live: Object, new: Object) -> bool:
    same = all(dig(live, "metadata", key) == dig(new, "metadata", key) for key in ("name", "namespace"))
    return same and annotation(new, AUTONAMED) != "true"


def _at(value: Any, path: Path) -> Any:
    for part in path:
        try:
            value = value[part]
        except (KeyError, IndexError, TypeError):
            return ABSENT
    return value


def _under(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith((f"{root}.", f"{root}[")) for root in roots)


def _replaces(path: str, new: Object, roots: Sequence[str]) -> bool:
    """Whether a changed path lies under one of the roots, or holds one that the new inputs have."""
    held = [root for root in roots if root.startswith(f"{path}.") and _at(new, tuple(root.split("."))) is not ABSENT]
    return bool(held) or _under(path, roots)


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
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield at, "update"
