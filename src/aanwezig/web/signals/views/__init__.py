"""Pages of signals and of the ladder of steps."""

from aanwezig.web.signals.views.following import group, review, several, signal, signals, undo
from aanwezig.web.signals.views.ladder import (
    end,
    ladder,
    pupil_steps,
    record,
    step,
    steps,
    take_over,
    undo_outcome,
)

__all__ = [
    "end",
    "group",
    "ladder",
    "pupil_steps",
    "record",
    "review",
    "several",
    "signal",
    "signals",
    "step",
    "steps",
    "take_over",
    "undo",
    "undo_outcome",
]
