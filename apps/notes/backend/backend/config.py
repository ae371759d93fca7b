"""What the environment says, parsed once; every problem is named at once."""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL

NUMBER = re.compile(r"[1-9][0-9]{0,4}")
LARGEST_PORT = 65535


class ConfigError(ValueError):
    """All that is wrong with the environment."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """A field's name in capitals is its environment variable. `database_ca`: a PEM file of the server's authorities."""

    port: int
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
        problems += [
            f"{name} must be a port number, got {value!r}"
            for name in ("PORT", "DATABASE_PORT")
            if (value := environment.get(name)) and not (NUMBER.fullmatch(value) and int(value) <= LARGEST_PORT)
        ]
        if problems:
            raise ConfigError("; ".join(problems))
        values: dict[str, Any] = {name.lower(): environment[name] for name in names}
        return cls(**{**values, "port": int(values["port"]), "database_port": int(values["database_port"])})

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
        print(f"configuration: {error}", file=sys.stderr)
        sys.exit(1)
