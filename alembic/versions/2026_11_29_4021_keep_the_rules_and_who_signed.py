"""Keep the rules in versions, who signed or refused them, and who was asked."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4021"
down_revision = "4042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rules_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text_sv", sa.String(), nullable=False),
        sa.Column("text_en", sa.String(), nullable=False),
        sa.Column("summary_sv", sa.String(), nullable=False),
        sa.Column("summary_en", sa.String(), nullable=False),
        sa.Column("published_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_rules_version")),
    )
    op.create_table(
        "rules_answer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_rules_answer_user_id")),
        sa.ForeignKeyConstraint(["version"], ["rules_version.number"], name=op.f("fk_rules_answer_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules_answer")),
    )
    op.create_index("ix_rules_answer_user_id_at", "rules_answer", ["user_id", "at"])
    op.create_index(op.f("ix_rules_answer_version"), "rules_answer", ["version"])
    op.create_table(
        "rules_reminder",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("since", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("given_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_rules_reminder_user_id")),
        sa.ForeignKeyConstraint(["version"], ["rules_version.number"], name=op.f("fk_rules_reminder_version")),
        sa.PrimaryKeyConstraint("user_id", "version", "since", "days", name=op.f("pk_rules_reminder")),
    )


def downgrade() -> None:
    op.drop_table("rules_reminder")
    op.drop_table("rules_answer")
    op.drop_table("rules_version")
