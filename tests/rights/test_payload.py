"""All that is sent to a browser, for every page, role and language, searched for what must not be in it."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from data_access.home import Home
from pages.ui.menu import ENTRIES
from tests.browser.server import Server, serving
from tests.rights.cells import behind_nulls, tables
from tests.rights.conftest import ROLES, STRANGERS
from tests.rights.planted import FOREIGN, FOREIGN_MARKS, LAST_WEEKS, OWN, PERSONAL_MARKS
from tests.rights.wire import Visit, visit

Cookies = Callable[[str], dict[str, str]]
#: For each person what must never arrive, and what has to: a search that finds nothing anywhere proves nothing.
MAY_NOT = {
    "newcomer@example.com": PERSONAL_MARKS,
    "limited@example.com": (*PERSONAL_MARKS, *FOREIGN_MARKS),
    "viewer@example.com": PERSONAL_MARKS,
    "leader@example.com": FOREIGN_MARKS,
    "analyst@example.com": PERSONAL_MARKS,
    "manager@example.com": (),
    "admin@example.com": (),
}
CLEARED = {"leader@example.com", "manager@example.com", "admin@example.com"}
#: People who see the same share the pages out among them: of so many a person opens one, from this one on. Whoever
#: may see least opens all of them. TWINWING_TESTS=every shows every page to each.
SHARES = {
    "limited@example.com": (1, 0),
    "newcomer@example.com": (3, 0),
    "viewer@example.com": (3, 1),
    "analyst@example.com": (3, 2),
    "leader@example.com": (2, 0),
    "manager@example.com": (4, 1),
    "admin@example.com": (4, 3),
}
IS_EVERY = os.environ.get("TWINWING_TESTS") == "every"
#: Behind how many more numbers of each page a person looks.
LOOKS_BEHIND = {"newcomer@example.com": 2, "leader@example.com": 2, "limited@example.com": 1, "manager@example.com": 2}
#: In which language each reads: whole centre or one team, masked or not, each is read in both or differs in words only.
LANGUAGES = {person: "en" if person in {"viewer@example.com", "limited@example.com"} else "zh" for person in MAY_NOT}
WHOLE = {"newcomer@example.com", "viewer@example.com", "analyst@example.com", "manager@example.com"}
ADMINISTRATION = {"people", "audit_log"}


def looked_through(opened: Visit, known: set[str], most: int = 99) -> None:
    """Open the cases behind numbers whose metric is not known yet, and take every file."""
    cases = {button for label, button in opened.buttons.items() if label.startswith(CASES)}
    metrics = {button.rpartition("-")[2].removeprefix("rows_").removeprefix("tile_"): button for button in cases}
    for metric in sorted(metrics.keys() - known)[:most]:
        opened.press(metrics[metric])
        known.add(metric)
        found = [file for widget, file in opened.files.items() if "csv_cases_" in widget]
        assert [bool(opened.take(file)) for file in found] == [True], metric
    for file in opened.files.values():
        assert opened.take(file)


CASES = ("Show the cases", "查看个案", "Cases before", "Cases after", "变更前的个案", "变更后的个案")


@pytest.mark.alike(1)  # nobody is left out; make test-scale runs it once more, with every page
@pytest.mark.parametrize(("person", "language"), LANGUAGES.items())
def test_nothing_that_is_sent_is_foreign_or_unmasked(server: Server, cookies: Cookies, person: str, language: str):
    seen: set[str] = set()
    files = nulls = 0
    known: set[str] = set()
    most = LOOKS_BEHIND.get(person, 0)
    step, first = SHARES[person]
    for entry in ENTRIES if IS_EVERY else ENTRIES[first::step]:
        with visit(server.address, cookies(person)) as opened:
            opened.open("" if entry is ENTRIES[0] else entry.url, lang=language, **LAST_WEEKS)
            assert opened.is_found is not entry.demo, entry.url
            looked_through(opened, known, most=most)
            files += len(opened.files)
            assert opened.holds(*MAY_NOT[person]) == set(), entry.url
            sent = list(tables(opened.messages))
            assert [behind_nulls(table) for table in sent if behind_nulls(table)] == [], entry.url
            nulls += sum(column.null_count for table in sent for column in table.columns)
            seen |= opened.holds(*PERSONAL_MARKS, *FOREIGN_MARKS, "Team Own")
    assert "Team Own" in seen
    assert nulls or step > 1  # among all pages there are cells that could hold something unseen
    assert files >= 5  # of each page with figures at least one, and that of the change
    assert len(known) * step >= 8 * most
    if person in CLEARED and most:
        assert {"ctqqid", "cpqqid", "rvqqid", "cuqqid", "agqqid", "Qiaoqq", "13800138", "王建国"} <= seen
    if person in WHOLE:
        assert "zzforeign" in seen


@pytest.mark.alike(2)
@pytest.mark.parametrize("person", ["leader@example.com"])
@pytest.mark.parametrize("url", ["", *(entry.url for entry in ENTRIES[1:] if entry.scope and entry.right is None)])
def test_another_team_in_the_link_is_left_out(server: Server, cookies: Cookies, person: str, url: str):
    """A link of someone who sees more: the own team's figures come, and a sentence like for a team that never was."""
    link = {"lang": "en", "team": FOREIGN, "product": "pillowzzforeign", **LAST_WEEKS}
    with visit(server.address, cookies(person)) as opened:
        opened.open(url, **link)
        echoed = len([1 for message in opened.messages if FOREIGN.encode() in message.SerializeToString()])
        looked_through(opened, set(), most=1)
        # The link's own words come back in the notice about them, and nowhere else.
        assert opened.holds("Zzforeign", "ctqqid0831zz", "agqqid2zz", "refundzzforeign") == set()
        assert echoed <= 3


