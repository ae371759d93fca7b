"""The message board's API."""
