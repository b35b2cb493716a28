"""Who asks: every read takes a viewer, so that no page, export or job can forget the rights."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from metrics.errors import NotAllowed
from metrics.scope import Filters


class Role(StrEnum):
    """What a person is in the centre, from the least to the most that it allows."""

    NEWCOMER = "newcomer"
    VIEWER = "viewer"
    TEAM_LEADER = "team_leader"
    ANALYST = "analyst"
    MANAGER = "manager"
    ADMIN = "admin"


class Right(StrEnum):
    """What not every role may do. To look at figures and take them along is everyone's who has a role."""

    CHANGES = "changes"  # put SOP changes and actions on record; edit the SWOT board; pin notes
    TARGETS = "targets"  # set targets, the rules of the site and the events of its calendar
    DATA = "data"  # make, import and refresh a warehouse
    PEOPLE = "people"  # say who may see what
    AUDIT = "audit"  # read the audit log and say how long it is kept


RIGHTS: dict[Role, frozenset[Right]] = {
    Role.NEWCOMER: frozenset(),
    Role.VIEWER: frozenset(),
    Role.TEAM_LEADER: frozenset({Right.CHANGES}),
    Role.ANALYST: frozenset({Right.CHANGES}),
    Role.MANAGER: frozenset({Right.CHANGES, Right.TARGETS, Right.DATA}),
    Role.ADMIN: frozenset(Right),
}
#: Who sees names, numbers and texts as they are unless a grant says otherwise. A newcomer never does.
CLEARED = frozenset({Role.TEAM_LEADER, Role.MANAGER, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person or job that reads. `teams` None means every team; who is not cleared gets pseudonyms."""

    name: str
    role: Role = Role.VIEWER
    teams: tuple[str, ...] | None = None
    is_cleared: bool = False

    def may(self, right: Right) -> bool:
        return right in RIGHTS[self.role]

    def sees(self, team: str | None) -> bool:
        """May rows of this team be shown? Those of no team only to who sees every team."""
        return self.teams is None or team in self.teams

    def covers(self, filters: Filters) -> bool:
        """Is all of these filters the viewer's to see? Of who has rows of some teams they have to name such teams."""
        named = dict(filters).get("team_id", ())
        return self.teams is None or (bool(named) and all(map(self.sees, named)))

    def includes(self, teams: Collection[str] | None) -> bool:
        """Is all that someone with the rows of these teams sees the viewer's to see? None: of every team."""
        return self.teams is None or (teams is not None and set(teams) <= set(self.teams))

    @property
    def sight(self) -> tuple[tuple[str, ...] | None, bool]:
        """What decides on what is shown: whoever has the same sight may share what was computed."""
        return self.teams, self.is_cleared


@dataclass(frozen=True, slots=True)
class Stranger:
    """Someone who has signed in and has no role: nothing is read for them, but what they tried is written down."""

    name: str
    role: str = "none"


#: A person on this machine: without sign-in the app serves 127.0.0.1 only.
LOCAL = Viewer(name="local", role=Role.ADMIN, is_cleared=True)


def require(viewer: Viewer, right: Right) -> None:
    """
    Raises:
        NotAllowed: the viewer's role does not include the right.
    """
    if not viewer.may(right):
        raise NotAllowed(
            "Your role does not allow this.",
            "Ask an administrator of this dashboard for a role that does: docs/security.md lists them.",
        )
