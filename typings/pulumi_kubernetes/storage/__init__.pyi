# Written by make reference.
from pulumi_kubernetes.storage import v1 as v1
