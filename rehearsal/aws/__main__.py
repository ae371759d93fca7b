"""`python -m rehearsal.aws`: the API on 127.0.0.1:5555, the hooks on 127.0.0.1:5556."""

from __future__ import annotations

import logging
import os

# moto reads it at import.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")

from rehearsal.aws.server import main

if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(name)s %(message)s", level=logging.INFO)
    main()
