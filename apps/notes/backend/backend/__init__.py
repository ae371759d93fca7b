"""The notes' backend."""
