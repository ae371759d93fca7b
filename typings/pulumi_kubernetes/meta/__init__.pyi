# Written by make reference.
from pulumi_kubernetes.meta import v1 as v1
