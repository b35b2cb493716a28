"""Repeated complaints: a click on a chain, or on a group that comes back, opens its complaints."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from reports.text import speaking
from tests.pages.visiting import broken, opened, said


@pytest.mark.parametrize("chart", ["chains", "resolved_issue_type"])
@pytest.mark.usefixtures("on_demo")
def test_a_click_opens_the_complaints(chart: str):
    with speaking("en"):
        app = opened("repeats", "en")
        assert broken(app) == []
        before = len(app.dataframe)
        app.session_state[f"noted_picked {chart}"] = _first_point(app, chart)
        clicked = app.run()
        assert broken(clicked) == []
        assert "Cases: " in said(clicked)
        assert len(clicked.dataframe) == before + 1
        assert len(clicked.dataframe[-1].value) > 1


def _first_point(app: AppTest, chart: str) -> list[str]:
    """What the first point of a chart is picked by."""
    drawn = next(each.proto for each in app.get("plotly_chart") if chart in each.proto.id)
    traces = json.loads(drawn.spec)["data"]
    found = next(trace["customdata"][0] for trace in traces if trace.get("customdata"))
    return found if isinstance(found, list) else [found]
