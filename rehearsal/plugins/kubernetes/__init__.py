"""A Kubernetes provider for the Pulumi engine, under the names of pulumi-kubernetes: server-side apply, then wait until the object works."""
