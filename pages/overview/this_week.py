"""This week: what moved, by how much, and is it more than chance?"""

import polars as pl
import streamlit as st

from metrics.catalogue import named
from metrics.compare import movers
from pages.ui import files, show, words
from reports.text import N_, _

GROUPS = {
    N_("Service experience"): named(
        [
            "first_contact_resolution", "csat", "first_response_time", "resolution_time", "resolution_time_p90",
            "first_contact_resolution_flag", "csat_mean", "csat_response_rate",
        ]
    ),
    N_("Complaints"): named(
        [
            "complaint_rate", "complaint_sla_attainment", "attitude_complaint_rate", "cause_established_share",
            "complaint_rate_per_order",
        ]
    ),
    N_("Quality and operation"): named(
        [
            "qa_coverage", "qa_coverage_agents_centre", "contact_sla_attainment", "transfer_rate", "handle_time",
            "handle_time_p90", "reopen_rate",
        ]
    ),
}  # fmt: skip
METRICS = [metric for metrics in GROUPS.values() for metric in metrics]

st.title(words.period_title())
result = show.compared(METRICS)
rows = {row["metric"]: row for row in result.iter_rows(named=True)}
if result["value"].is_null().all():
    show.tiles(METRICS, result, {})
else:
    st.subheader(_("What moved most"))
    words.movers(movers(result), METRICS)
    weeks = show.sparks(METRICS)
    for group, metrics in GROUPS.items():
        given = [metric for metric in metrics if rows[metric.id]["value"] is not None]
        if given:
            st.subheader(_(group))
            show.tiles(given, result.filter(pl.col("metric").is_in([metric.id for metric in given])), weeks)
    show.refusals([metric for metric in METRICS if rows[metric.id]["value"] is None], rows)
    files.page(words.period_title(), result, METRICS, splits={metric.id: () for metric in METRICS})
