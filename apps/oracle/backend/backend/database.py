"""The predictions table, and the engine behind it."""

from datetime import date, datetime

from alembic.config import Config as AlembicConfig
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import BigInteger, Date, DateTime, Engine, Integer, SmallInteger, String, create_engine, func
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from backend.config import Config
from backend.person import LONGEST_NAME


class Base(DeclarativeBase):
    pass


class Prediction(Base):
    __tablename__ = "predictions"

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    person: Mapped[str] = mapped_column(String(64), unique=True)
    first_name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    age: Mapped[int] = mapped_column(SmallInteger)
    date_of_death: Mapped[date] = mapped_column(Date)
    sentence: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime, server_default=func.current_timestamp())


def engine_of(config: Config) -> Engine:
    return create_engine(
        config.url,
        # Requests wait for one of these, a while: the server has so many for each replica, and no more.
        pool_size=8,
        max_overflow=0,
        pool_pre_ping=True,
        pool_recycle=300,
        pool_timeout=5,
        connect_args={
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
