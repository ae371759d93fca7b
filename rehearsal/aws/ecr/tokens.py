"""Authorization tokens: HAProxy admits a write with one of those that are in a file, and have not expired."""

from __future__ import annotations

import secrets
import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

from rehearsal import paths
from rehearsal.aws.alb import haproxy
from rehearsal.aws.overlay import replaces

# Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
LIFETIME = timedelta(hours=12)


class Tokens:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.expiries: dict[str, datetime] = {}
        self.lock = threading.Lock()

    def issue(self, now: datetime) -> tuple[str, datetime]:
        """(token, its end), known to HAProxy when the call returns."""
        token = b64encode(b"AWS:" + secrets.token_urlsafe(32).encode()).decode()
        with self.lock:
            self.expiries[token] = now + LIFETIME
            self.write()
            haproxy.tell(f"add acl {self.path} Basic\\ {token}")
        return token, self.expiries[token]

    def expire(self, now: datetime) -> None:
        with self.lock:
            ended = [token for token, end in self.expiries.items() if end <= now]
            for token in ended:
                del self.expiries[token]
                haproxy.tell(f"del acl {self.path} Basic\\ {token}")
            if ended:
                self.write()

    def write(self) -> None:
        new = self.path.with_suffix(".new")
        new.touch(mode=0o600)
        new.write_text("".join(f"Basic {token}\n" for token in self.expiries))
        new.rename(self.path)


tokens = Tokens(paths.STATE / "haproxy" / "ecr-tokens")


@replaces(ECRResponse)
def get_authorization_token(original: Any, self: Any) -> ActionResult:
    del original
    token, expires = tokens.issue(datetime.now(UTC))
    data = {"authorizationToken": token, "expiresAt": expires, "proxyEndpoint": f"https://{paths.REGISTRY}"}
    return ActionResult({"authorizationData": [data]})