@pytest.mark.alike(2)
@pytest.mark.parametrize(
    ("person", "url"),
    [("", url) for url in ("", *(entry.url for entry in ENTRIES[1:]))]
    + [(person, url) for person in STRANGERS for url in ("", "complaints")],
)
def test_nobody_without_a_role_gets_anything(server: Server, cookies: Cookies, person: str, url: str):
    with visit(server.address, cookies(person) if person else {}) as opened:
        opened.open(url, lang="en", **LAST_WEEKS)
        assert (opened.files, [label for label in opened.buttons if label.startswith(CASES)]) == ({}, [])
        assert opened.holds(*FOREIGN_MARKS, *PERSONAL_MARKS, OWN, "Team Own") == set()
        words = "Sign in" if not person else "no role" if person != "unverified@example.com" else "not been verified"
        assert opened.holds(words) == {words}


@pytest.mark.parametrize(
    ("url", "person"),
    [(url, person) for url in sorted(ADMINISTRATION) for person in MAY_NOT if person != "admin@example.com"]
    + [("rules", person) for person in MAY_NOT if person not in {"admin@example.com", "manager@example.com"}]
    + [("swot_weights", "analyst@example.com")],
)
def test_pages_of_the_administration_are_refused(server: Server, cookies: Cookies, person: str, url: str):
    with visit(server.address, cookies(person)) as opened:
        opened.open(url, lang="en")
        assert opened.holds("Your role does not include this page.")
        assert opened.holds("shut@example.com") == set()


@pytest.mark.parametrize("person", MAY_NOT)
def test_the_live_floor_names_agents_to_those_alone_who_look_after_them(server: Server, cookies: Cookies, person: str):
    with visit(server.address, cookies(person)) as opened:
        opened.open("floor", lang="en")
        assert opened.holds("Who may need a break")
        assert bool(opened.holds("Qiaoqq")) == (person in CLEARED)
        assert bool(opened.holds("frontzzforeign")) == (person not in {"leader@example.com", "limited@example.com"})
    with visit(server.address, cookies(person)) as wall:
        wall.open("floor", lang="en", wall="1")
        assert wall.holds("Heated today", "Qiaoqq", "agqqid") == {"Heated today"}


def test_an_address_without_a_page_is_told_so(server: Server, cookies: Cookies):
    with visit(server.address, cookies("manager@example.com")) as opened:
        opened.open("no_such_page", lang="en")
        assert not opened.is_found


def test_caches_that_others_filled_are_not_served(server: Server, cookies: Cookies):
    """Whoever sees all goes first, with the very same link."""
    for person in ("manager@example.com", "leader@example.com", "newcomer@example.com", "leader@example.com"):
        with visit(server.address, cookies(person)) as opened:
            opened.open("first_contact_resolution", lang="en", by="agent_id", **LAST_WEEKS)
            looked_through(opened, set(), most=2)
            assert opened.holds(*MAY_NOT[person]) == set()


def test_a_server_that_has_just_started_sends_nothing_to_a_deep_link(
    home: Home, settings: Callable, tmp_path_factory: pytest.TempPathFactory
):
    with (
        serving(home, tmp_path_factory.mktemp("cold") / "log.txt", sign_in=settings) as cold,
        visit(cold.address, {}) as opened,  # nobody has opened its first page yet
    ):
        opened.open("first_contact_resolution", lang="en", **LAST_WEEKS)
        assert opened.is_found
        assert opened.holds(*FOREIGN_MARKS, *PERSONAL_MARKS, OWN, "Team Own") == set()
        assert opened.buttons.keys() == {"Sign in"}


@pytest.mark.parametrize("person", ROLES)
def test_each_role_is_told_what_it_sees(server: Server, cookies: Cookies, person: str):
    role, seen = ROLES[person]
    with visit(server.address, cookies(person)) as opened:
        opened.open("definitions", lang="en")
        assert {person, role} <= set(opened.lines)
        assert [line for line in opened.lines if seen in line]


@pytest.mark.parametrize(
    ("address", "headers"), [("0.0.0.0", {}), ("", {"X-Forwarded-For": "203.0.113.7"})], ids=["everywhere", "proxy"]
)
def test_without_a_sign_in_nothing_is_sent_to_other_machines(
    home: Home, address: str, headers: dict[str, str], tmp_path: Path
):
    """A server that someone lets listen on every address, and one behind a proxy: both answer, and send nothing."""
    with (
        serving(home, tmp_path / "log.txt", address=address) as running,
        visit(running.address, {}, **headers) as opened,
    ):
        opened.open("", lang="en", **LAST_WEEKS)
        assert opened.holds("has no sign-in") == {"has no sign-in"}
        assert opened.holds(*FOREIGN_MARKS, *PERSONAL_MARKS, OWN, "Team Own") == set()
        assert (opened.files, opened.buttons) == ({}, {})
