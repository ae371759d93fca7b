"""The outputs of a stack."""

from dataclasses import dataclass

import pulumi


@dataclass(frozen=True, kw_only=True)
class Outputs:
    """What `pulumi stack output` prints: a field's name is the output's name, its docstring the output's documentation."""

    vpc_id: pulumi.Output[str]
    """ID of the VPC."""
    cluster_name: pulumi.Output[str]
    """Name of the EKS cluster."""
    kubeconfig: pulumi.Output[str]
    """Configuration of `kubectl`. It holds no credentials: `aws eks get-token` makes them."""
    database_endpoint: pulumi.Output[str]
    """`address:port` of the database."""
    load_balancer_dns_name: pulumi.Output[str]
    """Name that AWS gives the load balancer."""
    site_urls: dict[str, pulumi.Output[str]]
    """`{host: URL}` of the sites."""
    image_refs: dict[str, pulumi.Output[str]]
    """`{image: repository@digest}` of the images."""
