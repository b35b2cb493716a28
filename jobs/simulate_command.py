"""The options of `python -m jobs simulate`, apart from what it takes to move a floor."""

import signal
import threading
from typing import Annotated

import typer

from data_access.home import home
from data_access.state import open_state
from data_access.viewer import Right
from jobs.asking import asking
from metrics.errors import InvalidScope
from reports.text import _, number

USUAL_SEED = 1
FASTEST = 1_000
Speed = Annotated[float, typer.Option(help="How much faster than the clock contacts come and go.")]
Seed = Annotated[int, typer.Option(help="Another seed makes another day; the same makes the same.")]
Hour = Annotated[
    int | None,
    typer.Option(
        help="The hour of the day to begin with; else the clock's, or ten in the morning if it is night.", min=0, max=23
    ),
]


def simulate(seed: Seed = USUAL_SEED, speed: Speed = 1.0, hour: Hour = None) -> None:
    """Let the demo's live floor move, until Ctrl+C. A dashboard that was started by `serve` does so by itself."""
    from jobs.simulate import Pace, run

    if not 0 < speed <= FASTEST:
        raise InvalidScope(
            "The floor cannot move {speed} times as fast as the clock.",
            "Choose a number above 0, up to {most}.",
            speed=speed,
            most=FASTEST,
        )
    asking(open_state(), "simulate", Right.DATA)
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_given: stop.set())
    run(home(), stop, Pace(seed, speed, hour), _say)


def _say(agents: int) -> None:
    print(_("The live floor moves, with {agents} agents. Ctrl+C ends it.").format(agents=number(agents)), flush=True)
