"""A server that draws tables while expressions call functions of ours goes on."""

import subprocess
import sys

from tests.browser.server import ROOT

#: Two threads have Polars call a function, as the clock of deadlines does, and two make tables for the browser.
BOTH = """
import faulthandler, threading, polars as pl
from pages.ui.operating.unlocked import unlock
faulthandler.dump_traceback_later(20, exit=True)
unlock()
words = {f"word {number}": [str(each) for each in range(200)] for number in range(10)}
frame = pl.DataFrame({"a": range(200), "b": range(200), "day": None, **words}, schema_overrides={"day": pl.Date})
frame.to_pandas()  # what it imports is there from now on
def called(name):
    return pl.col(name).map_batches(lambda column: column + 1, return_dtype=pl.Int64)
def count():
    for _ in range(200):
        frame.with_columns(called("a"), called("b"))
def draw():
    for _ in range(1000):
        frame.to_pandas()
threads = [threading.Thread(target=each) for each in (count, count, draw, draw)]
[each.start() for each in threads]
[each.join() for each in threads]
kinds = frame.to_pandas().dtypes.astype(str).to_list()
assert kinds[:3] == ["int64", "int64", "datetime64[ms]"], kinds
"""


def test_tables_and_functions_of_ours_at_once() -> None:
    done = subprocess.run([sys.executable, "-c", BOTH], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_charts_do_not_meet_pandas_while_it_is_loaded() -> None:
    """Plotly asks whether it is among the modules, and one that is being loaded is: so it is loaded before any page."""
    ask = "import sys; from pages.ui.operating.unlocked import unlock; unlock(); sys.modules['pandas'].Series"
    done = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
