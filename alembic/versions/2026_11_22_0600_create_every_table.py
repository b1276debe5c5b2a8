"""Create every table."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import core.db

revision = "0600"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("key_hash", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_key_hash_at", ["key_hash", "at"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("object", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_actor"), ["actor"], unique=False)
        batch_op.create_index("ix_audit_entry_at_seq", ["at", "seq"], unique=False)
        batch_op.create_index("ix_audit_entry_case_id_seq", ["case_id", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_object"), ["object"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column(
            "frontier", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.Column("mac", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_value",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "field", "side", name=op.f("pk_audit_value")),
    )
    op.create_table(
        "case_key",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.String(), nullable=False),
        sa.Column("erased_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_key")),
    )
    op.create_table(
        "control",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("deputy_id", sa.String(), nullable=True),
        sa.Column("interval_days", sa.Integer(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("started_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("next_due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_control")),
    )
    with op.batch_alter_table("control", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_control_deputy_id"), ["deputy_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_next_due_at"), ["next_due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_control_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "filing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("filed_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("receipt_file_id", sa.String(), nullable=True),
        sa.Column("content_digest", sa.String(), nullable=False),
        sa.Column("authority_reference_sealed", sa.String(), nullable=False),
        sa.Column("delay_reasons_sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_filing")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_filing_notice_id")),
    )
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.create_index("ix_filing_incident_id_filed_at", ["incident_id", "filed_at"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("containment", sa.String(), nullable=False),
        sa.Column("authority_track", sa.String(), nullable=False),
        sa.Column("people_track", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=True),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("client_uuid", sa.String(), nullable=True),
        sa.Column("receipt_hash", sa.String(), nullable=True),
        sa.Column("receipt_saved_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("still_going_on", sa.String(), nullable=False),
        sa.Column("people_band", sa.String(), nullable=False),
        sa.Column(
            "data_kinds", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("noticed_precision", sa.String(), nullable=False),
        sa.Column("reporter_id", sa.String(), nullable=True),
        sa.Column("taken_by_phone", sa.Boolean(), nullable=False),
        sa.Column("narrative_sealed", sa.String(), nullable=True),
        sa.Column("extra_sealed", sa.String(), nullable=True),
        sa.Column("contact_sealed", sa.String(), nullable=True),
        sa.Column("occurred_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("detected_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reported_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("aware_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("search", sa.String(), nullable=False),
        sa.Column("cause_class", sa.String(), nullable=False),
        sa.Column("cause_code", sa.String(), nullable=False),
        sa.Column("cause_text", sa.String(), nullable=False),
        sa.Column(
            "further_causes", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "breach_types", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column(
            "data_categories",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "subject_groups", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("systems", sa.String(), nullable=False),
        sa.Column(
            "countries", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("people_min", sa.Integer(), nullable=True),
        sa.Column("people_max", sa.Integer(), nullable=True),
        sa.Column("records_count", sa.Integer(), nullable=True),
        sa.Column("classified_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("contained_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("merged_into_id", sa.String(), nullable=True),
        sa.Column("imported_sealed", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["merged_into_id"], ["incident.id"], name=op.f("fk_incident_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("client_uuid", name=op.f("uq_incident_client_uuid")),
        sa.UniqueConstraint("receipt_hash", name=op.f("uq_incident_receipt_hash")),
        sa.UniqueConstraint("reference", name=op.f("uq_incident_reference")),
        sa.UniqueConstraint("source", "external_id", name=op.f("uq_incident_source_external_id")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index("ix_incident_reported_at_id", ["reported_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incident_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index("ix_incident_state_reported_at_id", ["state", "reported_at", "id"], unique=False)

    op.create_table(
        "mailing",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("started_by", sa.String(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.Column("draft_sealed", sa.String(), nullable=False),
        sa.Column("imported_by", sa.String(), nullable=True),
        sa.Column("imported_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("letter_sealed", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_by", sa.String(), nullable=True),
        sa.Column("last_edited_by", sa.String(), nullable=True),
        sa.Column("edited_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tested_by", sa.String(), nullable=True),
        sa.Column("tested_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("tested_hash", sa.String(), nullable=False),
        sa.Column("tested_count", sa.Integer(), nullable=False),
        sa.Column("asked_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("list_hash", sa.String(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("letters_hash", sa.String(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("hold_until", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("started_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stopped_by", sa.String(), nullable=True),
        sa.Column("stopped_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("finished_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("public_sealed", sa.String(), nullable=False),
        sa.Column("published_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_mailing_incident_id_number")),
    )
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mailing_incident_id"), ["incident_id"], unique=False)
        batch_op.create_index("ix_mailing_state_hold_until", ["state", "hold_until"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("phase", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column(
            "editors", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("answers_sealed", sa.String(), nullable=False),
        sa.Column("comment_sealed", sa.String(), nullable=False),
        sa.Column("edited_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(), nullable=True),
        sa.Column("submitted_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("approved_digest", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("incident_id", "phase", name=op.f("uq_notice_incident_id_phase")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("authority", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("intake_code", sa.String(), nullable=False),
        sa.Column("smtp_url_sealed", sa.String(), nullable=False),
        sa.Column("mail_from", sa.String(), nullable=False),
        sa.Column(
            "preferences", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_organisation_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
    )
    op.create_table(
        "outbox_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("idem_key", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("message_class", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=True),
        sa.Column("recipient_id", sa.String(), nullable=True),
        sa.Column("to_sealed", sa.String(), nullable=False),
        sa.Column("facts_sealed", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.Column("smtp_reply_sealed", sa.String(), nullable=True),
        sa.Column("accepted_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state IN ('frozen', 'queued', 'claimed', 'in_data', 'accepted', 'bounced', 'deferred', 'failed', 'uncertain', 'decided', 'dead', 'cancelled')",
            name=op.f("ck_outbox_message_known_state"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
        sa.UniqueConstraint("idem_key", name=op.f("uq_outbox_message_idem_key")),
        sa.UniqueConstraint("message_id", name=op.f("uq_outbox_message_message_id")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_message_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_message_in_trouble",
            ["state", "case_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('uncertain', 'failed', 'dead')"),
            postgresql_where=sa.text("state IN ('uncertain', 'failed', 'dead')"),
        )
        batch_op.create_index("ix_outbox_message_mailing_id_state", ["mailing_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_message_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_message_unsent",
            ["priority", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('queued', 'deferred', 'claimed', 'in_data')"),
            postgresql_where=sa.text("state IN ('queued', 'deferred', 'claimed', 'in_data')"),
        )

    op.create_table(
        "panel_seat",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_panel_seat")),
    )
    op.create_table(
        "recipient",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("fields_sealed", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("default_language", sa.Boolean(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("same_as", sa.String(), nullable=True),
        sa.Column("outbox_id", sa.String(), nullable=True),
        sa.Column("told_how", sa.String(), nullable=False),
        sa.Column("told_by", sa.String(), nullable=True),
        sa.Column("told_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient")),
        sa.UniqueConstraint("mailing_id", "row", name=op.f("uq_recipient_mailing_id_row")),
    )
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.create_index("ix_recipient_address_key", ["address_key"], unique=False)
        batch_op.create_index("ix_recipient_mailing_id_channel_state", ["mailing_id", "channel", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_recipient_outbox_id"), ["outbox_id"], unique=False)

    op.create_table(
        "service_state",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_service_state")),
    )
    op.create_table(
        "stored_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("uploaded_by", sa.String(), nullable=False),
        sa.Column("uploaded_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("content_sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index("ix_stored_file_case_id_uploaded_at", ["case_id", "uploaded_at"], unique=False)

    op.create_table(
        "user",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("theme", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("joined_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("disabled_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "case_note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("happened_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_case_note_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.create_index("ix_case_note_incident_id_happened_at", ["incident_id", "happened_at"], unique=False)

    op.create_table(
        "commission",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("convened_by", sa.String(), nullable=False),
        sa.Column("convened_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("closed_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_commission_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission")),
        sa.UniqueConstraint("incident_id", "round", name=op.f("uq_commission_incident_id_round")),
    )
    op.create_table(
        "control_check",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("done_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.String(), nullable=False),
        sa.Column(
            "evidence", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_control_check_control_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_check")),
    )
    with op.batch_alter_table("control_check", schema=None) as batch_op:
        batch_op.create_index("ix_control_check_control_code_done_at", ["control_code", "done_at"], unique=False)

    op.create_table(
        "control_reminder",
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("given_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_control_reminder_control_code")),
        sa.PrimaryKeyConstraint("control_code", "due_at", "kind", name=op.f("pk_control_reminder")),
    )
    op.create_table(
        "countersign",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("proposed_by", sa.String(), nullable=False),
        sa.Column("proposed_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("payload_sealed", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("decided_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answer_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_countersign_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_countersign")),
    )
    with op.batch_alter_table("countersign", schema=None) as batch_op:
        batch_op.create_index("ix_countersign_incident_id_state", ["incident_id", "state"], unique=False)

    op.create_table(
        "delivery_attempt",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("smtp_code", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["outbox_id"], ["outbox_message.id"], name=op.f("fk_delivery_attempt_outbox_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_attempt")),
    )
    with op.batch_alter_table("delivery_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_delivery_attempt_outbox_id"), ["outbox_id"], unique=False)

    op.create_table(
        "exclusion",
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_exclusion_incident_id")),
        sa.PrimaryKeyConstraint("incident_id", "user_id", name=op.f("pk_exclusion")),
    )
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exclusion_user_id"), ["user_id"], unique=False)

    op.create_table(
        "incident_clock",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("duty", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("started_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("latest_arguable_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("proposed_start_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("next_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("stop_reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_incident_clock_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_clock")),
        sa.UniqueConstraint("incident_id", "regime", "duty", name=op.f("uq_incident_clock_incident_id_regime_duty")),
    )
    with op.batch_alter_table("incident_clock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incident_clock_due",
            ["next_at"],
            unique=False,
            sqlite_where=sa.text("stopped_at IS NULL AND next_at IS NOT NULL"),
            postgresql_where=sa.text("stopped_at IS NULL AND next_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_incident_clock_open",
            ["due_at"],
            unique=False,
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )

    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("made_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("used_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_invitation_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_user_id"), ["user_id"], unique=False)

    op.create_table(
        "opinion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("asked_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(), nullable=True),
        sa.Column("answered_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_opinion_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opinion")),
    )
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_opinion_incident_id"), ["incident_id"], unique=False)

    op.create_table(
        "thread_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("from_reporter", sa.Boolean(), nullable=False),
        sa.Column("author_id", sa.String(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("read_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("text_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_thread_message_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread_message")),
    )
    with op.batch_alter_table("thread_message", schema=None) as batch_op:
        batch_op.create_index("ix_thread_message_incident_id_at", ["incident_id", "at"], unique=False)

    op.create_table(
        "user_role",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    with op.batch_alter_table("user_role", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_role_role"), ["role"], unique=False)

    op.create_table(
        "user_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("seen_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ends_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_user_session")),
    )
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_user_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("commission_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("protection_level", sa.Integer(), nullable=False),
        sa.Column("impact_level", sa.Integer(), nullable=False),
        sa.Column("likelihood", sa.Integer(), nullable=False),
        sa.Column(
            "consequences", sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"), nullable=False
        ),
        sa.Column("people_vulnerable", sa.String(), nullable=False),
        sa.Column("vote", sa.String(), nullable=False),
        sa.Column("notes_sealed", sa.String(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("submitted_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_assessment_commission_id")),
        sa.PrimaryKeyConstraint("commission_id", "user_id", name=op.f("pk_assessment")),
    )
    op.create_table(
        "clock_level",
        sa.Column("clock_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("due_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("raised_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("overtaken", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["incident_clock.id"], name=op.f("fk_clock_level_clock_id")),
        sa.PrimaryKeyConstraint("clock_id", "round", "level", name=op.f("pk_clock_level")),
    )
    op.create_table(
        "commission_seat",
        sa.Column("commission_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("seat", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("recused_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("recusal_sealed", sa.String(), nullable=False),
        sa.Column("reminded_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_commission_seat_commission_id")),
        sa.PrimaryKeyConstraint("commission_id", "user_id", name=op.f("pk_commission_seat")),
    )
    with op.batch_alter_table("commission_seat", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commission_seat_user_id"), ["user_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("commission_id", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("notify_authority", sa.Boolean(), nullable=False),
        sa.Column("inform_people", sa.String(), nullable=False),
        sa.Column("ground", sa.String(), nullable=False),
        sa.Column("follows_commission", sa.Boolean(), nullable=False),
        sa.Column("in_advance", sa.Boolean(), nullable=False),
        sa.Column("reasons_sealed", sa.String(), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("signed_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("in_force_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refused_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["commission_id"], ["commission.id"], name=op.f("fk_decision_commission_id")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_decision_incident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sa.UniqueConstraint("incident_id", "round", name=op.f("uq_decision_incident_id_round")),
    )


def downgrade() -> None:
    op.drop_table("decision")
    with op.batch_alter_table("commission_seat", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commission_seat_user_id"))

    op.drop_table("commission_seat")
    op.drop_table("clock_level")
    op.drop_table("assessment")
    with op.batch_alter_table("user_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_session_user_id"))

    op.drop_table("user_session")
    with op.batch_alter_table("user_role", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_user_role_role"))

    op.drop_table("user_role")
    with op.batch_alter_table("thread_message", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_message_incident_id_at")

    op.drop_table("thread_message")
    with op.batch_alter_table("opinion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opinion_incident_id"))

    op.drop_table("opinion")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_user_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("incident_clock", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_incident_clock_open",
            sqlite_where=sa.text("stopped_at IS NULL"),
            postgresql_where=sa.text("stopped_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_incident_clock_due",
            sqlite_where=sa.text("stopped_at IS NULL AND next_at IS NOT NULL"),
            postgresql_where=sa.text("stopped_at IS NULL AND next_at IS NOT NULL"),
        )

    op.drop_table("incident_clock")
    with op.batch_alter_table("exclusion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusion_user_id"))

    op.drop_table("exclusion")
    with op.batch_alter_table("delivery_attempt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_delivery_attempt_outbox_id"))

    op.drop_table("delivery_attempt")
    with op.batch_alter_table("countersign", schema=None) as batch_op:
        batch_op.drop_index("ix_countersign_incident_id_state")

    op.drop_table("countersign")
    op.drop_table("control_reminder")
    with op.batch_alter_table("control_check", schema=None) as batch_op:
        batch_op.drop_index("ix_control_check_control_code_done_at")

    op.drop_table("control_check")
    op.drop_table("commission")
    with op.batch_alter_table("case_note", schema=None) as batch_op:
        batch_op.drop_index("ix_case_note_incident_id_happened_at")

    op.drop_table("case_note")
    op.drop_table("user")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_case_id_uploaded_at")

    op.drop_table("stored_file")
    op.drop_table("service_state")
    with op.batch_alter_table("recipient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recipient_outbox_id"))
        batch_op.drop_index("ix_recipient_mailing_id_channel_state")
        batch_op.drop_index("ix_recipient_address_key")

    op.drop_table("recipient")
    op.drop_table("panel_seat")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_message_unsent",
            sqlite_where=sa.text("state IN ('queued', 'deferred', 'claimed', 'in_data')"),
            postgresql_where=sa.text("state IN ('queued', 'deferred', 'claimed', 'in_data')"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_message_recipient_id"))
        batch_op.drop_index("ix_outbox_message_mailing_id_state")
        batch_op.drop_index(
            "ix_outbox_message_in_trouble",
            sqlite_where=sa.text("state IN ('uncertain', 'failed', 'dead')"),
            postgresql_where=sa.text("state IN ('uncertain', 'failed', 'dead')"),
        )
        batch_op.drop_index(batch_op.f("ix_outbox_message_case_id"))

    op.drop_table("outbox_message")
    op.drop_table("organisation")
    op.drop_table("notice")
    with op.batch_alter_table("mailing", schema=None) as batch_op:
        batch_op.drop_index("ix_mailing_state_hold_until")
        batch_op.drop_index(batch_op.f("ix_mailing_incident_id"))

    op.drop_table("mailing")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_state_reported_at_id")
        batch_op.drop_index(batch_op.f("ix_incident_reporter_id"))
        batch_op.drop_index("ix_incident_reported_at_id")
        batch_op.drop_index(batch_op.f("ix_incident_owner_id"))

    op.drop_table("incident")
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_index("ix_filing_incident_id_filed_at")

    op.drop_table("filing")
    with op.batch_alter_table("control", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_control_owner_id"))
        batch_op.drop_index(batch_op.f("ix_control_next_due_at"))
        batch_op.drop_index(batch_op.f("ix_control_deputy_id"))

    op.drop_table("control")
    op.drop_table("case_key")
    op.drop_table("audit_value")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_object"))
        batch_op.drop_index("ix_audit_entry_case_id_seq")
        batch_op.drop_index("ix_audit_entry_at_seq")
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_action"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_key_hash_at")

    op.drop_table("attempt")
