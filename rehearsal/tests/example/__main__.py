"""A program of another project: a network, an image repository, and a namespace in which pods find the repository's address."""

import pulumi
import pulumi_aws as aws
import pulumi_kubernetes as kubernetes

vpc = aws.ec2.Vpc("network", cidr_block="10.9.0.0/16", tags={"Name": "example"})
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.9.1.0/24")

repository = aws.ecr.Repository("images", name="example/images", image_tag_mutability="IMMUTABLE", force_delete=True)

namespace = kubernetes.core.v1.Namespace("example", metadata={"name": "example"})
addresses = kubernetes.core.v1.ConfigMap(
    "addresses",
    metadata={"name": "addresses", "namespace": namespace.metadata.name},
    data={"registry": repository.repository_url, "subnet": subnet.id},
)

pulumi.export("registry", repository.repository_url)
pulumi.export("vpc_id", vpc.id)
