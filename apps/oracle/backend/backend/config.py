"""What the environment says, parsed once; every problem is named at once."""

import logging
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy import URL

PORT = re.compile(r"[1-9]\d{0,4}")
LOG_LEVELS = {"production": logging.INFO, "development": logging.DEBUG}


class ConfigError(ValueError):
    """All that is wrong with the environment."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """A field's name in capitals is its environment variable. `mode` says how much is logged."""

    mysql_host: str
    mysql_port: int
    mysql_database: str
    mysql_user: str
    mode: str
    mysql_password: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Config":
        names = [name.upper() for name in cls.__dataclass_fields__]
        problems = [f"{name} is missing" for name in names if not environment.get(name)]
        port, mode = environment.get("MYSQL_PORT", ""), environment.get("MODE", "")
        if port and not PORT.fullmatch(port):
            problems.append(f"MYSQL_PORT must be a port number, got {port!r}")
        if mode and mode not in LOG_LEVELS:
            problems.append(f"MODE must be one of {', '.join(LOG_LEVELS)}, got {mode!r}")
        if problems:
            raise ConfigError("; ".join(problems))
        values: dict[str, Any] = {name.lower(): environment[name] for name in names}
        return cls(**{**values, "mysql_port": int(port)})

    @property
    def log_level(self) -> int:
        return LOG_LEVELS[self.mode]

    @property
    def url(self) -> URL:
        return URL.create(
            "mysql+pymysql",
            username=self.mysql_user,
            password=self.mysql_password,
            host=self.mysql_host,
            port=self.mysql_port,
            database=self.mysql_database,
            query={"charset": "utf8mb4"},
        )


def load_or_exit(environment: Mapping[str, str]) -> Config:
    try:
        return Config.of(environment)
    except ConfigError as error:
        refuse(str(error))


def refuse(text: str) -> NoReturn:
    print(f"configuration: {text}", file=sys.stderr)
    sys.exit(1)
