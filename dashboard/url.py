"""The thin binding between Streamlit's widgets and the URL, which holds the selection.

The URL is the truth. Before a widget is drawn its state is set from the URL; when the reader
changes it, the URL is written, and the run that follows reads it again.

A state is set only where the browser holds another: Streamlit makes a widget anew when it is set.
The URL's value is also each widget's default. The browser loads a kind of widget when it first
meets one; a reader who is on the next page before that has lost what was set, and their widget
would begin with its default and send it as the reader's own choice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.prose import alone, remark
from dashboard.selection import Selection
from geo.spelling import LONGEST
from warehouse.errors import quoted

if TYPE_CHECKING:
    from dashboard.context import Context

#: How many values of a link that are not known are named.
_NAMED = 5
#: In the URL, a box of several that the reader has emptied.
ANY = "any"


def write(selection: Selection) -> None:
    """Make the URL say this selection."""
    params = selection.params()
    if params != st.query_params.to_dict():
        st.query_params.from_dict(params)


def bind(key: str, value: str | bool | list[str], labels: Iterable[str] = ()) -> str:
    """Give a widget the URL's value, and return the widget's key.

    Parameters
    ----------
    key
        The value's name in the URL.
    value
        What the URL says.
    labels
        What the widget offers, as the reader sees it: the browser knows an option by its label.
    """
    state, offered = f"url-{key}", hash(tuple(labels))
    memory = f"{state}-offers"
    if st.session_state.get(state) != value or st.session_state.get(memory) != offered:
        st.session_state[state] = value
        st.session_state[memory] = offered
    return state


def changed(selection: Selection, key: str) -> None:
    """Write a widget's new value into the URL (an ``on_change`` callback)."""
    st.query_params.from_dict({**selection.params(), key: str(st.session_state[f"url-{key}"])})


def pick(
    ctx: Context,
    key: str,
    options: Sequence[str],
    *,
    label: str,
    format_func: Callable[[str], str],
    value: str,
    widget: str,
    elsewhere: Collection[str] = (),
) -> str:
    """Draw one choice bound to the URL; see ``Context.pick``."""
    alone()
    asked = ctx.selection.get(key)
    state, args = bind(key, value, map(format_func, options)), (ctx.selection, key)
    if widget == "radio":
        st.radio(
            label,
            options,
            index=options.index(value),
            format_func=format_func,
            key=state,
            horizontal=True,
            on_change=changed,
            args=args,
        )
    elif widget == "slider" and len(options) > 1:
        st.select_slider(
            label,
            options,
            value=value,
            format_func=format_func,
            key=state,
            on_change=changed,
            args=args,
        )
    else:
        st.selectbox(
            label,
            options,
            index=options.index(value),
            format_func=format_func,
            key=state,
            on_change=changed,
            args=args,
        )
    if asked is not None and asked not in options and asked not in elsewhere:
        # An option of another page's or indicator's list is fine to carry along, and told.
        remark(
            ctx.text("shell.not_here", value=_named(asked, format_func), used=format_func(value))
        )
    return value


def pick_many(
    ctx: Context,
    key: str,
    options: Sequence[str],
    *,
    label: str,
    format_func: Callable[[str], str],
    default: Sequence[str],
    empty: str,
) -> list[str]:
    """Draw a choice of several bound to the URL; see ``Context.pick_many``."""
    alone()
    asked = ctx.selection.get(key)
    # The word "any" stands for an emptied box, so that the default does not come back.
    wanted = list(default) if asked is None else [v for v in asked.split(",") if v and v != ANY]
    known = set(options)
    value = [v for v in wanted if v in known]
    st.multiselect(
        label,
        options,
        default=value,
        format_func=format_func,
        key=bind(key, value, map(format_func, options)),
        placeholder=empty,
        wrap=True,
        on_change=_changed_many,
        args=(ctx.selection, key),
    )
    if unknown := [v for v in wanted if v not in known]:
        named = [_named(v, format_func) for v in unknown[:_NAMED]]
        remark(
            ctx.text(
                "shell.not_here",
                value=ctx.number.listing([*named, *["…"] * (len(unknown) > _NAMED)]),
                used=ctx.number.listing([format_func(v) for v in value]) or empty,
            )
        )
    order = {option: i for i, option in enumerate(options)}
    return sorted(value, key=order.__getitem__)


def _changed_many(selection: Selection, key: str) -> None:
    chosen = ",".join(st.session_state[f"url-{key}"]) or ANY
    st.query_params.from_dict({**selection.params(), key: chosen})


def _named(value: str, format_func: Callable[[str], str]) -> str:
    try:
        return quoted(format_func(value[:LONGEST]))
    except (KeyError, ValueError, IndexError):
        return quoted(value)
