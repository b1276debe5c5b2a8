"""A list becomes people: every fault named with its row and column, nobody dropped, nobody told twice."""

import csv
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from notifications.letters.addresses import Unusable, mailbox
from notifications.letters.columns import Column, confirmed, guess
from notifications.letters.duplicates import Entry, united
from notifications.letters.list_file import read
from notifications.letters.recipients import Channel, Person, Reading, Reason, clean, understand
from notifications.letters.spreadsheet import Sheet
from tests.notifications.letters.workbooks import workbook

REAL = Path(__file__).parents[4] / "shared" / "data" / "recipients"
HEADS = "Namn;E-post;Språk;Uppgifter"


def people(text: str, default: str = "sv") -> Reading:
    sheet = read(text.encode())
    return understand(sheet, confirmed(guess(sheet.heads)), default)


def entries(text: str) -> list[Entry]:
    return united(people(text).people)


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_a_list_is_read_as_spreadsheets_save_it(mark: str, encoding: str, line: str) -> None:
    text = line.join(mark.join(row) for row in [("Namn", "E-post"), ("Åsa Öberg", "asa@kund.example.com")]) + line
    sheet = read(text.encode(encoding))
    assert sheet == Sheet(("Namn", "E-post"), ((2, ("Åsa Öberg", "asa@kund.example.com")),))


def test_a_line_break_inside_quotes_does_not_shift_the_row_numbers() -> None:
    text = 'Namn,E-post,Gata\nA,a@x.example.com,"Väg 1\nc/o B"\n\nC,fel,Väg 2\n'
    reading = people(text)
    assert reading.people[0].address == "Väg 1\nc/o B"
    assert [(fault.row, fault.column) for fault in reading.faults] == [(4, "E-post")]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("Namn;E-post\n", "no rows"),
        ("Åsa;asa@x.example.com\n", "first row"),
        ('Namn,E-post\nA,a@x.example.com\nB,"b@x\n', "quotation mark"),
    ],
)
def test_a_broken_list_is_refused_whole(text: str, word: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read(text.encode())
    assert word in wrong.value.fields["list"]


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("Namn;E-post\nÅsa;a@x.se\n".encode("utf-16")[2:], "no list"),
        ("Namn;E-post\nÅsa;a@x.se\n".encode("utf-16")[:-1], "line 2"),
        ("Namn;E-post\nÅsa;a@x.se\n".encode("utf-32"), "line 1"),
        ("\ufeffNamn;E-post\nBo;b@x.se\n".encode() + "Åsa;a@x.se\n".encode("cp1252"), "line 3"),
        ("Namn\nÅsa\n".encode() + "Örn\n".encode("cp1252"), "line 3"),
        ("Namn\nÅsa\n".encode("cp437"), "line 2"),
        (b"Namn;E-post\n" + b";" * 5_000_000, "Row 2 is far too long"),
        (b";" * 150_000 + b"x", "Row 1 has more than 200 columns"),
        (b'Namn\n"' + b'x","\n' * 300_000, "Row 2 is far too long"),
        (b'Namn\n"' + b"x\n" * 300_000, "quotation mark"),
    ],
)
def test_a_list_whose_letters_or_rows_cannot_be_is_named_and_refused(data: bytes, word: str) -> None:
    with pytest.raises(Invalid) as wrong:
        read(data)
    assert word in wrong.value.fields["list"].format(**wrong.value.params)


