"""Keep what the public was told instead of each person."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2253"
down_revision = "2252"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "public_communication",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("fields_sealed", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("last_edited_by", sa.String(), nullable=False),
        sa.Column("edited_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("proof_id", sa.String(), nullable=True),
        sa.Column("noted_by", sa.String(), nullable=True),
        sa.Column("noted_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'published')", name=op.f("ck_public_communication_known_public_state")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_communication")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_public_communication_incident_id_number")),
    )
    op.create_index(op.f("ix_public_communication_incident_id"), "public_communication", ["incident_id"])


def downgrade() -> None:
    op.drop_table("public_communication")
