import pytest

from data_access.home import Home
from data_access.names import values_seen
from data_access.opening import open_store
from data_access.viewer import LOCAL
from jobs import readying
from metrics.rules import Rules
from tests.jobs.conftest import Run


def test_of_many_contacts_every_team_and_channel_is_made_ready_and_the_usual_board_first(
    ready_demo: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(ready_demo, Rules())
    (only,) = readying._looks(store, LOCAL)
    monkeypatch.setattr(readying, "MANY_CONTACTS", 1)
    looks = list(readying._looks(store, LOCAL))
    usual, teams = readying.usual_period(store)[0], values_seen(store, LOCAL, "team_id")
    assert looks[0] == only == readying.Look(LOCAL, usual)
    assert [each.viewer.teams for each in looks[1 : 1 + len(teams)]] == [(team,) for team in teams]
    of_all = [each.period for each in looks if each.viewer is LOCAL and not each.filters]
    assert [each.days for each in of_all[1:3]] == [7, 28]
    assert len({*of_all}) == 5
    single = [(name, (value,)) for name in ("team_id", "channel") for value in values_seen(store, LOCAL, name)]
    narrow = [each for each in looks if each.filters]
    assert [each.filters for each in narrow if each.period == usual] == [(each,) for each in single]
    assert len({*narrow}) == len(narrow) == 4 * len(single)


def test_of_a_database_that_is_gone_a_command_says_what_to_do_in_words_fit_for_it(
    in_process: Run, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TWINWING_WAREHOUSE", "postgresql+psycopg://nobody@127.0.0.1:1/gone")
    status, _out, err = in_process("refresh")
    assert status == 2
    assert "The warehouse gone does not answer." in err
    assert "run the command again" in err
    assert "this page" not in err
