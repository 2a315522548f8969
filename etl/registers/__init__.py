"""From contacts to a package: for a region's analysts who hold the register rows themselves.

Rows about persons are read here and nowhere else; what leaves is a workbook of counts, which the
build then makes safe like any other package with true small counts.
"""

from etl.registers.errors import ContactsError
from etl.registers.generate import generate
from etl.registers.run import Made, run
from etl.registers.years import parse_years

__all__ = ["ContactsError", "Made", "generate", "parse_years", "run"]
