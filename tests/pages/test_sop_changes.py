"""The register of SOP changes and one change, as a quality manager sees them on the demo."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data_access.change_rows import Change, Expected, Kind
from data_access.changes import read_changes, save_change
from data_access.home import Home
from data_access.state import open_state
from data_access.viewer import LOCAL
from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(params=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with speaking(request.param):
        yield request.param


@pytest.fixture
def returns(fresh: Home) -> Change:
    """The demo's planted change, as it is on record after the first visit."""
    opened("sop_changes")
    return next(each for each in read_changes(open_state(), LOCAL) if ("issue_type", ("returns",)) in each.scope)


def test_the_register_says_of_every_change_whether_it_worked(returns: Change, language: str):
    app = opened("sop_changes", language)
    assert broken(app) == []
    assert not app.error
    words = said(app)
    # Planted: returns from 150 to 50 a month, at a fifth of the size.
    assert {"zh": "这次变更有效：−6", "en": "This change worked: −6"}[language] in words
    assert len([each for each in app.button if each.label == _("Open")]) == 3
    app.button(key=f"open_{returns.id}").click().run()
    assert broken(app) == []
    assert [each.value for each in app.title] == [_("SOP change")]
    assert app.query_params["change"] == returns.id


def test_one_change_leads_with_the_verdict_and_shows_what_it_rests_on(returns: Change, language: str):
    app = opened("sop_change", language, change=returns.id)
    assert broken(app) == []
    assert not app.error
    words = said(app)
    assert {"zh": "这次变更有效", "en": "This change worked"}[language] in words
    assert {"zh": "变更前每月 30.0 件，变更后每月 10.0 件", "en": "A month there were 30.0 before"}[language] in words
    assert _("Did one act at a peak?") in words
    assert [each.label for each in app.metric] == [_("Estimated effect"), _("Cases averted to date")]
    assert "p < 0.001" in words
    for part in ("placebo", "robustness", "plan", "history"):
        app = opened("sop_change", language, change=returns.id, part=part)
        assert broken(app) == []
        assert not app.error
    assert _("Registered") in said(app)


def test_what_was_declared_beforehand_counts(returns: Change):
    declared = replace(
        returns, id="", name="Two steps", rolled_out=date(2026, 3, 1), guardrails=("csat",), cost_per_case=80.0,
        check_dates=(date(2026, 12, 1),),
    )  # fmt: skip
    saved = save_change(open_state(), LOCAL, declared, NOW)
    app = opened("sop_change", change=saved.id)
    assert broken(app) == []
    words = said(app)
    assert "Rolled out by 1 Mar 2026" in words
    assert "the roll-out lies in it: 2 months." in words  # January and February
    assert "of 1 figures that must not suffer" in words
    assert [each.label for each in app.metric][-1] == "Cost averted to date"
    cases, cost = (float(each.value.replace(",", "").replace("−", "-")) for each in app.metric[1:])
    assert cost == pytest.approx(80 * cases, abs=41)  # the cases are shown rounded


def test_a_change_still_to_come_has_a_plan_and_no_verdict(on_demo: Home, language: str):
    coming = Change(name="Soon", kind=Kind.SCRIPT, start=date(2026, 12, 1), metric="csat", expected=Expected.INCREASE)
    saved = save_change(open_state(), LOCAL, coming, NOW)
    app = opened("sop_change", language, change=saved.id)
    assert broken(app) == []
    assert not app.error
    words = said(app)
    assert _("Cannot be estimated") in words
    assert _("Change that must not be missed") in [each.label for each in app.segmented_control]
    assert re.search(r"\+[\d.]+ (points|个百分点)", words)  # a share that should rise by points, not fall by a fifth


def test_a_change_is_planned_before_it_is_on_record(on_demo: Home, language: str):
    app = opened("sop_changes", language, part="plan", metric="complaint_rate", issue="returns", target="0.5")
    assert broken(app) == []
    assert not app.error
    assert {"zh": "−50% 的变化", "en": "A change by −50 %"}[language] in said(app)
    assert _("Register a change") in [each.label for each in app.button]
    assert app.query_params["target"] == "0.5"
    unknown = opened("sop_changes", language, part="plan", metric="nonsense")
    assert broken(unknown) == []
    assert ["nonsense" in each.value for each in unknown.warning] == [True]
