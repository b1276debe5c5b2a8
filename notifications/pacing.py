"""How long to wait before the next try. Arithmetic only."""

import hashlib
from datetime import timedelta

LONGEST = timedelta(minutes=60)
GIVE_UP = timedelta(hours=120)
FIRST_REST = timedelta(seconds=15)
LONGEST_REST = timedelta(minutes=5)


def wait(attempts: int, seed: str) -> timedelta:
    """1, 2, 4 ... 60 minutes after the first, second, third ... try, and up to a fifth more.

    The extra comes from `seed` (the message's id), so that a thousand mails deferred together come back apart.
    """
    minutes = min(2 ** min(max(attempts, 1) - 1, 10), LONGEST // timedelta(minutes=1))
    spread = hashlib.sha256(f"{seed}:{attempts}".encode()).digest()[0] / 255 / 5
    return timedelta(minutes=minutes) * (1 + spread)


def refilled(left: float, waited: float, rate: int) -> float:
    """How many mails may leave now, `waited` seconds after `left` could, at `rate` a minute.

    A few may leave at once, but in no minute more than `rate`: what may leave at once comes off what flows in.
    """
    return min(float(at_once(rate)), left + max(waited, 0.0) * _inflow(rate))


def until_next(left: float, rate: int) -> float:
    """Seconds until the next mail may leave."""
    return max(0.0, (1 - left) / _inflow(rate))


def at_once(rate: int) -> int:
    return max(1, rate // 30)


def _inflow(rate: int) -> float:
    return max(rate - at_once(rate), 1) / 60


def rest(failures: int) -> timedelta:
    """How long a relay that did not answer is left alone: 15 s, 30 s ... at most 5 minutes.

    Short enough that everything leaves within ten minutes of its return.
    """
    doubled = 1 << min(max(failures, 1) - 1, 8)
    return min(FIRST_REST * doubled, LONGEST_REST)


def hopeless(waited: timedelta, message_class: str) -> bool:
    """Whether to stop trying. An alert is never given up: it changes channel instead."""
    return waited >= GIVE_UP and message_class != "resend"
