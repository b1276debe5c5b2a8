"""Each person is told in a language they read, and nothing is sent in the wrong one unnoticed (law section h)."""

import pytest

from core.access import Role
from core.errors import Conflict, Invalid
from incidents import informing
from incidents.informing.public_notice import words_of
from notifications.letters.languages import LANGUAGES
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.letters import REFERENCE, SAID, SAID_ABROAD, Letters, letters_of

HERE = f"/incidents/{REFERENCE}/people"
ABROAD = """Namn;E-post;Språk;Uppgifter;Postadress
Åsa Öberg;asa@kund.example.com;sv;namn, adress;
Ærlend Eksempelrud;arlend@kunde.example.com;nb;fødselsnummer;
Kari Nynorsk;kari@kunde.example.com;nn;;
Eglė Netikrūnienė;egle@klientas.example.com;lt;personnummer;
Biret Sámi;biret@kund.example.com;se;;
"""


@pytest.fixture
def letters(world: World, postbox: Postbox) -> Letters:
    return letters_of(world, postbox)


@pytest.fixture
def small(small_world: World, postbox: Postbox) -> Letters:
    return letters_of(small_world, postbox)


def form_of(letters: Letters, **said: str) -> dict[str, str]:
    with letters.case() as (session, incident):
        return {**informing.proposed(session, incident), **SAID, **said}


def test_everybody_is_told_in_their_language_about_their_own_data(letters: Letters) -> None:
    letters.import_list(ABROAD)
    letters.write(**SAID_ABROAD)
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    told = {one.recipients[0].partition("@")[0]: one for one in letters.sent()}
    assert {name: one.subject for name, one in told.items()} == {
        "asa": "Dina uppgifter skickades till fel mottagare",
        "arlend": "Opplysningene dine ble sendt til feil mottaker",
        "kari": "Opplysningene dine ble sendt til feil mottaker",
        "egle": "Jūsų duomenys išsiųsti ne tam gavėjui",
        "biret": "Dina uppgifter skickades till fel mottagare",
    }
    assert "- fødselsnummer\n" in told["arlend"].text
    assert "- asmens kodas\n" in told["egle"].text
    assert "Laba diena, Eglė Netikrūnienė" in told["egle"].text
    assert "Integritetsskyddsmyndigheten (IMY) i Sverige" in told["kari"].text
    assert "Box 8114, 104 20 Stockholm" in told["asa"].text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_public_page_speaks_the_language_of_the_letter_that_opens_it(small: Letters, lang: str) -> None:
    small.import_list(ABROAD + "Ann Example;ann@kund.example.com;en;;\n")
    small.write(**SAID_ABROAD)
    small.test()
    small.approve()
    with small.case() as (session, _):
        words = words_of(session, small.mailing, lang)
    visitor = small.world.client()
    asked = visitor.get(f"/notice/{REFERENCE}?in={lang}")
    assert LANGUAGES[lang].page.lead in asked.text
    shown = visitor.post(f"/notice/{REFERENCE}", data={"words": words, "in": "sv"}).text
    assert f'lang="{lang}"' in shown
    assert LANGUAGES[lang].headings["nature"] in shown  # type: ignore[index]
    assert LANGUAGES[lang].page.ours.format(company="Nordhamn Verktyg AB") in shown


def test_the_public_page_follows_the_browser_also_where_our_own_pages_do_not(small: Letters) -> None:
    visitor = small.world.client()
    for header, lang in (("nn-NO,nn;q=0.9", "nb"), ("lt", "lt"), ("pl", "sv"), ("en-GB", "en")):
        asked = visitor.get(f"/notice/{REFERENCE}", headers={"accept-language": header})
        assert LANGUAGES[lang].page.title in asked.text
    wrong = visitor.post(f"/notice/{REFERENCE}", data={"words": "ne tie žodžiai", "in": "lt"})
    assert wrong.status_code == 422
    assert LANGUAGES["lt"].page.wrong in wrong.text


def test_the_list_says_who_gets_the_companys_language_instead_of_their_own(small: Letters) -> None:
    small.import_list(ABROAD)
    shown = small.world.client(Role.WRITER).get(f"{HERE}/list").text
    assert shown.count("På vårt eget språk: vi har inget brev på deras.") == 1


def test_a_language_that_nobody_reads_need_not_be_written(small: Letters) -> None:
    small.import_list("Namn;E-post;Språk\nEglė;egle@klientas.example.com;lt\n")
    page = small.world.client(Role.WRITER).get(f"{HERE}/letter").text
    assert "Litauiska 1" in page
    with small.case() as (session, incident):
        assert informing.needed(session, informing.mailing_of(session, incident)) == ["lt"]
    sent = {name: value for name, value in form_of(small).items() if not name.endswith(("_sv", "_en", "_nb"))}
    answer = small.world.client(Role.WRITER).post(f"{HERE}/letter", data=sent | SAID_ABROAD | {"what_happened_nb": ""}
                                                  | {"measures_nb": ""})  # fmt: skip
    assert answer.status_code == 303
    small.test()
    small.work()
    tests = [one for one in small.postbox.letters if one.subject.startswith("TEST · ")]
    assert {one.subject for one in tests} == {"TEST · Jūsų duomenys išsiųsti ne tam gavėjui"}
    assert "Kas įvyko?" in small.world.client(Role.MANAGER).get(HERE).text


