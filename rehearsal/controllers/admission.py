"""Admission webhooks: they add readiness gates to pods and reject the bindings and node classes that AWS rejects."""

import base64
import json
from pathlib import Path
from typing import Any, Final

from flask import Flask, request

from rehearsal.controllers.api import Api, Object
from rehearsal.controllers.bindings import API_VERSION, GATE

NAMESPACE_LABEL: Final = "eks.amazonaws.com/pod-readiness-gate-inject"
IMMUTABLE_FIELDS: Final = ("targetGroupARN", "targetType", "vpcID", "ipAddressType")


def binding_problem(binding: Object, old: Object | None, others: list[Object]) -> str | None:
    """Return the reason why AWS rejects a binding, or None.

    Source: aws-load-balancer-controller, webhooks/elbv2/targetgroupbinding_validator.go; `targetGroupName` is rejected by
    Auto Mode only.
    """
    spec = binding["spec"]
    if spec.get("targetGroupName"):
        return "spec.targetGroupName is not supported, use spec.targetGroupARN"
    if not spec.get("targetGroupARN"):
        return "spec.targetGroupARN is required"
    if not spec.get("targetType"):
        return "spec.targetType is required"
    if old:
        changed = [field for field in IMMUTABLE_FIELDS if old["spec"].get(field) != spec.get(field)]
        return f"spec.{changed[0]} is immutable" if changed else None
    for other in others:
        if other["spec"].get("targetGroupARN") == spec["targetGroupARN"]:
            meta = other["metadata"]
            return (
                f"TargetGroup {spec['targetGroupARN']} is already bound to TargetGroupBinding {meta['namespace']}/{meta['name']}"
            )
    return None


def node_class_problem(node_class: Object) -> str | None:
    """Return the reason why AWS rejects a node class, or None."""
    if node_class["metadata"]["name"] == "default":
        return "a NodeClass may not be named default"
    spec = node_class["spec"]
    return None if spec.get("role") or spec.get("instanceProfile") else "spec.role or spec.instanceProfile is required"


def readiness_gates(pod: Object, bindings: list[Object], services: dict[str, Object]) -> list[Object]:
    """Return a readiness gate for each binding whose Service selects the pod."""
    labels = pod["metadata"].get("labels") or {}
    gates = []
    for binding in bindings:
        service = services.get(binding["spec"]["serviceRef"]["name"])
        selector = (service or {}).get("spec", {}).get("selector") or {}
        if selector and selector.items() <= labels.items() and binding["spec"].get("targetType") == "ip":
            gates.append({"conditionType": GATE + binding["metadata"]["name"]})
    return gates


def configurations(url: str, authority: Path) -> list[Object]:
    """Return the objects that register the webhooks at a URL, with the certificate authority of their server."""
    bundle = base64.b64encode(authority.read_bytes()).decode()

    def webhook(name: str, group: str, resources: list[str], operations: list[str], **more: Any) -> Object:
        return {
            "name": f"{name}.eks.amazonaws.com",
            "clientConfig": {"url": f"{url}/{name}", "caBundle": bundle},
            "rules": [{"apiGroups": [group], "apiVersions": ["v1"], "resources": resources, "operations": operations}],
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            **more,
        }

    # AWS admits pods when the webhook does not answer.
    selector = {"namespaceSelector": {"matchLabels": {NAMESPACE_LABEL: "enabled"}}, "failurePolicy": "Ignore"}
    header = {"apiVersion": "admissionregistration.k8s.io/v1", "metadata": {"name": "eks-auto-mode"}}
    return [
        header | {"kind": "MutatingWebhookConfiguration", "webhooks": [webhook("pods", "", ["pods"], ["CREATE"], **selector)]},
        header
        | {
            "kind": "ValidatingWebhookConfiguration",
            "webhooks": [
                webhook("bindings", "eks.amazonaws.com", ["targetgroupbindings"], ["CREATE", "UPDATE"], failurePolicy="Fail"),
                webhook("nodeclasses", "eks.amazonaws.com", ["nodeclasses"], ["CREATE", "UPDATE"], failurePolicy="Fail"),
            ],
        },
    ]


def application(api: Api) -> Flask:
    """Return the webhook server."""
    app = Flask(__name__)

    def answer(uid: str, problem: str | None, patch: list[Object] | None = None) -> Object:
        response: Object = {"uid": uid, "allowed": problem is None}
        if problem:
            response["status"] = {"message": problem, "code": 400}
        if patch:
            response |= {"patchType": "JSONPatch", "patch": base64.b64encode(json.dumps(patch).encode()).decode()}
        return {"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": response}

    @app.post("/bindings")
    def validate_binding() -> Object:
        review = request.get_json()["request"]
        bindings = api.items(API_VERSION, "TargetGroupBinding")
        return answer(review["uid"], binding_problem(review["object"], review.get("oldObject"), bindings))

    @app.post("/nodeclasses")
    def validate_node_class() -> Object:
        review = request.get_json()["request"]
        return answer(review["uid"], node_class_problem(review["object"]))

    @app.post("/pods")
    def add_readiness_gates() -> Object:
        review = request.get_json()["request"]
        pod, namespace = review["object"], review["namespace"]
        bindings = [item for item in api.items(API_VERSION, "TargetGroupBinding") if item["metadata"]["namespace"] == namespace]
        services = {
            item["metadata"]["name"]: item for item in api.items("v1", "Service") if item["metadata"]["namespace"] == namespace
        }
        gates = readiness_gates(pod, bindings, services)
        value = [*(pod["spec"].get("readinessGates") or []), *gates]
        patch = [{"op": "add", "path": "/spec/readinessGates", "value": value}] if gates else None
        return answer(review["uid"], None, patch)

    return app
