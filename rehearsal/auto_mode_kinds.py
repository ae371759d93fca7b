"""The custom resource definitions of EKS Auto Mode that a program may use."""

from typing import Any, Final

GROUP: Final = "eks.amazonaws.com"
KARPENTER: Final = "karpenter.sh"

Schema = dict[str, Any]
ANY: Final[Schema] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
TEXT: Final[Schema] = {"type": "string"}


def _object(required: tuple[str, ...] = (), **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties} | ({"required": list(required)} if required else {})


def _list(items: Schema, least: int = 0) -> Schema:
    return {"type": "array", "items": items, "minItems": least}


# Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/targetgroupbinding/spec/
BINDING: Final = _object(
    ("serviceRef",),
    serviceRef=_object(("name", "port"), name=TEXT, port={"x-kubernetes-int-or-string": True}),
    targetGroupARN=TEXT | {"minLength": 1},
    targetGroupName=TEXT,
    targetType=TEXT | {"enum": ["instance", "ip"]},
    ipAddressType=TEXT | {"enum": ["ipv4", "ipv6"]},
    vpcID=TEXT,
    networking=ANY,
    nodeSelector=ANY,
    multiClusterTargetGroup={"type": "boolean"},
)
# Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-class.html
NODE_CLASS: Final = _object(
    ("subnetSelectorTerms", "securityGroupSelectorTerms"),
    role=TEXT,
    instanceProfile=TEXT,
    subnetSelectorTerms=_list(_object(id=TEXT, tags=ANY), 1),
    securityGroupSelectorTerms=_list(_object(id=TEXT, name=TEXT, tags=ANY), 1),
    networkPolicy=TEXT | {"enum": ["DefaultAllow", "DefaultDeny"]},
    networkPolicyEventLogs=TEXT | {"enum": ["Enabled", "Disabled"]},
    snatPolicy=TEXT | {"enum": ["Random", "Disabled"]},
    ephemeralStorage=ANY,
    tags=ANY,
)
# Source: https://docs.aws.amazon.com/eks/latest/userguide/create-node-pool.html
NODE_POOL: Final = _object(
    ("template",),
    template=_object(
        ("spec",),
        metadata=ANY,
        spec=_object(
            ("nodeClassRef", "requirements"),
            nodeClassRef=_object(("group", "kind", "name"), group=TEXT, kind=TEXT, name=TEXT),
            requirements=_list(
                _object(
                    ("key", "operator"),
                    key=TEXT,
                    operator=TEXT | {"enum": ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]},
                    values=_list(TEXT),
                    minValues={"type": "integer"},
                )
            ),
            taints=_list(ANY),
            expireAfter=TEXT,
            terminationGracePeriod=TEXT,
        ),
    ),
    disruption=_object(
        consolidationPolicy=TEXT | {"enum": ["WhenEmpty", "WhenEmptyOrUnderutilized"]},
        consolidateAfter=TEXT,
        budgets=_list(ANY),
    ),
    limits=ANY,
    weight={"type": "integer"},
)


def _definition(group: str, kind: str, scope: str, spec: Schema) -> dict[str, Any]:
    singular = kind.lower()
    plural = f"{singular}es" if singular.endswith("s") else f"{singular}s"
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "subresources": {"status": {}},
        "schema": {"openAPIV3Schema": {"type": "object", "required": ["spec"], "properties": {"spec": spec, "status": ANY}}},
    }
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": scope,
            "names": {"kind": kind, "listKind": f"{kind}List", "plural": plural, "singular": singular},
            "versions": [version],
        },
    }


DEFINITIONS: Final = (
    _definition(GROUP, "TargetGroupBinding", "Namespaced", BINDING),
    _definition(GROUP, "NodeClass", "Cluster", NODE_CLASS),
    _definition(KARPENTER, "NodePool", "Cluster", NODE_POOL),
)
