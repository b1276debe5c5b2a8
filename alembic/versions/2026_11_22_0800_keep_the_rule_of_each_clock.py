"""Keep the rule of each clock, who was told of a level, absences, and alarms for a second channel."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import core.db

revision = "0800"
down_revision = "0601"
branch_labels = None
depends_on = None


RULES = {
    "gdpr": {"anchor": "aware", "period": {"minutes": None, "hours": 72, "days": None, "months": None},
             "basis": "GDPR Art. 33(1)", "cap": None, "threshold": "risk", "ordered_end": ""},
    "house": {"anchor": "reported", "period": {"minutes": 30, "hours": None, "days": None, "months": None},
              "basis": "Clause 3.5 d", "cap": None, "threshold": "any", "ordered_end": ""},
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "channel_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_until", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channel_message")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_channel_message_idem_key")),
    )
    with op.batch_alter_table("channel_message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_channel_message_unsent",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.create_table(
        "absence",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("deputy_id", sa.String(), nullable=False),
        sa.Column("from_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("set_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["deputy_id"], ["user.id"], name=op.f("fk_absence_deputy_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_absence_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index("ix_absence_user_id_until_at", ["user_id", "until_at"], unique=False)

    op.create_table(
        "clock_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("recorded_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("note_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_clock_event_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_event")),
    )
    with op.batch_alter_table("clock_event", schema=None) as batch_op:
        batch_op.create_index("ix_clock_event_incident_id_event", ["incident_id", "event"], unique=False)

    op.create_table(
        "regime_choice",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("applies", sa.Boolean(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("given", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_regime_choice_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "regime", name=op.f("pk_regime_choice")),
    )
    op.create_table(
        "level_alarm",
        sa.Column("clock_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["clock_id", "round", "level"],
            ["clock_level.clock_id", "clock_level.round", "clock_level.level"],
            name=op.f("fk_level_alarm_clock_id_round_level"),
        ),
        sa.PrimaryKeyConstraint("clock_id", "round", "level", "number", "user_id", name=op.f("pk_level_alarm")),
    )
    with op.batch_alter_table("level_alarm", schema=None) as batch_op:
        batch_op.create_index("ix_level_alarm_message_id", ["message_id"], unique=False)

    with op.batch_alter_table("clock_level", schema=None) as batch_op:
        batch_op.add_column(sa.Column("told_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("alarms", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("sent_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("second_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_at", core.db.UtcDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_by", sa.String(), nullable=True))
        batch_op.create_index(
            "ix_clock_level_to_tell",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("told_at IS NULL AND NOT overtaken"),
            postgresql_where=sa.text("told_at IS NULL AND NOT overtaken"),
        )
        batch_op.create_index(
            "ix_clock_level_unsent",
            ["told_at"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NULL AND NOT overtaken"),
            postgresql_where=sa.text("sent_at IS NULL AND NOT overtaken"),
        )

    with op.batch_alter_table("incident_clock", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rule", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=True)
        )
        batch_op.add_column(sa.Column("confirmed", sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column("late_seconds", sa.Integer(), nullable=True))
        batch_op.alter_column("due_at", existing_type=sa.DATETIME(), nullable=True)
    _fill()


def _fill() -> None:
    """Clocks that ran before are given the rule they were started under; what had been told stays told."""
    json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")
    clock = sa.table("incident_clock", sa.column("regime"), sa.column("rule", json))
    for regime, rule in RULES.items():
        op.execute(clock.update().where(clock.c.regime == regime).values(rule=rule))
    level = sa.table(
        "clock_level", *(sa.column(name) for name in ("overtaken", "raised_at", "told_at", "sent_at", "alarms"))
    )
    told = level.update().where(sa.not_(level.c.overtaken))
    op.execute(told.values(told_at=level.c.raised_at, sent_at=level.c.raised_at, alarms=1))
    with op.batch_alter_table("incident_clock", schema=None) as batch_op:
        batch_op.alter_column("rule", existing_type=json, nullable=False)
        batch_op.alter_column("confirmed", existing_type=sa.Boolean(), server_default=None)
    with op.batch_alter_table("clock_level", schema=None) as batch_op:
        batch_op.alter_column("alarms", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("incident_clock", schema=None) as batch_op:
        batch_op.alter_column("due_at", existing_type=sa.DATETIME(), nullable=False)
        batch_op.drop_column("late_seconds")
        batch_op.drop_column("confirmed")
        batch_op.drop_column("rule")

    with op.batch_alter_table("clock_level", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_clock_level_unsent",
            sqlite_where=sa.text("sent_at IS NULL AND NOT overtaken"),
            postgresql_where=sa.text("sent_at IS NULL AND NOT overtaken"),
        )
        batch_op.drop_index(
            "ix_clock_level_to_tell",
            sqlite_where=sa.text("told_at IS NULL AND NOT overtaken"),
            postgresql_where=sa.text("told_at IS NULL AND NOT overtaken"),
        )
        batch_op.drop_column("acknowledged_by")
        batch_op.drop_column("acknowledged_at")
        batch_op.drop_column("second_at")
        batch_op.drop_column("sent_at")
        batch_op.drop_column("alarms")
        batch_op.drop_column("told_at")

    with op.batch_alter_table("level_alarm", schema=None) as batch_op:
        batch_op.drop_index("ix_level_alarm_message_id")

    op.drop_table("level_alarm")
    op.drop_table("regime_choice")
    with op.batch_alter_table("clock_event", schema=None) as batch_op:
        batch_op.drop_index("ix_clock_event_incident_id_event")

    op.drop_table("clock_event")
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.drop_index("ix_absence_user_id_until_at")

    op.drop_table("absence")
    with op.batch_alter_table("channel_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_channel_message_unsent",
            sqlite_where=sa.text("state = 'queued'"),
            postgresql_where=sa.text("state = 'queued'"),
        )

    op.drop_table("channel_message")
