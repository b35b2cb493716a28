"""`python -m jobs demo`: make a warehouse of made-up data and put it in use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from data_access.demo import Manifest, install_demo
from data_access.demo.manifest import manifest_path
from data_access.home import Home
from data_access.imports.before import Before, alone, in_use, previous
from metrics.errors import ImportFailed
from reports.text import _, at_site, listed, moment, number


@dataclass(frozen=True, slots=True)
class Made:
    """A demo that was put in use, and what it took the place of."""

    manifest: Manifest
    before: Before | None


def run(
    home: Home,
    *,
    contacts: int,
    months: int,
    seed: int,
    truths: bool,
    end: date,
    progress: Callable[[float, str], None],
    replace: bool = False,
) -> Made:
    """Make the demo beside the warehouse in use, then change over to it.

    Args:
        replace: own data, too.

    Raises:
        InvalidScope: a demo of that size, length or end cannot be made.
        ImportFailed: own data would be replaced, another build is running or there is no room; the warehouse in use
            stays as it is.
    """
    with alone(home):
        if not replace:
            _spare_own(home)
        before = in_use(home)
        manifest = install_demo(
            home, contacts=contacts, months=months, seed=seed, truths=truths, end=end, progress=progress
        )
    return Made(manifest, before)


def _spare_own(home: Home) -> None:
    """
    Raises:
        ImportFailed: own data are in use, or kept beside the demo in use, where a new demo would delete them.
    """
    now, kept = in_use(home), previous(home)
    if now is not None and now.source != "demo":
        raise ImportFailed(
            "Data of your own are in use: {told}.",
            "Add --replace to put a demo in their place, or name another folder in TWINWING_HOME for a try.",
            told=told(now),
        )
    if kept is not None and kept.source != "demo":
        raise ImportFailed(
            "Data of your own are kept beside the demo in use, and a new demo would delete them: {told}.",
            "Bring them back on the page Own data first, or add --replace.",
            told=told(kept),
        )


def told(before: Before) -> str:
    """A warehouse of the product's own: its name, its contacts, and when own data were imported."""
    if before.source == "demo":
        name, made = _("Demo: an invented contact centre"), None
    else:
        name, made = before.name, before.made_at and moment(at_site(before.made_at, before.site_zone))
    facts = [
        _("{contacts} contacts").format(contacts=number(before.contacts)) if before.contacts else "",
        _("imported {moment}").format(moment=made) if made else "",
    ]
    return listed([name, *filter(None, facts)])


def summary(done: Made, end: date) -> Iterator[str]:
    """What was made, what it took the place of, and the command to type next."""
    manifest = done.manifest
    sentence = _("A demo of {contacts} contacts in {months} months up to {end} is in use.")
    made = manifest.parameters
    yield sentence.format(contacts=number(int(made["contacts"])), months=made["months"], end=end.isoformat())
    if done.before is not None:
        sentence = _(
            "It took the place of: {told}. That is kept in {file} until the next demo or import; the page Own data "
            "brings it back."
        )
        yield sentence.format(told=told(done.before), file=done.before.path)
    if manifest.truths:
        sentence = _("{count} patterns are planted in it; the file {file} beside the warehouse says where.")
        yield sentence.format(count=len(manifest.truths), file=f"*{manifest_path(Path('x')).name[1:]}")
    if manifest.note:
        yield _(manifest.note)
    yield _("Next: {command}").format(command="make run")
