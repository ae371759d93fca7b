"""`make chaos`: runs that break on the way, each healed by the one command that docs/operations.md names."""
