"""What service is worth: customers won back, offers taken, promises of products and deliveries kept."""

from metrics.complaint import RECEIVED_DAY
from metrics.complaint_facts import RETENTION_DAYS
from metrics.contact import CONTACT_DAY, total
from metrics.metric import Better, Metric, Source, Unit

VOLUME_DAY = "day of the volume"

WIN_BACK_RATE = Metric(
    id="win_back_rate",
    name="Customer win-back rate",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.RECOVERIES,),
    needs=(
        "recoveries.contacted_at",
        "recoveries.regained_at",
    ),
    numerator=total("recoveries_regained"),
    denominator=total("recoveries"),
    maturity="win_back_days",
    counted="recovery cases with a contact",
    basis="day of the recovery contact",
    definition=(
        "Customers at risk or lost who stayed or bought again within {win_back_days} days of the recovery contact out"
        " of all such cases."
    ),
    source="House rule; the untreated stand beside it.",
)

WIN_BACK_RATE_UNTREATED = Metric(
    id="win_back_rate_untreated",
    name="Return without a recovery contact",
    unit=Unit.PERCENT,
    better=Better.NEITHER,
    reads=(Source.RECOVERIES,),
    needs=(
        "recoveries.opened_at",
        "recoveries.treated",
        "recoveries.regained_at",
    ),
    numerator=total("untreated_regained"),
    denominator=total("untreated"),
    maturity="win_back_days",
    counted="recovery cases without a contact",
    basis="day the recovery case was opened",
    definition=(
        "Customers at risk or lost whom nobody contacted and who stayed or bought again within {win_back_days} days "
        "all the same: what win-back has to be measured against."
    ),
    source="House rule.",
)

CROSS_SELL_CONVERSION = Metric(
    id="cross_sell_conversion",
    name="Cross-sell conversion",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(
        Source.CONTACTS,
        Source.COMPLAINED,
    ),
    needs=(
        "contacts.offer_made",
        "contacts.offer_accepted",
    ),
    numerator=total("offers_accepted") - total("complained_offers_accepted"),
    denominator=total("offers_made") - total("complained_offers_made"),
    counted="contacts with an offer",
    basis=CONTACT_DAY,
    definition="Offers accepted out of all contacts with an offer; contacts of which a complaint came are left out.",
    source="House rule: nobody should sell to a complaining customer.",
)

HEATED_EMOTION_SHARE = Metric(
    id="heated_emotion_share",
    name="Heated-emotion share",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.CONTACTS,),
    needs=("contacts.emotion_score",),
    numerator=total("emotions_heated"),
    denominator=total("emotions_scored"),
    target=15.0,
    counted="contacts scored",
    basis=CONTACT_DAY,
    definition="Contacts with an emotion score of {heated_score} or more out of all scored.",
    source="Alert above 15 %.",
)

SERVICE_FOLLOW_UP_RATE = Metric(
    id="service_follow_up_rate",
    name="Service follow-up, high-value customers",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.CONTACTS,),
    needs=(
        "contacts.customer_tier",
        "contacts.follow_up_at",
    ),
    numerator=total("valued_followed_up"),
    denominator=total("valued_contacts"),
    target=100.0,
    maturity="service_follow_up_days",
    counted="contacts of high-value customers",
    basis=CONTACT_DAY,
    definition=(
        "Contacts of high-value customers that were followed up within {high_value_follow_up_hours} hours of their "
        "end out of all their contacts handled."
    ),
    source="After service, not only after a complaint.",
)

LOGISTICS_DELAY_RATE = Metric(
    id="logistics_delay_rate",
    name="Logistics-delay rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.VOLUMES,),
    needs=("volumes",),
    numerator=total("delayed_shipments"),
    denominator=total("shipments"),
    target=5.0,
    counted="shipments",
    basis=VOLUME_DAY,
    definition="Delayed shipments out of all shipments.",
    source="At most 5 % in the source.",
)

PRODUCT_PASS_RATE = Metric(
    id="product_pass_rate",
    name="Product pass rate",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.VOLUMES,),
    needs=("volumes",),
    numerator=total("passed"),
    denominator=total("inspected"),
    target=99.0,
    counted="items inspected",
    basis=VOLUME_DAY,
    definition="Items that passed the inspection out of all inspected.",
    source="At least 99 % in the source.",
)

RETURN_RATE = Metric(
    id="return_rate",
    name="Return rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.VOLUMES,),
    needs=("volumes",),
    numerator=total("returned"),
    denominator=total("sold"),
    counted="items sold",
    basis=VOLUME_DAY,
    definition="Items returned out of all items sold in the same period: a rise warns before complaints do.",
    source="House rule.",
)


def _retention(days: int) -> Metric:
    return Metric(
        id=f"retention_{days}d",
        name=f"Active again within {days} days of a complaint",
        unit=Unit.PERCENT,
        better=Better.HIGHER,
        reads=(Source.COMPLAINTS,),
        needs=("complaints.customer_id", "contacts.customer_id"),
        numerator=total(f"complaints_retained_{days}d"),
        denominator=total("complaints_of_known"),
        maturity=days,
        counted="complaints of known customers",
        basis=RECEIVED_DAY,
        definition=(
            f"Complaints of known customers who turned to us again, or were active otherwise where that is on record, "
            f"within {days} days after. What goes with complaints is not what they cause."
        ),
        version=2,
        source="House rule.",
    )


RETENTION = tuple(_retention(days) for days in RETENTION_DAYS)

METRICS = (
    WIN_BACK_RATE,
    WIN_BACK_RATE_UNTREATED,
    CROSS_SELL_CONVERSION,
    HEATED_EMOTION_SHARE,
    SERVICE_FOLLOW_UP_RATE,
    LOGISTICS_DELAY_RATE,
    PRODUCT_PASS_RATE,
    RETURN_RATE,
    *RETENTION,
)
