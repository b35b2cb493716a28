"""`python -m jobs demo`: make a warehouse of made-up data and put it in use."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from data_access.connecting.place import connected_place
from data_access.demo import Manifest, install_demo
from data_access.demo.manifest import manifest_path
from data_access.home import Home
from data_access.imports.before import Before, alone, in_use, previous
from reports.text import _, at_site, listed, moment, number


@dataclass(frozen=True, slots=True)
class Made:
    """A demo that was put in use, what it took the place of, and what is kept beside it."""

    manifest: Manifest
    before: Before | None
    kept: Before | None  # the same, or own data that were kept beside a demo


def run(
    home: Home,
    *,
    contacts: int,
    months: int,
    seed: int,
    truths: bool,
    end: date,
    progress: Callable[[float, str], None],
) -> Made:
    """Make the demo beside the warehouse in use, then change over to it; own data are kept.

    Raises:
        InvalidScope: a demo of that size, length or end cannot be made.
        ImportFailed: another build is running or there is no room; the warehouse in use stays as it is.
    """
    with alone(home):
        before = in_use(home)
        own = _own_kept(home, before)
        manifest = install_demo(
            home, contacts=contacts, months=months, seed=seed, truths=truths, end=end, progress=progress,
            beside=own.path if own else None,
        )  # fmt: skip
    return Made(manifest, before, own or before)


def _own_kept(home: Home, before: Before | None) -> Before | None:
    """Own data beside a demo that another one takes the place of: they stay, as a demo can be made again."""
    kept = previous(home)
    return kept if kept and before and before.source == "demo" != kept.source else None


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
    """What was made and whether it is in use, what it took the place of, and the command to type next."""
    manifest, last, connected = done.manifest, end - timedelta(days=1), connected_place()
    sentence = _("A demo of {contacts} contacts in {months} months up to {end} is in use.")
    if connected is not None:
        sentence = _("A demo of {contacts} contacts in {months} months up to {end} is made, and not in use.")
    made = manifest.parameters
    yield sentence.format(contacts=number(int(made["contacts"])), months=made["months"], end=last.isoformat())
    if connected is not None:
        sentence = _("In use stays the database that {named_by} names; take that away to see the demo.")
        yield sentence.format(named_by=connected.told_by)
    if done.before is not None:
        yield _("It took the place of: {told}.").format(told=told(done.before))
    if done.kept is not None:
        sentence = _("Kept in {file}: {told}. The page Own data brings it back, until the next import.")
        yield sentence.format(told=told(done.kept), file=done.kept.path)
    if manifest.truths:
        sentence = _("{count} patterns are planted in it; the file {file} beside the warehouse says where.")
        yield sentence.format(count=len(manifest.truths), file=f"*{manifest_path(Path('x')).name[1:]}")
    if manifest.note:
        yield _(manifest.note)
    if connected is None:
        yield _("Next: {command}").format(command="make run")
