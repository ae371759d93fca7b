"""`make chaos`: interrupted runs, each recovered by the command that docs/operations.md names."""
