"""Which duties training keeps. Pure: the test that no clause is forgotten collects it."""

COVERS: dict[str, str] = {
    "9.1 a": "training",  # staff know what to do before they do it
    "003 training": "training",  # the sibling policy: everybody certified, again and again
}
