"""Brings the schema to the version of this code; run by a Job before a roll-out."""

import logging
import os
import sys

from alembic import command
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from backend.config import load_or_exit
from backend.database import alembic_config, engine_of
from backend.logs import JsonFormatter

PATIENCE_SECONDS = 120
# The Job's deadline ends whoever waits longer. A try is shorter than the connection's read_timeout.
LOCK_SECONDS, LOCK_TRY_SECONDS = 900, 5
log = logging.getLogger("backend.migrate")


@retry(retry=retry_if_exception_type(OperationalError), stop=stop_after_delay(PATIENCE_SECONDS), wait=wait_fixed(2), reraise=True)
def await_login(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))


class LockedError(Exception):
    """Another migration of the schema does not end."""


@retry(retry=retry_if_exception_type(LockedError), stop=stop_after_delay(LOCK_SECONDS), reraise=True)
def take_lock(connection: Connection) -> None:
    """Keep other migrations of the schema out until the connection ends; raise LockedError after LOCK_SECONDS of waiting.

    After an interrupted `pulumi up` the Job of the next one may start beside one that is still running.
    """
    statement = text("SELECT GET_LOCK(CONCAT('migrate ', DATABASE()), :seconds)")
    if connection.scalar(statement, {"seconds": LOCK_TRY_SECONDS}) != 1:
        raise LockedError("another migration of the schema does not end")


def migrate(engine: Engine) -> None:
    config = alembic_config()
    with engine.begin() as connection:
        # SQLite, which the tests use, has no such lock.
        if connection.dialect.name == "mysql":
            # Closed at its end, not kept in the pool: the lock ends with it.
            connection.detach()
            take_lock(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def main() -> int:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    config = load_or_exit(os.environ)
    engine = engine_of(config)
    try:
        await_login(engine)
        migrate(engine)
    except (SQLAlchemyError, LockedError) as error:
        # The driver's own text could hold a statement's values.
        log.error("migration failed", extra={"fields": {"error": type(error).__name__, "host": config.database_host}})
        return 1
    log.info("the schema is up to date")
    return 0


if __name__ == "__main__":
    sys.exit(main())
