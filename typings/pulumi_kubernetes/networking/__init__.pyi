# Written by make reference.
from pulumi_kubernetes.networking import v1 as v1
