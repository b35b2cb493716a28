"""Words and numbers in the reader's language."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from data_access.viewer import LOCAL
from metrics.errors import ServiceQualityError
from metrics.metric import AnyMetric, Better, Unit
from metrics.rules import Rules
from metrics.scope import Period
from reports import spelled
from reports.codes import CODES, COLUMNS, DIMENSIONS
from reports.demo_names import DEMO_CHANGES
from reports.messages import LANGUAGES, N_, _, language, language_of, speaking
from reports.rule_names import CLOCKS, LEGS, LIMIT, NAMES
from reports.visible import name_on_screen

__all__ = ["LANGUAGES", "N_", "_", "language", "language_of", "speaking"]

MASKED = {
    "phone": N_("phone"),
    "name": N_("name"),
    "identity": N_("identity number"),
    "card": N_("card number"),
    "number": N_("number"),
    "email": N_("e-mail"),
    "address": N_("address"),
    "plate": N_("number plate"),
    "account": N_("account"),
    "customer": N_("customer"),
    "contact": N_("contact"),
    "complaint": N_("complaint"),
    "review": N_("review"),
    "finding": N_("finding"),
    "agent": N_("agent"),
}
Label = Callable[[str, str | None], str]  # what a code of a dimension is called
PSEUDONYM = re.compile(rf"\[({'|'.join(MASKED)}) ([a-z2-7]{{10}})\]")  # as data_access/masking.py writes it


def explained(error: ServiceQualityError) -> tuple[str, str]:
    """What happened and what to do, in the reader's language."""
    values = {name: _named(name, each) if isinstance(each, str) else each for name, each in error.values.items()}
    return _(error.what).format_map(values), _(error.fix).format_map(values)


def _named(name: str, value_: str) -> str:
    """What an error tells of: metrics, checks, rules and codes by what they are called."""
    if name in {"metric", "check", "rule"}:
        return rule(value_) if name == "rule" else _(value_)
    return code(value_) if name in DIMENSIONS else value_


def rule(name: str) -> str:
    """What a rule of the site is called."""
    match name.split("."):
        case ["deadlines", severity, leg] if leg in LEGS:
            return _(LEGS[leg]).format(severity=code(severity))
        case ["contact_limits", priority]:
            return _(LIMIT).format(priority=code(priority))
    return _(NAMES[name]) if name in NAMES else name


def definition(metric: AnyMetric, rules: Rules) -> str:
    """The definition in force, with the settings filled in."""
    settings = {name: limits(each) if isinstance(each, dict) else each for name, each in rules.named().items()}
    settings["deadline_clock"] = _(CLOCKS[rules.deadline_clock])
    return _(metric.under(rules).definition).format_map(settings)


def limits(seconds: Mapping[str, object]) -> str:
    """Times by severity or priority: General 30 min, Serious 1 h."""
    told = {code(name): each for name, each in seconds.items() if isinstance(each, int)}
    return listed([f"{name} {span(each)}" for name, each in told.items()])


def listed(words: Iterable[str]) -> str:
    """Several words after one another."""
    return ("、" if language.get() == "zh" else ", ").join(words)


def joined(sentences: Iterable[str]) -> str:
    """Several sentences without an end, after one another."""
    return ("；" if language.get() == "zh" else "; ").join(sentences)


def paragraph(sentences: Iterable[str]) -> str:
    """Whole sentences after one another."""
    return ("" if language.get() == "zh" else " ").join(each for each in sentences if each)


def labelled(name: str, words: str) -> str:
    """A name and what belongs to it."""
    return _("{name}: {words}").format(name=name, words=words)


def target(amount: float, metric: AnyMetric) -> str:
    """A target with its direction: Target ≥ 70 %."""
    return _("Target {value}").format(value=bound(amount, metric))


def bound(amount: float, metric: AnyMetric) -> str:
    """The same below a header that says what it is: ≥ 70 %."""
    sign = {Better.HIGHER: "≥ ", Better.LOWER: "≤ "}.get(metric.better, "")
    return sign + value(amount, metric.unit)


