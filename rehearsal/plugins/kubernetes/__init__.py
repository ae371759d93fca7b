"""A Kubernetes provider for the Pulumi engine with the resource types of pulumi-kubernetes, for machines without Pulumi's own.

It uses server-side apply and waits until the object is ready.
"""
