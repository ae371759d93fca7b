"""A Kubernetes provider for the Pulumi engine, under the names of pulumi-kubernetes: apply, then wait until it works."""
