"""What the pages of the two wings find in demos of several seeds, and what they claim where nothing is planted.

`python -m benchmarks.two_wings` prints it; `--write` puts it into docs/two_wings.md. Takes a few minutes.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

from benchmarks import early_warning
from data_access.demo import make_demo
from data_access.rollups import open_rollups
from data_access.store import Store
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from data_access.wings.blind_spots import final_days, read_blind_spots, rows_of
from data_access.wings.sampling import pool_week, read_back_test, usual_capacity
from metrics.rules import Rules
from metrics.scope import Period, reach
from metrics.wings.blind_spots import Verdict

REPORT = Path(__file__).resolve().parent.parent / "docs" / "two_wings.md"
SEEDS = range(1, 7)
CONTACTS = 200_000
LAST_WEEK = Period(date(2026, 10, 19), date(2026, 10, 26))
DAYS = 182
HEAD = """# What the two wings find

Written by `python -m benchmarks.two_wings --write`: demos of {contacts:,} contacts in 24 months, six seeds, each with the
planted patterns and without.

*Blind spots*: the map of the last half year by each of {dimensions} dimensions and team. In the demos with patterns,
trade-ins are planted as the one blind spot; whatever else is named is a false alarm, and so is everything in the demos
without. QA effort without a reason is planted nowhere, so that to name none is right; tests plant it, and find it.
*Back-test*: the sampling plan of each of the last 25 weeks whose reviews are in, planned with what was known in
it, against as many contacts drawn at random: upheld faults a week, and how many times as many (95 % interval). In the
demos without patterns contacts with a complaint or heated emotion still go wrong more often, so the plan helps there too.
Complaints, reviews and disputes that came after a week's end are not known to its plan.

| Seed | Patterns | Trade-ins named | Other blind spots | QA without a reason | Places tested | Reviews a week | Faults, plan | Faults, random | Times as many |
|---|---|---|---|---|---|---|---|---|---|
"""  # noqa: E501


EARLY = """
## Early warning

The same demos, 104 weeks each. *With patterns* one batch of air fryers is planted, whose reviews fail the solution from
11 August and whose complaints begin 21 days later (and the texture of one batch of face cream, which QA never sees):
days that QA's alarm was ahead of that of complaints, by batch and issue and by batch and failed item, and alarms on
other batches in the whole two years. *Without* weeks with an alarm (episodes), by list and wing: all of them are false.

"""


def opened(folder: Path, seed: int, *, truths: bool) -> Store:
    path = folder / f"{seed}-{truths}.duckdb"
    make_demo(path, contacts=CONTACTS, seed=seed, truths=truths)
    rollups = open_rollups(open_embedded(path), Rules(), folder / f"{seed}-{truths}")
    return Store(rollups, rollups.refresh())


def line(store: Store, seed: int, *, truths: bool) -> str:
    """One demo's row of the report."""
    period = reach(final_days(store, LAST_WEEK), DAYS)
    named, others, idle, tested = False, 0, 0, 0
    for row in rows_of(store):
        found = read_blind_spots(store, LOCAL, period, (), row).found
        if found is None:
            continue
        blind = found.of(Verdict.BLIND)
        planted = int((blind["row"] == "trade_in").sum()) if truths else 0
        named = named or planted > 0
        others += blind.height - planted
        idle += found.of(Verdict.IDLE).height
        tested += int((found.cells["verdict"] != Verdict.FEW).sum())
    week = pool_week(store, LAST_WEEK)
    capacity = usual_capacity(store, LOCAL, week, ())
    back = read_back_test(store, LOCAL, week, (), capacity)
    ratio = back.ratio if back else None
    times = f"{ratio.value:.2f} ({ratio.low:.2f}–{ratio.high:.2f})" if ratio else "–"
    found_of = f"{back.planned:.1f} | {back.uniform:.1f}" if back else "– | –"
    told = ("yes" if named else "no") if truths else "–"
    patterns = "with" if truths else "without"
    return f"| {seed} | {patterns} | {told} | {others} | {idle} | {tested} | {capacity} | {found_of} | {times} |"


def table(rows: list[dict[str, str]]) -> str:
    """Rows of the same columns in Markdown."""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *(list(each.values()) for each in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def main(*, write: bool) -> None:
    made: list[str] = []
    early: dict[bool, list[dict[str, str]]] = {True: [], False: []}
    with tempfile.TemporaryDirectory(prefix="twinwing-wings-") as place:
        for truths in (True, False):
            for seed in SEEDS:
                store = opened(Path(place), seed, truths=truths)
                made.append(line(store, seed, truths=truths))
                found = early_warning.planted(store) if truths else early_warning.alarms(store)
                early[truths].append({"Seed": str(seed), **found})
                print(made[-1], found, flush=True)
    if write:
        head = HEAD.format(contacts=CONTACTS, dimensions=6)
        tables = [f"{name}\n\n{table(early[truths])}" for name, truths in (("With", True), ("Without", False))]
        REPORT.write_text(head + "\n".join(made) + "\n" + EARLY + "\n".join(tables), "utf-8")


if __name__ == "__main__":
    main(write="--write" in sys.argv[1:])
