"""The shape and the colour that each state of a control is shown in, and what a state asks for."""

from dataclasses import dataclass

from risk.control_status import Status

SHAPES = {Status.OK: ("ok", "dot"), Status.NEVER: ("calm", "ring"), Status.SOON: ("calm", "half"),
          Status.LATE: ("soon", "triangle"), Status.MISSED: ("crit", "square"),
          Status.PAUSED: ("none", "pause"), Status.FAILED: ("crit", "cross"), Status.MENDED: ("soon", "half"),
          Status.NOT_APPLICABLE: ("none", "ring")}  # fmt: skip
OVERDUE = {Status.LATE, Status.MISSED}
TO_DO = {Status.NEVER, Status.SOON, Status.FAILED, *OVERDUE}


@dataclass(frozen=True, slots=True)
class Strip:
    """Months of a control, or the last signs of life of a machine: for the picture, and in words."""

    id: str
    title: str
    months: list[str]
