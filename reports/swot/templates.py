"""The sentences of the board, one or two a kind: the second where it is about fewer, lower or worse."""

from metrics.swot.evidence import Kind
from reports.text import N_

#: Sentences by kind and, where there are two, by whether the figure lies above its reference. Fields: what it is about
#: (`about`), the metric, the figure with its interval (`value low high`), what it is held against (`reference`), and
#: whatever else the finding knows.
SENTENCES: dict[Kind, tuple[str, ...]] = {
    Kind.ABOVE_TARGET: (N_("{metric} is {value} and keeps its target of {reference} (95 % sure of {low} to {high})."),),
    Kind.BELOW_TARGET: (
        N_("{metric} is {value} and misses its target of {reference} (95 % sure of {low} to {high})."),
    ),
    Kind.SPECIAL_CAUSE_BETTER: (
        N_("{metric} was {value} in the week of {since}, better than chance explains; usual is {reference}."),
    ),
    Kind.SPECIAL_CAUSE_WORSE: (
        N_("{metric} was {value} in the week of {since}, worse than chance explains; usual is {reference}."),
    ),
    Kind.SUSTAINED_IMPROVEMENT: (
        N_("{metric} has improved from {reference} to {value} and stays there (95 % sure of {low} to {high})."),
    ),
    Kind.SUSTAINED_DECLINE: (
        N_("{metric} has worsened from {reference} to {value} and stays there (95 % sure of {low} to {high})."),
    ),
    Kind.BEST_UNIT: (
        N_(
            "{metric} of {about} is {value} above the others’ (95 % sure of {low} to {high}): its practice "
            "is worth sharing."
        ),
        N_(
            "{metric} of {about} is {value} below the others’ (95 % sure of {low} to {high}): its practice "
            "is worth sharing."
        ),
    ),
    Kind.WORST_UNIT: (
        N_("{metric} of {about} is {value} above the others’, like cases compared (95 % sure of {low} to {high})."),
        N_("{metric} of {about} is {value} below the others’, like cases compared (95 % sure of {low} to {high})."),
    ),
    Kind.BLIND_SPOT: (
        N_(
            "{about} brings {value} times the complaints of other contacts (95 % sure of {low} to {high}), "
            "and is reviewed {review_ratio} times as often."
        ),
    ),
    Kind.QA_MISS: (
        N_(
            "QA had passed {value} of the reviewed contacts from which upheld service complaints came (95 % "
            "sure of {low} to {high})."
        ),
    ),
    Kind.LINKED: (
        N_(
            "{value} of complaints join to the contact that they came of; the target is {reference} (95 % "
            "sure of {low} to {high})."
        ),
    ),
    Kind.UNLINKED: (
        N_(
            "Only {value} of complaints join to the contact that they came of; the target is {reference} (95 "
            "% sure of {low} to {high})."
        ),
    ),
    Kind.DEADLINES_KEPT: (
        N_("{value} of complaint deadlines are kept; the target is {reference} (95 % sure of {low} to {high})."),
    ),
    Kind.DEADLINES_MISSED: (
        N_("Only {value} of complaint deadlines are kept; the target is {reference} (95 % sure of {low} to {high})."),
    ),
    Kind.REPEATS: (
        N_(
            "{value} of complaints about {about} come back after they were resolved, of others {reference} "
            "(95 % sure of {low} to {high})."
        ),
    ),
    Kind.ESCALATIONS: (N_("{metric} rose from {reference} to {value} (95 % sure of {low} to {high})."),),
    Kind.DRIFTING_REVIEWER: (
        N_(
            "Reviewer {about} takes off more and more points: {first} of what others would, now {last} (95 % "
            "sure of {low} to {high} more a year)."
        ),
        N_(
            "Reviewer {about} takes off fewer and fewer points: {first} of what others would, now {last} (95 "
            "% sure of {low} to {high} fewer a year)."
        ),
    ),
    Kind.OTHER_ANSWER: (
        N_(
            "On {issue}, {team} answers “{answer}” in {value} of contacts, the others in {reference} (95 % "
            "sure of {low} to {high})."
        ),
    ),
    Kind.FINDINGS_OPEN: (
        N_("Only {value} of QA findings are closed in time; the target is {reference} (95 % sure of {low} to {high})."),
    ),
    Kind.GAP_TO_BEST_QUARTILE: (
        N_(
            "If all teams did as well as the best quarter, {metric} would come {value} closer to {reference} "
            "(95 % sure of {low} to {high})."
        ),
    ),
    Kind.GROWING_ISSUE: (
        N_("Complaints about {about} grew {value} a month in the last half year (95 % sure of {low} to {high})."),
    ),
    Kind.FORECAST_BREACH: (
        N_("{about}: {value} are expected on {day} (95 % sure of {low} to {high}); the limit is {reference}."),
    ),
    Kind.CHURN: (
        N_(
            "Of customers {event} {value} fewer are heard of again within {days} days than of comparable "
            "ones (95 % sure of {low} to {high})."
        ),
    ),
}
#: Of changes, by what their figure is: counts of cases, or the level of a share or mean.
CHANGES: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.CHANGE_WORKED: {
        "count": (
            N_(
                "“{name}” worked: from {before} to {after} {counted} a month, {value} more than without it "
                "(95 % sure of {low} to {high})."
            ),
            N_(
                "“{name}” worked: from {before} to {after} {counted} a month, {value} fewer than without "
                "it (95 % sure of {low} to {high})."
            ),
        ),
        "level": (
            N_(
                "“{name}” worked: {metric} went from {before} to {after}, {value} higher than without it (in relative "
                "terms, 95 % sure of {low} to {high})."
            ),
            N_(
                "“{name}” worked: {metric} went from {before} to {after}, {value} lower than without it (in relative "
                "terms, 95 % sure of {low} to {high})."
            ),
        ),
    },
    Kind.CHANGE_HARMED: {
        "count": (
            N_(
                "“{name}” made it worse: from {before} to {after} {counted} a month, {value} more than "
                "without it (95 % sure of {low} to {high})."
            ),
            N_(
                "“{name}” made it worse: from {before} to {after} {counted} a month, {value} fewer than "
                "without it (95 % sure of {low} to {high})."
            ),
        ),
        "level": (
            N_(
                "“{name}” made it worse: {metric} went from {before} to {after}, {value} higher than without it "
                "(in relative terms, 95 % sure of {low} to {high})."
            ),
            N_(
                "“{name}” made it worse: {metric} went from {before} to {after}, {value} lower than without it "
                "(in relative terms, 95 % sure of {low} to {high})."
            ),
        ),
    },
    Kind.CHANGE_NOT_SHOWN: {
        "count": (
            N_(
                "Month by month, {counted} fall by {value} (95 % sure of {low} to {high}), and did before “{name}”: "
                "that cannot be credited to the change."
            ),
        ),
    },
    Kind.PROVEN_ELSEWHERE: {
        "count": (
            N_(
                "“{name}” worked in {about}, and {teams} other teams do not have it: {value} more cases than "
                "without it ({metric}; 95 % sure of {low} to {high})."
            ),
            N_(
                "“{name}” worked in {about}, and {teams} other teams do not have it: {value} fewer cases than "
                "without it ({metric}; 95 % sure of {low} to {high})."
            ),
        ),
        "level": (
            N_(
                "“{name}” worked in {about}, and {teams} other teams do not have it: {metric} is {value} higher "
                "than without it (in relative terms, 95 % sure of {low} to {high})."
            ),
            N_(
                "“{name}” worked in {about}, and {teams} other teams do not have it: {metric} is {value} lower "
                "than without it (in relative terms, 95 % sure of {low} to {high})."
            ),
        ),
    },
}
#: Of a target that nobody has set, by whether it is kept.
AS_SHIPPED = {
    True: N_(
        "{metric} is {value} and keeps the target of {reference} that this product came with (95 % sure of {low} to "
        "{high}). Nobody has set one for this centre."
    ),
    False: N_(
        "{metric} is {value} and misses the target of {reference} that this product came with (95 % sure of {low} to "
        "{high}). Nobody has set one for this centre."
    ),
}
#: What a count counts, from all complaints to the cases of some other metric.
COUNTED = {
    "all": N_("complaints of all kinds"),
    "about": N_("complaints about {about}"),
    "of": N_("cases of {about} ({metric})"),
    "metric": N_("cases ({metric})"),
}
NEW_WORDS = N_("Complaints speak of {terms} {value} times as often as before (95 % sure of {low} to {high}).")
NEW_TERM = N_("Complaints speak of {terms}, which none did before: {value} a month (95 % sure of {low} to {high}).")
NEW_CODE = N_("{about} is new among complaints since {since}: {value} a month (95 % sure of {low} to {high}).")
PILED_UP = {
    "complaints": N_(
        "Complaints about {about} pile up: {value} times what is usual (95 % sure of {low} to {high}), {last} in "
        "{weeks} weeks."
    ),
    "quality": N_(
        "Faults that QA finds on {about} pile up: {value} times what is usual (95 % sure of {low} to {high}), {last} "
        "in {weeks} weeks. No alarm among complaints yet."
    ),
    "followed": N_(
        "Faults that QA finds on {about} pile up: {value} times what is usual (95 % sure of {low} to {high}), {last} "
        "in {weeks} weeks. Complaints about it have followed: {a_month} a month."
    ),
}
SEASON = N_("{season} ({days}) brings {value} more complaints about {about} (95 % sure of at least {at_least}).")
SEASON_OF_ALL = N_("{season} ({days}) brings {value} more complaints (95 % sure of {low} to {high}).")
