"""Keep what left for an authority by e-mail, and how each mail ended."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2221"
down_revision = "2211"
branch_labels = None
depends_on = None
OPEN = sa.text("outcome = ''")


def upgrade() -> None:
    op.create_table(
        "notice_mail",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("notice_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.String(), nullable=False),
        sa.Column("json_file_id", sa.String(), nullable=False),
        sa.Column("pdf_file_id", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("instead_sealed", sa.String(), nullable=False),
        sa.Column("delay_reasons_sealed", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_reason_sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_mail")),
        sa.UniqueConstraint("notice_id", "number", name=op.f("uq_notice_mail_notice_id_number")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_notice_mail_outbox_id")),
    )
    op.create_index("ix_notice_mail_incident_id", "notice_mail", ["incident_id"])
    op.create_index(
        "ix_notice_mail_open", "notice_mail", ["notice_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )


def downgrade() -> None:
    op.drop_table("notice_mail")
