"""Tell others than the supervisory authority: a notice belongs to a recipient, none meaning the authority."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "2211"
down_revision = "2201"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_recipient",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name_sealed", sa.String(), nullable=False),
        sa.Column("contact_sealed", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("regime", sa.String(), nullable=False),
        sa.Column("contract_hours", sa.Integer(), nullable=True),
        sa.Column("track", sa.String(), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("added_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("removed_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_recipient")),
    )
    op.create_index("ix_notice_recipient_incident_id", "notice_recipient", ["incident_id"])
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recipient_id", sa.String(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("card", sa.String(), nullable=False, server_default="edpb"))
        batch_op.add_column(sa.Column("duty", sa.String(), nullable=False, server_default=""))
        batch_op.drop_constraint(batch_op.f("uq_notice_incident_id_phase"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_notice_incident_id_recipient_id_phase"), ["incident_id", "recipient_id", "phase"]
        )
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recipient_id", sa.String(), nullable=False, server_default=""))
    for table, columns in (("notice", ("recipient_id", "card", "duty")), ("filing", ("recipient_id",))):
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.alter_column(column, server_default=None)


def downgrade() -> None:
    """What was told to others goes with its recipient; the authority's phases stay."""
    op.execute("DELETE FROM filing WHERE recipient_id <> ''")
    op.execute("DELETE FROM notice WHERE recipient_id <> ''")
    with op.batch_alter_table("filing", schema=None) as batch_op:
        batch_op.drop_column("recipient_id")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_notice_incident_id_recipient_id_phase"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_notice_incident_id_phase"), ["incident_id", "phase"])
        batch_op.drop_column("duty")
        batch_op.drop_column("card")
        batch_op.drop_column("recipient_id")
    op.drop_index("ix_notice_recipient_incident_id", table_name="notice_recipient")
    op.drop_table("notice_recipient")
