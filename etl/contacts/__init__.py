"""From contacts to a package: for a region's analysts who hold the register rows themselves.

Rows about persons are read here and nowhere else; what leaves is a workbook of counts, which the
build then makes safe like any other package with true small counts.
"""

from etl.contacts.errors import ContactsError
from etl.contacts.generate import generate
from etl.contacts.run import Made, run
from etl.contacts.years import parse_years

__all__ = ["ContactsError", "Made", "generate", "parse_years", "run"]
