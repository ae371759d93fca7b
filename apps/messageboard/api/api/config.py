"""What the environment says, parsed once; every problem is named at once."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from sqlalchemy import URL

PORT = re.compile(r"[1-9]\d{0,4}")


class ConfigError(ValueError):
    """All that is wrong with the environment."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """`database_ca`: a PEM file with the authorities of the server's certificate."""

    database_host: str
    database_port: int
    database_name: str
    database_user: str
    database_ca: str
    database_password: str = field(repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Config":
        names = [name.upper() for name in cls.__dataclass_fields__]
        problems = [f"{name} is missing" for name in names if not environment.get(name)]
        port = environment.get("DATABASE_PORT", "")
        if port and not PORT.fullmatch(port):
            problems.append(f"DATABASE_PORT must be a port number, got {port!r}")
        if problems:
            raise ConfigError("; ".join(problems))
        values: dict[str, Any] = {name.lower(): environment[name] for name in names}
        return cls(**{**values, "database_port": int(port)})

    @property
    def url(self) -> URL:
        return URL.create(
            "mysql+pymysql",
            username=self.database_user,
            password=self.database_password,
            host=self.database_host,
            port=self.database_port,
            database=self.database_name,
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
