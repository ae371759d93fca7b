"""Comparison of the stand-in with another Kubernetes provider: checks, states, diffs, refreshes and previews."""

import copy
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from rehearsal import paths
from rehearsal.plugins.kubernetes.values import Object, is_secret, plain
from rehearsal.tests.plugins.engine import REAL, AnswerError, Engine, Resource

pytestmark = [
    pytest.mark.rehearsal,
    pytest.mark.skipif(not REAL, reason="there is nothing to compare with: set KUBERNETES_PLUGIN"),
]

CONTAINER = {
    "name": "main",
    "image": "none.invalid/none",
    "args": ["a"],
    "env": [],
    "stdin": False,
    "resources": {"limits": {"cpu": "1000m", "memory": "1024Mi"}, "requests": {"cpu": 0.5, "memory": "128Mi"}},
    "securityContext": {"runAsNonRoot": True, "capabilities": {"drop": ["ALL"]}},
    "volumeMounts": [{"name": "data", "mountPath": "/data", "readOnly": False}],
}
POD = {
    "metadata": {"labels": {"a": "b"}},
    "spec": {
        "containers": [CONTAINER],
        "volumes": [{"name": "data", "emptyDir": {}}, {"name": "tmp", "emptyDir": {"sizeLimit": "1024Mi", "medium": ""}}],
        "tolerations": [],
        "hostNetwork": False,
        "automountServiceAccountToken": False,
    },
}
ENDING = {**POD, "spec": {**POD["spec"], "restartPolicy": "Never"}}  # type: ignore[dict-item]
SELECTOR = {"matchLabels": {"a": "b"}}
AT_CONTAINER = "spec.template.spec.containers.0"


def manifest(api_version: str, kind: str, *, named: bool = True, namespaced: bool = True, **fields: Any) -> Object:
    """Return an object without a wait; NAME stands for the name, which differs between the providers."""
    meta: Object = {"annotations": {"pulumi.com/skipAwait": "true"}}
    meta |= {"name": "NAME"} if named else {}
    meta |= {"namespace": "default"} if namespaced else {}
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **fields}


def changed(base: Object, path: str, value: Any) -> Object:
    """Return the object with a value at a path such as `spec.ports.0.port`, or without the path if the value is None."""
    found = copy.deepcopy(base)
    *above, last = path.split(".")
    holder: Any = found
    for part in above:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    if value is None:
        del holder[last]
    else:
        holder[last] = value
    return found


@dataclass(frozen=True, kw_only=True)
class Case:
    """An object and its changes: `{path: value}`, where None removes the field."""

    group: str
    base: Object
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def token(self) -> str:
        return f"kubernetes:{self.group}:{self.base['kind']}"

    def wanted(self) -> list[Object]:
        return [self.base, *(changed(self.base, path, value) for path, value in self.changes.items())]


def workload(kind: str, **spec: Any) -> Object:
    return manifest("apps/v1", kind, spec={"replicas": 0, "selector": SELECTOR, "template": POD, **spec})


SECRET = manifest("v1", "Secret", stringData={"a": "1"}, type="Opaque")
JOB = {"suspend": True, "backoffLimit": 3, "template": ENDING}
POLICY = {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": []}
NODE_CLASS = {"group": "eks.amazonaws.com", "kind": "NodeClass", "name": "x"}
POOL = {"weight": 1, "limits": {"cpu": "1000m"}, "template": {"spec": {"nodeClassRef": NODE_CLASS, "requirements": []}}}
STORAGE: Object = {"provisioner": "example.org/x", "parameters": {"type": "gp3"}, "reclaimPolicy": "Retain"}
CLAIM = {"accessModes": ["ReadWriteOnce"], "storageClassName": "none", "resources": {"requests": {"storage": "1024Mi"}}}
ROLE = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "x"}
HTTP = {"name": "http", "port": 80, "targetPort": 80, "protocol": "TCP"}