@given(st.sampled_from([b"", b"Namn;E-post\n", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04"]), st.binary(max_size=60))
def test_whatever_bytes_are_sent_in_become_a_list_or_one_sentence(start: bytes, rest: bytes) -> None:
    with suppress(Invalid):
        read(start + rest)


@pytest.mark.parametrize(
    ("heads", "columns"),
    [
        ("Förnamn;Efternamn;E-postadress;Postnr;Ort", "given_name family_name email postcode city"),
        ("ref,given_name,family_name,email,guardian_ref,case", "ref given_name family_name email guardian "),
        ("Name,E-mail,Mail,Protected identity,data_found", "name email  protected data"),
    ],
)
def test_columns_are_guessed_from_their_headings(heads: str, columns: str) -> None:
    assert guess(heads.replace(";", ",").split(",")) == columns.split(" ")


@pytest.mark.parametrize("chosen", [["email"], ["name", ""], ["name", "email", "email"]])
def test_columns_that_cannot_work_are_refused(chosen: list[str]) -> None:
    with pytest.raises(Invalid):
        confirmed(chosen)
    assert confirmed(["name", "", "email", "nonsense"]) == [Column.NAME, None, Column.EMAIL, None]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        (" asa@påhitt.test ", "asa@xn--phitt-mra.test"),
        ("asa@XN--PHITT-MRA.test", "asa@xn--phitt-mra.test"),
        ("Asa@Example.COM", "Asa@example.com"),
        ("åsa.örn@brevlåda.test", "åsa.örn@xn--brevlda-ixa.test"),
        ("o'brien+x@example.com", "o'brien+x@example.com"),
    ],
)
def test_a_mailbox_is_kept_and_its_domain_becomes_ascii(typed: str, address: str) -> None:
    assert mailbox(typed).address == address
    assert mailbox(typed).utf8 is not address.partition("@")[0].isascii()


@pytest.mark.parametrize(
    "typed",
    [
        *("a@b", "a@b@c.se", "@b.se", "a@", "a b@c.se", "a@b,se", "a@b.se;c@d.se", "A <a@b.se>", "mailto:a@b.se"),
        *("a@b.se\nBcc: c@d.se", "a@b.se\r", "a\x00@b.se", "a\x07@b.se", "a＠b.se", ".a@b.se", "a.@b.se", "a..b@c.se"),
        *(
            "a@-b.se",
            "a@b-.se",
            f"{'x' * 65}@b.se",
            f"a@{'y' * 64}.se",
            "a@xn--å.test",
            "saknas",
            "a@1.2.3.4",
            "a\u200b@b.se",
        ),
    ],
)
def test_what_is_not_exactly_one_mailbox_is_refused_without_repeating_it(typed: str) -> None:
    with pytest.raises(Unusable) as wrong:
        mailbox(typed)
    assert typed not in wrong.value.reason


def test_one_person_twice_is_one_letter_about_all_of_their_data() -> None:
    first, second, third = entries(
        f"{HEADS}\nÅsa Öberg;asa@x.se;sv;lön\nÖberg Åsa; asa@X.SE ;sv;adress, lön\nBo Ek;asa@x.se;sv;x\n"
    )
    assert first.person.data == ("lön", "adress")
    assert (second.same_as, second.doubt) == (2, False)
    assert third.same_as is None  # another person behind the same mailbox: both are told


def test_a_perhaps_is_a_question_and_not_an_answer() -> None:
    _, capitals, dot = entries(f"{HEADS}\nÅsa;asa@x.se;;\nÅsa;ASA@x.se;;\nÅsa;asa@x.se.;;\n")
    assert [(one.same_as, one.doubt) for one in (capitals, dot)] == [(2, True), (2, True)]


def test_a_language_we_do_not_write_falls_back_and_says_so() -> None:
    codes = ("sv-FI", "nb", "nn-NO", "Norsk", "lt_LT", "se", "pl", "")
    rows = "".join(f"{number};{number}@x.se;{code};\n" for number, code in enumerate(codes))
    read = [(person.language, person.default_language) for person in people(f"{HEADS}\n{rows}", "en").people]
    assert read == [
        ("sv", False), ("nb", False), ("nb", False), ("nb", False), ("lt", False),
        ("en", True), ("en", True), ("en", True),
    ]  # fmt: skip


def test_a_protected_identity_is_never_mailed_and_none_of_its_addresses_is_kept() -> None:
    (person,) = people("Namn;E-post;Telefon;Adress;Skyddad identitet\nÅsa;asa@x.se;070;Väg 1;ja\n").people
    assert (person.channel, person.reason) == (Channel.MANUAL, Reason.PROTECTED)
    assert (person.email, person.phone, person.address, person.mailbox) == ("", "", "", None)


def test_a_cell_is_one_line_of_composed_letters_that_cannot_turn_the_writing_round() -> None:
    assert clean("A\u030asa\r\nBcc: x\u202e\x07") == "Åsa Bcc: x"


def expected() -> list[dict[str, str]]:
    with (REAL / "recipients.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not REAL.is_dir(), reason="the shared list of fictitious people is not on this machine")
class TestTheFictitiousPeople:
    """Each odd row of the shared list meets the fate that its column `expect` names."""

    def outcome(self) -> dict[str, tuple[Entry, set[int]]]:
        sheet = read((REAL / "recipients.csv").read_bytes())
        reading = understand(sheet, confirmed(guess(sheet.heads)), "sv")
        wrong = {fault.row for fault in reading.faults}
        refs = {entry.person.row: entry for entry in united(reading.people)}
        return {row["ref"]: (refs[number], wrong) for number, row in enumerate(expected(), start=2)}

    def test_every_row_is_there(self) -> None:
        assert len(self.outcome()) == 200

    @pytest.mark.parametrize(
        "row", expected() if REAL.is_dir() else [], ids=lambda row: f"{row['ref']}-{row['expect']}"
    )
    def test_the_row_meets_its_fate(self, row: dict[str, str]) -> None:
        fates = self._all()
        entry, wrong = fates[row["ref"]]
        fate, _, other = row["expect"].partition(":")
        self.check(fate, entry, wrong, fates[other][0].person.row if other else None)

    _known: dict[str, tuple[Entry, set[int]]] | None = None

    def _all(self) -> dict[str, tuple[Entry, set[int]]]:
        if type(self)._known is None:
            type(self)._known = self.outcome()
        known = type(self)._known
        assert known is not None
        return known

    def check(self, fate: str, entry: Entry, wrong: set[int], other: int | None) -> None:
        person: Person = entry.person
        mailed = person.channel is Channel.EMAIL and entry.same_as is None
        match fate:
            case "send" | "send-escaped" | "retry-then-letter":
                assert mailed
                assert person.name
            case "send-default-language":
                assert mailed
                assert person.default_language
            case "send-smtputf8-or-letter":
                assert mailed
                assert person.reason is Reason.RARE_LETTERS
            case "merge":
                assert (entry.same_as, entry.doubt) == (other, False)
            case "ask":
                assert (entry.same_as, entry.doubt) == (other, True)
            case "reject-address" | "reject-or-clean":
                assert person.row in wrong
                assert (person.channel, person.reason) == (Channel.MANUAL, Reason.BAD_ADDRESS)
            case "send-letter":
                assert person.channel is Channel.LETTER
                assert person.address
            case "public-notice":
                assert person.channel is Channel.NONE
            case "hold-for-officer":
                assert (person.channel, person.reason, person.email) == (Channel.MANUAL, Reason.PROTECTED, "")
            case "send-to-guardian":
                assert (person.channel, person.reason) == (Channel.MANUAL, Reason.CHILD)
            case _:
                raise AssertionError(fate)

    @pytest.mark.parametrize(("name", "mark"), [("recipients.csv", ","), ("recipients-excel-sv.csv", ";")])
    def test_the_same_list_saved_as_a_workbook_gives_the_same_people(self, name: str, mark: str) -> None:
        with (REAL / name).open(encoding="utf-8-sig", newline="") as file:
            saved = workbook(csv.reader(file, delimiter=mark))
        both = [read((REAL / name).read_bytes()), read(saved)]
        of_csv, of_workbook = [understand(sheet, confirmed(guess(sheet.heads)), "sv") for sheet in both]
        assert of_workbook == of_csv
        assert united(of_workbook.people) == united(of_csv.people)

    def test_the_swedish_spreadsheet_reads_whole(self) -> None:
        sheet = read((REAL / "recipients-excel-sv.csv").read_bytes())
        reading = understand(sheet, confirmed(guess(sheet.heads)), "sv")
        assert len(reading.people) == 30
        assert reading.faults == ()
