"""Every router of the service, in the order they are asked."""

from fastapi import APIRouter

from app.health import router as health
from app.home import router as home
from app.metrics import router as metrics
from app.pages.anchors import router as anchors
from app.pages.dashboard import router as dashboard
from app.pages.development import router as development
from app.pages.establishment import router as establishment
from app.pages.log import router as log
from app.pages.outbox import router as outbox
from app.pages.restored import router as restored
from app.pages.set_up import router as set_up
from app.pages.settings import router as settings
from app.pages.yearly import router as yearly
from identity.pages import router as identity
from incidents.pages.activities import router as activities
from incidents.pages.assessment import router as assessment
from incidents.pages.authority import router as authority
from incidents.pages.bundle import router as bundle
from incidents.pages.causes import router as causes
from incidents.pages.commission import router as commission
from incidents.pages.countries import router as countries
from incidents.pages.decision import router as decision
from incidents.pages.figures import router as figures
from incidents.pages.findings import router as findings
from incidents.pages.mine import router as mine
from incidents.pages.notice_files import router as notice_files
from incidents.pages.notice_mail import router as notice_mail
from incidents.pages.order import router as order
from incidents.pages.others import router as others
from incidents.pages.panels import router as panels
from incidents.pages.people import router as people
from incidents.pages.phone_in import router as phone_in
from incidents.pages.public_notice import router as public_notice
from incidents.pages.readiness import router as readiness
from incidents.pages.receipt import router as receipt
from incidents.pages.register import router as register
from incidents.pages.register_files import activity_files, supplier_files
from incidents.pages.report import router as report
from incidents.pages.report_about import router as report_about
from incidents.pages.retention import router as retention
from incidents.pages.risk import router as risk
from incidents.pages.risk_form import router as risk_form
from incidents.pages.risks import router as risks
from incidents.pages.routers import CASE
from incidents.pages.samples import router as samples
from incidents.pages.status import router as status
from incidents.pages.supplier_case import router as supplier_case
from incidents.pages.supplier_form import router as supplier_form
from incidents.pages.supplier_receipt import router as supplier_receipt
from incidents.pages.suppliers import router as suppliers
from incidents.pages.thread import router as thread
from risk.controls.pages import router as controls
from risk.heartbeats.api import router as heartbeat_api
from risk.heartbeats.pages import router as heartbeats
from risk.tasks.pages import router as tasks

ROUTERS: list[APIRouter] = [
    health,
    metrics,
    set_up,
    home,
    settings,
    anchors,
    establishment,
    outbox,
    restored,
    development,
    identity,
    mine,
    report,
    report_about,
    receipt,
    status,
    supplier_form,
    supplier_receipt,
    supplier_files,
    activity_files,
    suppliers,
    activities,
    supplier_case,
    phone_in,
    thread,
    causes,
    panels,
    readiness,
    commission,
    order,
    assessment,
    decision,
    authority,
    bundle,
    countries,
    notice_files,
    notice_mail,
    others,
    people,
    public_notice,
    retention,
    heartbeat_api,
    heartbeats,
    controls,
    tasks,
    risks,
    risk_form,
    risk,
    log,
    findings,
    figures,
    dashboard,
    yearly,
    samples,
    register,
    *CASE,
]
