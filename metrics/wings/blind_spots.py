"""Where do complaints come from that nobody reviews, and where is reviewed what nobody complains of?"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl
from scipy import special

from metrics.discoveries import discoveries
from metrics.intervals import wilson

#: A difference that is sure may still be too small to act on; where there are millions of contacts, every one is sure.
LEAST_RATIO = 1.5
LARGEST_SHARE = 0.5  # of all contacts: a larger place is what is usual, and the others differ from it
PRIOR_CASES = 2.0  # cases as usual that a cell is given besides its own, so that few cases do not shine brightest


class Verdict(StrEnum):
    BLIND = "blind"  # more complaints and less QA than elsewhere
    IDLE = "idle"  # fewer complaints and more QA than elsewhere, and no more faults found
    USUAL = "usual"
    FEW = "too_few"


@dataclass(frozen=True, slots=True, eq=False)
class BlindSpots:
    """Cells with their verdicts, and the two figures of all together, each a share of 1."""

    cells: pl.DataFrame
    complained: float
    covered: float

    def of(self, verdict: Verdict) -> pl.DataFrame:
        """The cells of a verdict, those where most is at stake first."""
        order = "excess" if verdict is Verdict.BLIND else "spare"
        return self.cells.filter(pl.col("verdict") == verdict).sort(
            order, "row", "column", descending=[True, False, False]
        )

    @property
    def places(self) -> pl.DataFrame:
        """Judged cells, each contact in one of them; where there is none, judged rows taken whole."""
        judged = self.cells.filter(pl.col("verdict") != Verdict.FEW)
        finest = "cell" if (judged["level"] == "cell").any() else "row"
        return judged.filter(pl.col("level") == finest)

    def counted(self, verdict: Verdict) -> int:
        """Places of a verdict; a row or column of them taken whole is not one more."""
        return self.places.filter(pl.col("verdict") == verdict).height

    @property
    def lacking(self) -> float:
        """Reviews that others’ coverage would make in blind rows, else columns, else cells: nothing counts twice."""
        blind = self.of(Verdict.BLIND)
        levels = [blind.filter(pl.col("level") == level) for level in ("row", "column", "cell")]
        return float(next((each["lacking"].sum() for each in levels if each.height), 0.0))


COUNTS = ("contacts", "complained", "eligible", "reviewed", "faulty")


def with_margins(counts: pl.DataFrame, row: str, column: str | None) -> pl.DataFrame:
    """Cells, and each row and column as a whole: `row column level`, COUNTS.

    A row or column taken whole has null in the place of the other; `level` is cell, row or column.

    Args:
        counts: COUNTS at any grain with the two dimensions; rows without a value of either are left out.
    """
    known = counts.with_columns(row=pl.col(row), column=pl.col(column) if column else pl.lit(None, pl.String))
    known = known.filter(pl.col("row").is_not_null(), *([pl.col("column").is_not_null()] if column else []))
    sums = pl.col(COUNTS).sum()
    rows = known.group_by("row").agg(sums).with_columns(column=pl.lit(None, pl.String), level=pl.lit("row"))
    blocks = [rows]
    if column:
        whole = known.group_by("column").agg(sums).with_columns(row=pl.lit(None, pl.String), level=pl.lit("column"))
        blocks += [known.group_by("row", "column").agg(sums).with_columns(level=pl.lit("cell")), whole]
    return pl.concat(blocks, how="diagonal").select("row", "column", "level", *COUNTS)


def blind_spots(cells: pl.DataFrame, least: int) -> BlindSpots | None:
    """Each cell against all others. None where nothing was complained of or nothing reviewed.

    A cell is blind when its complaints are more *and* its reviews fewer than everywhere else, both more than chance
    explains and by half as much again at least; idle when both are the other way round and its reviews find no more
    faults than others. Of all that is named at most one in twenty is expected to be chance.

    Args:
        cells: `with_margins`; what lies in no cell was left out there, so the rows taken whole are everything.
        least: contacts below which a cell is not judged.

    Returns:
        cells with, in percent and per 1,000: `complaint_rate complaint_low complaint_high coverage coverage_low
        coverage_high fault_rate`, the same of all others as `other_complaint_rate other_coverage`, `gap` (log2 of how
        much more complained of than reviewed, pulled to 0 where cases are few), `excess` (complained contacts beyond
        what the others' rate gives), `lacking` (reviews that the others' coverage would make), `spare` (the reverse),
        `p` of the direction that is nearer, and `verdict`.

    Source: each direction by the conditional exact test of two rates, Przyborowski & Wilenski (1940), which is on the
    safe side for shares; both together by the larger p, Berger (1982), Technometrics 24: intersection–union test.
    """
    whole = cells.filter(pl.col("level") == "row").select(pl.col(COUNTS).sum()).row(0, named=True)
    if not (whole["complained"] and whole["reviewed"]):
        return None
    with_figures = _figures(cells, whole).with_columns(_p_values(cells, whole))
    judged = _judged(with_figures, least)
    return BlindSpots(judged, whole["complained"] / whole["contacts"], whole["reviewed"] / whole["eligible"])


def _figures(cells: pl.DataFrame, whole: dict[str, float]) -> pl.DataFrame:
    complaint_low, complaint_high = wilson(pl.col("complained"), pl.col("contacts"))
    coverage_low, coverage_high = wilson(pl.col("reviewed"), pl.col("eligible"))
    others = {name: whole[name] - pl.col(name) for name in COUNTS}
    other_rate = _share(others["complained"], others["contacts"])
    other_coverage = _share(others["reviewed"], others["eligible"])
    usual_complained = pl.col("contacts") * (whole["complained"] / whole["contacts"])
    usual_reviewed = pl.col("eligible") * (whole["reviewed"] / whole["eligible"])
    more_complained = (pl.col("complained") + PRIOR_CASES) / (usual_complained + PRIOR_CASES)
    more_reviewed = (pl.col("reviewed") + PRIOR_CASES) / (usual_reviewed + PRIOR_CASES)
    lacking = pl.col("eligible") * other_coverage - pl.col("reviewed")
    return cells.with_columns(
        complaint_rate=_share(pl.col("complained"), pl.col("contacts")) * 1_000,
        complaint_low=complaint_low * 1_000,
        complaint_high=complaint_high * 1_000,
        coverage=_share(pl.col("reviewed"), pl.col("eligible")) * 100,
        coverage_low=coverage_low * 100,
        coverage_high=coverage_high * 100,
        fault_rate=_share(pl.col("faulty"), pl.col("reviewed")) * 100,
        other_complaint_rate=other_rate * 1_000,
        other_coverage=other_coverage * 100,
        other_fault_rate=_share(others["faulty"], others["reviewed"]) * 100,
        gap=(more_complained / more_reviewed).log(2),
        excess=pl.col("complained") - pl.col("contacts") * other_rate,
        lacking=lacking,
        spare=-lacking,
    )


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _p_values(cells: pl.DataFrame, whole: dict[str, float]) -> list[pl.Series]:
    """The p value of each direction: the larger one of its two questions."""
    x, n, r, e = (cells[name].to_numpy().astype(float) for name in ("complained", "contacts", "reviewed", "eligible"))
    complained, reviewed = whole["complained"], whole["reviewed"]
    in_contacts, in_eligible = n / whole["contacts"], e / whole["eligible"]
    more_complained, fewer_complained = _at_least(x, complained, in_contacts), _at_most(x, complained, in_contacts)
    more_reviewed, fewer_reviewed = _at_least(r, reviewed, in_eligible), _at_most(r, reviewed, in_eligible)
    return [
        pl.Series("p_blind", np.maximum(more_complained, fewer_reviewed)),
        pl.Series("p_idle", np.maximum(fewer_complained, more_reviewed)),
    ]


def _at_most(count: np.ndarray, total: float, share: np.ndarray) -> np.ndarray:
    """The chance of no more than so many of the total where each falls here with this share."""
    return special.bdtr(count, int(total), share)


def _at_least(count: np.ndarray, total: float, share: np.ndarray) -> np.ndarray:
    return np.where(count > 0, special.bdtrc(np.maximum(count - 1, 0), int(total), share), 1.0)


def _judged(cells: pl.DataFrame, least: int) -> pl.DataFrame:
    """Verdicts over all cells, rows and columns at once; few cases and the only row there is are not tested."""
    spot = pl.col("contacts") <= LARGEST_SHARE * pl.col("contacts").filter(pl.col("level") == "row").sum()
    enough = (pl.col("contacts") >= least) & (pl.col("eligible") > 0) & pl.col("other_coverage").is_not_null()
    tested = cells.with_columns(is_tested=enough).with_row_index("place")
    chosen = tested.filter("is_tested")
    named = discoveries(np.concatenate([chosen["p_blind"].to_numpy(), chosen["p_idle"].to_numpy()]))
    flags = chosen.select(
        "place", is_blind=pl.Series(named[: chosen.height]), is_idle=pl.Series(named[chosen.height :])
    )
    joined = tested.join(flags, on="place", how="left").sort("place")
    rate, other_rate = pl.col("complaint_rate"), pl.col("other_complaint_rate")
    coverage, other_coverage = pl.col("coverage"), pl.col("other_coverage")
    blind = pl.col("is_blind") & (rate >= LEAST_RATIO * other_rate) & (coverage * LEAST_RATIO <= other_coverage)
    no_more_faults = pl.col("fault_rate").fill_null(0.0) <= pl.col("other_fault_rate").fill_null(0.0)
    idle = pl.col("is_idle") & (rate * LEAST_RATIO <= other_rate) & (coverage >= LEAST_RATIO * other_coverage)
    verdict = (
        pl.when(~pl.col("is_tested"))
        .then(pl.lit(Verdict.FEW.value))
        .when((spot & blind).fill_null(value=False))
        .then(pl.lit(Verdict.BLIND.value))
        .when((spot & idle & no_more_faults).fill_null(value=False))
        .then(pl.lit(Verdict.IDLE.value))
        .otherwise(pl.lit(Verdict.USUAL.value))
    )
    p = pl.min_horizontal("p_blind", "p_idle")
    return joined.with_columns(verdict=verdict, p=p).drop("is_tested", "is_blind", "is_idle", "place")
