"""Public health statistics: intervals, standardisation, comparison, trend, inequality.

Every function works on whole numpy arrays and on plain numbers, takes NaN for *unknown* and gives
NaN where its source defines no figure. Wrong input raises :class:`ValueError` that says what is
wrong. The formulas and where they come from stand in each docstring; the tests compare each with
a slow twin and with worked figures from published sources.
"""

from etl.statistics.comparison import compare, quantile_classes
from etl.statistics.funnel import FUNNEL_LABELS, FunnelLimits, funnel_labels, funnel_limits
from etl.statistics.inequality import (
    Gap,
    gap,
    relative_index_of_inequality,
    slope_index_of_inequality,
)
from etl.statistics.intervals import Interval, mean, proportion, rate
from etl.statistics.life_table import remaining_life_expectancy
from etl.statistics.standardisation import (
    directly_standardised_rate,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
)
from etl.statistics.standards import EUROPEAN_2013, european_standard_population
from etl.statistics.trend import TRENDS, recent_trend, recent_trends

__all__ = [
    "EUROPEAN_2013",
    "FUNNEL_LABELS",
    "TRENDS",
    "FunnelLimits",
    "Gap",
    "Interval",
    "compare",
    "directly_standardised_rate",
    "european_standard_population",
    "funnel_labels",
    "funnel_limits",
    "gap",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "mean",
    "proportion",
    "quantile_classes",
    "rate",
    "recent_trend",
    "recent_trends",
    "relative_index_of_inequality",
    "remaining_life_expectancy",
    "slope_index_of_inequality",
]
