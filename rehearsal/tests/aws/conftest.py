"""The emulator's parts import moto, which reads its settings at import."""

import os

os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
