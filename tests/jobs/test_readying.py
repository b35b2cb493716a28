import pytest

from data_access.home import Home
from data_access.opening import open_store
from data_access.viewer import LOCAL
from jobs import readying
from metrics.rules import Rules


def test_of_many_contacts_every_teams_board_is_made_ready_and_the_usual_one_first(
    ready_demo: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(ready_demo, Rules())
    (only,) = readying._boards(store, LOCAL)
    monkeypatch.setattr(readying, "MANY_CONTACTS", 1)
    boards = list(readying._boards(store, LOCAL))
    teams = store.values(LOCAL, "team_id")
    assert boards[0] == only == (LOCAL, readying.usual_period(store)[0])
    assert [who.teams for who, _days in boards[1 : 1 + len(teams)]] == [(team,) for team in teams]
    days = [each for who, each in boards if who is LOCAL]
    assert [each.days for each in days[1:3]] == [7, 28]
    assert len({*days}) == 5