CASES = [
    Case(
        group="apps/v1",
        base=workload("Deployment"),
        changes={
            "spec.replicas": 2,
            "spec.selector": {"matchLabels": {"a": "c"}},
            "spec.paused": False,
            "spec.template.metadata.annotations": {},
            "spec.template.spec.hostNetwork": True,
            "spec.template.spec.tolerations": None,
            "spec.template.spec.enableServiceLinks": False,
            "spec.template.spec.volumes.1.emptyDir": {},
            f"{AT_CONTAINER}.image": "none.invalid/other",
            f"{AT_CONTAINER}.args": ["x", "a"],
            f"{AT_CONTAINER}.env": [{"name": "A", "value": ""}],
            f"{AT_CONTAINER}.stdin": None,
            f"{AT_CONTAINER}.tty": False,
            f"{AT_CONTAINER}.resources.limits.cpu": "1",
            f"{AT_CONTAINER}.resources.limits.memory": "2048Mi",
            "metadata.labels": {"app.kubernetes.io/name": "x"},
            "metadata.name": "other",
            "metadata.namespace": None,
        },
    ),
    Case(
        group="apps/v1",
        base=workload("StatefulSet", serviceName="x"),
        changes={"spec.serviceName": "z", "spec.volumeClaimTemplates": [], "spec.revisionHistoryLimit": 3},
    ),
    Case(
        group="batch/v1",
        base=manifest("batch/v1", "Job", named=False, spec=JOB),
        changes={f"{AT_CONTAINER}.image": "z", "spec.backoffLimit": 1, "spec.activeDeadlineSeconds": 1},
    ),
    Case(
        group="core/v1",
        base=manifest("v1", "Service", spec={"selector": {"a": "b"}, "ports": [HTTP]}),
        changes={"spec.ports.0.targetPort": "http", "spec.ports": [HTTP, {"name": "b", "port": 90}], "spec.clusterIP": "None"},
    ),
    Case(
        group="core/v1",
        base=manifest("v1", "ConfigMap", data={"a": "1", "b.c": "2"}),
        changes={"data.a": "2", "data": {}, "immutable": True, "binaryData": {"x": "Yg=="}, "metadata.labels": {"a": "b"}},
    ),
    Case(
        group="core/v1",
        base=manifest("v1", "ConfigMap", named=False, immutable=True, data={"a": "1"}),
        changes={"data.a": "2", "immutable": None, "metadata.name": "fixed"},
    ),
    Case(group="core/v1", base=SECRET, changes={"stringData.a": "2", "stringData.b": "2", "type": "x/y", "stringData": None}),
    Case(
        group="core/v1",
        base=manifest("v1", "PersistentVolumeClaim", spec=CLAIM),
        changes={"spec.resources.requests.storage": "1Gi", "spec.storageClassName": "x", "spec.volumeMode": "Block"},
    ),
    Case(
        group="networking.k8s.io/v1",
        base=manifest("networking.k8s.io/v1", "NetworkPolicy", spec=POLICY),
        changes={"spec.podSelector": SELECTOR, "spec.ingress": [{"from": [{"podSelector": {}}]}]},
    ),
    Case(
        group="storage.k8s.io/v1",
        base=manifest("storage.k8s.io/v1", "StorageClass", namespaced=False, **STORAGE),
        changes={"reclaimPolicy": "Delete", "parameters.type": "gp2", "provisioner": "example.org/y"},
    ),
    Case(
        group="rbac.authorization.k8s.io/v1",
        base=manifest("rbac.authorization.k8s.io/v1", "RoleBinding", roleRef=ROLE, subjects=[]),
        changes={"roleRef.name": "y"},
    ),
    Case(
        group="karpenter.sh/v1",
        base=manifest("karpenter.sh/v1", "NodePool", namespaced=False, spec=POOL),
        changes={"spec.limits.cpu": "1", "spec.weight": 2, "spec.template.spec.nodeClassRef.name": "y"},
    ),
]


@pytest.fixture(params=CASES, ids=lambda case: f"{case.base['kind']}-{len(case.changes)}")
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Engine, Engine]]:
    """Return an engine with the stand-in and one with the other provider."""
    kubeconfig = paths.KUBECONFIG.read_text()
    ours, theirs = Engine(kubeconfig, plugin=""), Engine(kubeconfig, plugin=REAL)
    yield ours, theirs
    ours.stop()
    theirs.stop()


def answers(engine: Engine, case: Case) -> dict[str, Any]:
    name = f"compared-{uuid4().hex[:8]}"
    base, *others = (json.loads(json.dumps(wanted).replace("NAME", name)) for wanted in case.wanted())
    made = engine.create(case.token, name, base)
    found: dict[str, Any] = {"inputs": _shown(made.inputs), "kept": _shown(made.outputs["__inputs"])}
    found["diffs"] = [_difference(engine, made, wanted) for wanted in (base, *others)]
    engine.refresh(made)
    found["refreshed"] = _shown(made.inputs)
    found["diffs after that"] = [_difference(engine, made, wanted) for wanted in (base, *others)]
    in_place = [wanted for wanted, found_so in zip(others, found["diffs"][1:], strict=True) if not found_so["replaces"]]
    found["previews"] = [_preview(engine, made, wanted) for wanted in in_place]
    engine.delete(made)
    # The digits of names are random.
    return dict(json.loads(re.sub(rf"{name}(-[0-9a-f]{{8}})?", "NAME", json.dumps(found, sort_keys=True))))


def _difference(engine: Engine, made: Resource, wanted: Object) -> Object:
    answer = engine.diff(made, wanted)
    detailed = {path: (change.kind, change.inputDiff) for path, change in answer.detailedDiff.items()}
    replaces = sorted(answer.replaces)
    return {"changes": answer.changes, "replaces": replaces, "first": answer.deleteBeforeReplace, "detailed": detailed}


def _preview(engine: Engine, made: Resource, wanted: Object) -> str:
    try:
        engine.update(made, wanted, preview=True)
    except AnswerError as error:
        return f"refused, kept: {error.partial is not None}"
    return "passes"


def _shown(value: Any) -> Any:
    """Return the value with readable secret marks and without null values."""
    if is_secret(value):
        return {"secret": plain(value)}
    if isinstance(value, dict):
        return {key: _shown(inner) for key, inner in value.items() if inner is not None}
    return [_shown(inner) for inner in value] if isinstance(value, list) else value


def test_both_providers_give_the_same_answers(both: tuple[Engine, Engine], case: Case) -> None:
    ours, theirs = (answers(engine, case) for engine in both)
    assert ours["diffs"][0]["changes"] == 1, "an object that was just made is unchanged"
    assert ours == theirs
