# Written by make reference.
from pulumi_kubernetes.policy import v1 as v1
