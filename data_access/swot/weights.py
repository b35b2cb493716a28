"""How much each kind of finding weighs on the board, where people set it otherwise than it ships."""

from collections.abc import Mapping

from data_access import audit
from data_access.set_values import Book, ValueRow
from metrics.swot.evidence import Kind
from metrics.swot.rules import check_weights, weight_of, weights_with


class WeightRow(ValueRow):
    """Weights by kind of finding."""

    __tablename__ = "swot_weights"


WEIGHTS: Book[Mapping[Kind, float]] = Book(
    table=WeightRow,
    names=tuple(str(each) for each in Kind),
    whole=weights_with,
    value_of=weight_of,
    check=check_weights,
    acts=(audit.Act.WEIGHT_SET, audit.Act.WEIGHT_TAKEN_BACK),
)
