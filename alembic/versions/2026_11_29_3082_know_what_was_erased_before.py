"""Know what was erased before an older backup came back, so that it is erased again."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3082"
down_revision = "4002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_before",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("erased_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("found_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_erased_before_incident_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", "part", name=op.f("pk_erased_before")),
    )


def downgrade() -> None:
    op.drop_table("erased_before")
