"""The routers of the case, in the order they are asked: the page of a task before the page of the case."""

from fastapi import APIRouter

from incidents.pages.alarms import router as alarms
from incidents.pages.aware import router as aware
from incidents.pages.board import router as board
from incidents.pages.case import router as case
from incidents.pages.case_proof import router as case_proof
from incidents.pages.classify import router as classify
from incidents.pages.clocks import router as clocks
from incidents.pages.ending import router as ending
from incidents.pages.failing import router as failing
from incidents.pages.handling import router as handling
from incidents.pages.hold import router as hold
from incidents.pages.involved import router as involved
from incidents.pages.lanes import router as lanes
from incidents.pages.minutes import router as minutes
from incidents.pages.queue import router as queue
from incidents.pages.regimes import router as regimes
from incidents.pages.severity import router as severity
from incidents.pages.signatures import router as signatures
from incidents.pages.similar import router as similar

CASE: list[APIRouter] = [
    queue,
    board,
    handling,
    failing,
    classify,
    aware,
    clocks,
    alarms,
    regimes,
    severity,
    ending,
    hold,
    involved,
    minutes,
    signatures,
    similar,
    case_proof,
    lanes,
    case,
]
