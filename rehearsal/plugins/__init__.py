"""Stand-ins for Pulumi's plugins, for machines that cannot download Pulumi's own."""
