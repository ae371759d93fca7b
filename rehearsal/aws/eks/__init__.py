"""EKS: the operations that moto lacks, with the local Kubernetes behind every cluster."""

from rehearsal.aws.eks import access, clusters, endpoint, kinds, pod_identity, tags

__all__ = ["access", "clusters", "endpoint", "kinds", "pod_identity", "tags"]
