import polars as pl

from data_access.kept import Kept


def test_what_was_made_is_given_again_and_what_nobody_asked_for_longest_goes():
    made: list[str] = []

    def making(name: str) -> pl.DataFrame:
        made.append(name)
        return pl.DataFrame({"name": [name]})

    kept = Kept(most=2)
    for name in ("a", "b", "a", "c", "a", "b"):  # "c" puts out "b", which was asked for before "a" was last
        assert kept.once(name, lambda name=name: making(name)).item() == name
    assert made == ["a", "b", "c", "b"]
