"""What a SWOT board claims where nothing is planted: `python -m benchmarks.swot_noise [CONTACTS]`, a few minutes.

Demos of several seeds without patterns, the board of each of the last weeks. Whatever is said of a difference, a change
or what is coming is chance, except for what demos have anyway; what is said of a target is true or not by itself.
"""

import sys
import tempfile
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from benchmarks.two_wings import opened
from data_access.swot.asked import Known
from data_access.swot.gather import WEEKS, read_evidence, usual_period
from data_access.viewer import LOCAL
from metrics.scope import WEEK, Period
from metrics.swot.evidence import Kind
from metrics.swot.ranking import arrange

SEEDS = range(1, 6)
EDITIONS = 6  # weeks, the last ones of each demo
#: What is true of every demo: its level against its targets, and the calendar's complaint season.
TRUE = {
    Kind.ABOVE_TARGET, Kind.BELOW_TARGET, Kind.LINKED, Kind.UNLINKED, Kind.DEADLINES_KEPT, Kind.DEADLINES_MISSED,
    Kind.FINDINGS_OPEN,
}  # fmt: skip
SEASONS = {"season_ahead//season=consumer_day", "season_ahead//season=telecom_day"}


def editions(folder: Path, seed: int) -> list[set[str]]:
    """The keys of what each week's board says by chance, in order of time."""
    store = opened(folder, seed, truths=False)
    end = usual_period(store)[0].end
    made = []
    for back in reversed(range(EDITIONS)):
        last = end - back * WEEK
        period = Period(last - WEEKS * WEEK, last)
        before = Period(period.start - timedelta(days=period.days), period.start)
        board = arrange(read_evidence(store, LOCAL, period, before, (), Known()).evidence)
        made.append({each.key for each in board.all if each.evidence.kind not in TRUE} - SEASONS)
    return made


def main() -> None:
    standing, fresh, kinds = [], [], Counter[str]()
    with tempfile.TemporaryDirectory(prefix="twinwing-swot-") as place:
        for seed in SEEDS:
            weeks = editions(Path(place), seed)
            new = [len(now - before) for before, now in pairwise(weeks)]
            standing += [len(each) for each in weeks]
            fresh += new
            kinds.update(key.split("/")[0] for each in weeks for key in each)
            print(
                seed, "on the board", [len(each) for each in weeks], "new", new, sorted(set().union(*weeks)), flush=True
            )
    print(f"{sum(standing) / len(standing):.2f} on a board, {sum(fresh) / len(fresh):.2f} new a week", dict(kinds))


if __name__ == "__main__":
    sys.exit(main())
