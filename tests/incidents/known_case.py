"""A case of which everything is known: what a company can tell the service about a breach, told through its verbs."""

from datetime import timedelta

from core.access import Role
from core.organisation import organisation
from incidents import service
from incidents.classifying import classify
from incidents.instants import Instants
from risk.control_status import Result
from risk.models import Control
from risk.service import TickForm, adopt, tick_control
from tests.fixtures.smtp import Postbox
from tests.fixtures.world import World
from tests.incidents.bench import Bench
from tests.incidents.cases import Case, classification, learnt
from tests.incidents.letters import Letters
from tests.incidents.severity import stated

HEADS = "Namn;E-post;Språk\n"
PEOPLE = "Åsa Öberg;asa@kund.example.com;sv\nŽofia Łęcka;zofia@kund.example.com;en\n"


def known_case(world: World, postbox: Postbox) -> Case:
    """Controls passed before; reported, classified, stopped, stated, assessed, decided, the people told, a lesson."""
    company(world)
    checked(world, backup_copies=Result.PASS, network_protection=Result.PASS, systems_and_premises=Result.PASS)
    world.later(days=3)
    bench = Bench(world, reporter_relation="employee")
    case = Case.of(world, bench.reference)
    world.later(hours=2)
    classified(case)
    case.do(service.contain, Role.MANAGER, "Mottagaren har raderat filen.", world.now - timedelta(hours=1))
    stated(world, case.reference, people="2", enables=["fraud", "loss_of_control"])
    bench.convene()
    for key in ("commissioner", "per", "leila"):
        bench.vote(key, "high", consequences=["scam", "control"])
    bench.decide(inform_people="inform", score_reason="Kommissionen vet mer om mottagaren än poängen säger.")
    informed(world, postbox, case)
    case.do(learnt, Role.MANAGER, "Adresser väljs ur registret och skrivs inte för hand.")
    return case


def company(world: World) -> None:
    with world.change() as session:
        own = organisation(session)
        own.number, own.address = "556000-0000", "Kajen 1\n411 01 Göteborg"


def checked(world: World, **results: Result) -> None:
    """Controls of the company, by code, each with what its keeper found today."""
    with world.change() as session:
        adopt(session, world.now)
        for code, result in results.items():
            form = TickForm(result=result, done_on=world.now.date(), note="Kontrollerat i dag.")
            tick_control(session, world.actor(Role.MANAGER), session.get_one(Control, code), form, (), world.now)


def classified(case: Case) -> None:
    world = case.world
    with world.change() as session:
        incident = case.row(session)
        times = Instants(occurred_at=incident.reported_at - timedelta(hours=5), detected_at=incident.reported_at)
        form = classification(version=incident.version, people_min=2, records_count=2, countries="SE")
        ended_at = incident.reported_at - timedelta(hours=4)
        classify(session, world.actor(Role.MANAGER), incident, form, times, ended_at, world.now)


def informed(world: World, postbox: Postbox, case: Case, people: str = PEOPLE) -> Letters:
    """By a letter that another person has approved; each mail is taken by the relay."""
    letters = Letters(world, postbox, case.reference)
    letters.passwords()
    letters.import_list(HEADS + people)
    letters.write()
    letters.test()
    letters.approve()
    world.later(minutes=11)
    for _ in range(3):
        letters.work()
    return letters