def code(value: str | None) -> str:
    """A code of the warehouse as a person reads it; «not recorded» for none."""
    if value is None:
        return _("Not recorded")
    return _(CODES[value]) if value in CODES else name_on_screen(value)


def named(names: Mapping[tuple[str, str], str], dimension: str, value: str | None) -> str:
    """A code of a dimension by its name in the warehouse, where it has one."""
    known = names.get((dimension, value or ""))
    return name_on_screen(known) if known else code(value)


def person(name: str | None) -> str:
    """Who did something, as signed in; without sign-in it was whoever uses this computer. Nothing for nobody."""
    return _("this computer’s user") if name == LOCAL.name else name_on_screen(name or "")


def pseudonyms(words: str) -> str:
    """A customer's words with what stands in the place of personal data named in the reader's language."""
    return PSEUDONYM.sub(lambda found: f"[{_(MASKED[found[1]])} {found[2]}]", words)


def change_name(name: str) -> str:
    """A registered change as people named it; the demo's in the reader's language."""
    return _(name) if name in DEMO_CHANGES else name_on_screen(name)


def column(name: str) -> str:
    """A column's header; a name that has none is shown as it is."""
    known = DIMENSIONS.get(name) or COLUMNS.get(name)
    return _(known) if known else name_on_screen(name)


def dimension(name: str) -> str:
    """What figures are split or narrowed by."""
    return column(name)


def number(value: float | None, digits: int = 0) -> str:
    """A number with the language's separators; a dash for none."""
    if value is None:
        return "–"
    return spelled.decimal(value, digits, language.get())


def signed(value: float, digits: int = 0) -> str:
    """A number with its sign, zero included as ±0."""
    shown = number(abs(value), digits)
    return ("±" if not spelled.has_a_figure(shown) else "+" if value > 0 else "−") + shown


def estimated(ends: Sequence[float | None], spoken: Callable[[float], str], count: float | None = None) -> str:
    """A value with the ends of its interval and n, “0.72 (0.50 – 0.88, n = 40)”, or that there are too few for it."""
    known = [each for each in ends if each is not None]
    if len(known) < len(ends):
        return _("too few") if count is None else _("too few (n = {count})").format(count=number(count))
    value, low, high = map(spoken, known)
    return f"{value} ({low} – {high})" if count is None else f"{value} ({low} – {high}, n = {number(count)})"


