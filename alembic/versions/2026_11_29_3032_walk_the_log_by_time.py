"""Walk the log by time for one person, one action or one object."""

from alembic import op

revision = "3032"
down_revision = "3051"
branch_labels = None
depends_on = None

TABLE, COLUMNS = "audit_entry", ("actor", "action", "object")


def upgrade() -> None:
    for column in COLUMNS:
        op.drop_index(op.f(f"ix_audit_entry_{column}"), TABLE)
        op.create_index(f"ix_audit_entry_{column}_at_seq", TABLE, [column, "at", "seq"])


def downgrade() -> None:
    for column in COLUMNS:
        op.drop_index(f"ix_audit_entry_{column}_at_seq", TABLE)
        op.create_index(op.f(f"ix_audit_entry_{column}"), TABLE, [column])
