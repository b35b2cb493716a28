"""What nobody sees, turns the direction of writing or has no end does not reach a page."""

import pytest

from reports.text import speaking
from reports.visible import LONGEST_NAME, name_on_screen, on_screen


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("银杏组 Café 🙂 ❤️ 👩‍👩‍👧", "银杏组 Café 🙂 ❤️ 👩‍👩‍👧"),
        ("one\r\ntwo\u2028three\x0bfour", "one\ntwo\nthree\nfour"),
        ("zz\u202egpj.exe", "zzgpj.exe"),  # Unicode's bidirectional algorithm, UAX 9: RIGHT-TO-LEFT OVERRIDE
        ("a\x00b\x1b[31mc\x85d", "ab[31mc\nd"),
        ("pay\u200bpal \ufeffx\u00ady\u200dz", "paypal xyz"),
        ("a" + "\u0301" * 200, "a" + "\u0301" * 3),
    ],
)
def test_a_page_shows_what_can_be_seen(written: str, shown: str):
    assert on_screen(written) == shown


@pytest.mark.parametrize(("language", "end"), [("en", "… (1,000,001 characters)"), ("zh", "……（共 1,000,001 个字符）")])
def test_a_long_text_is_cut_and_says_how_long_it_is(language: str, end: str):
    with speaking(language):
        assert on_screen("长" * 1_000_001, 5) == "长" * 5 + end
        assert len(name_on_screen("长" * 1_000_001)) == LONGEST_NAME + len(end)


def test_names_that_differ_look_different_and_stand_in_one_line():
    names = ["team", "te\u200bam", "team\u202e", "team\u3164", "\u115f", "team\ufe0f", "te\nam", " ", ""]
    shown = [name_on_screen(each) for each in names]
    assert shown == ["team", "te�am", "team�", "team�", "�", "team�", "te am", "(blank)", ""]
    assert name_on_screen("1️⃣ ❤️ ☎️") == "1️⃣ ❤️ ☎️"
