"""Keep checklists that an event starts, and who did which step."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4022"
down_revision = "4021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_task",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person_sealed", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("started_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reminded_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("late_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_event_task_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_task")),
    )
    op.create_index(op.f("ix_event_task_user_id"), "event_task", ["user_id"])
    op.create_index("ix_event_task_done_at_due_at", "event_task", ["done_at", "due_at"])
    op.create_table(
        "event_task_step",
        sa.Column("task_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=False),
        sa.Column("settled", sa.String(), nullable=False),
        sa.Column("done_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.String(), nullable=True),
        sa.Column("note_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["event_task.id"], name=op.f("fk_event_task_step_task_id")),
        sa.PrimaryKeyConstraint("task_id", "code", name=op.f("pk_event_task_step")),
    )
    op.create_index(op.f("ix_event_task_step_owner_id"), "event_task_step", ["owner_id"])


def downgrade() -> None:
    op.drop_table("event_task_step")
    op.drop_table("event_task")
