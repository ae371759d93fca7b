# Written by make reference.
from pulumi_kubernetes.batch import v1 as v1
