"""Keep the record of processing activities (GDPR Art. 30), and which cases touched what of it."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4042"
down_revision = "4041"
branch_labels = None
depends_on = None

Json = core.db.Json
Moment = core.db.UtcDateTime(timezone=True)
PAIRS = (
    ("activity_processor", "activity", "supplier"),
    ("incident_activity", "incident", "activity"),
    ("incident_processor", "incident", "supplier"),
)


def upgrade() -> None:
    op.create_table(
        "activity",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        *(
            sa.Column(name, Json, nullable=False)
            for name in ("legal_bases", "data_categories", "subject_groups", "countries", "transfers")
        ),
        sa.Column("people_band", sa.String(), nullable=False),
        sa.Column("transfer_basis", sa.String(), nullable=False),
        sa.Column("retention_number", sa.Integer(), nullable=True),
        sa.Column("retention_unit", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Moment, nullable=False),
        sa.Column("changed_at", Moment, nullable=False),
        sa.Column("archived_at", Moment, nullable=True),
        sa.Column("texts_sealed", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
    )
    for table, one, other in PAIRS:
        op.create_table(
            table,
            sa.Column(f"{one}_id", sa.String(), nullable=False),
            sa.Column(f"{other}_id", sa.String(), nullable=False),
            sa.ForeignKeyConstraint([f"{one}_id"], [f"{one}.id"], name=op.f(f"fk_{table}_{one}_id_{one}")),
            sa.ForeignKeyConstraint([f"{other}_id"], [f"{other}.id"], name=op.f(f"fk_{table}_{other}_id_{other}")),
            sa.PrimaryKeyConstraint(f"{one}_id", f"{other}_id", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_{other}_id"), table, [f"{other}_id"])


def downgrade() -> None:
    for table, _, _ in reversed(PAIRS):
        op.drop_table(table)
    op.drop_table("activity")
