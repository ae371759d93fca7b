"""Which changes need a new object, and whether the old one must go first."""

from typing import Any

import pytest

from rehearsal.plugins.kubernetes.diff import Difference, difference, text


def manifest(kind: str, name: str = "a", *, api_version: str = "v1", annotations: Any = None, **fields: Any) -> dict[str, Any]:
    meta = {"name": name, "namespace": "n"} | ({"annotations": annotations} if annotations else {})
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **fields}


def compared(old: Any, new: Any, *, live: Any = None, patch: bool = False, ignored: tuple[str, ...] = ()) -> Difference:
    return difference(old, new, live or {}, patch=patch, ignored=ignored)


AUTONAMED = {"pulumi.com/autonamed": "true"}


def test_the_same_inputs_differ_in_nothing() -> None:
    old = manifest("Deployment", spec={"replicas": 2})
    assert not compared(old, manifest("Deployment", spec={"replicas": 2})).changes


def test_more_replicas_are_an_update_in_place() -> None:
    found = compared(manifest("Deployment", spec={"replicas": 2}), manifest("Deployment", spec={"replicas": 3}))
    assert found.changes == {"spec.replicas": "update"}
    assert not found.replaces


@pytest.mark.parametrize(
    ("kind", "old", "new", "path"),
    [
        ("Deployment", {"spec": {"selector": {"a": "b"}}}, {"spec": {"selector": {"a": "c"}}}, "spec.selector.a"),
        ("ConfigMap", {"data": {"a": "b"}}, {"data": {"a": "c"}}, "data.a"),
        ("Secret", {"stringData": {"a": "b"}}, {"stringData": {"a": "b", "c": "d"}}, "stringData.c"),
        ("Job", {"spec": {"template": {"a": [1]}}}, {"spec": {"template": {"a": [2]}}}, "spec.template.a[0]"),
        ("RoleBinding", {"roleRef": {"name": "a"}}, {"roleRef": {"name": "b"}}, "roleRef.name"),
        ("StatefulSet", {"spec": {"serviceName": "a"}}, {"spec": {"serviceName": "b"}}, "spec.serviceName"),
    ],
)
def test_what_the_api_server_lets_nobody_change_needs_a_new_object(kind: str, old: Any, new: Any, path: str) -> None:
    found = compared(manifest(kind, **old), manifest(kind, **new))
    assert found.replaces == (path,)
    assert found.delete_first


def test_a_claim_grows_in_place() -> None:
    def claim(size: str) -> dict[str, Any]:
        return manifest("PersistentVolumeClaim", spec={"resources": {"requests": {"storage": size}}})

    assert not compared(claim("1Gi"), claim("2Gi")).replaces


def test_an_autonamed_object_is_made_before_the_old_one_goes() -> None:
    found = compared(
        manifest("ConfigMap", annotations=AUTONAMED, data={"a": "b"}),
        manifest("ConfigMap", annotations=AUTONAMED, data={"a": "c"}),
    )
    assert found.replaces
    assert not found.delete_first


def test_a_renamed_object_is_made_before_the_old_one_goes() -> None:
    found = compared(manifest("ConfigMap", "a"), manifest("ConfigMap", "b"))
    assert found.replaces == ("metadata.name",)
    assert not found.delete_first


def test_an_immutable_object_that_becomes_mutable_needs_a_new_one() -> None:
    assert compared(manifest("ConfigMap", immutable=True), manifest("ConfigMap")).replaces == ("immutable",)


def test_a_mutable_object_becomes_immutable_in_place() -> None:
    assert not compared(manifest("ConfigMap"), manifest("ConfigMap", immutable=True)).replaces


def test_another_version_of_an_api_shows_the_same_object() -> None:
    found = compared(
        manifest("HorizontalPodAutoscaler", api_version="autoscaling/v1"),
        manifest("HorizontalPodAutoscaler", api_version="autoscaling/v2"),
    )
    assert found.changes
    assert not found.replaces


def test_another_group_is_another_object() -> None:
    found = compared(manifest("NodePool", api_version="karpenter.sh/v1"), manifest("NodePool", api_version="example.org/v1"))
    assert found.replaces == ("apiVersion",)


def test_a_patch_changes_data_in_place() -> None:
    found = compared(manifest("ConfigMap", data={"a": "b"}), manifest("ConfigMap", data={"a": "c"}), patch=True)
    assert found.changes
    assert not found.replaces


def test_ignored_changes_do_not_count() -> None:
    old, new = manifest("Deployment", spec={"replicas": 2}), manifest("Deployment", spec={"replicas": 3})
    assert not compared(old, new, ignored=("spec.replicas",)).changes


def test_a_failed_job_is_made_anew_where_the_program_asks_for_it() -> None:
    wanted = manifest("Job", annotations={"pulumi.com/replaceUnready": "true"})
    failed = {"status": {"conditions": [{"type": "Failed", "status": "True"}]}}
    assert compared(wanted, wanted, live=failed).replaces == ("status",)
    assert not compared(wanted, wanted, live={"status": {}}).changes


def test_a_key_with_dots_is_quoted_for_the_engine() -> None:
    assert text(("metadata", "labels", "app.kubernetes.io/name")) == 'metadata.labels["app.kubernetes.io/name"]'
    assert text(("spec", "ports", 0, "port")) == "spec.ports[0].port"
