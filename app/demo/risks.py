"""The register of risks in every state: open, raised by a control, reduced, waiting for a signature, accepted, an
acceptance that ran out, closed. Drafts come of the cases themselves, as they would."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from app.demo.stage import Stage, Story
from risk.register import accepting, service
from risk.register.form import RiskForm
from risk.register.jobs import look_after
from risk.register.models import Risk
from risk.register.service import Cause

BEGAN = 300  # days ago
LIST = Cause("accidental", "accidental.open_recipients")
PHISHING = Cause("intentional", "intentional.phishing")
BACKUP = Cause("accidental", "accidental.data_media")
STOLEN = Cause("intentional", "intentional.stolen_device")
POWER = Cause("unforeseen", "unforeseen.power_failure")
SUPPLIER = Cause("accidental", "accidental.published_by_mistake")
FAX = Cause("accidental", "accidental.fax_supplies")
VIRUS = Cause("intentional", "intentional.virus_distribution")


def kept(stage: Stage) -> Story:
    """One year of the register."""
    yield stage.present - timedelta(days=BEGAN)
    virus = _add(stage, VIRUS, "Skadlig kod stannar en hel butik", 2, 4, "control_owner", asset="Kassor och stationer",
                 rationale="En station som inte är uppdaterad räcker. Butiken står still och kunduppgifter kan läsas.",
                 measures="Uppdateringar utan dröjsmål, och en reservkassa i varje butik.", treatment="reduce",
                 target=(1, 4), controls=["antivirus"], review=190)  # fmt: skip
    lists = _add(stage, LIST, "Listor mejlas till fel mottagare", 4, 3, "manager", asset="E-post",
                 rationale="Listor skickas för hand varje vecka, och adressboken föreslår den senaste mottagaren.",
                 measures="Listor delas från kundsystemet. Adressboken töms.", treatment="reduce", target=(2, 3),
                 controls=["no_shared_folders"], review=170)  # fmt: skip
    backup = _add(stage, BACKUP, "Säkerhetskopian går inte att läsa", 2, 4, "second_owner", asset="Servrar och kopior",
                  rationale="Kopior tas, men provas sällan.", measures="Återläsning provas var tredje månad.",
                  treatment="reduce", target=(1, 4), controls=["backup_copies", "restore_test"],
                  review=175)  # fmt: skip
    fax = _add(stage, FAX, "Faxen i lagret skriver ut för vem som helst", 2, 2, "deputy", asset="Fax i lagret",
               rationale="Faxen står öppet och används av två kunder.", review=150)  # fmt: skip
    yield stage.present - timedelta(days=220)
    power = _add(stage, POWER, "Strömavbrott stoppar kassan", 2, 2, "deputy", asset="Kassasystem", review=160,
                 rationale="Kassan är utan reservkraft, men inga uppgifter går förlorade.", treatment="accept",
                 until=280)  # fmt: skip
    stolen = _add(stage, STOLEN, "Stulen dator i butik", 3, 2, "control_owner", asset="Bärbara datorer", review=230,
                  rationale="Diskarna är krypterade, men skärmen kan vara olåst.", treatment="accept",
                  until=120)  # fmt: skip
    yield stage.present - timedelta(days=219)
    for risk in (power, stolen):
        _sign(stage, risk, "head")
    yield stage.present - timedelta(days=140)
    service.close(stage.session, stage.actor("manager"), fax, "Faxen är bortkopplad och kunderna använder portalen.",
                  stage.moment)  # fmt: skip
    _review(stage, virus, "Ny genomgång: läget är detsamma.", 330)
    _review(stage, lists, "Listorna delas nu från kundsystemet i två av tre butiker.", 340, likelihood=3)
    _review(stage, backup, "Återläsningen provad i mars utan fel.", 320)
    yield stage.present - timedelta(days=90)
    look_after(stage.session, stage.moment)
    yield from _lately(stage)


def _lately(stage: Stage) -> Story:
    """What stands open today: a phishing risk, one that waits for the head, and one whose review is overdue."""
    yield stage.present - timedelta(days=40)
    _add(stage, PHISHING, "Ett falskt mejl ger bort ett lösenord", 3, 3, "deputy", asset="Användarkonton",
         rationale="Ett lösenord öppnar mycket, och de falska mejlen liknar våra egna.", treatment="reduce",
         measures="Inloggning i två steg för alla före mars.", target=(2, 3), review=52,
         controls=["password_change", "own_password_only"])  # fmt: skip
    yield stage.present - timedelta(days=12)
    _add(stage, SUPPLIER, "En leverantör lämnar en lagringsyta öppen", 2, 4, "manager", asset="Molnlagring", until=150,
         rationale="Avtalet ger oss loggar först efter en vecka. Att byta leverantör tar ett år.", treatment="accept",
         review=80)  # fmt: skip
    yield stage.present
    look_after(stage.session, stage.present)


def _add(
    stage: Stage, cause: Cause, title: str, likelihood: int, impact: int, owner: str, *, rationale: str, review: int,
    asset: str = "", measures: str = "", treatment: str = "none_yet", target: tuple[int, int] = (0, 0), until: int = 0,
    controls: list[str] | None = None,
) -> Risk:  # fmt: skip
    form = RiskForm.model_validate({
        "title": title, "cause": cause.code, "asset": asset, "likelihood": likelihood, "impact": impact,
        "target_likelihood": target[0], "target_impact": target[1], "rationale": rationale, "measures": measures,
        "treatment": treatment, "owner": stage.people[owner].id, "controls": controls or [],
        "review_on": _day(stage, review), "accept_until": _day(stage, until) if until else None,
    })  # fmt: skip
    return service.add(stage.session, stage.actor("manager"), form, cause, stage.moment)


def _sign(stage: Stage, risk: Risk, who: str) -> None:
    accepting.accept(stage.session, stage.actor(who), risk, stage.password, risk.version, stage.moment)
    stage.session.flush()


def _review(stage: Stage, risk: Risk, why: str, review: int, likelihood: int = 0) -> None:
    """The owner looked at it again."""
    kept_as = service.as_form(stage.session, risk)
    changed = {"why": why, "review_on": _day(stage, review), "likelihood": likelihood or risk.likelihood}
    cause = Cause(risk.cause_class, risk.cause_code)
    owner = next(person for person in stage.people.values() if person.id == risk.owner_id)
    service.change(stage.session, owner.actor, risk, RiskForm.model_validate(kept_as | changed), cause, stage.moment)


def _day(stage: Stage, days: int) -> date:
    """So many days from the moment of the scene."""
    moment: datetime = stage.moment + timedelta(days=days)
    return moment.astimezone(ZoneInfo(stage.zone)).date()
