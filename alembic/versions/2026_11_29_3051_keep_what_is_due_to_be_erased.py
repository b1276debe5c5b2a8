"""Keep what is due to be erased, what has been, and what holds a case back."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3051"
down_revision = "3031"
branch_labels = None
depends_on = None

Moment = core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.add_column("incident", sa.Column("erased_at", Moment, nullable=True))
    _holds()
    _items()
    _parts()


def _holds() -> None:
    op.create_table(
        "legal_hold",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.Column("placed_by", sa.String(), nullable=False),
        sa.Column("placed_at", Moment, nullable=False),
        sa.Column("lift_reason_sealed", sa.String(), nullable=False),
        sa.Column("lift_asked_by", sa.String(), nullable=True),
        sa.Column("lift_asked_at", Moment, nullable=True),
        sa.Column("lifted_by", sa.String(), nullable=True),
        sa.Column("lifted_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_legal_hold_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_hold")),
    )
    op.create_index(
        "ix_legal_hold_in_force",
        "legal_hold",
        ["incident_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )


def _items() -> None:
    op.create_table(
        "erasure_item",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("noticed_at", Moment, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("proposed_at", Moment, nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_erasure_item_incident_id_incident")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure_item")),
        sa.UniqueConstraint("incident_id", "part", name=op.f("uq_erasure_item_incident_id_part")),
    )
    op.create_index("ix_erasure_item_batch_id", "erasure_item", ["batch_id"])
    op.create_index(
        "ix_erasure_item_approved",
        "erasure_item",
        ["approved_at", "id"],
        sqlite_where=sa.text("approved_at IS NOT NULL"),
        postgresql_where=sa.text("approved_at IS NOT NULL"),
    )


def _parts() -> None:
    op.create_table(
        "erased_part",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("due_at", Moment, nullable=False),
        sa.Column("batch_id", sa.String(), nullable=True),
        sa.Column("proposed_by", sa.String(), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("erased_at", Moment, nullable=False),
        sa.Column("cleared_at", Moment, nullable=True),
        sa.Column("swept_at", Moment, nullable=True),
        sa.Column("kept", core.db.Json, nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_erased_part_incident_id_incident")),
        sa.PrimaryKeyConstraint("incident_id", "part", name=op.f("pk_erased_part")),
    )
    op.create_index("ix_erased_part_erased_at", "erased_part", ["erased_at"])
    for name, column, until in (("to_clear", "erased_at", "cleared_at"), ("to_sweep", "cleared_at", "swept_at")):
        where = sa.text(f"{until} IS NULL")
        op.create_index(f"ix_erased_part_{name}", "erased_part", [column], sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ("erased_part", "erasure_item", "legal_hold"):
        op.drop_table(table)
    op.drop_column("incident", "erased_at")
