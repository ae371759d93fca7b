"""Settings of all unit tests."""

from hypothesis import settings

# A test that waits for a core on a busy machine is not a slow one.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")
