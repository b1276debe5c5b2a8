"""Let machines report to controls: heartbeats, their last signs of life, and the alarms that were raised."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4011"
down_revision = "3043"
branch_labels = None
depends_on = None
MOMENT = core.db.UtcDateTime(timezone=True)
DUE = sa.text("next_at IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "heartbeat",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("token_made_at", MOMENT, nullable=True),
        sa.Column("interval_seconds", sa.Integer(), nullable=True),
        sa.Column("cron", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("grace_seconds", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("last_at", MOMENT, nullable=True),
        sa.Column("last_success_at", MOMENT, nullable=True),
        sa.Column("expected_at", MOMENT, nullable=False),
        sa.Column("listening_since", MOMENT, nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("beats", sa.Integer(), nullable=False),
        sa.CheckConstraint("(interval_seconds IS NULL) = (cron <> '')", name=op.f("ck_heartbeat_one_schedule")),
        sa.CheckConstraint(
            "state IN ('waiting', 'ok', 'late', 'failed', 'missed', 'off')", name=op.f("ck_heartbeat_state")
        ),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_heartbeat_control_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_heartbeat")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_heartbeat_token_hash")),
    )
    op.create_index("ix_heartbeat_control_code", "heartbeat", ["control_code"])
    op.create_index("ix_heartbeat_due", "heartbeat", ["next_at"], sqlite_where=DUE, postgresql_where=DUE)
    op.create_table(
        "heartbeat_beat",
        sa.Column("heartbeat_id", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("expected_at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=True),
        sa.Column("exit_status", sa.Integer(), nullable=True),
        sa.Column("message_sealed", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["heartbeat_id"], ["heartbeat.id"], name=op.f("fk_heartbeat_beat_heartbeat_id")),
        sa.PrimaryKeyConstraint("heartbeat_id", "place", name=op.f("pk_heartbeat_beat")),
    )
    op.create_table(
        "heartbeat_alarm",
        sa.Column("heartbeat_id", sa.String(), nullable=False),
        sa.Column("about", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("raised_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["heartbeat_id"], ["heartbeat.id"], name=op.f("fk_heartbeat_alarm_heartbeat_id")),
        sa.PrimaryKeyConstraint("heartbeat_id", "about", "kind", name=op.f("pk_heartbeat_alarm")),
    )


def downgrade() -> None:
    op.drop_table("heartbeat_alarm")
    op.drop_table("heartbeat_beat")
    op.drop_table("heartbeat")
