"""One Kubernetes node from its own parts, under supervisord."""
