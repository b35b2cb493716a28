"""Freezing a page and making it again: today's numbers of unchanged data are those of the snapshot."""

from data_access.home import Home
from data_access.snapshots.records import read_snapshots
from data_access.state import open_state
from data_access.viewer import LOCAL
from reports.document.frozen import thawed
from reports.document.numbers import numbers_hash, row_counts
from reports.document.parts import Chart, Figures
from tests.pages.visiting import broken, opened, said


def test_a_frozen_page_is_listed_and_made_again_with_the_same_fingerprint(on_demo: Home) -> None:
    page = opened("complaints", "zh")
    page.text_input(key="freeze_note").set_value("周一例会")
    page.button(key="freeze_now").click().run()
    assert broken(page) == []
    assert [each.value for each in page.success] == ["已存为快照：投诉。"]
    state = open_state()
    (kept,) = [each for each in read_snapshots(state, LOCAL) if each.note == "周一例会"]
    document = thawed(state, LOCAL, kept)
    assert numbers_hash(document) == kept.numbers_hash
    assert kept.rows == sum(count for _title, count in row_counts(document)) > 0
    kinds = {type(part) for chapter in document.chapters for part in chapter.parts}
    assert {Chart, Figures} <= kinds
    listed = opened("snapshots", "zh")
    assert broken(listed) == []
    assert "周一例会" in listed.selectbox(key="chosen_snapshot").options[0]
    assert {each.proto.label for each in listed.get("download_button")} == {
        "PDF",
        "幻灯片",
        "XLSX",
        "CSV",
        "全部打包（ZIP）",
    }
    assert "只有有权查看其全部内容的人才能看到" in said(listed)
    listed.selectbox(key="chosen_snapshot").select_index(0)
    listed.button(key="make_again").click().run()
    assert broken(listed) == []
    assert listed.title[0].value == "投诉"
    assert [each.value for each in listed.success] == ["数据完全一致：两者的数据指纹相同。"]
