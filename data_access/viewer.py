"""Who asks: every read takes a viewer, so that no page, export or job can forget the rights."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person or job that reads. `teams` None means every team."""

    name: str
    role: str = "manager"
    teams: tuple[str, ...] | None = None


#: A person on this machine: without sign-in the app serves 127.0.0.1 only.
LOCAL = Viewer(name="local")
