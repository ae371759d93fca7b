"""A Kubernetes provider for the Pulumi engine under the names of pulumi-kubernetes, for machines without Pulumi's own.

It applies on the server, then waits until the object works.
"""
