"""Keep suppliers, their links and what they tell."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2201"
down_revision = "0904"
branch_labels = None
depends_on = None

Moment = core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "supplier",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("email_sealed", sa.String(), nullable=False),
        sa.Column("note_sealed", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
    )
    op.create_table(
        "supplier_link",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.Column("ends_at", Moment, nullable=False),
        sa.Column("needed_by", Moment, nullable=True),
        sa.Column("opened_at", Moment, nullable=True),
        sa.Column("revoked_at", Moment, nullable=True),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_supplier_link_incident_id_incident")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_link_supplier_id_supplier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_supplier_link_token_hash")),
    )
    op.create_index(op.f("ix_supplier_link_incident_id"), "supplier_link", ["incident_id"])
    op.create_index("ix_supplier_link_supplier_id_incident_id", "supplier_link", ["supplier_id", "incident_id"])
    op.create_table(
        "supplier_telling",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("link_id", sa.String(), nullable=False),
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("client_uuid", sa.String(), nullable=False),
        sa.Column("receipt_hash", sa.String(), nullable=False),
        sa.Column("told_at", Moment, nullable=False),
        sa.Column("processor_aware_at", Moment, nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("answers_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_supplier_telling_incident_id_incident")
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["supplier_link.id"], name=op.f("fk_supplier_telling_link_id_supplier_link")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_supplier_telling_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_telling")),
        sa.UniqueConstraint("client_uuid", name=op.f("uq_supplier_telling_client_uuid")),
    )
    op.create_index("ix_supplier_telling_incident_id_told_at", "supplier_telling", ["incident_id", "told_at"])
    op.create_index("ix_supplier_telling_receipt_hash", "supplier_telling", ["receipt_hash"])
    op.create_index("ix_supplier_telling_supplier_id_told_at", "supplier_telling", ["supplier_id", "told_at"])


def downgrade() -> None:
    op.drop_table("supplier_telling")
    op.drop_table("supplier_link")
    op.drop_table("supplier")
