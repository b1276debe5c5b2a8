"""Name the controls that failed in a case, and the unit it happened in."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4024"
down_revision = "4023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "incident_control",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_incident_control_control_code")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_control_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "control_code", name=op.f("pk_incident_control")),
    )
    op.create_index(op.f("ix_incident_control_control_code"), "incident_control", ["control_code"])
    op.create_table(
        "incident_unit",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_unit_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", name=op.f("pk_incident_unit")),
    )


def downgrade() -> None:
    op.drop_table("incident_unit")
    op.drop_table("incident_control")
