"""Index the common filters of the queue, and what waits for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "3062"
down_revision = "3061"
branch_labels = None
depends_on = None

OPEN = "state NOT IN ('closed', 'merged', 'not_an_incident') AND external_id IS NULL"
ENDED = "state IN ('closed', 'merged', 'not_an_incident') AND external_id IS NULL"
INDEXES = [
    ("ix_incident_cause_code_reported_at_id", "incident", ["cause_code", "reported_at", "id"], ""),
    ("ix_incident_closed_at_id", "incident", ["closed_at", "id"], ""),
    ("ix_incident_open", "incident", ["reported_at", "id"], OPEN),
    ("ix_incident_open_owner", "incident", ["owner_id", "reported_at", "id"], OPEN),
    ("ix_incident_ended", "incident", ["reported_at", "id"], ENDED),
    ("ix_incident_history", "incident", ["reported_at", "id"], "external_id IS NOT NULL"),
    ("ix_countersign_state_incident_id", "countersign", ["state", "incident_id"], ""),
    ("ix_commission_secretary_id_incident_id", "commission", ["secretary_id", "incident_id"], ""),
    ("ix_opinion_unanswered", "opinion", ["incident_id"], "answered_at IS NULL"),
]


def upgrade() -> None:
    for name, table, columns, condition in INDEXES:
        where = sa.text(condition) if condition else None
        op.create_index(op.f(name), table, columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for name, table, _, _ in reversed(INDEXES):
        op.drop_index(op.f(name), table)
