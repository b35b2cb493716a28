"""How agents spend their time: are they busy, and are they there?"""

from metrics.contact import total
from metrics.metric import Better, Metric, Source, Spread, Unit

WORK_DAY = "day of work"

OCCUPANCY = Metric(
    id="occupancy",
    name="Occupancy",
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    reads=(Source.HOURS,),
    needs=(
        "agent_hours.talk_seconds",
        "agent_hours.ready_seconds",
    ),
    numerator=total("busy_seconds"),
    denominator=total("manned_seconds"),
    spread=Spread(
        numerator_squares=total("busy_squares"),
        products=total("busy_manned"),
        denominator_squares=total("manned_squares"),
        clusters=total("agent_days"),
    ),
    least_cases=30,
    counted="hours at work",
    basis=WORK_DAY,
    definition="Talk, hold and wrap-up out of the time in which agents were busy or ready. Above 85 % they burn out.",
    source="80 to 85 % in the field.",
)

UTILISATION = Metric(
    id="utilisation",
    name="Utilisation",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.HOURS,),
    needs=(
        "agent_hours.talk_seconds",
        "agent_hours.ready_seconds",
        "agent_hours.paid_seconds",
    ),
    numerator=total("manned_seconds"),
    denominator=total("paid_seconds"),
    spread=Spread(
        numerator_squares=total("manned_squares"),
        products=total("manned_paid"),
        denominator_squares=total("paid_squares"),
        clusters=total("agent_days"),
    ),
    least_cases=30,
    counted="hours paid",
    basis=WORK_DAY,
    definition="Time in which agents were busy or ready out of the time they are paid for.",
    source="House rule; kept apart from occupancy.",
)

METRICS = (
    OCCUPANCY,
    UTILISATION,
)
