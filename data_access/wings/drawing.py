"""The contacts of a sampling plan, taken from the candidates inside the warehouse: for their risk, and at random."""

from sqlalchemy import CTE, ColumnElement, Double, Float, Select, String, case, cast, func, literal, or_, select

from data_access.dialects import row_fingerprint
from data_access.store import Store
from metrics.wings.sampling import Shares

FINGERPRINTS = 2**31  # fingerprints lie below it
SHOWN = (
    "contact_id", "started_at", "channel", "team_id", "agent_id", "scenario", "issue_type", "subtype", "product",
    "customer_tier", "emotion_score",
)  # fmt: skip


def chosen(store: Store, rows: CTE, shares: Shares, seed: str, left_out: Select) -> Select:
    """The contacts of a plan: those taken for their risk, then those drawn at random from the rest.

    Each contact's number between 0 and 1 follows from its id and the seed, so that who asks again gets the same.

    Source: Rosén (1997), Journal of Statistical Planning and Inference 62, Pareto πps sampling: the smallest ratios of
        the odds of that number to those of its chance are a sample in which each has about its chance.
    """
    chances = {kind: share for kind, share in shares.kinds.select("reasons", "targeted_share").iter_rows() if share > 0}
    chance = case(chances, value=rows.c.reasons, else_=0.0) if chances else literal(0.0)
    one, other = (_uniform(rows, f"{seed} {name}") for name in ("risk", "random"))
    order = case((chance >= 1, 0.0), (chance > 0, one / (1 - one) * (1 - chance) / chance), else_=None)
    open_ = select(rows, order.label("order_of_risk"), one.label("one"), other.label("other"))
    ordered = open_.where(rows.c.contact_id.not_in(left_out)).cte("ordered")
    last = case((ordered.c.order_of_risk.is_(None), 1), else_=0)
    place = func.row_number().over(order_by=(last, ordered.c.order_of_risk, ordered.c.one, ordered.c.contact_id))
    placed = select(ordered, place.label("place")).cte("placed")
    targeted = case((placed.c.place <= shares.targeted, 1), else_=0)
    again = func.row_number().over(partition_by=targeted, order_by=(placed.c.other, placed.c.contact_id))
    drawn = select(placed, targeted.label("targeted"), again.label("turn")).cte("drawn")
    taken = or_(drawn.c.targeted == 1, drawn.c.turn <= shares.drawn)
    shown = [
        store.warehouse.site(drawn.c[name]).label(name) if name == "started_at" else drawn.c[name]
        for name in SHOWN
        if store.warehouse.has("contacts", name)
    ]
    return select(drawn.c.reasons, drawn.c.targeted, *shown).where(taken)


def _uniform(rows: CTE, seed: str) -> ColumnElement[float]:
    number = row_fingerprint(rows.c.contact_id, cast(literal(seed), String()))
    return (cast(number, Double()) + literal(0.5, Float())) / literal(float(FINGERPRINTS), Float())
