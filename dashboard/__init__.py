"""The app: thin pages over the warehouse. It never imports ``etl``.

How a page looks
----------------
One file in ``dashboard/pages/`` is one page; it is found, never registered. Its texts lie in
``dashboard/text/da/<name>.toml`` and ``dashboard/text/en/<name>.toml`` (the file's name is the
first part of each key; both languages must hold the same keys)::

    from dashboard.context import Context, Page

    PAGE = Page(slug="kort", order=20, title="kort.title")

    def render(ctx: Context) -> None:
        with together():                                     # dashboard.prose: one element
            ctx.heading("kort.intro")                        # h1: page and area, with intro
            prose(ctx.text("kort.how"))
        indicator = ctx.pick("indicator", ["population", "..."], label="common.indicator",
                             format_func=ctx.reference.indicator_title(ctx.lang))
        rows = ctx.store.rows(Slice(indicator, (ctx.area.id, "dk"), period=2025))
        show_figure(ctx, figure, key="kort.main", years=[2025], title=..., subtitle=...,
                    source=..., alt=..., table=Table(rows, columns=(
                        Column("area", ctx.text("common.area")), ...)))

What stands between choices is HTML (``dashboard.prose``): ``heading``, ``prose`` (Markdown),
``caption``, ``note``, and whatever the components below write. ``together`` makes one element of a
stretch of it, ``beside`` puts two things beside each other; choices and buttons, which are
Streamlit's, stand outside. What they will say is known before they are drawn (``ctx.chosen``).

A page about a topic is drawn from ``content/topics`` by ``dashboard.pages._topic``: the topic's
file names its sections, and ``dashboard/sections/<name>.py`` draws a kind of section.

What ``ctx`` offers (see ``dashboard.context``)
-----------------------------------------------
- ``ctx.text(key, **values)``: the sentence in the chosen language; ``ctx.lang`` is ``da`` or
  ``en``; ``ctx.localised(row, "title")`` picks ``title_da`` or ``title_en`` of a warehouse row.
- ``ctx.number`` (``dashboard.format.Numbers``): Danish or English numbers, per cent, dates.
- ``ctx.selection`` (``dashboard.selection.Selection``): what the URL says, already valid.
- ``ctx.pick(...)``: a select box whose choice lives in the URL under the given key;
  ``ctx.pick_many(...)`` for several. Keys of ``selection.KEYS`` follow the reader to other pages;
  a page's own keys (``view``) stay on it.
- ``ctx.area``, ``ctx.geography``, ``ctx.region`` (or ``None``), ``ctx.country``: rows of the
  warehouse, with ``.id`` and ``.name``.
- ``ctx.reference``: areas, geographies, indicators and packages, read once per warehouse file.
- ``ctx.store``: the numbers, read from where they lie (``dashboard.rows``); for anything else
  ``ctx.warehouse.rows(query, params)`` or, as a polars frame, ``.sql``.
- ``ctx.palette``: colours by meaning (``dashboard.theme``), right for light or dark.
- ``ctx.link(slug, **changes)``: an address with the whole selection in it; that of the front page
  (slug ``""``) names no place.
- ``ctx.map_url(geography, detail)``: address of the ready drawn boundaries, for plotly's
  ``geojson=``; feature ids are area ids (``featureidkey="id"``).

How to show a figure
--------------------
``dashboard.components.show_figure`` frames it: heading, subtitle, demo mark, chart with
alternative text, source and, folded below, the table, files to save and a link to it alone. It says
whom the figure is about and when, so the years are never left out, and under a map whose boundaries
it shows. A value axis comes from ``dashboard.figures.scale``, which paper and slides use too.
Figures are pure functions from rows (dictionaries, or a polars frame) to
``dashboard.figures.chart.Chart`` (plain data: plotly's own classes cost 10-30 ms a figure) and set
no fonts or backgrounds of their own: the frame gives them the template of the theme. A page first
says what its figures need (``ctx.store.fetch``, one query), each figure then takes its part
(``ctx.store.rows``); a page may ask ``wanted(ctx, key)`` before work for a chart that a link to
another one leaves out.
``dashboard.components`` has ``show_table`` and ``demo_badge`` too, and
``dashboard.components.made_up`` the switch of made-up figures; ``dashboard.hidden.status_text``
says why a number is not there.

How a reader finds the way
--------------------------
``dashboard.components.where`` draws the line from municipality to country and the search on top of
every page; ``dashboard.whereabouts`` knows what lies in what on a day (``dashboard.clock``), and
``dashboard.search`` what fits what was typed. ``dashboard.components.marks.leads_on`` makes a name
a link to the figure in full (``pages/tal.py``); ``dashboard.components.folded`` folds a part of a
long page behind its heading. ``theme/finding.js`` lists the headings of a page in the menu.

How it is served
----------------
``dashboard.serve.serve`` runs ``dashboard/app.py`` (which calls ``dashboard.run.main``) under
Streamlit's ASGI app, with our first byte, headers and files around it (``dashboard.asgi``), the
settings of ``dashboard.settings`` and the look of ``dashboard.theme``.
"""
