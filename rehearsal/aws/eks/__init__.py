"""EKS: the operations that moto lacks, with the local Kubernetes behind every cluster."""
