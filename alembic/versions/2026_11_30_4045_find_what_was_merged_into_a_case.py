"""Find the cases that were merged into one without reading them all: erasing asks it for each case."""

import sqlalchemy as sa
from alembic import op

revision = "4045"
down_revision = "4044"
branch_labels = None
depends_on = None

MERGED = sa.text("merged_into_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_incident_merged_into_id", "incident", ["merged_into_id"], sqlite_where=MERGED,
                    postgresql_where=MERGED)  # fmt: skip


def downgrade() -> None:
    op.drop_index("ix_incident_merged_into_id", "incident")
