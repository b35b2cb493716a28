import re
from urllib.parse import unquote

from reports.trend import trend


def test_values_become_heights_and_what_is_not_known_a_gap():
    """By hand: 200 wide and 40 high, 3 free above and below; 5 is in the middle between 0 and 10, which is 20."""
    drawn = unquote(trend([0, float("nan"), 10, 5], "#123456", "a < b"))
    assert re.findall(" d='(.*?)'", drawn) == ["M0.0,37.0L0.0,37.0M133.3,3.0L200.0,20.0"]
    assert "stroke='#123456'" in drawn
    assert 'alt="a &lt; b"' in drawn


def test_values_all_the_same_are_a_line_in_the_middle():
    assert "M0.0,20.0L200.0,20.0" in unquote(trend([7, 7], "red", ""))


def test_one_value_is_no_course():
    assert trend([1.5, None], "red", "") == ""