def duration(seconds: float | None) -> str:
    """A time as people say it: 45 s, 3 min 20 s, 2 h 05 min, 3.4 d."""
    if seconds is None:
        return "–"
    whole = round(seconds)
    if whole < 60:
        return _("{seconds} s").format(seconds=number(whole))
    if whole < 3600:
        return _("{minutes} min {seconds} s").format(minutes=whole // 60, seconds=f"{whole % 60:02d}")
    if whole < 48 * 3600:
        return _("{hours} h {minutes} min").format(hours=whole // 3600, minutes=f"{whole % 3600 // 60:02d}")
    return _("{days} d").format(days=number(seconds / 86400, 1))


def round_time(seconds: int) -> str:
    """A time on an axis or of a limit, without what is nothing: 30 s, 5 min, 4 min 50 s, 24 h; days from two on."""
    is_round = seconds % (3600 if seconds > 3600 else 60) == 0
    return span(seconds) if is_round and seconds < 48 * 3600 else duration(seconds)


def span(seconds: int) -> str:
    """A time that was chosen, without what is nothing: 20 s, 30 min, 2 h, 1 h 30 min."""
    hours, minutes, rest = seconds // 3600, seconds % 3600 // 60, seconds % 60
    parts = [
        _("{hours} h").format(hours=number(hours)) if hours else "",
        _("{minutes} min").format(minutes=minutes) if minutes else "",
        _("{seconds} s").format(seconds=rest) if rest or not seconds else "",
    ]
    return " ".join(each for each in parts if each) if language.get() == "en" else "".join(parts)


def value(amount: float | None, unit: Unit) -> str:
    """A metric's value with its unit."""
    if amount is None:
        return "–"
    match unit:
        case Unit.PERCENT:
            told = number(amount, spelled.digits(amount, 100.0))
            return f"{told} %" if language.get() == "en" else f"{told}%"
        case Unit.PER_THOUSAND:
            told = number(amount, spelled.digits(amount))
            return f"{told} ‰" if language.get() == "en" else f"{told}‰"
        case Unit.PER_MILLION:
            return _("{value} per million").format(value=number(amount, 1))
        case Unit.SECONDS:
            return duration(amount)
    return number(amount, 2)


def change(old: float, new: float, unit: Unit) -> str:
    """A change in the metric's own terms: points for shares, per thousand for rates, time for times."""
    match unit:
        case Unit.PERCENT:
            return _("{change} points").format(change=signed(new - old, 1))
        case Unit.PER_THOUSAND:
            return _("{change} per 1,000").format(change=signed(new - old, 1))
        case Unit.PER_MILLION:
            return _("{change} per million").format(change=signed(new - old, 1))
        case Unit.SECONDS:
            longer = round(new - old)
            return ("+" if longer > 0 else "−" if longer < 0 else "±") + duration(abs(longer))
    return signed(new - old, 2)


def moved(old: float, new: float, unit: Unit) -> str:
    """A change in the metric's own terms and as a share of the old value, where there is one."""
    return f"{change(old, new, unit)} ({relative(old, new)})" if has_share(old, unit) else change(old, new, unit)


def has_share(old: float, unit: Unit) -> bool:
    """Can a change be told as a share of the old value? A coefficient may lie on either side of nothing."""
    return old > 0 and unit is not Unit.COEFFICIENT


def relative(old: float, new: float) -> str:
    """A change as a share of the old value; a dash where that is nothing."""
    if not old:
        return "–"
    return percent((new / old - 1) * 100)


def day(value_: date) -> str:
    """A day with its year."""
    return spelled.dated(value_, "yyyy年M月d日" if language.get() == "zh" else "d MMM yyyy", language.get())


def month(value_: date) -> str:
    """The month of a day with its year."""
    return spelled.dated(value_, "yyyy年M月" if language.get() == "zh" else "MMM yyyy", language.get())


def weekday(value_: date) -> str:
    return spelled.dated(value_, "EEEE", language.get())


def short_day(value_: date) -> str:
    return spelled.dated(value_, "M月d日" if language.get() == "zh" else "d MMM", language.get())


def period(shown: Period, beside: Period | None = None) -> str:
    """A period as people write it, its last day included: 9–15 Nov 2026; without the year where `beside` tells it."""
    first, last = shown.start, shown.last
    is_told = beside is not None and {first.year, last.year} == {beside.start.year, beside.last.year}
    named = short_day if is_told and first.year == last.year else day
    if first == last:
        return named(first)
    if language.get() == "zh":
        pattern = "d日" if _same_month(first, last) else "M月d日" if first.year == last.year else "yyyy年M月d日"
        return f"{named(first)}至{spelled.dated(last, pattern, 'zh')}"
    pattern = "d" if _same_month(first, last) else "d MMM" if first.year == last.year else "d MMM yyyy"
    return f"{spelled.dated(first, pattern, 'en')} – {named(last)}"


def _same_month(first: date, last: date) -> bool:
    return (first.year, first.month) == (last.year, last.month)


def at_site(value_: datetime, zone: str) -> datetime:
    """An instant as the site's clock shows it."""
    return value_.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def moment(value_: datetime) -> str:
    """A date and time to the minute."""
    return f"{day(value_.date())} {value_:%H:%M}"


def percent(amount: float, digits: int = 1) -> str:
    """A relative change, which is already in percent, with its sign."""
    return signed(amount, digits) + (" %" if language.get() == "en" else "%")
