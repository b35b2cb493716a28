"""The three levels of quality control in words: what was kept, what is owed, and by whom."""

import polars as pl

from metrics.metric import Unit
from reports import text
from reports.text import N_, _

#: Headers of the columns, on the screen and in files.
NAMES = {
    "due_today": N_("Due for the day"),
    "done_today": N_("Done"),
    "owed_today": N_("Owed for the day"),
    "due_week": N_("Due this week"),
    "done_week": N_("Done this week"),
    "owed_week": N_("Owed this week"),
    "agents_due": N_("Agents due for centre QA"),
    "agents_done": N_("Agents seen by centre QA"),
    "agents_owed": N_("Agents owed"),
    "last_seen": N_("Last seen by centre QA"),
    "is_next": N_("Next"),
    "checks": N_("Self-checks"),
    "late": N_("Late self-checks"),
}


def names() -> dict[str, str]:
    return {name: _(said) for name, said in NAMES.items()}


def lead(teams: pl.DataFrame, day: str, label: text.Label) -> str:
    """What is owed, and who owes most, in one sentence."""
    owed, due = int(teams["owed_week"].sum()), int(teams["due_week"].sum())
    agents = int(teams["agents_owed"].sum())
    if not owed and not agents:
        return _("On {day} nothing is owed: team and centre QA have kept their quotas of the week.").format(day=day)
    if not owed:
        kept = _("Up to {day} team QA has kept its quota of the week; centre QA still owes {agents} agents.")
        return kept.format(day=day, agents=text.number(agents))
    first = teams.row(0, named=True)
    return _(
        "Up to {day} team QA owes {owed} of {due} reviews due this week ({share}), {team} most: {most}. Centre QA "
        "owes {agents} agents."
    ).format(
        day=day,
        owed=text.number(owed),
        due=text.number(due),
        share=text.value(100 * owed / due if due else None, Unit.PERCENT),
        team=label("team_id", first["team_id"]),
        most=text.number(first["owed_week"]),
        agents=text.number(agents),
    )


def agents(frame: pl.DataFrame) -> pl.DataFrame:
    """Agents with a mark at those who are next."""
    marks = [_("next") if each else "" for each in frame["is_next"]]
    return frame.with_columns(pl.Series("is_next", marks, pl.String))
