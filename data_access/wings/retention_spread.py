"""How retention varies from customer to customer: sums of squares and products, counted inside the warehouse."""

from collections.abc import Sequence

from sqlalchemy import CTE, ColumnElement, Double, and_, cast, func, select

from data_access.contact_measures import flag
from metrics.wings.retention import HORIZONS, LEAST_OTHERS, MIX


def sums_of_squares(happened: CTE, cell: CTE) -> CTE:
    """What `metrics.wings.retention.compare_retention` reads, by part and event: sums over customers of squares.

    A customer's cases lie above or below the others of their cells; his own among the others lie above or below their
    cell, weighed to the cases' mix. This is the one place where SQL divides: the
    alternative were to read every customer.
    """
    same = and_(*(happened.c[name] == cell.c[name] for name in ("part", "event", *MIX)))
    exposed, others = happened.c.exposed, cast(cell.c.others_n, Double)
    # Within a cell of n others each lies nearer to their mean than to the truth: by the root of (n − 1) / n.
    weight = cell.c.exposed_n / others * func.sqrt(others / (others - 1))
    parts: list[ColumnElement] = [func.sum(exposed).label("cases")]
    for days in HORIZONS:
        heard = happened.c[f"heard_{days}"]
        above = heard - cell.c[f"others_{days}"] / others
        parts.append(func.sum(exposed * heard).label(f"heard_{days}"))
        parts.append(func.sum(exposed * above).label(f"above_{days}"))
        parts.append(func.sum((1 - exposed) * weight * above).label(f"beside_{days}"))
    of_customer = (
        select(happened.c.part, happened.c.event, happened.c.customer_id, *parts)
        .select_from(happened.join(cell, same))
        .where(cell.c.exposed_n > 0, cell.c.others_n >= LEAST_OTHERS)
        .group_by(happened.c.part, happened.c.event, happened.c.customer_id)
        .cte("added_by_customer")
    )
    row = of_customer.c
    counts = func.count().label("customers"), func.sum(flag(row.cases > 0)).label("exposed_customers")
    keys = row.part, row.event
    return select(*keys, *counts, *_products(of_customer)).group_by(*keys).cte("squares")


def _products(customers: CTE) -> Sequence[ColumnElement]:
    n = cast(customers.c.cases, Double)
    found = [func.sum(n * n).label("cases_squares")]
    for days in HORIZONS:
        heard = cast(customers.c[f"heard_{days}"], Double)
        beside = customers.c[f"beside_{days}"]
        gap = customers.c[f"above_{days}"] - beside
        sums = {
            "heard_squares": heard * heard,
            "heard_products": heard * n,
            "beside_squares": beside * beside,
            "gap_squares": gap * gap,
            "gap_products": gap * n,
        }
        found += [func.sum(value).label(f"{name}_{days}") for name, value in sums.items()]
    return found
