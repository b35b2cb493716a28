"""The upload wizard from a drop to the data in use, and next week's file."""

from concurrent.futures import Future, wait
from io import BytesIO

import pytest
import xlsxwriter
from streamlit.testing.v1 import AppTest

from data_access.home import Home
from data_access.imports.import_files import import_files
from data_access.imports.kept_mappings import read_mappings
from data_access.imports.mapping import Mapping
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


def drop(app: AppTest, name: str, text: str | bytes) -> AppTest:
    return drop_all(app, {name: text})


def drop_all(app: AppTest, files: dict[str, str | bytes]) -> AppTest:
    contents = {name: text if isinstance(text, bytes) else text.encode() for name, text in files.items()}
    return app.file_uploader[0].set_value([(name, each, "") for name, each in contents.items()]).run()


def workbook(sheets: dict[str, list[list[str]]]) -> bytes:
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return made.getvalue()


def box(app: AppTest, label: str):
    return next(each for each in app.selectbox if each.label == label)


def is_adding(app: AppTest) -> bool:
    return next(each for each in app.radio if each.label == _("What is done with the data in use")).value


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


ZONE = "Time zone of the clock times"
CALLS = [["通话编号", "开始时间"], ["t1", "2026-10-01 09:00"], ["t2", "2026-10-02 09:00"]]
COMPLAINTS = [["投诉编号", "受理时间"], ["p1", "2026-10-01 09:00"], ["p2", "2026-10-02 09:00"]]


def test_each_sheet_of_a_workbook_has_a_table_and_a_mapping_of_its_own(own_contacts: Home):
    book = workbook({"通话": CALLS, "投诉1": COMPLAINTS, "投诉2": COMPLAINTS})
    with speaking("en"):
        app = drop(opened("own_data", "en"), "台账 2026-10.xlsx", book)
        assert "now “通话”. Left out: 投诉1, 投诉2." in said(app)
        assert box(app, _("What each row is")).value == "contacts"
        app = choose(app, _("Sheet"), "投诉1")
        assert box(app, _("What each row is")).value == "complaints"
        imported(app)
        for sheet in ("通话", "投诉2"):
            app = drop(opened("own_data", "en"), "台账 2026-10.xlsx", book)
            app = imported(app if sheet == "通话" else choose(app, _("Sheet"), sheet))
            assert broken(app) == []
    kept = read_mappings(open_state(), LOCAL)
    told = {each.name: (each.mapping.sheet, [*each.mapping.tables]) for each in kept}
    assert told == {
        "台账 通话": ("通话", ["contacts"]),
        "台账 投诉1": ("投诉1", ["complaints"]),
        "台账 投诉2": ("投诉2", ["complaints"]),
    }


def test_a_sheet_that_is_recognised_brings_its_time_zone_and_is_added(own_contacts: Home):
    cover = [["注", "说明"], ["1", "由系统导出"]]
    later = [CALLS[0], ["t2", "2026-10-02 09:00"], ["t3", "2026-10-09 09:00"]]
    with speaking("en"):
        app = drop(opened("own_data", "en"), "book.xlsx", workbook({"Cover": cover, "Calls": CALLS}))
        app = choose(choose(app, _("Sheet"), "Calls"), ZONE, "UTC")
        way = next(each for each in app.radio if _("Replace the data in use by these files") in each.options)
        assert broken(imported(way.set_value(False).run())) == []
        app = drop(opened("own_data", "en"), "book.xlsx", workbook({"Cover": cover, "Calls": later}))
        app = choose(app, _("Sheet"), "Calls")
        assert (box(app, ZONE).value, is_adding(app)) == ("UTC", True)
        assert broken(imported(app)) == []
    with open_embedded(own_contacts.current_warehouse()).engine.connect() as connection:
        told = connection.exec_driver_sql("SELECT contact_id, hour(started_at) FROM contacts ORDER BY 1")
        assert [tuple(row) for row in told] == [("t1", 9), ("t2", 9), ("t3", 9)]


def test_files_are_added_by_default_only_to_data_that_were_imported_by_their_mappings(own_contacts: Home):
    others = {"name": "Sample", "time_zone": "UTC", "tables": {"teams": {"columns": {"team_id": "t"}}}}
    sample = own_contacts.folder / "sample.csv"
    sample.write_text("t\nA\n")
    import_files(Mapping.model_validate(others), [sample], own_contacts)
    files = {name: "\n".join(",".join(row) for row in rows) for name, rows in (("a.csv", CALLS), ("b.csv", COMPLAINTS))}
    with speaking("en"):
        app = drop_all(opened("own_data", "en"), files)
        assert not is_adding(app)
        assert box(app, _("Time zone of the clock times")).value == "Asia/Shanghai"
        imported(choose(app, _("Time zone of the clock times"), "Asia/Tokyo"))
        app = drop(opened("own_data", "en"), "b.csv", files["b.csv"])
        assert is_adding(app)
        assert box(app, _("Time zone of the clock times")).value == "Asia/Tokyo"
        import_files(Mapping.model_validate(others), [sample], own_contacts)
        assert not is_adding(drop(opened("own_data", "en"), "b.csv", files["b.csv"]))


def test_good_files_of_a_drop_are_taken_and_each_bad_one_is_named(own_contacts: Home):
    files = {"good.csv": FIRST, "empty.csv": "", "again.csv": FIRST, "old.xls": b"\xd0\xcf\x11\xe0", "head.csv": HEADER}
    app = drop_all(opened("own_data", "en"), files)
    words = said(app)
    assert "good.csv" in words
    assert button(app, _("Import"))
    told = ("empty.csv is empty", "again.csv holds the same as good.csv", "old.xls is a workbook of the old kind")
    assert [each for each in (*told, "head.csv has a header line and no rows") if each not in words] == []
    assert str(own_contacts.folder) not in words
    assert "is empty" not in said(button(app, _("Start over")).click().run())


def test_a_failed_import_names_no_folder_of_the_server(own_contacts: Home):
    with speaking("en"):
        app = drop(opened("own_data", "en"), "calls.csv", "通话编号,开始时间\nt1,soon\nt1,later\n")
        app = imported(choose(app, _("Meaning of {column}").format(column="开始时间"), "started_at"))
    assert "Read the reasons in 2" in said(app)
    assert str(own_contacts.folder) not in said(app)
    (listed,) = (own_contacts.folder / "rejects").iterdir()
    assert listed.read_text("utf-8-sig").splitlines()[1].startswith("calls.csv,2,contacts")


def test_a_column_that_is_left_out_for_its_values_is_said(own_contacts: Home):
    text = "投诉编号,受理时间,赔付金额\np1,2026-10-01 09:00,很多\np2,2026-10-02 09:00,一点\n"
    words = said(drop(opened("own_data", "en"), "投诉.csv", text))
    assert "“赔付金额” is left out" in words
    assert "values such as 很多, 一点 do not fit" in words


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
