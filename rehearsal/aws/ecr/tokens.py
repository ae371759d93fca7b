"""Authorization tokens: HAProxy admits writes with a token from a file of all tokens that have not expired."""

from __future__ import annotations

import secrets
import threading
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from moto.core.responses import ActionResult
from moto.ecr.responses import ECRResponse

from rehearsal import paths
from rehearsal.aws.alb import haproxy
from rehearsal.aws.patching import replaces
from rehearsal.files import write_atomically

# Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetAuthorizationToken.html
LIFETIME: Final = timedelta(hours=12)


class Tokens:
    """The valid tokens, in memory and in HAProxy's file. A thread that holds `lock` may wait for HAProxy's reload lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.expiries: dict[str, datetime] = {}
        self.lock = threading.Lock()

    def issue(self, now: datetime) -> tuple[str, datetime]:
        """Create a token and return it with its expiry; HAProxy accepts it when the call returns."""
        token = b64encode(b"AWS:" + secrets.token_urlsafe(32).encode()).decode()
        with self.lock:
            self.expiries[token] = now + LIFETIME
            self.write()
            haproxy.send_command(f"add acl {self.path} Basic\\ {token}")
        return token, self.expiries[token]

    def expire(self, now: datetime) -> None:
        """Remove the tokens that have expired."""
        with self.lock:
            expired = [token for token, expiry in self.expiries.items() if expiry <= now]
            for token in expired:
                del self.expiries[token]
                haproxy.send_command(f"del acl {self.path} Basic\\ {token}")
            if expired:
                self.write()

    def write(self) -> None:
        """Replace the file of tokens."""
        write_atomically(self.path, "".join(f"Basic {token}\n" for token in self.expiries), mode=0o600)


tokens = Tokens(paths.STATE / "haproxy" / "ecr-tokens")


@replaces(ECRResponse)
def get_authorization_token(original: Any, self: Any) -> ActionResult:
    del original
    token, expires = tokens.issue(datetime.now(UTC))
    data = {"authorizationToken": token, "expiresAt": expires, "proxyEndpoint": f"https://{paths.REGISTRY}"}
    return ActionResult({"authorizationData": [data]})
