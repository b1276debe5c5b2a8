"""Keep what vouches for the log: the instance's id, checkpoints, where they are held, and what the signer refused."""

import secrets

import sqlalchemy as sa
from alembic import op

import core.db

revision = "3001"
down_revision = "2281"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER audit_checkpoint_no_{verb} BEFORE {verb} ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
"""
MOMENT = core.db.UtcDateTime(timezone=True)


def upgrade() -> None:
    instance = op.create_table(
        "audit_instance",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("vkey", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_instance_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_instance")),
    )
    op.execute(instance.insert().values(id=1, name=secrets.token_hex(8), vkey=""))
    op.create_table(
        "audit_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_checkpoint")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_checkpoint_size", "audit_checkpoint", ["size"])
    _anchors()
    op.create_table(
        "signer_refusal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("signed_size", sa.Integer(), nullable=False),
        sa.Column("found_size", sa.Integer(), nullable=False),
        sa.Column("lifted_at", MOMENT, nullable=True),
        sa.CheckConstraint("kind IN ('smaller', 'different', 'unreadable')", name=op.f("ck_signer_refusal_kind")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signer_refusal")),
        sqlite_autoincrement=True,
    )
    _only_grows()


def _anchors() -> None:
    op.create_table(
        "audit_anchor",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("checkpoint_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fault", sa.String(), nullable=False),
        sa.Column("evidence", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("kind IN ('mail', 'tsa', 'folder')", name=op.f("ck_audit_anchor_kind")),
        sa.CheckConstraint("state IN ('waiting', 'held', 'failed')", name=op.f("ck_audit_anchor_state")),
        sa.ForeignKeyConstraint(["checkpoint_id"], ["audit_checkpoint.id"], name=op.f("fk_audit_anchor_checkpoint_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_anchor")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_anchor_checkpoint_id"), "audit_anchor", ["checkpoint_id"])
    op.create_index("ix_audit_anchor_state_kind", "audit_anchor", ["state", "kind"])


def _only_grows() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(SQLITE.format(verb=verb))
    else:
        op.execute(
            "CREATE TRIGGER audit_checkpoint_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()"
        )


def downgrade() -> None:
    for table in ("signer_refusal", "audit_anchor", "audit_checkpoint", "audit_instance"):
        op.drop_table(table)
