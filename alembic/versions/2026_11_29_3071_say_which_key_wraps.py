"""Say which key wraps each data key, so that one key can take over from another and be known to be done."""

import sqlalchemy as sa
from alembic import op

revision = "3071"
down_revision = "3001"
branch_labels = None
depends_on = None

START, LENGTH = len("v1.") + 1, 8


def upgrade() -> None:
    op.create_table(
        "wrapping_key",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_wrapping_key")),
    )
    op.execute(
        f"INSERT INTO wrapping_key SELECT DISTINCT substr(wrapped, {START}, {LENGTH}) FROM case_key WHERE wrapped LIKE 'v1.%'"  # noqa: S608 - our numbers
    )
    with op.batch_alter_table("case_key") as table:
        table.add_column(sa.Column("under", sa.String(), nullable=True))
        table.create_foreign_key(op.f("fk_case_key_under"), "wrapping_key", ["under"], ["key_id"])
        table.create_index(op.f("ix_case_key_under"), ["under"])
    op.execute(f"UPDATE case_key SET under = substr(wrapped, {START}, {LENGTH}) WHERE wrapped LIKE 'v1.%'")  # noqa: S608 - our numbers


def downgrade() -> None:
    with op.batch_alter_table("case_key") as table:
        table.drop_index(op.f("ix_case_key_under"))
        table.drop_constraint(op.f("fk_case_key_under"), type_="foreignkey")
        table.drop_column("under")
    op.drop_table("wrapping_key")
