"""Do reviewers agree, does their score mean anything to customers, and do agents give the same answer?"""

import polars as pl

from metrics import agreement
from metrics.contact import CONTACT_DAY
from metrics.metric import Better, Source, Statistic, Unit
from metrics.quality import REVIEW_DAY

DOUBLE = (
    "Contacts that two people reviewed on the same version of a form within the {calibration_days} days before the end "
    "of the period; self-checks and training are left out. "
)
TWO_REVIEWERS = ("qa_reviews.contact_id", "qa_reviews.reviewer_id")

CALIBRATION_ALPHA = Statistic(
    id="calibration_alpha",
    name="Calibration, Krippendorff’s α",
    unit=Unit.COEFFICIENT,
    better=Better.HIGHER,
    reads=(Source.DOUBLE_REVIEWS,),
    needs=(*TWO_REVIEWERS, "qa_reviews.score", "qa_reviews.max_score"),
    of=agreement.alpha,
    counts=pl.col("raters") > 1,
    target=0.8,
    last_days="calibration_days",
    counted="contacts reviewed twice",
    basis=REVIEW_DAY,
    definition=DOUBLE
    + "1 − disagreement of their scores / disagreement that chance would bring. Where no score is 0, it says nothing "
    "of contacts in which a fatal item would make it 0.",
    source="Krippendorff (2011): from 0.80 on rely on it, from 0.667 draw tentative conclusions.",
)

CALIBRATION_KAPPA = Statistic(
    id="calibration_kappa",
    name="Calibration, weighted κ",
    unit=Unit.COEFFICIENT,
    better=Better.HIGHER,
    reads=(Source.DOUBLE_REVIEWS,),
    needs=(*TWO_REVIEWERS, "qa_reviews.passed"),
    of=agreement.kappa,
    counts=pl.col("first").is_not_null(),
    last_days="calibration_days",
    counted="contacts reviewed twice",
    basis=REVIEW_DAY,
    definition=DOUBLE
    + "Cohen’s κ of the first and the last verdict – fatal, failed or passed – with quadratic weights.",
    source="Cohen (1968). By itself it misleads where nearly all pass: look at AC1 as well.",
)

CALIBRATION_AC1 = Statistic(
    id="calibration_ac1",
    name="Calibration, AC1",
    unit=Unit.COEFFICIENT,
    better=Better.HIGHER,
    reads=(Source.DOUBLE_REVIEWS,),
    needs=(*TWO_REVIEWERS, "qa_reviews.passed"),
    of=agreement.ac1,
    counts=pl.col("first").is_not_null(),
    last_days="calibration_days",
    counted="contacts reviewed twice",
    basis=REVIEW_DAY,
    definition=DOUBLE + "Gwet’s AC1 of passed or not, of the first and the last review.",
    source="Gwet (2008).",
)

CALIBRATION_AGREEMENT = Statistic(
    id="calibration_agreement",
    name="Calibration, agreement",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.DOUBLE_REVIEWS,),
    needs=(*TWO_REVIEWERS, "qa_reviews.passed"),
    of=agreement.agreement,
    counts=pl.col("first").is_not_null(),
    last_days="calibration_days",
    counted="contacts reviewed twice",
    basis=REVIEW_DAY,
    definition=DOUBLE + "Those on which the first and the last review agree: both passed, or both did not.",
    source="House rule; agreement by chance is in it.",
)


def _validity(id: str, name: str, outcome: str, needs: str, definition: str) -> Statistic:
    return Statistic(
        id=id,
        name=name,
        unit=Unit.COEFFICIENT,
        better=Better.HIGHER,
        reads=(Source.OUTCOMES,),
        needs=("qa_reviews.contact_id", "qa_reviews.score", "qa_reviews.max_score", *needs.split()),
        of=lambda rows: agreement.rank_correlation(rows, "rating", outcome),
        counts=pl.col("rating").is_not_null() & pl.col(outcome).is_not_null(),
        last_days="calibration_days",
        maturity="reopen_days",
        counted="reviews",
        basis=REVIEW_DAY,
        definition=definition,
        source="House rule: a score that goes with nothing that customers feel measures nothing. Spearman’s ρ.",
    )


REVIEWS_OF = "Rank correlation, over people’s reviews of the {calibration_days} days before the end of the period, of "

QA_VALIDITY = _validity(
    "qa_validity",
    "QA validity, by CSAT",
    "csat",
    "contacts.csat",
    REVIEWS_OF
    + "the score with the customer’s answer about the contact. Above 0, what is scored higher is liked better.",
)

QA_VALIDITY_RESOLUTION = _validity(
    "qa_validity_resolution",
    "QA validity, by resolution",
    "stayed_away",
    "contacts.customer_id contacts.issue_type",
    REVIEWS_OF
    + "the score with whether the customer stayed away from the same issue for {fcr_window_days} days. Above 0, what "
    "is scored higher is solved more often.",
)

QA_VALIDITY_COMPLAINT = _validity(
    "qa_validity_complaint",
    "QA validity, by complaint",
    "uncomplained",
    "complaints.contact_id",
    REVIEWS_OF
    + "the score with whether no complaint came of the contact afterwards; reviews made after a complaint arrived are "
    "left out. Above 0, what is scored higher is complained of less.",
)

ANSWER_CONSISTENCY = Statistic(
    id="answer_consistency",
    name="Answer consistency",
    unit=Unit.PERCENT,
    better=Better.HIGHER,
    reads=(Source.ANSWERS,),
    needs=("contacts.issue_type", "contacts.answer_code"),
    of=agreement.same_answer,
    counts=pl.col("answered"),
    counted="contacts with a noted answer",
    basis=CONTACT_DAY,
    definition="Pairs of contacts of one issue type that got the same answer out of all pairs within the issue types.",
    source="House rule: one question, one answer.",
)

METRICS = (
    CALIBRATION_ALPHA,
    CALIBRATION_KAPPA,
    CALIBRATION_AC1,
    CALIBRATION_AGREEMENT,
    QA_VALIDITY,
    QA_VALIDITY_RESOLUTION,
    QA_VALIDITY_COMPLAINT,
    ANSWER_CONSISTENCY,
)
