"""The data door: every published figure at a stable address, for people and for programs.

``/data/`` is a page that says what there is; ``/data/v1/`` holds it: lists as JSON, figures and
boundaries as files, with the filters of the command line. What an address asks for is checked
(``asked``), made once and laid on a shelf (``shelf``), and answered as HTTP wants it: parts, not
again what the reader has, packed (``answers``). Adding a list is one function in
``warehouse.export.lists``.

Nothing here imports Streamlit.
"""

from dashboard.opendata.asked import FOLDER, VERSION, address
from dashboard.opendata.routes import OLD, names, routes

__all__ = ["FOLDER", "OLD", "VERSION", "address", "names", "routes"]
