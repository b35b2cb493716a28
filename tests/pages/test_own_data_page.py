"""The upload wizard from a drop to the data in use, and next week's file."""

from concurrent.futures import Future, wait

import pytest
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from data_access.imports.kept_mappings import read_mappings
from data_access.imports.mapping_check import checked
from data_access.imports.running import Running, Runs
from data_access.state import open_state
from data_access.viewer import LOCAL
from data_access.warehouse import open_embedded
from metrics.errors import ImportFailed
from pages.ui import load
from reports.text import _, speaking
from tests.pages.visiting import broken, opened, said

HEADER = "nr,created,by,state\n"
FIRST = HEADER + "t1,02/03/2026 09:00,phone,solved\nt2,05/03/2026 10:00,mail,open\n"
NEXT = HEADER + "t2,05/03/2026 10:00,mail,solved\nt1,02/03/2026 09:00,phone,solved\nt3,13/03/2026 10:00,mail,odd\n"


def drop(app: AppTest, name: str, text: str) -> AppTest:
    return app.file_uploader[0].set_value([(name, text.encode(), "text/csv")]).run()


def choose(app: AppTest, label: str, value: object) -> AppTest:
    return next(each for each in app.selectbox if each.label == label).set_value(value).run()


def button(app: AppTest, label: str):
    return next(each for each in app.button if each.label == label)


def imported(app: AppTest) -> AppTest:
    button(app, _("Import")).click().run()
    last = load.runs().last
    if last is not None and last.future is not None:
        wait([last.future])
    return app.run()


def rows(home: Home) -> list[tuple]:
    statement = "SELECT contact_id, channel, resolved, month(started_at) FROM contacts ORDER BY 1"
    with open_embedded(home.current_warehouse()).engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(statement)]


def test_a_file_is_corrected_imported_and_its_next_week_is_added_once(own_contacts: Home):
    with speaking("zh"):
        app = drop(opened("own_data", "zh"), "tickets 2026-03-09.csv", FIRST)
        assert button(app, _("Import")).disabled  # nobody knows what «nr» is
        app = choose(app, _("Meaning of {column}").format(column="nr"), "contact_id")
        app = choose(app, _("Meaning of {column}").format(column="created"), "started_at")
        app = choose(app, _("Meaning of {column}").format(column="by"), "channel")
        app = choose(app, _("Meaning of {column}").format(column="state"), "resolved")
        forms = next(each for each in app.radio if "30/11/2026 14:05" in each.options)
        assert forms.options == ["30/11/2026 14:05", "11/30/2026 14:05"]  # 2 and 5 March, or 3 February and 3 May
        way = next(each for each in app.radio if _("Replace the data in use by these files") in each.options)
        app = imported(way.set_value(False).run())
        assert broken(app) == []
        assert rows(own_contacts) == [("t1", "phone", True, 3), ("t2", "email", False, 3)]
        app = drop(app, "tickets 2026-03-16.csv", NEXT)
        assert "tickets" in next(each.value for each in app.success)  # recognised by its columns
        app = imported(app)
        assert rows(own_contacts) == [("t1", "phone", True, 3), ("t2", "email", True, 3), ("t3", "email", None, 3)]
        told = app.dataframe[0].value.iloc[0].to_dict()
        counts = {_("New"): 1, _("Changed"): 1, _("As they were"): 1, _("In the table now"): 3}
        assert {name: told[name] for name in counts} == counts
        assert app.dataframe[1].value[_("Value")].to_list() == ["odd"]  # no word for solved or not: its row was kept
        app = button(app, _("Back to the data before")).click().run()
        assert broken(app) == []
        assert [row[0] for row in rows(own_contacts)] == ["t1", "t2"]
        (kept,) = read_mappings(open_state(), LOCAL)
        assert checked(kept.toml, kept.name) == kept.mapping
        assert "tickets" in kept.name


def test_a_second_import_is_told_of_the_first():
    runs = Runs()
    first = Running("a", future=Future())
    runs.begin(lambda: first)
    with pytest.raises(ImportFailed, match="Another import"):
        runs.begin(lambda: Running("b"))
    first.stop()
    with pytest.raises(ImportFailed, match="nothing was changed"):
        first.progress(0.5, "")
    first.progress(1.0, "")  # by then the new data are in use
    first.future.set_result(None)
    assert (runs.taken("b"), runs.taken("a"), runs.last) == (None, first, None)


def test_a_file_that_is_no_table_is_a_sentence(own_contacts: Home):
    app = drop(opened("own_data", "en"), "bad.csv", "")
    assert "bad.csv is empty" in said(app)
