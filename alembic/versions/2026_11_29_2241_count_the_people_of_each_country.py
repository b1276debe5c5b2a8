"""Count the people of each country."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

revision = "2241"
down_revision = "2231"
branch_labels = None
depends_on = None

Json = sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql")


def upgrade() -> None:
    op.add_column("incident", sa.Column("people_by_country", Json, nullable=False, server_default="{}"))
    op.add_column("incident", sa.Column("land_authorities", Json, nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("incident", "land_authorities")
    op.drop_column("incident", "people_by_country")
