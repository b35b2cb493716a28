"""Every verdict and every pattern has words, an order and a picture."""

from itertools import product

import polars as pl
import pytest

from metrics.catalogue import CATALOGUE
from metrics.metric import Better
from metrics.spc import (
    RULE_SETS,
    Assurance,
    Chart,
    Heading,
    Variation,
    charts_for,
    control_chart,
    needs_attention,
    urgency,
)
from reports import counted
from reports.rule_names import CONTROL_RULES
from reports.text import speaking
from reports.watch import control_words as words
from reports.watch.board_words import BY_CHANCE
from reports.watch.icons import assurance_icon, variation_icon
from reports.watch.sparks import spark

PAIRS = list(product(Variation, Assurance))


def test_every_pair_of_verdicts_has_a_place_and_what_needs_attention_comes_first():
    places = sorted(urgency(*pair) for pair in PAIRS)
    assert places == list(range(len(PAIRS)))
    urgent = [urgency(*pair) for pair in PAIRS if needs_attention(*pair)]
    assert sorted(urgent) == list(range(len(urgent)))
    for pair in PAIRS:  # what gets worse, and what will never do, is never passed over
        assert (
            needs_attention(*pair)
            or (Variation.WORSENING not in pair and pair[1] is not Assurance.NEVER)
            or (pair[0] is Variation.UNKNOWN)
        )


def test_every_pattern_chart_and_set_of_rules_has_a_name():
    for each in RULE_SETS.values():
        assert all(words.pattern(rule.name, sign, rule.length) for rule in each.rules for sign in (1, -1))
    assert RULE_SETS.keys() == words.RULES.keys() == CONTROL_RULES.keys() == BY_CHANCE.keys()
    assert all(words.chart(kind) for metric in CATALOGUE.values() for kind in charts_for(metric))


@pytest.mark.parametrize("picture", ["drawn", "image"])
def test_pictures_say_in_words_what_they_show_and_no_words_become_markup(picture: str):
    points = pl.DataFrame({"period": range(12), "value": [1.0, 2.0] * 6})
    small = spark(control_chart(points, Chart.XMR), Better.HIGHER, 1.5, '<b>"')
    icons = [variation_icon(each, heading, '<b>"') for each, heading in product(Variation, Heading)]
    for each in (small, *icons, *(assurance_icon(sure, '<b>"') for sure in Assurance)):
        made = getattr(each, picture)()
        assert "&lt;b&gt;&quot;" in made
        assert "<b>" not in made


def test_shares_of_working_time_tell_hours_and_others_their_cases():
    with speaking("en"):
        assert counted.stands_on(CATALOGUE["occupancy"], 18_597_600) == "n = 5,166 h"  # 5,166 × 3,600
        assert counted.stands_on(CATALOGUE["first_contact_resolution"], 1338) == "n = 1,338"
