"""Which contacts to review with the time there is: by what may be wrong with them, and some at random."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from scipy import special

#: Why a contact is worth a look, in the order of the bits in `reasons`.
REASONS = ("complaint", "heated", "repeat", "new_agent", "high_value", "new_issue", "blind_spot")
#: What has a reason is looked at even where past reviews of its kind found no more faults than others: in shares of 1.
LEAST_EXCESS = 0.02
UNSEEN = ("new_issue", "blind_spot")
UNSEEN_EXCESS = 0.08  # of what hardly anybody has looked at: that few faults are known of it does not make it good
POWER = 2  # 1 finds fewer faults, more takes hardly anything but the riskiest: docs/statistics.md has the numbers
PRIOR = 0.5  # a success and a failure of this weight for each reason: log-F(1, 1), see `fit_risk`


def has(reason: str) -> pl.Expr:
    """Does a contact with these `reasons` have this one?"""
    return pl.col("reasons") // 2 ** REASONS.index(reason) % 2 == 1


def names_of(reasons: int) -> list[str]:
    """The reasons that a number stands for."""
    return [name for place, name in enumerate(REASONS) if reasons >> place & 1]


@dataclass(frozen=True, slots=True, eq=False)
class Risk:
    """How likely a review finds a fault that stands, by the reasons of a contact."""

    usual: float  # of a contact without a reason, a share of 1
    effects: pl.DataFrame  # reason, reviews, faults, odds_ratio, low, high
    logits: np.ndarray  # the intercept, then one for each of REASONS

    def of(self, reasons: pl.Series) -> np.ndarray:
        bits = np.array([[each >> place & 1 for place in range(len(REASONS))] for each in reasons]).reshape(
            -1, len(REASONS)
        )
        return special.expit(self.logits[0] + bits @ self.logits[1:])


def fit_risk(reviewed: pl.DataFrame) -> Risk | None:
    """The risk of each reason, from past reviews. None where there is no fault, or nothing but faults, to learn from.

    A logistic regression on all reasons at once, so that what comes together is not counted twice. Each reason is given
    half a fault and half a contact without one besides its own, which keeps few cases from promising much.

    Args:
        reviewed: `reasons` and `fault` (boolean), a row for each contact that was reviewed.

    Source: Greenland & Mansournia (2015), Statistics in Medicine 34: log-F priors by data augmentation.
    """
    counts = pl.len().alias("reviews"), pl.col("fault").sum().alias("faults")
    grouped = reviewed.group_by("reasons").agg(*counts).sort("reasons")  # in one order: sums are the same to the bit
    faults, reviews = int(grouped["faults"].sum()), int(grouped["reviews"].sum())
    if not 0 < faults < reviews:
        return None
    bits = np.array([[each >> place & 1 for place in range(len(REASONS))] for each in grouped["reasons"]])
    design = np.column_stack([np.ones(len(bits)), bits])
    prior = np.column_stack([np.zeros(len(REASONS)), np.eye(len(REASONS))])
    outcomes = np.column_stack([grouped["faults"], grouped["reviews"] - grouped["faults"]]).astype(float)
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    together = np.vstack([outcomes, np.full((len(REASONS), 2), PRIOR)])
    fitted = GLM(together, np.vstack([design, prior]), family=Binomial()).fit()
    spread = special.ndtri(0.975) * np.sqrt(np.diag(fitted.cov_params()))
    rows = [
        {
            "reason": name,
            "reviews": int((bits[:, place] * grouped["reviews"].to_numpy()).sum()),
            "faults": int((bits[:, place] * grouped["faults"].to_numpy()).sum()),
            "odds_ratio": float(np.exp(fitted.params[place + 1])),
            "low": float(np.exp(fitted.params[place + 1] - spread[place + 1])),
            "high": float(np.exp(fitted.params[place + 1] + spread[place + 1])),
        }
        for place, name in enumerate(REASONS)
    ]
    return Risk(float(special.expit(fitted.params[0])), pl.DataFrame(rows), np.asarray(fitted.params))


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """How many to take for their risk and how many at random, and how likely each kind of contact is taken."""

    targeted: int
    drawn: int
    kinds: pl.DataFrame  # reasons, contacts, risk, targeted_share, inclusion: shares of 1

    @property
    def expected(self) -> float:
        """Faults that such a sample is expected to find."""
        return float((self.kinds["contacts"] * self.kinds["inclusion"] * self.kinds["risk"]).sum())

    @property
    def uniform(self) -> float:
        """Faults that as many contacts drawn at random are expected to find."""
        n, every = self.targeted + self.drawn, float(self.kinds["contacts"].sum())
        return float((self.kinds["contacts"] * self.kinds["risk"]).sum()) * n / every if every else 0.0


def plan_shares(pool: pl.DataFrame, risk: Risk, capacity: int, random_share: float) -> Shares:
    """Share the capacity out over the kinds of contacts.

    The targeted part goes to contacts with a reason, each kind by the square of how far its risk exceeds that of a
    contact without one (a power allocation, Bankier 1988); what would be taken more than once is taken for certain. The
    rest is drawn from all that is left with equal chances, so that every contact has a known chance above zero.

    Args:
        pool: `reasons` and `contacts`, the candidates by kind.
        random_share: percent of the capacity that is drawn at random.
    """
    kinds = pool.group_by("reasons").agg(pl.col("contacts").sum()).sort("reasons")
    every = int(kinds["contacts"].sum())
    capacity = min(capacity, every)
    chances = risk.of(kinds["reasons"])
    unseen = sum(2 ** REASONS.index(reason) for reason in UNSEEN)
    floor = np.where(kinds["reasons"].to_numpy() & unseen, UNSEEN_EXCESS, LEAST_EXCESS)
    excess = np.maximum(chances - risk.usual, floor)
    sizes = np.where(kinds["reasons"].to_numpy() > 0, excess**POWER, 0.0)
    counts = kinds["contacts"].to_numpy().astype(float)
    wanted = min(capacity - round(capacity * random_share / 100), int(counts[sizes > 0].sum()))
    targeted = _proportional(sizes, counts, wanted)
    left = every - wanted
    drawn = capacity - wanted
    inclusion = targeted + (1 - targeted) * (drawn / left if left else 0.0)
    frame = kinds.with_columns(
        risk=pl.Series(chances, dtype=pl.Float64),
        targeted_share=pl.Series(targeted, dtype=pl.Float64),
        inclusion=pl.Series(inclusion, dtype=pl.Float64),
    )
    return Shares(wanted, drawn, frame)


def _proportional(sizes: np.ndarray, counts: np.ndarray, wanted: float) -> np.ndarray:
    """Chances proportional to size that add up to what is wanted, none above 1."""
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        rest = (sizes * counts)[~certain].sum()
        scale = (wanted - counts[certain].sum()) / rest if rest > 0 else 0.0
        chances = np.where(certain, 1.0, sizes * scale)
        above = ~certain & (chances >= 1)
        if not above.any():
            return chances
        certain |= above


NEW_AFTER_WEEKS = 8  # of looking at what is usual
LEAST_NEW = 5  # contacts in a week
NEW_RATIO = 2.0
NEW_CHANCE = 0.001


def new_issues(weekly: pl.DataFrame, keys: list[str], since: date) -> pl.DataFrame:
    """Issues that are new or grew at a stroke, week by week: `week` and keys.

    At least LEAST_NEW contacts, NEW_RATIO times the mean of the NEW_AFTER_WEEKS weeks before, and more than chance
    would give once in a thousand. Nothing is new in the first weeks.

    Args:
        weekly: `week`, keys, `contacts`; a week without a contact of an issue may be missing.
        since: the first week that was counted.
    """
    if weekly.is_empty():
        return weekly.select("week", *keys)
    weeks = weekly.select(pl.date_range(since, pl.col("week").max(), "1w").alias("week"))
    every = weeks.join(weekly.select(keys).unique(), how="cross")
    filled = every.join(weekly, on=["week", *keys], how="left", nulls_equal=True).with_columns(
        pl.col("contacts").fill_null(0)
    )
    before = pl.col("contacts").shift(1).rolling_mean(NEW_AFTER_WEEKS).over(keys, order_by="week")
    usual = filled.with_columns(before=before).drop_nulls("before")
    count, mean = usual["contacts"].to_numpy(), np.maximum(usual["before"].to_numpy(), 1 / NEW_AFTER_WEEKS)
    chance = special.pdtrc(np.maximum(count - 1, 0), mean)
    is_new = (count >= LEAST_NEW) & (count >= NEW_RATIO * mean) & (chance < NEW_CHANCE)
    return usual.filter(pl.Series(is_new)).select("week", *keys)
