"""Keep samples: the rule and seed each was drawn by, and its cases."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3042"
down_revision = "3072"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sample",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("drawn_by", sa.String(), nullable=False),
        sa.Column("drawn_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("filter", core.db.Json, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("seed_given", sa.Boolean(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
    )
    op.create_index("ix_sample_drawn_at_id", "sample", ["drawn_at", "id"])
    op.create_table(
        "sampled_case",
        sa.Column("sample_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("looked_by", sa.String(), nullable=True),
        sa.Column("looked_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["sample_id"], ["sample.id"], name=op.f("fk_sampled_case_sample_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_sampled_case_incident_id")),
        sa.PrimaryKeyConstraint("sample_id", "incident_id", name=op.f("pk_sampled_case")),
    )
    op.create_index("ix_sampled_case_incident_id", "sampled_case", ["incident_id"])


def downgrade() -> None:
    op.drop_table("sampled_case")
    op.drop_table("sample")
