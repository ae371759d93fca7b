"""Times to the microsecond and an index on them: lists begin with the newest change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.mysql import DATETIME

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    # SQLite, which the tests use, has no precision to set.
    if op.get_context().dialect.name == "mysql":
        # With a default: the pods before a roll-out insert without a time.
        default = sa.text("CURRENT_TIMESTAMP(6)")
        op.alter_column("notes", "changed_at", type_=DATETIME(fsp=6), nullable=False, server_default=default)
    op.create_index("ix_notes_changed_at", "notes", ["changed_at"])


def downgrade() -> None:
    op.drop_index("ix_notes_changed_at", "notes")
    if op.get_context().dialect.name == "mysql":
        default = sa.text("CURRENT_TIMESTAMP")
        op.alter_column("notes", "changed_at", type_=sa.DateTime(), nullable=False, server_default=default)
