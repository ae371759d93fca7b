"""Write docs/iam/recorded.jsonl: each kind of call that the roles made in a run of the rehearsal, once.

Run it by `.venv/bin/python -m tools.recorded_calls` while the rehearsal runs, after what is to be recorded. The calls are
added to those that are there; `--anew` begins an empty list.
"""

import json
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from rehearsal import paths
from rehearsal.aws import calls

FILE: Final = Path(__file__).resolve().parent.parent / "docs" / "iam" / "recorded.jsonl"
ROLES: Final = {paths.DEPLOYER: "deployer", paths.PREVIEW: "preview"}
# The condition keys on which the documents decide; others would only tell one stack from another.
KEYS: Final = re.compile(
    r"aws:(request|resource)tag/(project|aws:eks:cluster-name)|(ec2|elasticloadbalancing):createaction|iam:.*|kms:.*|route53:.*types"
)
# What differs from run to run.
RANDOM: Final = re.compile(
    r"(?<=[-/:])(?!\d{12}:)[0-9a-f]{7,}(-[0-9a-f]+)*(?=[/:]|$)|(?<=[/-])Z[A-Z0-9]{8,}|(?<=change/)[A-Z0-9]+"
)


def distinct(recorded: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each kind of check of the rehearsal's roles once, with the role, sorted."""
    found = {}
    for call in recorded:
        role = ROLES.get(call["caller"].split("/")[1] if ":assumed-role/" in call["caller"] else "")
        for check in call["checks"] if role and not call["refused"] else ():
            context = {key: values for key, values in sorted(check["context"].items()) if KEYS.fullmatch(key)}
            entry = {"role": role, "action": check["action"], "resource": RANDOM.sub("0", check["resource"]), "context": context}
            found[json.dumps(entry)] = entry
    return [found[key] for key in sorted(found)]


def read() -> list[dict[str, Any]]:
    """Return the committed list."""
    return [json.loads(line) for line in FILE.read_text().splitlines()] if FILE.exists() else []


def main(*arguments: str) -> None:
    """Add what the running rehearsal has recorded."""
    known = [] if "--anew" in arguments else read()
    files = [Path(name) for name in arguments if not name.startswith("--")] or [calls.FILE]
    lines = {json.dumps(entry) for entry in known} | {json.dumps(e) for file in files for e in distinct(calls.read(file))}
    FILE.write_text("".join(f"{line}\n" for line in sorted(lines)))
    print(f"{len(lines)} kinds of calls in {FILE}")


if __name__ == "__main__":
    main(*sys.argv[1:])
