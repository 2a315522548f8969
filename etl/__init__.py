"""From delivered packages to the published warehouse."""

import os

# Before numpy is imported: its threads wait in a busy loop after every product, and ours are small.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
