"""Complaints with what was claimed, what was established, and whether QA had passed the contact."""

import polars as pl

from data_access.case_facts import Teams, complaint_cases
from data_access.chosen_rows import during
from data_access.masking import check_filters
from data_access.store import Store, cut
from data_access.viewer import Viewer
from data_access.wings.answered import answered
from metrics.complaint_facts import DIMENSIONS, valid
from metrics.scope import Filters, Period
from metrics.wings.responsibility import counted

NEEDS = ("complaints.claimed_cause", "complaints.established_cause")
MISS_NEEDS = ("complaints.contact_id", "qa_reviews.contact_id", "qa_reviews.passed")
TOLD = ("complaint_id", "claimed_cause", "established_cause", "team_id", "form_id", "is_contact_passed")
OF_CAUSES = (*DIMENSIONS, *TOLD[:3], "contact_id", "received_at", "is_valid", "duplicate_of")
MISSED_BY = ("established_cause", "team_id", "form_id")


def read_causes(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """Valid complaints received in a period: `complaint_id claimed_cause established_cause team_id form_id`, and
    `is_contact_passed` (did all reviews by people of their contact pass it? null without one).

    `form_id` is the form of the last review by people of the contact. Neither is told of contacts of
    other teams than the viewer's.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """
    check_filters(filters, viewer)
    return cut(_causes(store, viewer.teams, period), viewer, period, filters).select(TOLD)


def count_causes(store: Store, viewer: Viewer, period: Period, filters: Filters) -> pl.DataFrame:
    """How many of them are alike: see `metrics.wings.responsibility.counted`.

    Raises:
        NotAllowed: a filter names people whom the viewer may not know.
    """

    def made() -> pl.DataFrame:
        return counted(read_causes(store, viewer, period, filters))

    return answered(store, viewer, "causes counted", period, filters, made)


def _causes(store: Store, teams: Teams, period: Period) -> pl.DataFrame:
    every = pl.concat(complaint_cases(store, teams, OF_CAUSES, during("received_at", period)))
    return valid(every).with_columns(day=pl.col("received_at").dt.date()).drop_nulls("day")
