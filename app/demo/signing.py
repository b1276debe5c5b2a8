"""The steps of a case that bind: commission, decision, a second person's signature, the end and a new beginning."""

from app.demo.case import Case
from incidents.assessing import assess, convene, decide, opine, recuse
from incidents.assessing.convening import ConveneForm
from incidents.assessing.deciding import DecideForm
from incidents.assessing.recusing import RecuseForm
from incidents.assessing.seats import commission_of
from incidents.assessing.voting import AssessForm
from incidents.awareness import set_aware
from incidents.commission_models import Commission
from incidents.countersigning import sign, waiting
from incidents.ending import close, dismiss, reopen
from incidents.merging import merge
from incidents.opinions import OpinionForm, View, opinions_of

SEATS = {"chair": "chair", "member_1": "member", "member_2": "second_member", "substitute_1": "substitute"}
PANEL = ("chair", "member", "second_member")


def call(case: Case, by: str = "manager") -> None:
    """Call the standing panel."""
    people = {seat: case.stage.people[key].id for seat, key in SEATS.items()}
    secretary = case.stage.people["deputy"].id
    form = ConveneForm.model_validate({"version": case.version, "secretary": secretary, **people})
    convene(case.session, case.stage.actor(by), case.incident, form, case.now)


def judge(case: Case, place: int, who: str = "") -> None:
    """The view at `place`, of whoever sits there."""
    vote, protection, impact, likelihood, text = case.tale.views[place]
    form = AssessForm.model_validate(
        {"conflict": "no", "protection_level": protection, "impact_level": impact, "likelihood": likelihood,
         "risk_vote": vote, "people_vulnerable": "unknown",
         "consequences": case.tale.consequences if vote != "none" else [],
         "rationale": text}
    )  # fmt: skip
    assess(case.session, case.stage.actor(who or PANEL[place]), case.incident, _commission(case), form, case.now)


def step_aside(case: Case, who: str) -> None:
    recuse(case.session, case.stage.actor(who), case.incident, _commission(case),
           RecuseForm(reason=case.tale.recusal), case.now)  # fmt: skip


def settle(case: Case, notify: bool, inform: str, ground: str = "none", by: str = "manager") -> None:
    """Sign the decision: whether the authority and the people are told."""
    form = DecideForm.model_validate(
        {"version": case.version, "notify_authority": "yes" if notify else "no", "inform_people": inform,
         "ground": ground if inform == "not" else None, "reasons": case.tale.reasons, "early_reason": case.tale.early,
         "departure_reason": case.tale.departure, "score_reason": case.tale.score_reason,
         "password": case.stage.password}
    )  # fmt: skip
    decide(case.session, case.stage.actor(by), case.incident, form, case.now)


def advise(case: Case) -> None:
    """What the DPO says about the decision."""
    form = OpinionForm(view=View.REMARKS if len(case.tale.opinion) > 25 else View.AGREES, text=case.tale.opinion)
    opine(case.session, case.stage.actor("dpo"), opinions_of(case.session, case.incident)[-1], form, case.now)


def countersign(case: Case, by: str = "head") -> None:
    step = waiting(case.session, case.incident)[0]
    sign(case.session, case.stage.actor(by), step, case.stage.password, case.now)


def propose_dismissal(case: Case, by: str = "manager") -> None:
    dismiss(case.session, case.stage.actor(by), case.incident, case.tale.dismissal, case.now)


def propose_closing(case: Case, by: str = "manager") -> None:
    close(case.session, case.stage.actor(by), case.incident, "", case.now)


def propose_awareness(case: Case, hours_after: float, by: str = "manager") -> None:
    """A later moment than the report, with its reason."""
    moment = case.later(hours=hours_after)
    set_aware(case.session, case.stage.actor(by), case.incident, moment, case.tale.awareness, case.now)


def open_again(case: Case, by: str = "manager") -> None:
    reopen(case.session, case.stage.actor(by), case.incident, case.tale.new_facts, case.later(hours=-1), case.now)


def join(case: Case, target: str, by: str = "manager") -> None:
    merge(case.session, case.stage.actor(by), case.incident, case.stage.cases[target], case.now)


def _commission(case: Case) -> Commission:
    found = commission_of(case.session, case.incident)
    if found is None:
        raise LookupError(f"{case.code}: no commission was called yet")
    return found
