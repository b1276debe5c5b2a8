"""Find the newest anchor of a kind and the checkpoint of a moment, and keep one row for each place of a checkpoint."""

from alembic import op

revision = "3011"
down_revision = "3062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_checkpoint_at", "audit_checkpoint", ["at"])
    op.create_index(
        "ix_audit_anchor_kind_checkpoint_id_place", "audit_anchor", ["kind", "checkpoint_id", "place"], unique=True
    )


def downgrade() -> None:
    op.drop_index("ix_audit_anchor_kind_checkpoint_id_place", "audit_anchor")
    op.drop_index("ix_audit_checkpoint_at", "audit_checkpoint")
