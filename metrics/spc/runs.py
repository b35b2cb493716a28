"""Does a series cross its centre as often as chance lets it? A test of the whole phase, whatever its length."""

from dataclasses import dataclass
from math import log2

import numpy as np
import polars as pl

from metrics.exact import binomial_quantile

LONGEST_RUN, FEW_CROSSINGS = "longest_run", "few_crossings"  # names of the two rules
RARE = 0.05  # chance of fewer crossings


@dataclass(frozen=True, slots=True)
class Runs:
    """The longest run and the crossings of `useful` points, those that do not lie on the centre, and their bounds."""

    useful: int
    longest: int
    longest_allowed: int
    crossings: int
    crossings_needed: int

    @property
    def names(self) -> list[str]:
        """The rules that are broken."""
        found = {
            LONGEST_RUN: self.longest > self.longest_allowed,
            FEW_CROSSINGS: self.crossings < self.crossings_needed,
        }
        return [name for name, is_broken in found.items() if is_broken]


def runs_analysis(side: pl.Series) -> Runs | None:
    """Runs and crossings of points by their side of the centre (−1, 0, 1); None where all lie on it.

    A run may be round(log2 n) + 3 long (Schilling 2012); fewer crossings than the lower 5 % quantile of
    Binomial(n − 1, ½) are too few (Chen 2010). Source: Anhøj & Olesen (2014), PLoS ONE 9.
    """
    useful = side.filter(side != 0)
    if useful.is_empty():
        return None
    lengths = useful.rle().struct.field("len")
    return Runs(
        useful=len(useful),
        longest=int(np.max(lengths.to_numpy())),
        longest_allowed=round(log2(len(useful))) + 3,
        crossings=len(lengths) - 1,
        crossings_needed=int(binomial_quantile(RARE, len(useful) - 1, 0.5)) if len(useful) > 1 else 0,
    )
