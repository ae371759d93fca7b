"""AWS and Kubernetes on one Linux machine, for `pulumi up` without an account. The program knows nothing of it."""
