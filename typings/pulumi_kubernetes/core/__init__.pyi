# Written by make reference.
from pulumi_kubernetes.core import v1 as v1
