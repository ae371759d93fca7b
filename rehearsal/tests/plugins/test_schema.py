"""Tests of inputs in the server's form, and of live objects in the shape of inputs."""

from typing import Any

import pytest

from rehearsal.plugins.kubernetes.schema import Schema, pruned
from rehearsal.plugins.kubernetes.values import UNKNOWN, Object

QUANTITY = {"$ref": "#/definitions/io.k8s.apimachinery.pkg.api.resource.Quantity"}
DOCUMENT = {
    "definitions": {
        "io.k8s.apimachinery.pkg.api.resource.Quantity": {"type": "string"},
        "Pod": {
            "x-kubernetes-group-version-kind": [{"group": "", "version": "v1", "kind": "Pod"}],
            "properties": {
                "spec": {"$ref": "#/definitions/Spec"},
            },
        },
        "Spec": {
            "properties": {
                "limits": {"type": "object", "additionalProperties": QUANTITY},
                "selector": {"type": "object", "additionalProperties": {"type": "string"}},
                "mounts": {"type": "array", "items": {"$ref": "#/definitions/Mount"}},
                "name": {"type": "string"},
                "hostNetwork": {"type": "boolean"},
                "hostUsers": {"type": "boolean"},
            }
        },
        "Mount": {"properties": {"emptyDir": {"$ref": "#/definitions/EmptyDir"}}},
        "EmptyDir": {"properties": {"sizeLimit": QUANTITY}},
        "Gadget": {
            "x-kubernetes-group-version-kind": [{"group": "example.org", "version": "v1", "kind": "Gadget"}],
            "properties": {"size": QUANTITY},
        },
    }
}
SCHEMA = Schema(DOCUMENT)


def pod(**spec: Any) -> Object:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("1000m", "1"),
        ("0.5", "500m"),
        (0.5, "500m"),
        (2, "2"),
        ("1024Mi", "1Gi"),
        ("1.5Gi", "1536Mi"),
        ("1000M", "1G"),
        ("10", "10"),
        ("1k", "1k"),
        ("1000", "1k"),
        ("0", "0"),
        ("none", "none"),
    ],
)
def test_a_quantity_is_normalised_as_the_server_does(written: Any, kept: str) -> None:
    assert SCHEMA.normalised(pod(limits={"cpu": written}))["spec"]["limits"] == {"cpu": kept}
    assert SCHEMA.normalised(pod(mounts=[{"emptyDir": {"sizeLimit": written}}]))["spec"]["mounts"][0]["emptyDir"] == {
        "sizeLimit": kept
    }


def test_a_text_that_looks_like_a_quantity_is_not_normalised() -> None:
    assert SCHEMA.normalised(pod(name="1000m")) == pod(name="1000m")


def test_empty_lists_and_maps_are_omitted_but_not_empty_structures() -> None:
    wanted = pod(limits={}, mounts=[{"emptyDir": {}}])
    assert SCHEMA.normalised(wanted) == pod(mounts=[{"emptyDir": {}}])
    assert SCHEMA.normalised(pod(mounts=[])) == pod()


def test_a_zero_is_omitted_where_it_equals_an_unset_field() -> None:
    assert SCHEMA.normalised(pod(hostNetwork=False, hostUsers=False)) == pod(hostUsers=False)
    assert SCHEMA.normalised(pod(hostNetwork=True)) == pod(hostNetwork=True)
    assert SCHEMA.normalised(pod(selector={"hostNetwork": ""})) == pod(selector={"hostNetwork": ""}), "a label is no field"


def test_an_unknown_field_is_kept_so_that_the_server_rejects_it() -> None:
    assert SCHEMA.normalised(pod(lmits={"cpu": "1000m"})) == pod(lmits={"cpu": "1000m"})


def test_a_custom_resource_is_not_normalised() -> None:
    gadget = {"apiVersion": "example.org/v1", "kind": "Gadget", "metadata": {"name": "a"}, "size": "1000m"}
    assert SCHEMA.normalised(gadget) == gadget


def test_inputs_with_an_unknown_value_are_not_normalised() -> None:
    assert SCHEMA.normalised(pod(limits={"cpu": "1000m"}, name=UNKNOWN)) == pod(limits={"cpu": "1000m"}, name=UNKNOWN)


def test_string_data_of_a_secret_is_encoded_and_overrides_data() -> None:
    found = SCHEMA.normalised(
        {"apiVersion": "v1", "kind": "Secret", "stringData": {"a": "new"}, "data": {"a": "b2xk", "b": "Yg=="}}
    )
    assert found == {"apiVersion": "v1", "kind": "Secret", "data": {"a": "bmV3", "b": "Yg=="}}


def test_read_only_fields_are_removed_from_every_kind() -> None:
    meta = {"name": "a", "uid": "1", "resourceVersion": "2", "creationTimestamp": None}
    assert SCHEMA.normalised({"apiVersion": "example.org/v1", "metadata": meta})["metadata"] == {"name": "a"}


def test_a_live_object_is_reduced_to_the_shape_of_the_inputs() -> None:
    live = {"a": 1, "b": {"c": 2, "d": 3}, "e": [{"f": 1, "g": 2}, {"f": 3}], "h": [1, 2]}
    shape = {"b": {"c": 0}, "e": [{"f": 0}], "h": ["text"], "gone": 1}
    assert pruned(live, shape) == {"b": {"c": 2}, "e": [{"f": 1}], "h": [1, 2]}
