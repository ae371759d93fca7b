"""The oracle's backend."""
