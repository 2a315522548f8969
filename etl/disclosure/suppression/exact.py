"""The least costly pattern of one small set of tables, as an integer programme.

M. Fischetti and J. J. Salazar, "Models and algorithms for optimizing cell suppression in tabular
data with linear constraints", JASA 95 (2000) 916-928: for each cell to protect, one alternative
table with a higher and one with a lower count must exist that differ from the true one in hidden
cells only.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse

from etl.disclosure.suppression.moves import EPSILON, Bools, Move, Tables
from etl.disclosure.suppression.structure import Floats

#: Nodes of the search tree after which the heuristic takes over: the same on a slow machine as on
#: a fast one, which a limit in seconds would not be. Small tables need fewer than 40.
NODE_LIMIT = 200
#: Persons a cell may move in one alternative table: four times what a hidden cell needs.
_CAP = 12.0


def solve(
    tables: Tables, cost: Floats, width: Floats, primary: Bools, needing: Bools
) -> tuple[Bools, list[Move]] | None:
    """Return the least costly cells to hide and the moves that prove it, or None.

    None when the search needs more than ``NODE_LIMIT`` nodes, or no pattern exists.

    Parameters
    ----------
    tables
        The counts and how they relate.
    cost
        What is lost by hiding each cell.
    width
        Over how many persons each cell of `needing` must be able to move, if it is hidden.
    primary
        Cells that are hidden in any case.
    needing
        Cells that need the width when hidden; `primary` cells are always hidden.
    """
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - see programme

    cells = np.flatnonzero(tables.movable)
    place = np.full(len(cost), -1)
    place[cells] = np.arange(len(cells))
    needed = place[np.flatnonzero(needing)]
    asked = width[needing]
    size, tablecount = len(cells), 2 * len(needed)
    part = tables.relations[:, cells].tocsr()
    part = part[np.diff(part.indptr) > 0]
    above = np.clip(tables.highest[cells] - tables.counts[cells], 0, _CAP)
    below = np.clip(tables.counts[cells] - tables.lowest[cells], 0, _CAP)

    # Unknowns: hide (0/1) by cell, then one move by table. Every other table goes down.
    identity = sparse.identity(size, format="csr")
    hide_zero = sparse.csr_array((part.shape[0] * tablecount, size))
    relations = sparse.hstack([hide_zero, sparse.block_diag([part] * tablecount)])
    within_up = sparse.hstack(
        [
            sparse.vstack([-identity.multiply(above)] * tablecount),
            sparse.identity(size * tablecount),
        ]
    )
    within_down = sparse.hstack(
        [
            sparse.vstack([identity.multiply(below)] * tablecount),
            sparse.identity(size * tablecount),
        ]
    )
    rows = np.repeat(np.arange(len(needed)), 2)
    columns = np.stack(
        [
            size + 2 * np.arange(len(needed)) * size + needed,
            size + (2 * np.arange(len(needed)) + 1) * size + needed,
        ],
        axis=1,
    ).ravel()
    signs = np.tile([1.0, -1.0], len(needed))
    apart = sparse.csr_array((signs, (rows, columns)), shape=(len(needed), size * (1 + tablecount)))
    is_hidden = primary[cells]
    if not is_hidden[needed].all():
        # The width is asked of a cell only if it is hidden.
        hide = sparse.csr_array(
            (np.where(is_hidden[needed], 0.0, -asked), (np.arange(len(needed)), needed)),
            shape=apart.shape,
        )
        apart = apart + hide
    least = np.where(is_hidden[needed], asked, 0.0)
    unknowns = size * (1 + tablecount)
    result = milp(
        c=np.concatenate([np.where(is_hidden, 0.0, cost[cells]), np.zeros(size * tablecount)]),
        constraints=[
            LinearConstraint(relations.tocsc(), 0, 0),
            LinearConstraint(within_up.tocsc(), -np.inf, 0),
            LinearConstraint(within_down.tocsc(), 0, np.inf),
            LinearConstraint(apart.tocsc(), least, np.inf),
        ],
        bounds=Bounds(
            np.concatenate([is_hidden.astype(float), np.full(size * tablecount, -_CAP)]),
            np.concatenate([np.ones(size), np.full(size * tablecount, _CAP)]),
        ),
        integrality=np.concatenate([np.ones(size), np.zeros(unknowns - size)]),
        options={"node_limit": NODE_LIMIT},
    )
    if result.status != 0 or result.x is None:
        return None
    hidden = np.zeros(len(cost), dtype=bool)
    hidden[cells] = result.x[:size] > 0.5
    tables_found = result.x[size:].reshape(tablecount, size)
    moves = []
    for steps in tables_found:
        moved = np.abs(steps) > EPSILON
        if moved.any() and hidden[cells[moved]].all():
            moves.append(Move(cells[moved], steps[moved]))
    return hidden, moves
