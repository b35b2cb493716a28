"""Learning from cases on the page: a case is flagged, read in its pack, taken out and put back."""

from data_access.home import Home
from tests.pages.visiting import broken, opened, said

WORDS = "先共情，再给方案"


def press(app, label: str) -> None:
    next(each for each in app.button if each.label == label).click().run()
    assert broken(app) == []


def test_a_flagged_case_stands_in_its_pack_and_can_be_taken_out_and_put_back(on_demo: Home) -> None:
    app = opened("learning", "zh")
    assert broken(app) == []
    offered = next(each for each in app.selectbox if each.label.endswith("得分最高和最低的质检"))
    offered.select_index(0)
    next(each for each in app.text_input if each.label == "它说明什么？").input(WORDS)
    press(app, "收录")
    assert "案例库现有 1 个值得学习的案例" in said(app)
    press(app, "打开案例包")
    assert WORDS in said(app)
    assert "导出打印版" in [each.proto.label for each in app.get("download_button")]
    listed = next(each for each in app.selectbox if each.label == "移出案例")
    listed.select_index(0).run()
    press(app, "移除")
    assert "案例库现有 0 个值得学习的案例" in said(app)
    press(app, f"恢复：{WORDS}")
    assert "案例库现有 1 个值得学习的案例" in said(app)
