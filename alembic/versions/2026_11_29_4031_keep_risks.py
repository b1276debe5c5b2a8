"""Keep risks, their history, what they lean on, and what raises them."""

import sqlalchemy as sa
from alembic import op

import core.db

revision = "4031"
down_revision = "4024"
branch_labels = None
depends_on = None

LEVELS = ("inherent_likelihood", "inherent_impact", "likelihood", "current_likelihood", "impact", "score",
          "target_likelihood", "target_impact")  # fmt: skip
SIDES = ("before_likelihood", "before_impact", "after_likelihood", "after_impact")


def upgrade() -> None:
    _risk()
    _around()


def _risk() -> None:
    op.create_table(
        "risk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("asset", sa.String(), nullable=False),
        sa.Column("cause_class", sa.String(), nullable=False),
        sa.Column("cause_code", sa.String(), nullable=False),
        sa.Column("sprung_from", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in LEVELS),
        sa.Column("treatment", sa.String(), nullable=False),
        sa.Column("owner_id", sa.String(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("review_told_on", sa.Date(), nullable=True),
        sa.Column("accept_until", sa.Date(), nullable=True),
        sa.Column("accept_asked_by", sa.String(), nullable=True),
        sa.Column("accept_asked_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", sa.String(), nullable=True),
        sa.Column("accepted_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("accepted_score", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.Column("rationale_sealed", sa.String(), nullable=False),
        sa.Column("measures_sealed", sa.String(), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'dropped') OR (likelihood > 0 AND impact > 0)", name=op.f("ck_risk_assessed")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_risk_state_score_id", "risk", ["state", "score", "id"])
    op.create_index("ix_risk_cause_code_state", "risk", ["cause_code", "state"])
    op.create_index("ix_risk_owner_id", "risk", ["owner_id"])
    _partial("ix_risk_review_on", ["review_on"], "state IN ('open', 'accepted')")
    _partial("ix_risk_accept_until", ["accept_until"], "state = 'accepted'")
    _partial("uq_risk_sprung_from", ["sprung_from"], "state IN ('draft', 'open', 'accepted') AND sprung_from <> ''",
             unique=True)  # fmt: skip


def _around() -> None:
    op.create_table(
        "risk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("control_stands", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SIDES),
        sa.Column("fields", core.db.Json, nullable=False),
        sa.Column("reason_sealed", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_risk_change_risk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_risk_change_risk_id_id", "risk_change", ["risk_id", "id"])
    op.create_table(
        "risk_control",
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_risk_control_risk_id")),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_risk_control_control_code")),
        sa.PrimaryKeyConstraint("risk_id", "control_code", name=op.f("pk_risk_control")),
    )
    op.create_index("ix_risk_control_control_code", "risk_control", ["control_code"])
    op.create_table(
        "risk_case",
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_risk_case_risk_id")),
        sa.PrimaryKeyConstraint("risk_id", "case_id", name=op.f("pk_risk_case")),
    )
    op.create_index("ix_risk_case_case_id", "risk_case", ["case_id"])
    op.create_table(
        "control_case",
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("linked_by", sa.String(), nullable=False),
        sa.Column("linked_at", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["control_code"], ["control.code"], name=op.f("fk_control_case_control_code")),
        sa.PrimaryKeyConstraint("control_code", "case_id", name=op.f("pk_control_case")),
    )
    op.create_index("ix_control_case_case_id", "control_case", ["case_id"])
    op.create_table(
        "risk_raise",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("risk_id", sa.Integer(), nullable=False),
        sa.Column("control_code", sa.String(), nullable=False),
        sa.Column("control_stands", sa.String(), nullable=False),
        sa.Column("since", core.db.UtcDateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", core.db.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["risk_id"], ["risk.id"], name=op.f("fk_risk_raise_risk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_raise")),
    )
    op.create_index("uq_risk_raise_open", "risk_raise", ["risk_id", "control_code"], unique=True,
                    sqlite_where=sa.text("lifted_at IS NULL"), postgresql_where=sa.text("lifted_at IS NULL"))  # fmt: skip
    op.create_table(
        "risk_cause",
        sa.Column("code", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_risk_cause")),
    )


def _partial(name: str, columns: list[str], condition: str, *, unique: bool = False) -> None:
    where = sa.text(condition)
    op.create_index(name, "risk", columns, unique=unique, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    for table in ("risk_cause", "risk_raise", "control_case", "risk_case", "risk_control", "risk_change", "risk"):
        op.drop_table(table)
