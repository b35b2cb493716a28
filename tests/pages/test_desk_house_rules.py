"""House rules on the page: nothing that was chosen is left out of what is added."""

import duckdb
import pytest

from data_access.desk.house_rules import read_house_rules
from data_access.home import Home
from data_access.state import open_state
from data_access.viewer import LOCAL
from metrics.desk.conditions import Condition
from reports.text import speaking
from tests.pages.visiting import broken, opened


@pytest.fixture
def without_products(in_place: Home) -> Home:
    """Two hundred complaints that have a severity, and nothing else that is coded."""
    path = in_place.new_warehouse()
    when = "TIMESTAMP '2026-10-25 09:00' - INTERVAL 1 DAY * n AS received_at"
    columns = f"'k' || n AS complaint_id, 'c' || n AS customer_id, {when}, 'L1' AS escalation_level"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"CREATE TABLE complaints AS SELECT {columns}, 'general' AS severity FROM range(200) AS given (n)"
        )
        connection.execute("CREATE TABLE warehouse_info (key VARCHAR, value VARCHAR)")
    in_place.adopt(path)
    return in_place


def test_a_field_without_values_in_these_data_is_not_on_offer(without_products: Home):
    with speaking("en"):
        app = opened("escalation")
        offered = app.selectbox(key="house_field_0_0").options
        assert "Severity" in offered
        assert {"Product", "Issue type", "Channel"}.isdisjoint(offered)
        app.text_input(key="house_name_0").set_value("Serious ones")
        app.selectbox(key="house_field_0_0").set_value("severity").run()
        app.button(key="house_add_0").click().run()
        assert broken(app) == []
    (kept,) = read_house_rules(open_state(f"sqlite:///{without_products.state}"), LOCAL)
    assert kept.rule.rule().conditions == (Condition("severity", "is", "general"),)
