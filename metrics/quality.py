"""What quality monitoring finds: passed, disputed, done as planned?"""

from metrics.contact import CONTACT_DAY, total
from metrics.metric import Better, Metric, Source, Spread, Unit

REVIEW_DAY = "day of the review"

QA_PASS_RATE = Metric(
    id="qa_pass_rate",
    name="QA pass rate",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.SCORES,),
    needs=(
        "qa_reviews.contact_id",
        "qa_reviews.passed",
    ),
    numerator=total("reviews_passed"),
    denominator=total("reviews"),
    target=90.0,
    counted="completed reviews",
    basis=REVIEW_DAY,
    definition=(
        "Reviews with at least the pass mark and no fatal item out of all completed ones. Disputes still open, "
        "calibration and training are left out."
    ),
    source="House rule.",
)

QA_SCORE = Metric(
    id="qa_score",
    name="QA mean score",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.SCORES,),
    needs=(
        "qa_reviews.contact_id",
        "qa_reviews.score",
        "qa_reviews.max_score",
    ),
    numerator=total("points"),
    denominator=total("possible_points"),
    spread=Spread(
        numerator_squares=total("points_squares"),
        products=total("points_products"),
        denominator_squares=total("possible_squares"),
        clusters=total("reviews_scored"),
    ),
    least_cases=400,  # a fatal item makes nothing of a score: of the few reviews with one the spread knows late
    counted="possible points",
    basis=REVIEW_DAY,
    definition="Points given out of the points that were possible, of the reviews that count for the pass rate.",
    source="House rule.",
)

QA_DISPUTE_RATE = Metric(
    id="qa_dispute_rate",
    name="QA dispute rate",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.SCORES,),
    needs=(
        "qa_reviews.contact_id",
        "qa_reviews.disputed_at",
    ),
    numerator=total("reviews_disputed"),
    denominator=total("reviews_disputable"),
    counted="reviews",
    basis=REVIEW_DAY,
    definition="Reviews that the agent disputed out of all reviews; calibration and training are left out.",
    source="House rule.",
)

QA_DISPUTE_UPHELD = Metric(
    id="qa_dispute_upheld",
    name="Disputes upheld",
    unit=Unit.PERCENT,
    better=Better.LOWER,
    reads=(Source.SCORES,),
    needs=(
        "qa_reviews.contact_id",
        "qa_reviews.disputed_at",
        "qa_reviews.dispute_upheld",
    ),
    numerator=total("disputes_upheld"),
    denominator=total("disputes_decided"),
    counted="disputes decided",
    basis=REVIEW_DAY,
    definition="Disputes decided for the agent out of all decided.",
    source="House rule: many upheld disputes speak against the reviewers.",
)

SCRIPT_COMPLIANCE = Metric(
    id="script_compliance",
    name="Script compliance",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.SCORES,),
    needs=(
        "qa_reviews.contact_id",
        "qa_items.review_id",
        "qa_items.failed",
    ),
    numerator=total("reviews_script_kept"),
    denominator=total("reviews_script_judged"),
    counted="reviews with a promise-script or inducement item",
    basis=REVIEW_DAY,
    definition=(
        "Reviews without a broken promise-script or inducement item out of all reviews to which such an item applied."
    ),
    source="House rule.",
)

QA_PLAN_SELF = Metric(
    id="qa_plan_attainment_self",
    name="Self-checks in time",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.SCORES,),
    needs=(
        "qa_reviews.contact_id",
        "qa_reviews.level",
    ),
    numerator=total("self_checks_in_time"),
    denominator=total("self_checks"),
    target=100.0,
    counted="self-checks",
    basis=REVIEW_DAY,
    definition="Self-checks made within {self_check_minutes} minutes of the contact out of all self-checks.",
    source="Quality control at three levels.",
)

QA_PLAN_TEAM = Metric(
    id="qa_plan_attainment_team",
    name="Team QA plan attainment",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.PLAN,),
    needs=(
        "qa_reviews.contact_id",
        "qa_reviews.level",
        "contacts.team_id",
    ),
    numerator=total("team_done"),
    denominator=total("team_due"),
    target=100.0,
    maturity="review_days",
    counted="reviews due",
    basis=CONTACT_DAY,
    definition=(
        "Contacts reviewed by team QA, up to what was due, out of those due: {team_share} % of each team’s eligible "
        "contacts of a day."
    ),
    source="Quality control at three levels.",
)

QA_PLAN_CENTRE = Metric(
    id="qa_plan_attainment_centre",
    name="Centre QA plan attainment",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.AGENT_WEEKS,),
    needs=(
        "qa_reviews.agent_id",
        "qa_reviews.contact_id",
        "contacts.agent_id",
        "qa_reviews.level",
    ),
    numerator=total("centre_agents_done"),
    denominator=total("centre_agents_due"),
    target=100.0,
    maturity="week_days",
    counted="agents due",
    basis="week that begins in the period",
    definition=(
        "Agents reviewed by centre QA, up to what was due, out of those due: {centre_share} % of each team’s agents "
        "of a week."
    ),
    source="Quality control at three levels.",
)

QA_LINKAGE = Metric(
    id="qa_linkage",
    name="Contacts joined to a review",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(
        Source.REVIEWS,
        Source.CONTACTS,
    ),
    needs=(
        "qa_reviews.contact_id",
        "contacts",
    ),
    numerator=total("reviewed_anyhow"),
    denominator=total("eligible"),
    maturity="review_days",
    counted="eligible contacts",
    basis=CONTACT_DAY,
    definition=(
        "Contacts with a review, by people or automatic, out of all eligible contacts (answered, {eligible_seconds} "
        "seconds or longer): the measure of the data silo."
    ),
    version=2,
    source="House rule.",
)

METRICS = (
    QA_PASS_RATE,
    QA_SCORE,
    QA_DISPUTE_RATE,
    QA_DISPUTE_UPHELD,
    SCRIPT_COMPLIANCE,
    QA_PLAN_SELF,
    QA_PLAN_TEAM,
    QA_PLAN_CENTRE,
    QA_LINKAGE,
)
