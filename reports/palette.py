"""The colours of the product's charts, on screen and on paper; none says anything that a sign or word does not."""

QA = "#2f74d0"  # the quality wing
COMPLAINTS = "#d9730d"  # the complaints wing
GOOD = "#1a8754"
BAD = "#c92a2a"
QUIET = "#8593a3"  # too few, not final, the comparison: grey that reads on both themes
INK = "#66758a"  # a line without a verdict: reads on light and on dark
SERIES = (QA, COMPLAINTS, "#1a8754", "#7b4fb5", "#0f8b8d", "#b0506a", "#6b7a1f", QUIET)  # one after another
