"""What needs attention, as a table of one row a metric: for the screen, for print and as numbers."""

from collections.abc import Callable, Sequence

import polars as pl

from data_access.numbers import Grain
from data_access.watch.control import Watched
from metrics.metric import AnyMetric
from metrics.results import NotEstimable
from metrics.spc import ControlChart, Heading
from reports import charts_base, counted, text
from reports.text import _
from reports.visible import in_html
from reports.watch import control_words as words
from reports.watch.icons import Drawing, assurance_icon, variation_icon
from reports.watch.sparks import spark

#: A narrow screen shows each metric as a card; paper is narrow as well, and stays a table.
STYLE = """<style>
.board { width: 100%; border-collapse: collapse; font-size: 0.92rem; line-height: 1.4; }
.board th, .board td { text-align: left; vertical-align: middle; padding: 0.45rem 0.6rem;
  border-bottom: 1px solid rgba(133, 147, 163, 0.35); }
.board th { font-weight: 600; opacity: 0.75; font-size: 0.82rem; }
.board td.name { font-weight: 600; } .board td.name small, .board td.value small { font-weight: 400; }
.board small { opacity: 0.72; } .board .value { white-space: nowrap; } .board .value b { font-size: 1.05rem; }
.board .sign { display: flex; align-items: center; gap: 0.5rem; min-width: 7.5rem; } .board svg { flex: none; }
.board .sign small { white-space: nowrap; }
.verdicts { display: flex; flex-wrap: wrap; gap: 0.4rem 2rem; }
.board .do { max-width: 26rem; } .board a { color: inherit; }
.printed { font-size: 8pt; } .board.printed :is(th, td) { padding: 1mm; font-size: 8pt; }
.board.printed .value b { font-size: 10pt; } .printed .value { white-space: normal; }
.printed .value span { white-space: nowrap; }
.printed .sign { min-width: 0; gap: 1.5mm; }
.printed .spark svg { width: 27mm; height: auto; } .printed .sign svg { width: 7.5mm; height: 7.5mm; }
@media screen and (max-width: 900px) {
  .on-screen thead { display: none; } .on-screen tr { display: block; padding: 0.6rem 0;
    border-bottom: 1px solid rgba(133, 147, 163, 0.5); }
  .on-screen td { display: block; border: 0; padding: 0.15rem 0; } .on-screen .do { max-width: none; }
  .on-screen .sign { display: inline-flex; margin-right: 0.8rem; } .on-screen td.signed { display: inline-block; }
}
</style>"""
Picture = Callable[[Drawing], str]
Link = Callable[[AnyMetric], str]  # the address that opens a metric's control chart


def table(rows: Sequence[Watched], picture: Picture, link: Link | None = None) -> str:
    """The table as HTML; all text in it is escaped.

    Args:
        picture: how drawings get into it.
        link: None: names are no links, as on paper.
    """
    head = (_("Metric"), _("Over time"), _("Latest"), _("Variation"), _("Target"), _("What to do"))
    heads = "".join(f'<th scope="col">{in_html(each)}</th>' for each in head)
    body = "".join(_row(each, picture, link) for each in rows)
    kind = "board printed" if link is None else "board on-screen"
    return f'{STYLE}<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'


def signs(found: Watched) -> str:
    """The two verdicts beside each other, each with its icon, for the screen."""
    return f'{STYLE}<div class="board verdicts">{"".join(_signs(found, Drawing.image))}</div>'


def _signs(found: Watched, picture: Picture) -> list[str]:
    """Variation and assurance, each as an icon and in words."""
    heading = found.signal.heading if found.signal and found.signal.rules else Heading.NEITHER
    varies, meets = words.variation(found), words.assurance(found)
    target = "" if found.target is None else text.target(found.target, found.metric)
    return [
        _sign(picture(variation_icon(found.variation, heading, varies)), varies),
        _sign(picture(assurance_icon(found.assurance, meets)), meets, target),
    ]


def _row(found: Watched, picture: Picture, link: Link | None) -> str:
    metric = found.metric
    name = in_html(_(metric.name))
    if link is not None:
        name = f'<a href="{in_html(link(metric))}">{name}</a>'
    reason = words.why(found)
    do = in_html(words.action(found)) + (f"<br><small>{in_html(reason)}</small>" if reason else "")
    cells = (
        ("name", name),
        ("spark", _spark(found, picture)),
        ("value", _latest(found)),
        *(("signed", each) for each in _signs(found, picture)),
        ("do", do),
    )
    return "<tr>" + "".join(f'<td class="{kind}">{inside}</td>' for kind, inside in cells) + "</tr>"


def _spark(found: Watched, picture: Picture) -> str:
    drawn = found.controlled.chart
    if isinstance(drawn, NotEstimable):
        return ""
    said = _("{count} points with limits").format(count=drawn.points.height)
    return picture(spark(drawn, found.metric.better, found.target, said))


def _latest(found: Watched) -> str:
    last, unit = found.controlled.last, found.metric.unit
    if last is None:
        return "–"
    when = charts_base.grain_label(last[found.controlled.grain.value], found.controlled.grain.value)
    count = counted.stands_on(found.metric, last["denominator"])
    told = [f"{_whole(count)} · {_whole(when)}", _whole(words.usual(found.controlled))]
    below = "<br>".join(each for each in told if each)
    return f"<b>{in_html(text.value(last['value'], unit))}</b><br><small>{below}</small>"


def _whole(said: str) -> str:
    """Words that no line parts, not even on paper."""
    return f"<span>{in_html(said)}</span>" if said else ""


def _sign(icon: str, said: str, more: str = "") -> str:
    below = f"<br><small>{in_html(more)}</small>" if more else ""
    return f'<div class="sign">{icon}<span>{in_html(said)}{below}</span></div>'


def numbers(rows: Sequence[Watched], grain: Grain) -> pl.DataFrame:
    """The same as numbers and words, for a file."""
    told = []
    for found in rows:
        drawn, last = found.controlled.chart, found.controlled.last or {}
        point = drawn.points.row(-1, named=True) if isinstance(drawn, ControlChart) else {}
        told.append(
            {
                "metric": found.metric.id,
                grain.value: last.get(grain.value),
                "value": last.get("value"),
                "denominator": last.get("denominator"),
                "centre": point.get("centre"),
                "lower": point.get("lower"),
                "upper": point.get("upper"),
                "target": found.target,
                "variation": words.variation(found),
                "assurance": words.assurance(found),
                "pattern": words.why(found),
                "action": words.action(found),
            }
        )
    floats = ("value", "denominator", "centre", "lower", "upper", "target")
    return pl.DataFrame(told, schema_overrides={grain.value: pl.Date, **dict.fromkeys(floats, pl.Float64)})
