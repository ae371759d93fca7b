"""The API server's schema, and inputs in the form in which the server stores them."""

import base64
from decimal import Decimal
from typing import Any, Final

from kubernetes.utils import quantity

from rehearsal.plugins.kubernetes.values import Object, has_unknown, without

# The built-in API groups, whose inputs pulumi-kubernetes normalises; it leaves custom resources unchanged.
# Source: KnownGroupVersions in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/kinds/kinds.go
BUILT_IN: Final = frozenset({"", "apps", "autoscaling", "batch", "policy"})
BUILT_IN_SUFFIX: Final = ".k8s.io"
# Groups with the suffix that are custom resources.
CUSTOM: Final = frozenset({"gateway.networking.k8s.io", "metrics.k8s.io", "snapshot.storage.k8s.io"})
READ_ONLY: Final = (
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "generation",
    "managedFields",
    "resourceVersion",
    "uid",
)
# Fields of pods, workloads, Services and claims that Kubernetes' Go types omit when they are false, 0 or "", because they are
# not pointers. Other fields keep such a value, because it differs from an unset field.
# Source: the types.go of core, apps and batch in https://github.com/kubernetes/api/tree/v0.35.4
LEFT_OUT: Final = frozenset(
    {
        "clusterIP",
        "concurrencyPolicy",
        "dnsPolicy",
        "externalName",
        "externalTrafficPolicy",
        "failureThreshold",
        "healthCheckNodePort",
        "host",
        "hostIPC",
        "hostNetwork",
        "hostPID",
        "hostPort",
        "imagePullPolicy",
        "initialDelaySeconds",
        "loadBalancerIP",
        "medium",
        "minReadySeconds",
        "nodeName",
        "nodePort",
        "paused",
        "periodSeconds",
        "podManagementPolicy",
        "priorityClassName",
        "protocol",
        "publishNotReadyAddresses",
        "readOnly",
        "restartPolicy",
        "schedulerName",
        "serviceAccount",
        "serviceAccountName",
        "sessionAffinity",
        "stdin",
        "stdinOnce",
        "subPath",
        "subPathExpr",
        "subdomain",
        "successThreshold",
        "terminationMessagePath",
        "terminationMessagePolicy",
        "timeoutSeconds",
        "tty",
        "value",
        "volumeName",
        "workingDir",
    }
)
QUANTITY: Final = "io.k8s.apimachinery.pkg.api.resource.Quantity"
BINARY: Final = ("Ei", "Pi", "Ti", "Gi", "Mi", "Ki", "")
DECIMAL: Final = ("E", "P", "T", "G", "M", "k", "", "m", "u", "n")


def is_built_in(api_version: str) -> bool:
    """Return whether the API version belongs to Kubernetes itself and not to a custom resource."""
    group = api_version.rpartition("/")[0]
    return group in BUILT_IN or (group.endswith(BUILT_IN_SUFFIX) and group not in CUSTOM)


class Schema:
    """The types of the fields of each kind."""

    def __init__(self, document: Object) -> None:
        """Read the API server's OpenAPI document, version 2."""
        self._definitions: dict[str, Object] = document.get("definitions", {})
        self._kinds = {
            (f"{kind['group']}/{kind['version']}".lstrip("/"), kind["kind"]): name
            for name, definition in self._definitions.items()
            for kind in definition.get("x-kubernetes-group-version-kind", ())
        }

    def normalised(self, inputs: Object) -> Object:
        """Return plain inputs as the server would return them, without its defaults."""
        normalised = inputs
        if is_built_in(str(inputs.get("apiVersion", ""))) and not has_unknown(inputs):
            if inputs.get("kind") == "Secret":
                normalised = _encode_secret_data(normalised)
            if (name := self._kinds.get((normalised.get("apiVersion", ""), normalised.get("kind", "")))) is not None:
                normalised = self._canonical(normalised, self._definitions[name])
        for field in READ_ONLY:
            normalised = without(normalised, "metadata", field)
        return normalised

    def _canonical(self, value: Any, specification: Object) -> Any:
        if reference := specification.get("$ref"):
            name = reference.rpartition("/")[2]
            return _canonical_quantity(value) if name == QUANTITY else self._canonical(value, self._definitions.get(name, {}))
        if isinstance(value, list):
            return [self._canonical(element, specification.get("items", {})) for element in value]
        if not isinstance(value, dict):
            return value
        fields, rest = specification.get("properties", {}), specification.get("additionalProperties", {})
        typed = {key: (inner, fields.get(key, rest)) for key, inner in value.items()}
        return {
            key: self._canonical(inner, field)
            for key, (inner, field) in typed.items()
            if not (key in fields and _is_left_out(key, inner, field))
        }


def _is_left_out(name: str, value: Any, specification: Object) -> bool:
    """Return whether Go omits the value: empty lists and maps, and zeros of some fields, but not empty structures."""
    if isinstance(value, (list, dict)):
        return value == [] or (value == {} and "additionalProperties" in specification)
    return name in LEFT_OUT and value in (False, 0, "")


def _encode_secret_data(inputs: Object) -> Object:
    """Return a Secret with `stringData` encoded into `data`, as the server does. `stringData` overrides `data`."""
    texts = inputs.get("stringData")
    if not isinstance(texts, dict) or not texts or not all(isinstance(text, str) for text in texts.values()):
        return inputs
    encoded = {key: base64.b64encode(text.encode()).decode() for key, text in texts.items()}
    return without(inputs, "stringData") | {"data": (inputs.get("data") or {}) | encoded}


def _canonical_quantity(value: Any) -> Any:
    """Return a quantity with the largest unit that results in a whole number: `1000m` is `1`, `1024Mi` is `1Gi`.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    try:
        number = Decimal(quantity.parse_quantity(value))  # type: ignore[no-untyped-call]
    except (ValueError, TypeError):
        return value
    if number == 0:
        return "0"
    for unit in BINARY if str(value).endswith("i") else DECIMAL:
        count = number / quantity.parse_quantity(f"1{unit}")  # type: ignore[no-untyped-call]
        if count == count.to_integral_value():
            return f"{int(count)}{unit}"
    return value


def pruned(live: Any, shape: Any) -> Any:
    """Return the live value reduced to the keys of `shape`; a list is cut to the length of the shape's list.

    Source: pruneMap in https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/provider/util.go
    """
    if isinstance(live, dict) and isinstance(shape, dict):
        return {key: pruned(value, shape[key]) for key, value in live.items() if key in shape}
    if isinstance(live, list) and isinstance(shape, list):
        if live and shape and type(live[0]) is not type(shape[0]):
            return live
        return [pruned(*pair) for pair in zip(live, shape, strict=False)]
    return live
