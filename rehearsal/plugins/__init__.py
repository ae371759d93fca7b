"""What Pulumi runs as plugins, for machines where its own cannot be downloaded."""
