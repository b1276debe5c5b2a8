"""Keep courses, who took them, and the unit that somebody works in."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4023"
down_revision = "4022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user", sa.Column("unit", sa.String(), nullable=False, server_default=""))
    with op.batch_alter_table("user") as batch:
        batch.alter_column("unit", server_default=None)
    op.create_table(
        "training_course",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("valid_days", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("retired_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_course")),
    )
    op.create_table(
        "training_record",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("course_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("taken_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.String(), nullable=True),
        sa.Column("entered_by", sa.String(), nullable=False),
        sa.Column("entered_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["training_course.id"], name=op.f("fk_training_record_course_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_training_record_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_record")),
    )
    op.create_index(
        "ix_training_record_course_id_user_id_taken_on", "training_record", ["course_id", "user_id", "taken_on"]
    )
    op.create_index(op.f("ix_training_record_user_id"), "training_record", ["user_id"])
    op.create_table(
        "training_reminder",
        sa.Column("record_id", sa.String(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("given_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["record_id"], ["training_record.id"], name=op.f("fk_training_reminder_record_id")),
        sa.PrimaryKeyConstraint("record_id", "days", name=op.f("pk_training_reminder")),
    )


def downgrade() -> None:
    op.drop_table("training_reminder")
    op.drop_table("training_record")
    op.drop_table("training_course")
    with op.batch_alter_table("user") as batch:
        batch.drop_column("unit")
