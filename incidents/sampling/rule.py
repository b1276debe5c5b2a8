"""How a sample follows from its population and its seed (pure), so that anybody can check it with a few lines of their
own: sort the references by SHA-256 of "seed|reference" in hex, and take the first."""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """The chosen references in the order of the rule, how many there were to choose from, and what proves that another
    drawing had the same to choose from."""

    references: tuple[str, ...]
    population: int
    digest: str


def draw(references: Iterable[str], seed: str, size: int) -> Drawn:
    """`references` come in the order of the alphabet, each once; memory does not grow with their number.

    Raises:
        ValueError: they are out of order, or nothing is asked for.
    """
    if size < 1:
        raise ValueError("a sample has at least one case")
    population, seen, before = 0, hashlib.sha256(), ""

    def ranked() -> Iterable[tuple[str, str]]:
        nonlocal population, before
        for one in references:
            if one <= before:
                raise ValueError("references out of order")
            before = one
            population += 1
            seen.update(f"{one}\n".encode())
            yield rank(seed, one), one

    chosen = heapq.nsmallest(size, ranked())
    return Drawn(tuple(reference for _, reference in chosen), population, seen.hexdigest())


def rank(seed: str, reference: str) -> str:
    return hashlib.sha256(f"{seed}|{reference}".encode()).hexdigest()
