import re
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from reports.locales.extract import CHINESE, catalogue_text, read_catalogue, sentences, sentences_of

#: What Chinese writes in the same way.
SAME_IN_BOTH = {"%", "App"}
CHINESE_CHARACTER = re.compile(r"[\u4e00-\u9fff\u3000-\u303f\uff01-\uff5e]")  # its punctuation included


def placeholders(sentence: str) -> list[tuple[str, str | None]]:
    return sorted((name, form) for _, name, form, _ in Formatter().parse(sentence) if name is not None)


@pytest.fixture(scope="module")
def translated() -> dict[str, str]:
    return {str(message.id): str(message.string or "") for message in read_catalogue() if message.id}


@pytest.fixture(scope="module")
def wanted() -> set[str]:
    return sentences()


def test_every_sentence_has_a_chinese_translation(translated: dict[str, str], wanted: set[str]):
    missing = sorted(sentence for sentence in wanted if not translated.get(sentence))
    assert not missing, "run `make messages`, then translate:\n" + "\n".join(missing)


def test_no_translation_is_left_of_a_sentence_that_is_gone(translated: dict[str, str], wanted: set[str]):
    assert sorted(set(translated) - wanted) == [], "run `make messages`"


def test_no_translation_is_fuzzy():
    assert [message.id for message in read_catalogue() if message.id and message.fuzzy] == []


def test_translations_name_the_same_values(translated: dict[str, str]):
    wrong = [each for each, said in translated.items() if said and placeholders(each) != placeholders(said)]
    assert wrong == []


def test_translations_are_chinese(translated: dict[str, str]):
    wrong = [
        each
        for each, said in translated.items()
        if said and not CHINESE_CHARACTER.search(said) and each not in SAME_IN_BOTH
    ]
    assert wrong == []


def test_translated_sentences_end_as_chinese_sentences_do(translated: dict[str, str]):
    wrong = [each for each, said in translated.items() if said and each.endswith(".") and not said.endswith("。")]
    assert wrong == []


def test_the_catalogue_is_as_make_messages_writes_it(wanted: set[str]):
    assert catalogue_text(wanted, read_catalogue()) == CHINESE.read_bytes(), "run `make messages`"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('x = _("Week") + N_("Day")', {"Week", "Day"}),
        ('from reports import text\nx = text._("Long " "word")', {"Long word"}),
        ('raise ImportFailed("It failed.", fix="Try again.", file=1)', {"It failed.", "Try again."}),
        ('def f():\n    what = "Up." if x else "Down."\n    raise ImportFailed(what, FIX)', {"Up.", "Down."}),
        ('A, B = "Reading", "Writing"\nprogress(0.5, B)', {"Writing"}),
        ('"""A docstring is not shown."""\nx = f"Nor is {x} a piece. "', set()),
    ],
)
def test_sentences_are_found_where_they_are_said(code: str, found: set[str]):
    assert set(sentences_of(code, is_unmarked=False)) == found


def test_rooms_that_cannot_mark_have_every_sentence_collected():
    code = '"""Not this one."""\nyield "It is {key}.", "Add a key."\nx = "column_name"\ny = "Half of it. " + MORE'
    assert set(sentences_of(code, is_unmarked=True)) == {"It is {key}.", "Add a key."}
    assert set(sentences_of(code, is_unmarked=False)) == set()


def test_new_sentences_are_added_old_ones_dropped_and_translations_kept():
    old = Catalog(locale="zh_Hans_CN")
    old.add("Week", "周")
    old.add("Gone", "没了")
    text = catalogue_text({"Week", "Day"}, old).decode()
    entries = 'msgid "Day"\nmsgstr ""\n\nmsgid "Week"\nmsgstr "周"\n'
    assert text.endswith(entries)
    assert "Gone" not in text