def test_what_is_said_in_one_language_only_is_asked_for_in_each_that_the_list_needs(small: Letters) -> None:
    small.import_list(ABROAD)
    client = small.world.client(Role.WRITER)
    answer = client.post(f"{HERE}/letter", data=form_of(small, what_happened_nb="Vi sendte en liste til feil firma."))
    assert answer.status_code == 422
    for field in ("measures_nb", "what_happened_lt", "measures_lt"):
        assert f'href="#{field}"' in answer.text
    assert 'href="#what_happened_nb"' not in answer.text
    assert "Vi sendte en liste til feil firma." in answer.text
    assert small.mailing.edition == 0


def test_a_list_that_comes_later_asks_for_its_languages_before_anything_is_tested(letters: Letters) -> None:
    letters.import_list()
    letters.write()
    letters.import_list(ABROAD)
    with pytest.raises(Conflict) as wrong:
        letters.test()
    assert wrong.value.params["languages"] == "Lietuvių, Norsk (bokmål)"
    letters.write(**SAID_ABROAD)
    letters.test()
    assert letters.track == "tested"


def test_words_of_the_list_that_nobody_knows_are_put_into_the_readers_language(letters: Letters) -> None:
    letters.import_list(ABROAD + "Ola;ola@kunde.example.com;nb;skostorlek;\nPer;per@kund.example.com;sv;skostorlek;\n")
    assert form_of(letters)["list_words_sv"] == "skostorlek = skostorlek"
    assert form_of(letters)["list_words_nb"] == "skostorlek ="
    with pytest.raises(Invalid) as wrong:
        letters.write(**SAID_ABROAD)
    assert "list_words_nb" in wrong.value.fields
    letters.write(**SAID_ABROAD, list_words_nb="skostorlek = skostørrelse")
    letters.test()
    letters.approve()
    letters.world.later(minutes=10)
    letters.work()
    assert "- skostørrelse\n" in letters.postbox.to("ola@kunde.example.com")[0].text
    assert "- skostorlek\n" in letters.postbox.to("per@kund.example.com")[0].text


def test_a_written_letter_comes_back_into_its_form_as_it_was_typed(small: Letters) -> None:
    small.import_list(ABROAD)
    more = {"more_1_sv": "Ingen har öppnat listan.", "more_1_nb": "Ingen har åpnet listen.",
            "more_1_lt": "Niekas sąrašo neatidarė."}  # fmt: skip
    small.write(**SAID_ABROAD, **more, sure_1="believe", next_on="2026-12-01")
    page = small.world.client(Role.WRITER).get(f"{HERE}/letter").text
    assert "Niekas sąrašo neatidarė." in page
    assert '<option value="believe" selected>' in page
    assert 'value="2026-12-01"' in page


@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        ("sv", "Vi vet: Vi mejlade en lista till fel företag.\nVi vet inte än: Vem har läst den?"),
        ("lt", "Žinome: Išsiuntėme sąrašą ne tai įmonei.\nDar nežinome: Kas jį skaitė?"),
    ],
)
def test_each_statement_says_how_sure_we_are_when_not_all_is_known(small: Letters, lang: str, lines: str) -> None:
    small.import_list(ABROAD)
    small.write(**SAID_ABROAD, more_1_sv="Vem har läst den?", more_1_nb="Hvem har lest den?",
                more_1_lt="Kas jį skaitė?", sure_1="unknown")  # fmt: skip
    small.test()
    small.work()
    assert any(lines in one.text for one in small.postbox.letters), lang


def test_what_was_not_involved_is_said_but_never_beside_its_opposite(small: Letters) -> None:
    small.import_list(ABROAD + "Sjuk;sjuk@kund.example.com;sv;hälsa;\n")
    client = small.world.client(Role.WRITER)
    sent = form_of(small, **SAID_ABROAD)
    both = client.post(f"{HERE}/letter", data=sent | {"absent": ["login", "health"]})
    assert (both.status_code, 'href="#absent"' in both.text) == (422, True)
    assert client.post(f"{HERE}/letter", data=sent | {"absent": ["health", "bank_card"]}).status_code == 303
    small.test()
    small.approve()
    small.world.later(minutes=10)
    small.work()
    assert (
        "Det här fanns inte med: uppgifter om hälsa, bankkonto eller kort."
        in small.postbox.to("asa@kund.example.com")[0].text
    )
    assert "Det här fanns inte med: bankkonto eller kort.\n" in small.postbox.to("sjuk@kund.example.com")[0].text
    assert (
        "Dette var ikke med: helseopplysninger, bankkonto eller kort."
        in small.postbox.to("kari@kunde.example.com")[0].text
    )


def test_a_day_for_the_next_letter_that_has_passed_is_refused(small: Letters) -> None:
    small.import_list()
    with pytest.raises(Invalid) as wrong:
        small.write(next_on="2026-11-21")
    assert "next_on" in wrong.value.fields
    small.write(next_on="2026-11-22")


def test_while_one_writes_the_page_names_what_is_missing_and_always_shows_the_size(small: Letters) -> None:
    small.import_list(ABROAD)
    client = small.world.client(Role.WRITER)
    sent = form_of(small) | {"what_happened_sv": "Läs mer på https://fel.example. " + "ord " * 300}
    shown = client.post(f"{HERE}/letter/check", data=sent).text
    assert "”Vad har hänt?” är inte ifyllt än." in shown
    assert "ett brev har inga länkar" in shown
    assert "av 350 ord" in shown
    assert "bedöms inte" in shown  # Lithuanian
    assert "LIX" in client.get(f"{HERE}/letter").text
    nothing = client.post(f"{HERE}/letter/check", data={})
    assert nothing.status_code == 200
