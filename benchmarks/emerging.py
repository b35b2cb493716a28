"""What the page of emerging issues finds in demos of several seeds, and what it claims where nothing is planted.

`python -m benchmarks.emerging [SEEDS]` prints a line a demo. Takes a minute each.
"""

import sys
import tempfile
from datetime import date
from pathlib import Path

import polars as pl

from data_access import cases
from data_access.demo import make_demo
from data_access.desk import texts
from data_access.desk.emerging import USUAL_WINDOW, first_texts, kinds_that_grow
from data_access.read import read
from data_access.warehouse import open_embedded
from metrics.complaint_facts import valid
from metrics.desk.rising import Rising, rising
from metrics.rules import Rules
from metrics.wings.scan import week_ends

CONTACTS = 200_000
END = date(2026, 11, 1)
WEEKS = 48  # looked at, as of each of them
APART = 4  # weeks between two looks at words: every look takes a second


def looked(folder: Path, seed: int, *, truths: bool) -> str:
    """One demo: in how many weeks which kinds alarmed, and which words were named in how many looks."""
    path = folder / f"{seed}-{truths}.duckdb"
    make_demo(path, contacts=CONTACTS, seed=seed, truths=truths)
    warehouse, rules = open_embedded(path), Rules()
    complaints = cases.typed_complaints(read(warehouse.engine, cases.complaints(warehouse, rules)))
    cut = texts.texts(warehouse, complaints, frozenset(), None)
    counted = valid(complaints).with_columns(day=pl.col("received_at").dt.date(), count=1)
    written, ends = first_texts(cut, counted), week_ends(END, WEEKS)
    alarms = [
        kind
        for end in ends
        for kind in kinds_that_grow(counted, end, rules.growth_alarm).filter(verdict="alarm")["issue_type"].unique()
    ]
    looks = [rising(written, end, USUAL_WINDOW) for end in ends[::-APART]]
    words = [term for each in looks if isinstance(each, Rising) for term in each.terms["term"]]
    warehouse.engine.dispose()
    said = {name: alarms.count(name) for name in sorted(set(alarms))}
    newest = kinds_that_grow(counted, END, rules.growth_alarm).filter(pl.col("verdict") == "alarm")
    now = newest["issue_type"].unique().sort().to_list()
    judged = sum(isinstance(each, Rising) for each in looks)
    return f"seed {seed}, truths {truths}: alarms now {now}, weeks of {WEEKS} {said}; words in {judged} looks {words}"


if __name__ == "__main__":
    for number in map(int, sys.argv[1:] or ["1", "2", "3"]):
        for planted in (False, True):
            with tempfile.TemporaryDirectory() as place:
                print(looked(Path(place), number, truths=planted), flush=True)
