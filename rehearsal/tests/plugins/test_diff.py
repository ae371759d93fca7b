"""Tests of the differences between live objects and inputs."""

from typing import Any

import pytest

from rehearsal.plugins.kubernetes.diff import UNREADY, Comparison, Difference, difference, text
from rehearsal.plugins.kubernetes.values import Object


def manifest(kind: str, name: str = "a", *, api_version: str = "v1", annotations: Any = None, **fields: Any) -> Object:
    meta = {"name": name, "namespace": "n"} | ({"annotations": annotations} if annotations else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **fields}


def apps(kind: str, **spec: Any) -> Object:
    return manifest(kind, api_version="apps/v1", spec=spec)


def compared(old: Object, new: Object, *, ignored: tuple[str, ...] = (), unready: bool = False, **more: Any) -> Difference:
    """Compare old and new inputs. The live object equals the old inputs unless `live` is set."""
    fields: dict[str, Any] = {"inputs": old, "live": old, "new": new, "namespaced": True, "patch": False} | more
    return difference(Comparison(**fields), ignored=ignored, unready=unready)


AUTONAMED = {"pulumi.com/autonamed": "true"}


def test_equal_inputs_have_no_difference() -> None:
    assert not compared(apps("Deployment", replicas=2), apps("Deployment", replicas=2)).changes


def test_more_replicas_are_an_update_in_place() -> None:
    found = compared(apps("Deployment", replicas=2), apps("Deployment", replicas=3))
    assert found.changes == {"spec.replicas": "update"}
    assert not found.replaces


def test_the_live_object_is_compared_and_not_the_former_inputs() -> None:
    wanted = manifest("NodePool", api_version="karpenter.sh/v1", spec={"limits": {"cpu": "1000m"}})
    live = manifest("NodePool", api_version="karpenter.sh/v1", spec={"limits": {"cpu": "1"}, "weight": 1})
    found = compared(wanted, wanted, live=live)
    assert found.changes == {"spec.limits.cpu": "update"}, "so each `up` shows what a webhook or a definition rewrites"


def test_a_field_that_the_server_dropped_is_added_by_every_update() -> None:
    wanted = manifest("NodePool", api_version="karpenter.sh/v1", spec={"a": 1, "unknown": False})
    assert compared(wanted, wanted, live=manifest("NodePool", api_version="karpenter.sh/v1", spec={"a": 1})).changes == {
        "spec.unknown": "add"
    }


def test_items_that_the_server_added_to_a_list_are_ignored() -> None:
    wanted = apps("Deployment", tolerations=[{"key": "mine"}])
    live = apps("Deployment", tolerations=[{"key": "mine", "operator": "Exists"}, {"key": "theirs"}])
    assert not compared(wanted, wanted, live=live).changes


def test_the_default_namespace_may_be_left_out() -> None:
    wanted = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}}
    live = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "namespace": "default"}}
    assert not compared(wanted, live, live=live).changes
    assert compared(wanted, manifest("ConfigMap"), live=live).replaces == ("metadata.namespace",)


def test_the_namespace_of_a_cluster_wide_kind_is_ignored() -> None:
    live = {"apiVersion": "karpenter.sh/v1", "kind": "NodePool", "metadata": {"name": "a"}}
    assert not compared(manifest("NodePool", api_version="karpenter.sh/v1"), live, live=live, namespaced=False).changes


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        (apps("Deployment", selector={"a": "b"}), apps("Deployment", selector={"a": "c"}), "spec.selector.a"),
        (manifest("ConfigMap", data={"a": "b"}), manifest("ConfigMap", data={"a": "c"}), "data.a"),
        (manifest("Secret", data={"a": "b"}), manifest("Secret", data={"a": "b", "c": "d"}), "data.c"),
        (
            manifest("Job", api_version="batch/v1", spec={"template": {"a": [1]}}),
            manifest("Job", api_version="batch/v1", spec={"template": {"a": [2]}}),
            "spec.template.a[0]",
        ),
        (
            manifest("RoleBinding", api_version="rbac.authorization.k8s.io/v1", roleRef={"name": "a"}),
            manifest("RoleBinding", api_version="rbac.authorization.k8s.io/v1", roleRef={"name": "b"}),
            "roleRef.name",
        ),
        (apps("StatefulSet", serviceName="a"), apps("StatefulSet", serviceName="b"), "spec.serviceName"),
    ],
)
def test_a_change_of_an_immutable_field_requires_a_replacement(old: Object, new: Object, path: str) -> None:
    found = compared(old, new)
    assert found.replaces == (path,)
    assert found.delete_first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            manifest("StorageClass", api_version="storage.k8s.io/v1", reclaimPolicy="Retain"),
            manifest("StorageClass", api_version="storage.k8s.io/v1", reclaimPolicy="Delete"),
        ),
        (
            manifest("PersistentVolumeClaim", spec={"volumeMode": "Block"}),
            manifest("PersistentVolumeClaim", spec={"volumeMode": "Filesystem"}),
        ),
        (manifest("ConfigMap", immutable=True), manifest("ConfigMap")),
        (
            manifest("Gadget", api_version="a.example.org/v1"),
            manifest("Gadget", api_version="b.example.org/v1"),
        ),
        (
            manifest("PersistentVolumeClaim", spec={"resources": {"requests": {"storage": "1Gi"}}}),
            manifest("PersistentVolumeClaim", spec={"resources": {"requests": {"storage": "2Gi"}}}),
        ),
    ],
    ids=["reclaim policy", "volume mode", "immutable", "group", "size"],
)
def test_a_change_of_other_immutable_fields_is_an_update(old: Object, new: Object) -> None:
    found = compared(old, new)
    assert found.changes
    assert not found.replaces


def test_a_new_parent_of_a_replacing_field_requires_a_replacement() -> None:
    old = manifest("Job", api_version="batch/v1")
    assert compared(old, old | {"spec": {"template": {}}}).replaces == ("spec",)
    assert not compared(old, old | {"spec": {"suspend": True}}).replaces


def test_an_autonamed_object_is_created_before_the_old_one_is_deleted() -> None:
    found = compared(
        manifest("ConfigMap", annotations=AUTONAMED, data={"a": "b"}),
        manifest("ConfigMap", annotations=AUTONAMED, data={"a": "c"}),
    )
    assert found.replaces
    assert not found.delete_first


def test_a_renamed_object_is_created_before_the_old_one_is_deleted() -> None:
    found = compared(manifest("ConfigMap", "a"), manifest("ConfigMap", "b"))
    assert found.replaces == ("metadata.name",)
    assert not found.delete_first


def test_a_patch_changes_data_in_place() -> None:
    found = compared(manifest("ConfigMap", data={"a": "b"}), manifest("ConfigMap", data={"a": "c"}), patch=True)
    assert found.changes
    assert not found.replaces


def test_ignored_changes_are_left_out() -> None:
    old, new = apps("Deployment", replicas=2), apps("Deployment", replicas=3)
    assert not compared(old, new, ignored=("spec.replicas",)).changes


def test_an_unready_job_is_replaced_without_a_change() -> None:
    wanted = manifest("Job", api_version="batch/v1", annotations={"pulumi.com/replaceUnready": "true"})
    assert compared(wanted, wanted, unready=True) == Difference(changes={}, replaces=(UNREADY,), delete_first=True)


def test_a_key_with_dots_is_quoted_for_the_engine() -> None:
    assert text(("metadata", "labels", "app.kubernetes.io/name")) == 'metadata.labels["app.kubernetes.io/name"]'
    assert text(("spec", "ports", 0, "port")) == "spec.ports[0].port"
