"""The StorageClass of the stores' volumes: EKS makes none of its own."""

import pulumi
import pulumi_kubernetes as k8s

# A claim cannot change its class, so the name is for ever, and not Pulumi's.
NAME = "gp3-encrypted"


class Storage(pulumi.ComponentResource):
    """Encrypted gp3 volumes, in the zone of the pod that asks first.

    Source: https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html
    """

    storage_class: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("slipway:kubernetes:Storage", name, None, opts)
        made = k8s.storage.v1.StorageClass(
            name,
            metadata={"name": NAME},
            provisioner="ebs.csi.eks.amazonaws.com",
            parameters={"type": "gp3", "encrypted": "true"},
            volume_binding_mode="WaitForFirstConsumer",
            reclaim_policy="Delete",
            allow_volume_expansion=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.storage_class = made.metadata["name"]
        self.register_outputs({})
