"""The messages table, and the engine behind it."""

from datetime import datetime

from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, DateTime, Engine, Integer, String, create_engine, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from api.config import Config

AUTHOR_LENGTH, TEXT_LENGTH = 80, 2000


class Base(DeclarativeBase):
    pass


class Message(Base):
    __tablename__ = "messages"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    author: Mapped[str] = mapped_column(String(AUTHOR_LENGTH))
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH))
    created_at: Mapped[datetime] = mapped_column(DateTime, server_default=func.current_timestamp())


def engine_of(config: Config) -> Engine:
    return create_engine(
        config.url,
        # Requests wait for one of these, a while: the server has so many for each replica, and no more.
        pool_size=8,
        max_overflow=0,
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
    config.set_main_option("script_location", "api:migrations")
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
