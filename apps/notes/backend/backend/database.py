"""The notes table, and the engine behind it."""

from datetime import UTC, datetime

from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, DateTime, Engine, Integer, String, Text, create_engine
from sqlalchemy.dialects.mysql import DATETIME
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.config import Config

TITLE_LENGTH, TEXT_LENGTH = 120, 20_000
# MySQL counts bytes: four for a character at most.
TEXT_BYTES = 4 * TEXT_LENGTH


def now() -> datetime:
    """UTC, as the columns hold it: without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "notes"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=1)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    text: Mapped[str] = mapped_column(Text(TEXT_BYTES))
    changed_at: Mapped[datetime] = mapped_column(
        DateTime().with_variant(DATETIME(fsp=6), "mysql"), default=now, onupdate=now, index=True
    )


def engine_of(config: Config) -> Engine:
    return create_engine(
        config.url,
        pool_size=8,
        pool_pre_ping=True,
        # A Multi-AZ fail-over moves the name to another server: connections must not live for ever.
        pool_recycle=300,
        pool_timeout=5,
        connect_args={
            "ssl": {"ca": config.database_ca, "check_hostname": True},
            "connect_timeout": 5,
            "read_timeout": 10,
            "write_timeout": 10,
            "init_command": "SET time_zone = '+00:00'",
        },
    )


def alembic_config() -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", "backend:migrations")
    return config


def is_migrated(engine: Engine) -> bool:
    """Whether the schema is the one that this code was written for, or a newer one.

    A migration runs before the roll-out: until the new pods are ready, the old ones serve on a schema that they do not know.
    """
    scripts = ScriptDirectory.from_config(alembic_config())
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    older = {script.revision for script in scripts.walk_revisions()} - {scripts.get_current_head()}
    return current is not None and current not in older
