"""Alembic's entry: runs the versions on the connection that `backend.migrate` hands over."""

from alembic import context

from backend.database import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
