"""The digits a published number carries: those it is known to, none that only a computer adds.

The one rule, kept when a build publishes, so that page, Parquet, CSV, workbook and Python agree.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Of counts and populations. Delivered ones are whole; one divided by a share of a municipality is
#: not, and with two decimals its parts still add up to it.
COUNT_DECIMALS: Final = 2
#: Significant digits of values and limits: enough to find the count again from a rate and the
#: population of the whole country.
VALUE_DIGITS: Final = 7
#: Two published counts, or sums of one, that differ by less are the same.
SAME_COUNT: Final = 10.0**-COUNT_DECIMALS
#: Two published values that differ by less, as a share of the larger, are the same: another
#: release of a library may round one up in its last digit and another down.
SAME_VALUE: Final = 1.5 * 10.0 ** (1 - VALUE_DIGITS)

#: The rule in words, for whoever opens the warehouse or an extract.
VALUE_DA: Final = f"højst {VALUE_DIGITS} betydende cifre"
VALUE_EN: Final = f"at most {VALUE_DIGITS} significant digits"
COUNT_DA: Final = f"et helt tal; et skøn har højst {COUNT_DECIMALS} decimaler"
COUNT_EN: Final = f"whole; an estimate has at most {COUNT_DECIMALS} decimals"


def rounded(measures: pl.DataFrame, *, is_count: bool) -> pl.DataFrame:
    """Return rows of ``measures`` with the digits they are published with.

    Parameters
    ----------
    measures
        Rows of one indicator with ``value, lower, upper, count, population``.
    is_count
        True when its values are counts of people or events themselves.
    """
    counts = ["count", "population", *(["value"] if is_count else [])]
    values = ["lower", "upper", *([] if is_count else ["value"])]
    return measures.with_columns(
        pl.col(counts).round(COUNT_DECIMALS), pl.col(values).round_sig_figs(VALUE_DIGITS)
    )
