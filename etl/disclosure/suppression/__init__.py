"""Disclosure control: what may be shown of true small counts, and the audit of what is shown.

:func:`protect` chooses what to hide; :func:`audit` knows nothing of how and attacks what is
published; :func:`protect_and_audit` is both, for a build.
"""

from etl.disclosure.suppression.audit import Leak, audit, audit_wholes
from etl.disclosure.suppression.hints import Hints
from etl.disclosure.suppression.protect import protect
from etl.disclosure.suppression.release import protect_and_audit
from etl.disclosure.suppression.structure import StructureError

__all__ = [
    "Hints",
    "Leak",
    "StructureError",
    "audit",
    "audit_wholes",
    "protect",
    "protect_and_audit",
]
