"""What becomes of findings: trained in time, closed in time, and gone for good?"""

from metrics.contact import total
from metrics.metric import Better, Metric, Source, Unit

FINDINGS_TRAINED = Metric(
    id="findings_trained_in_time",
    name="Findings trained in time",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.FINDINGS,),
    needs=("findings.opened_at", "findings.trained_at"),
    numerator=total("findings_trained_soon"),
    denominator=total("findings_training_due"),
    target=100.0,
    counted="findings whose training was due",
    basis="last day for the training",
    definition=(
        "Findings trained within {training_workdays} working days after the day they were opened out of all whose time "
        "for it is over. Make-up workdays count as working days, public holidays do not; untrained ones are missed."
    ),
    source="Training within three working days of a finding.",
)

FINDINGS_CLOSED = Metric(
    id="findings_closed_in_time",
    name="Findings closed in time",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.FINDINGS,),
    needs=("findings.due_at", "findings.closed_at"),
    numerator=total("findings_closed_by_then"),
    denominator=total("findings_due"),
    target=90.0,
    counted="findings due",
    basis="day the finding was to be closed",
    definition="Findings closed by the date set for them out of all whose date has passed; open ones are missed.",
    source="House rule: the loop from finding to closing.",
)

FINDINGS_RECURRED = Metric(
    id="findings_recurred",
    name="Findings that came back",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.FINDINGS,),
    needs=("findings.closed_at", "findings.recurred_at"),
    numerator=total("findings_again"),
    denominator=total("findings_closed"),
    maturity="recurrence_days",
    counted="findings closed",
    basis="day the finding was closed",
    definition="Findings found again within {recurrence_days} days after they were closed out of all closed.",
    source="House rule: what comes back was closed on paper only.",
)

METRICS = (FINDINGS_TRAINED, FINDINGS_CLOSED, FINDINGS_RECURRED)
