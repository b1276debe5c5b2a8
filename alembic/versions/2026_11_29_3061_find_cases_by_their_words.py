"""Find cases by their words: an index of words beside the cases, kept by triggers in the transaction of the case."""

import re
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "3061"
down_revision = "3071"
branch_labels = None
depends_on = None

AT_ONCE = 1_000
WORD = re.compile(r"[^\W_]+")
VECTOR = "array_to_tsvector(array_remove(string_to_array(words, ' '), ''))"
SHELF = """CASE WHEN {row}external_id IS NOT NULL THEN '+history'
 WHEN {row}state IN ('closed', 'merged', 'not_an_incident') THEN '+ended' ELSE '+open' END"""
MONTH = {
    "sqlite": "'+' || substr({row}reported_at, 1, 4) || ' +' || substr({row}reported_at, 1, 4) || "
    "substr({row}reported_at, 6, 2)",
    "postgresql": "to_char({row}reported_at AT TIME ZONE 'UTC', '+YYYY +YYYYMM')",
}
WORDS = "{row}search || ' ' || {shelf} || ' ' || {month}"
SQLITE = """
CREATE VIRTUAL TABLE incident_words USING fts5(words, content='incident_search', content_rowid='no', detail='none',
 columnsize=0, tokenize="ascii tokenchars '+'", prefix='1 2 3 4');
CREATE TRIGGER incident_search_new AFTER INSERT ON incident_search BEGIN
 INSERT INTO incident_words (rowid, words) VALUES (new.no, new.words); END;
CREATE TRIGGER incident_search_gone AFTER DELETE ON incident_search BEGIN
 INSERT INTO incident_words (incident_words, rowid, words) VALUES ('delete', old.no, old.words); END;
CREATE TRIGGER incident_search_changed AFTER UPDATE ON incident_search WHEN old.words IS NOT new.words BEGIN
 INSERT INTO incident_words (incident_words, rowid, words) VALUES ('delete', old.no, old.words);
 INSERT INTO incident_words (rowid, words) VALUES (new.no, new.words); END;
CREATE TRIGGER incident_found AFTER INSERT ON incident BEGIN
 INSERT INTO incident_search (incident_id, words) VALUES (new.id, {words}); END;
CREATE TRIGGER incident_found_otherwise AFTER UPDATE OF search, state, external_id, reported_at ON incident BEGIN
 UPDATE incident_search SET words = {words} WHERE incident_id = new.id; END
"""
POSTGRESQL = """
CREATE FUNCTION keep_words_of_incident() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
 IF TG_OP = 'INSERT' THEN INSERT INTO incident_search (incident_id, words) VALUES (new.id, {words});
 ELSE UPDATE incident_search SET words = {words} WHERE incident_id = new.id AND words IS DISTINCT FROM {words}; END IF;
 RETURN NULL; END $$;
CREATE TRIGGER incident_found AFTER INSERT ON incident FOR EACH ROW EXECUTE FUNCTION keep_words_of_incident();
CREATE TRIGGER incident_found_otherwise AFTER UPDATE OF search, state, external_id, reported_at ON incident
 FOR EACH ROW EXECUTE FUNCTION keep_words_of_incident()
"""


def upgrade() -> None:
    op.create_table(
        "incident_search",
        sa.Column("no", sa.Integer(), nullable=False),
        sa.Column("incident_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_search_incident_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("no", name=op.f("pk_incident_search")),
        sa.UniqueConstraint("incident_id", name=op.f("uq_incident_search_incident_id")),
    )
    op.create_index(op.f("ix_notice_authority_incident_id"), "notice", ["authority", "incident_id"])
    _write_words()
    op.execute(f"INSERT INTO incident_search (incident_id, words) SELECT id, {_marked()} FROM incident")  # noqa: S608
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE.format(words=_marked("new.")).split(";\nCREATE "):
            op.execute(statement if statement.lstrip().startswith("CREATE") else f"CREATE {statement}")
        op.execute("INSERT INTO incident_words (incident_words) VALUES ('rebuild')")
    else:
        op.execute(f"CREATE INDEX ix_incident_search_words ON incident_search USING gin ({VECTOR})")
        op.execute(POSTGRESQL.format(words=_marked("new.")))


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for trigger in ("incident_found", "incident_found_otherwise"):
            op.execute(f"DROP TRIGGER {trigger}")
        op.execute("DROP TABLE incident_words")
    else:
        for trigger in ("incident_found", "incident_found_otherwise"):
            op.execute(f"DROP TRIGGER {trigger} ON incident")
        op.execute("DROP FUNCTION keep_words_of_incident")
    op.drop_index(op.f("ix_notice_authority_incident_id"), "notice")
    op.drop_table("incident_search")


def _write_words() -> None:
    """Every case that is there, read by its id in parts, gets its words."""
    columns = [sa.column(name, sa.String) for name in ("id", "reference", "search", "external_id")]
    incident = sa.table("incident", *columns)
    line, last = op.get_bind(), ""
    query = sa.select(*columns).where(incident.c.id > sa.bindparam("last")).order_by(incident.c.id).limit(AT_ONCE)
    while rows := line.execute(query, {"last": last}).all():
        words = [{"one": row.id, "words": _words(row.reference, row.search, row.external_id)} for row in rows]
        changed = sa.update(incident).where(incident.c.id == sa.bindparam("one"))
        line.execute(changed.values(search=sa.bindparam("words")), words)
        last = rows[-1].id


def _marked(row: str = "") -> str:
    """The words of a row with marks that nobody can type: where it stands in the queue, its year and its month."""
    month = MONTH[op.get_bind().dialect.name].format(row=row)
    return WORDS.format(row=row, shelf=SHELF.format(row=row), month=month)


def _words(*written: str | None) -> str:
    whole = " ".join(part for part in written if part)
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", whole).casefold())
    return " ".join(dict.fromkeys(word[:40] for word in WORD.findall(folded)))
