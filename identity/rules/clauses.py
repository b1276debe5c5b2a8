"""Which clauses of the policy reading and signing keeps. Pure: the test that no clause is forgotten collects it."""

COVERS: dict[str, str] = {
    "3.5": "read_and_sign",  # secrecy, the rules, and to report at once: shown in words and acknowledged
    "9.1 a": "read_and_sign",  # staff are introduced
    "12.2": "read_and_sign",
}
