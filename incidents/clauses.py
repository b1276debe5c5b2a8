"""Which clauses of the policy, and promises of its siblings, the case and its registers keep, and where. Pure: the test
that no clause is forgotten collects it."""

COVERS: dict[str, str] = {
    "3.5 d": "incidents.intake",  # everybody reports, without an account
    "6.2": "incidents.regimes.rights",
    "8.1": "incidents.commission",
    "8.2 a": "incidents.causes",
    "8.2 b": "incidents.causes",
    "8.2 c": "incidents.causes",
    "001 security": "incidents.regimes.promise",  # customers are told of every breach of a security system
    "003 register": "incidents.activities",
    "003 agreements": "incidents.suppliers",
    "004 categories": "incidents.classification",
    "004 clocks": "incidents.regimes.eidas",
    "004 retention": "incidents.retention",
    "004 extract": "incidents.register",
}
