# Written by make reference.
from pulumi_kubernetes.apps import v1 as v1
