"""Tell like cases together."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2242"
down_revision = "2241"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bundled_case",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("lead_id", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("left_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_bundled_case_incident_id_incident")),
        sa.ForeignKeyConstraint(["lead_id"], ["incident.id"], name=op.f("fk_bundled_case_lead_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", "lead_id", name=op.f("pk_bundled_case")),
    )
    op.create_index(op.f("ix_bundled_case_lead_id"), "bundled_case", ["lead_id"])
    op.create_index("ix_bundled_case_in_one", "bundled_case", ["incident_id"], unique=True,
                    sqlite_where=sa.text("left_at IS NULL"), postgresql_where=sa.text("left_at IS NULL"))  # fmt: skip
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_filing_notice_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_filing_incident_id_notice_id"), ["incident_id", "notice_id"])


def downgrade() -> None:
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_filing_incident_id_notice_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_filing_notice_id"), ["notice_id"])
    op.drop_table("bundled_case")
