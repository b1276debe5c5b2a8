"""Keep the agreement with each processor: its days, the hours to tell of a breach, and sub-processors."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4041"
down_revision = "3081"
branch_labels = None
depends_on = None

Moment = core.db.UtcDateTime(timezone=True)
SEALED = ("contact_sealed", "sub_processors_sealed", "country")


def upgrade() -> None:
    with op.batch_alter_table("supplier") as table:
        for name in SEALED:
            table.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("agreement_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("agreement_ends_on", sa.Date(), nullable=True))
        table.add_column(sa.Column("breach_hours", sa.Integer(), nullable=True))
        table.add_column(sa.Column("archived_at", Moment, nullable=True))
    with op.batch_alter_table("supplier") as table:
        for name in SEALED:
            table.alter_column(name, existing_type=sa.String(), server_default=None)
    op.create_table(
        "agreement_reminder",
        sa.Column("supplier_id", sa.String(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("given_at", Moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_agreement_reminder_supplier_id_supplier")
        ),
        sa.PrimaryKeyConstraint("supplier_id", "ends_on", "kind", name=op.f("pk_agreement_reminder")),
    )


def downgrade() -> None:
    op.drop_table("agreement_reminder")
    with op.batch_alter_table("supplier") as table:
        for name in (*SEALED, "agreement_on", "agreement_ends_on", "breach_hours", "archived_at"):
            table.drop_column(name)
