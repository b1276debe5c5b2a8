"""Give the commission its panels and rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import core.db

revision = "0900"
down_revision = "0801"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")

STANDING = """
    INSERT INTO panel (id, name, position, majority, tie, short_members, alarm_hours)
    VALUES ('standing', '', 0, 'simple', 'cautious', 2, 12)
"""


def upgrade() -> None:
    op.create_table(
        "cause_catalogue",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("cards", Json, nullable=False),
        sa.Column("retired", Json, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.Column("published_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_cause_catalogue")),
    )
    op.create_table(
        "panel",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=True),
        sa.Column("majority", sa.String(), nullable=False),
        sa.Column("tie", sa.String(), nullable=False),
        sa.Column("short_people", sa.Integer(), nullable=True),
        sa.Column("short_members", sa.Integer(), nullable=False),
        sa.Column("alarm_hours", sa.Integer(), nullable=False),
        sa.Column("secretary_id", sa.String(), nullable=True),
        sa.Column("retired_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.execute(STANDING)
    op.create_table(
        "severity_statement",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts_sealed", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.Column("quarters", sa.Integer(), nullable=False),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("stated_by", sa.String(), nullable=False),
        sa.Column("stated_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_severity_statement_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severity_statement")),
        sa.UniqueConstraint("incident_id", "version", name=op.f("uq_severity_statement_incident_id_version")),
    )
    op.create_table(
        "minutes",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("commission_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("data_sealed", sa.String(), nullable=False),
        sa.Column("pdf_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("data_sha256", sa.String(), nullable=False),
        sa.Column("pdf_sha256", sa.String(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=False),
        sa.Column("written_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_minutes_commission_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_minutes_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_minutes")),
        sa.UniqueConstraint("commission_id", "version", name=op.f("uq_minutes_commission_id_version")),
    )
    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_minutes_incident_id"), ["incident_id"], unique=False)

    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), autoincrement=False, nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("superseded_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("correction_sealed", sa.String(), nullable=False, server_default=""))
        batch_op.drop_constraint("pk_assessment", type_="primary")
        batch_op.create_primary_key("pk_assessment", ["commission_id", "user_id", "version"])
        batch_op.alter_column("protection_level", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("impact_level", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("likelihood", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("panel_id", sa.String(), nullable=False, server_default="standing"))
        batch_op.add_column(sa.Column("majority", sa.String(), nullable=False, server_default="simple"))
        batch_op.add_column(sa.Column("tie", sa.String(), nullable=False, server_default="cautious"))
        batch_op.add_column(sa.Column("procedure", sa.String(), nullable=False, server_default="full"))
        batch_op.add_column(sa.Column("secretary_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("alarm_hours", sa.Integer(), nullable=False, server_default="12"))
        batch_op.add_column(sa.Column("alarmed_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("proposed_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_commission_panel_id"), "panel", ["panel_id"], ["id"])

    with op.batch_alter_table("commission_seat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("no_conflict_at", core.db.UtcDateTime(timezone=True), nullable=True))

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("statement_id", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("differs", Json, nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("separation", Json, nullable=False, server_default="[]"))
        batch_op.create_foreign_key(
            batch_op.f("fk_decision_statement_id"), "severity_statement", ["statement_id"], ["id"]
        )

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cause_catalogue", sa.String(), nullable=False, server_default=""))

    with op.batch_alter_table("panel_seat", schema=None) as batch_op:
        batch_op.add_column(sa.Column("panel_id", sa.String(), nullable=False, server_default="standing"))
        batch_op.drop_constraint("pk_panel_seat", type_="primary")
        batch_op.create_primary_key("pk_panel_seat", ["panel_id", "user_id"])
        batch_op.create_foreign_key(batch_op.f("fk_panel_seat_panel_id"), "panel", ["panel_id"], ["id"])
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.alter_column("version", existing_type=sa.Integer(), server_default=None)
        batch_op.alter_column("correction_sealed", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.alter_column("panel_id", existing_type=sa.String(), server_default=None)
        batch_op.alter_column("majority", existing_type=sa.String(), server_default=None)
        batch_op.alter_column("tie", existing_type=sa.String(), server_default=None)
        batch_op.alter_column("procedure", existing_type=sa.String(), server_default=None)
        batch_op.alter_column("alarm_hours", existing_type=sa.Integer(), server_default=None)
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.alter_column("differs", existing_type=Json, server_default=None)
        batch_op.alter_column("separation", existing_type=Json, server_default=None)
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.alter_column("cause_catalogue", existing_type=sa.String(), server_default=None)
    with op.batch_alter_table("panel_seat", schema=None) as batch_op:
        batch_op.alter_column("panel_id", existing_type=sa.String(), server_default=None)


def downgrade() -> None:
    op.execute("DELETE FROM assessment WHERE superseded_at IS NOT NULL OR protection_level IS NULL")
    op.execute("DELETE FROM panel_seat WHERE panel_id <> 'standing'")
    with op.batch_alter_table("panel_seat", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_panel_seat_panel_id"), type_="foreignkey")
        batch_op.drop_constraint("pk_panel_seat", type_="primary")
        batch_op.drop_column("panel_id")
        batch_op.create_primary_key("pk_panel_seat", ["user_id"])

    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_column("cause_catalogue")

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_decision_statement_id"), type_="foreignkey")
        batch_op.drop_column("separation")
        batch_op.drop_column("differs")
        batch_op.drop_column("statement_id")

    with op.batch_alter_table("commission_seat", schema=None) as batch_op:
        batch_op.drop_column("no_conflict_at")

    with op.batch_alter_table("commission", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_commission_panel_id"), type_="foreignkey")
        batch_op.drop_column("proposed_at")
        batch_op.drop_column("alarmed_at")
        batch_op.drop_column("alarm_hours")
        batch_op.drop_column("secretary_id")
        batch_op.drop_column("procedure")
        batch_op.drop_column("tie")
        batch_op.drop_column("majority")
        batch_op.drop_column("panel_id")

    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.alter_column("likelihood", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("impact_level", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("protection_level", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("correction_sealed")
        batch_op.drop_column("superseded_at")
        batch_op.drop_constraint("pk_assessment", type_="primary")
        batch_op.drop_column("version")
        batch_op.create_primary_key("pk_assessment", ["commission_id", "user_id"])

    with op.batch_alter_table("minutes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_minutes_incident_id"))

    op.drop_table("minutes")
    op.drop_table("severity_statement")
    op.drop_table("panel")
    op.drop_table("cause_catalogue")
