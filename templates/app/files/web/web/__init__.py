"""The service `web`."""
