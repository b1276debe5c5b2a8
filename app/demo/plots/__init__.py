"""What people did in each case, and when: one generator a plot, one `yield` a scene."""

from collections.abc import Callable, Mapping

from app.demo.case import Case
from app.demo.plots import ended, open_now, remedy, waiting
from app.demo.stage import Story

Plot = Callable[[Case], Story]
PLOTS: Mapping[str, Plot] = {**open_now.PLOTS, **waiting.PLOTS, **remedy.PLOTS, **ended.PLOTS}
