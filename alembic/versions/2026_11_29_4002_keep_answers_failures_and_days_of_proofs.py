"""Keep the answers to a control's questions, what was not in order, and until when a proof holds."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4002"
down_revision = "4001"
branch_labels = None
depends_on = None

OPEN = sa.text("state <> 'confirmed'")


def upgrade() -> None:
    op.create_table(
        "control_answer",
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["control_check.id"], name=op.f("fk_control_answer_check_id")),
        sa.PrimaryKeyConstraint("check_id", "question", name=op.f("pk_control_answer")),
    )
    op.create_table(
        "control_failure",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("check_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("failed_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("mended_by", sa.String(), nullable=False),
        sa.Column("mended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.String(), nullable=False),
        sa.Column("confirmed_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("given_back_by", sa.String(), nullable=False),
        sa.Column("given_back_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["check_id"], ["control_check.id"], name=op.f("fk_control_failure_check_id")),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_control_failure_control_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_failure")),
    )
    op.create_index("ix_control_failure_control_code", "control_failure", ["control_code"])
    op.create_index(
        "uq_control_failure_open", "control_failure", ["control_code"],
        unique=True, sqlite_where=OPEN, postgresql_where=OPEN,
    )  # fmt: skip
    with op.batch_alter_table("control_check") as table:
        table.add_column(sa.Column("proof_expires_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("proof_erased_at", core.db.UtcDateTime(timezone=True), nullable=True))
        table.create_index(op.f("ix_control_check_proof_expires_on"), ["proof_expires_on"])
    with op.batch_alter_table("control") as table:
        table.add_column(sa.Column("handed_back_by", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("handed_back_at", core.db.UtcDateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("handed_back_sealed", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("control") as table:
        for column in ("handed_back_sealed", "handed_back_at", "handed_back_by"):
            table.drop_column(column)
    with op.batch_alter_table("control_check") as table:
        table.drop_index(op.f("ix_control_check_proof_expires_on"))
        table.drop_column("proof_erased_at")
        table.drop_column("proof_expires_on")
    op.drop_table("control_failure")
    op.drop_table("control_answer")
