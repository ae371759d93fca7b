"""The differences between a live object and its new inputs, and whether they require a replacement."""

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
# The fields whose change makes pulumi-kubernetes replace the object: immutable fields, and data whose change pods do not notice.
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
class Comparison:
    """The two sides of a comparison, plain and, for built-in kinds, normalised.

    Attributes:
        inputs: The inputs in the state.
        live: The live object in the state.
        new: The program's new inputs.
        namespaced: Whether the kind has a namespace.
        patch: Whether the resource is a patch.
    """

    inputs: Object
    live: Object
    new: Object
    namespaced: bool
    patch: bool


@dataclass(frozen=True, kw_only=True)
class Difference:
    """The result of a comparison.

    Attributes:
        changes: The change at each path.
        replaces: The paths whose change requires a replacement.
        delete_first: Whether the old object must be deleted before the new one is created.
    """

    changes: dict[str, Change]
    replaces: tuple[str, ...]
    delete_first: bool


def difference(comparison: Comparison, *, ignored: Sequence[str], unready: bool) -> Difference:
    """Compare as Pulumi's provider does: the live object, reduced to the shape of the old inputs, with the new inputs.

    A patch is replaced only when it moves to another object. `unready` says that the object is a Job that must be replaced.
    """
    live, new = _in_same_namespace(comparison)
    changes = {text(path): change for path, change in _changes(live, new, ()) if not _under(text(path), ignored)}
    replacing_fields = () if comparison.patch else REPLACING.get(_group_and_kind(new), ())
    replaces = [path for path in changes if _replaces(path, new, (*IDENTITY, *replacing_fields))]
    if unready:
        replaces.append(UNREADY)
    delete_first = bool(replaces) and _has_same_name(comparison.live, new)
    return Difference(changes=changes, replaces=tuple(replaces), delete_first=delete_first)


def text(path: Path) -> str:
    """Return a path in the engine's notation: `spec.ports[0]`, `metadata.labels["app.kubernetes.io/name"]`."""
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


def _in_same_namespace(comparison: Comparison) -> tuple[Object, Object]:
    """Return both sides with an explicit namespace, or without one if the kind has none."""
    live, new = pruned(comparison.live, comparison.inputs), comparison.new
    if dig(new, "metadata", "name"):
        live = replaced(live, dig(comparison.live, "metadata", "name"), "metadata", "name")
    if not comparison.namespaced:
        return without(live, "metadata", "namespace"), without(new, "metadata", "namespace")
    sides = [replaced(side, dig(side, "metadata", "namespace") or "default", "metadata", "namespace") for side in (live, new)]
    return sides[0], sides[1]


def _group_and_kind(inputs: Object) -> tuple[str, str]:
    """Return the group of the API version, and the kind."""
    return str(inputs.get("apiVersion", "")).rpartition("/")[0], str(inputs.get("kind", ""))


def _has_same_name(live: Object, new: Object) -> bool:
    """Return whether the old and the new object have the same name, so that they cannot exist together."""
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
    """Return whether a changed path is below one of the roots, or above one that the new inputs set."""
    roots_below = [root for root in roots if root.startswith(f"{path}.") and _at(new, tuple(root.split("."))) is not ABSENT]
    return bool(roots_below) or _under(path, roots)


def _changes(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, Change]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            if key not in old or key not in new:
                yield (*path, key), "add" if key not in old else "delete"
            else:
                yield from _changes(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            if index >= len(old) or index >= len(new):
                yield (*path, index), "add" if index >= len(old) else "delete"
            else:
                yield from _changes(old[index], new[index], (*path, index))
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield path, "update"
