"""The script Streamlit runs for each visit and click.

It is run anew each time, so everything that should be kept lives in the modules it imports.
"""

import sys
from pathlib import Path

# Streamlit runs this file as a script, also from a folder that is not the project's.
if str(Path(__file__).parents[1]) not in sys.path:
    sys.path.insert(0, str(Path(__file__).parents[1]))

from dashboard.run import main

main()
