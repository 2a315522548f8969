"""What SDMX calls the status of an observation, so that other statistical tools understand ours.

The code lists are CL_OBS_STATUS and CL_CONF_STATUS of sdmx.org. One code an observation: where
several fit, SDMX's guideline ("Possible ways of implementing the observation status concept", 2019)
puts a break before all others, and why there is no number before how sure it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

#: Code: meaning in Danish and English. In the order they are looked for; A is all that is left.
OBS_STATUS: Final = {
    "B": ("brud i tidsserien", "break in the time series"),
    "O": ("mangler", "missing value"),
    "M": ("giver ikke mening", "missing value; data cannot exist"),
    "Q": ("skjult", "missing value; suppressed"),
    "F": ("fremskrevet", "forecast value"),
    "P": ("foreløbigt", "provisional value"),
    "E": ("skøn", "estimated value"),
    "A": ("almindeligt tal", "normal value"),
}
CONF_STATUS: Final = {
    "A": ("skjult: få personer", "primary confidentiality due to small counts"),
    "C": ("skjult af udgiveren", "confidential statistical information"),
    "D": ("skjult for at skjule et andet", "secondary confidentiality set by the sender"),
    "F": ("fri", "free for publication"),
}

OBS_STATUS_SQL: Final = (
    "CASE WHEN {break} THEN 'B' WHEN m.status = 'missing' THEN 'O' "
    "WHEN m.status = 'not_applicable' THEN 'M' WHEN m.status <> 'ok' THEN 'Q' "
    "WHEN m.is_projection THEN 'F' WHEN {provisional} THEN 'P' "
    "WHEN m.is_estimate THEN 'E' ELSE 'A' END"
)
CONF_STATUS_SQL: Final = (
    "CASE m.status WHEN 'suppressed' THEN 'A' WHEN 'suppressed_by_source' THEN 'C' "
    "WHEN 'suppressed_secondary' THEN 'D' ELSE 'F' END"
)


def listed(codes: Mapping[str, tuple[str, str]], lang: Literal["da", "en"]) -> str:
    """Return codes and their meanings on one line."""
    place = ("da", "en").index(lang)
    return ", ".join(f"{code} ({codes[code][place]})" for code in sorted(codes))
