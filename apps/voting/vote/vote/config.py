"""What the environment says, parsed once; every problem is named at once."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

PORT = re.compile(r"[1-9]\d{0,4}")


class ConfigError(ValueError):
    """All that is wrong with the environment."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """A field's name in capitals is its environment variable."""

    redis_host: str
    redis_port: int
    redis_user: str
    redis_password: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Config":
        names = [name.upper() for name in cls.__dataclass_fields__]
        problems = [f"{name} is missing" for name in names if not environment.get(name)]
        port = environment.get("REDIS_PORT", "")
        if port and not PORT.fullmatch(port):
            problems.append(f"REDIS_PORT must be a port number, got {port!r}")
        if problems:
            raise ConfigError("; ".join(problems))
        values: dict[str, Any] = {name.lower(): environment[name] for name in names}
        return cls(**{**values, "redis_port": int(port)})


def load_or_exit(environment: Mapping[str, str]) -> Config:
    try:
        return Config.of(environment)
    except ConfigError as error:
        print(f"configuration: {error}", file=sys.stderr)
        sys.exit(1)
