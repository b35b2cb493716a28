"""Forecasts of contacts and complaints: the names that other rooms use."""

from metrics.forecast.foretell import BackTest, Breach, Forecast, Foretold, Method, breach, forecast, foretell
from metrics.forecast.panel import LEAST_COUNT, LEAST_WEEKS, REST, TOTAL
from metrics.forecast.past_breaches import past_breaches, past_days
from metrics.forecast.seasons import Extra
from metrics.forecast.staffing import Goal, Need, needed

__all__ = [
    "LEAST_COUNT",
    "LEAST_WEEKS",
    "REST",
    "TOTAL",
    "BackTest",
    "Breach",
    "Extra",
    "Forecast",
    "Foretold",
    "Goal",
    "Method",
    "Need",
    "breach",
    "forecast",
    "foretell",
    "needed",
    "past_breaches",
    "past_days",
]
