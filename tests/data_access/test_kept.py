import sys
from dataclasses import dataclass

import polars as pl

from data_access.kept import Kept, memory_of
from metrics.metric import Source


def test_what_was_made_is_given_again_and_what_nobody_asked_for_longest_goes():
    made: list[str] = []

    def making(name: str) -> pl.DataFrame:
        made.append(name)
        return pl.DataFrame({"name": [name]})

    kept = Kept(most=2, most_bytes=10**9)
    for name in ("a", "b", "a", "c", "a", "b"):  # "c" puts out "b", which was asked for before "a" was last
        assert kept.once(name, lambda name=name: making(name)).item() == name
    assert made == ["a", "b", "c", "b"]


def test_of_what_takes_memory_the_longest_unasked_for_goes_and_what_is_small_stays():
    long, small = pl.DataFrame({"n": [1.5] * 200_000}), 7  # 1.6 MB
    kept = Kept(most=100, most_bytes=4_000_000)
    made: list[str] = []

    def making(name: str) -> object:
        made.append(name)
        return small if name == "small" else long

    for name in ("small", "a", "b", "a", "c", "a", "small", "b"):  # "c" puts out "b", the two others stay
        kept.once(name, lambda name=name: making(name))
    assert made == ["small", "a", "b", "c", "b"]


def test_many_small_ones_take_no_more_than_all_may():
    """1,000 frames of 80 kB in 4 MB: at most 50 are there, the newest among them."""
    kept, made = Kept(most=10_000, most_bytes=4_000_000), []
    for name in range(1000):
        kept.once(name, lambda name=name: made.append(name) or pl.DataFrame({"n": [1.5] * 10_000}))
    assert kept._held <= 4_000_000
    for name in (*range(960, 1000), 0):
        kept.once(name, lambda name=name: made.append(name) or pl.DataFrame({"n": [1.5] * 10_000}))
    assert made == [*range(1000), 0]


@dataclass(frozen=True, slots=True)
class Told:
    value: float
    words: tuple[str, ...]


def test_what_is_no_frame_takes_the_memory_that_python_says_of_it():
    told = Told(1.5, ("轻微", "a" * 1000))
    inside = [told, told.value, told.words, *told.words]  # by hand: each object that it holds, once
    assert memory_of(told) == sum(map(sys.getsizeof, inside)) > 1000
    assert memory_of({"a": [told]}) == memory_of(told) + sum(map(sys.getsizeof, ({"a": 1}, "a", [told])))
    assert memory_of(pl.Series([1.5] * 10_000)) >= 80_000  # eight bytes each
    assert memory_of(None) == memory_of(Source.COMPLAINTS) == memory_of(Source) == 0


def test_many_small_results_take_no_more_than_all_may():
    """10,000 sentences of 1,000 letters in 1 MB: less than a thousand stay, the newest among them."""
    kept, made = Kept(most=100_000, most_bytes=1_000_000), []
    for name in (*range(10_000), *range(9_500, 10_000), 0):
        kept.once(name, lambda name=name: made.append(name) or Told(name, (f"{name:01000d}",)))
    assert made == [*range(10_000), 0]
    assert kept._held <= 1_000_000 and len(kept._kept) < 1_000


def test_one_that_is_larger_than_all_room_puts_no_other_out():
    kept, made = Kept(most=100, most_bytes=1_000_000), []
    large = pl.DataFrame({"n": [1.5] * 250_000})  # 2 MB
    for name in ("a", "b", "large", "a", "b"):
        kept.once(name, lambda name=name: made.append(name) or (large if name == "large" else name))
    assert made == ["a", "b", "large"]


def test_a_long_one_that_is_asked_for_again_and_again_stays_where_small_ones_fill_the_room():
    kept, made = Kept(most=10_000, most_bytes=10_000_000), []
    long = pl.DataFrame({"n": [1.5] * 400_000})  # 3.2 MB
    for name in range(1_000):  # of 80 kB each
        kept.once("long", lambda: made.append("long") or long)
        kept.once(name, lambda: pl.DataFrame({"n": [1.5] * 10_000}))
    assert made == ["long"]
    assert kept._held <= 10_000_000


def test_what_is_put_in_the_place_of_another_is_weighed_anew():
    kept = Kept(most=10, most_bytes=10_000_000)
    assert kept.once("weeks", dict) == {}
    before = kept._held
    kept.put("weeks", {"week": "a" * 5_000})
    assert kept.once("weeks", dict) == {"week": "a" * 5_000}
    assert kept._held - before > 5_000
