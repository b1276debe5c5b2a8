"""Read long lists in parts: the file as it was sent in, how far it is read, and who of it has been seen."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2281"
down_revision = "2262"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sent_list",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("mailing_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("about_rows", sa.Integer(), nullable=False),
        sa.Column("head_sealed", sa.String(), nullable=False),
        sa.Column("columns", core.db.Json, nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("sent_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("leased_until", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("last_row", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("by_mail", sa.Integer(), nullable=False),
        sa.Column("faulty", sa.Integer(), nullable=False),
        sa.Column("found_sealed", sa.String(), nullable=False),
        sa.Column("refusal", core.db.Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_list")),
    )
    op.create_index(op.f("ix_sent_list_mailing_id"), "sent_list", ["mailing_id"])
    op.create_table(
        "sent_list_part",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "number", name=op.f("pk_sent_list_part")),
    )
    op.create_table(
        "sent_list_person",
        sa.Column("list_id", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("recipient_id", sa.String(), nullable=False),
        sa.Column("address_key", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("list_id", "key", name=op.f("pk_sent_list_person")),
    )


def downgrade() -> None:
    for table in ("sent_list_person", "sent_list_part", "sent_list"):
        op.drop_table(table)
