"""Places that bring more complaints than others and are reviewed less."""

from typing import Any

from data_access.swot.asked import Asked, Found, Reason, about, lacking, refused
from data_access.wings.blind_spots import Looked, final_days, missing, read_blind_spots, rows_of
from metrics.results import Estimate
from metrics.scope import Period, reach
from metrics.swot.evidence import Evidence, Kind, SizeUnit
from metrics.swot.sure import of_p
from metrics.wings.blind_spots import Verdict

KINDS = (Kind.BLIND_SPOT,)
HALF_A_YEAR = 182  # days at least: reviews are few


def found(asked: Asked) -> Found:
    """The blind cells, rows and columns of the map by the first dimension that the data know, and by team."""
    store = asked.store
    rows = rows_of(store)
    if missing(store) or not rows:
        return lacking(KINDS, missing(store) or ("contacts.scenario",))
    if not store.manifest.days:
        return refused(KINDS, Reason.TOO_FEW)
    days = reach(final_days(store, asked.period), HALF_A_YEAR)
    days = days.within(Period(store.data_start, store.data_end)) or days
    looked = read_blind_spots(store, asked.viewer, days, asked.filters, rows[0])
    if looked.found is None:
        return Found()
    return Found(tuple(_evidence(asked, looked, row) for row in looked.found.of(Verdict.BLIND).iter_rows(named=True)))


def _evidence(asked: Asked, looked: Looked, row: dict[str, Any]) -> Evidence:
    """How many times the others' complaint rate, and which share of their coverage."""
    other, days = row["other_complaint_rate"], looked.period.days
    ratio = Estimate(*(row[name] / other for name in ("complaint_rate", "complaint_low", "complaint_high")))
    return Evidence(
        kind=Kind.BLIND_SPOT, subject=about(**{looked.row: row["row"], "team_id": row["column"]}), metric="qa_coverage",
        estimate=ratio, reference=1.0, size=asked.monthly(row["excess"], days), size_unit=SizeUnit.CASES,
        base=asked.complaints, confidence=of_p(min(1.0, 2 * row["p"])), n=int(row["contacts"]),
        since=looked.period.start, place=asked.place("blind_spots", None, looked.period),
        values={"review_ratio": row["coverage"] / row["other_coverage"]},
    )  # fmt: skip
