"""Refuse changes to the log: triggers against UPDATE and DELETE (a speed bump; the tree is the proof), and the head."""

import sqlalchemy as sa
from alembic import op

revision = "0601"
down_revision = "0600"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END
"""
POSTGRESQL = """
CREATE FUNCTION refuse_log_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log only grows'; END $$
"""


def upgrade() -> None:
    lists = (sa.column("frontier", sa.JSON), sa.column("skipped", sa.JSON))
    head = sa.table("audit_head", sa.column("id"), sa.column("size"), *lists, sa.column("mac"))
    op.execute(head.insert().values(id=1, size=0, frontier=[], skipped=[], mac=""))
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(SQLITE.format(verb=verb))
    else:
        op.execute(POSTGRESQL)
        op.execute(
            "CREATE TRIGGER audit_entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_log_change()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_entry_no_{verb}")
    else:
        op.execute("DROP TRIGGER audit_entry_only_grows ON audit_entry")
        op.execute("DROP FUNCTION refuse_log_change")
    op.execute("DELETE FROM audit_head")
