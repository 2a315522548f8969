"""How Klyngeblik looks: one colour per meaning, and the plotly templates made of them.

Every colour that carries text, lines or marks has at least 4.5:1 against its background (tested),
and the categorical ones stay apart for the common kinds of colour blindness (dark blue, orange,
green, purple, ochre, grey; derived from Okabe and Ito's palette, darkened).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import plotly.graph_objects as go

STYLESHEET = Path(__file__).parent / "app.css"
SCRIPT = Path(__file__).parent / "app.js"
#: What draws the charts.
CHARTS = Path(__file__).parent / "charts.js"
#: The search, the place last seen, and the map of the front page.
FINDING = Path(__file__).parent / "finding.js"
#: The picture of a shared link.
PICTURE = Path(__file__).parent / "preview.png"
FAVICON = Path(__file__).parent / "favicon.svg"
FONT = (
    '"Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Noto Sans", "Liberation Sans", '
    "Arial, sans-serif"
)


@dataclass(frozen=True)
class Palette:
    """Colours by meaning; the same meaning has the same accent on every page.

    Attributes
    ----------
    area, region, country
        The area shown, its region, the whole country.
    better, worse, similar
        Comparison with a benchmark. Never the only sign: the word stands beside.
    demo
        Made-up figures.
    primary
        Buttons and chosen options; Streamlit writes white on it.
    hidden, missing
        Map and bar fill of hidden and of not delivered numbers.
    warning
        Map fill of what is worse than its benchmark, under a dark mark.
    sequence
        Five steps for classes, low to high.
    categories
        Six lines or bars beside each other.
    """

    name: str
    background: str
    surface: str
    text: str
    muted: str
    grid: str
    border: str
    area: str
    region: str
    country: str
    better: str
    worse: str
    similar: str
    demo: str
    primary: str
    hidden: str
    missing: str
    warning: str
    sequence: tuple[str, ...]
    categories: tuple[str, ...]


LIGHT = Palette(
    name="light",
    background="#ffffff",
    surface="#f3f6f8",
    text="#1a2732",
    muted="#4a5a66",
    grid="#dde4e9",
    border="#8796a1",
    area="#0b5c7a",
    region="#a34700",
    country="#56636e",
    better="#0b5c7a",
    worse="#a34700",
    similar="#56636e",
    demo="#6b3fa0",
    primary="#0b5c7a",
    hidden="#8b97a1",
    missing="#e4e8eb",
    warning="#e8a878",
    sequence=("#dcebf2", "#aacfdf", "#70acc5", "#2f7896", "#0b5573"),
    categories=("#0b5c7a", "#a34700", "#00704e", "#8a3fa0", "#7a5c00", "#56636e"),
)
DARK = Palette(
    name="dark",
    background="#11181f",
    surface="#1b252e",
    text="#e8edf2",
    muted="#b4c0cb",
    grid="#33414d",
    border="#7d8d9a",
    area="#6cc0e0",
    region="#ff9d5c",
    country="#a9b4be",
    better="#6cc0e0",
    worse="#ff9d5c",
    similar="#a9b4be",
    demo="#c9a6f2",
    primary="#1b7796",
    hidden="#7d8b97",
    missing="#2a343d",
    warning="#8a4a1f",
    sequence=("#1d3d4d", "#235c75", "#3b90b0", "#6cb5d3", "#bfe4f4"),
    categories=("#6cc0e0", "#ff9d5c", "#5fcb9f", "#cf9be0", "#e0c15a", "#a9b4be"),
)


def palette(name: str | None) -> Palette:
    """Return the palette of a Streamlit theme type; light when it is not known."""
    return DARK if name == "dark" else LIGHT


def on_paper() -> dict[str, str]:
    """Return each colour of the dark palette and the light one of the same meaning."""
    pairs = [(getattr(DARK, f.name), getattr(LIGHT, f.name)) for f in fields(Palette)[1:]]
    single = {dark: light for dark, light in pairs if isinstance(dark, str)}
    for darks, lights in (pair for pair in pairs if not isinstance(pair[0], str)):
        single |= dict(zip(darks, lights, strict=True))
    return single


def template(colours: Palette) -> go.layout.Template:
    """Return the plotly template of a palette, ``LIGHT`` or ``DARK``."""
    axis = {
        "color": colours.text,
        "gridcolor": colours.grid,
        "linecolor": colours.border,
        "zerolinecolor": colours.border,
        "tickfont": {"color": colours.text, "size": 15},
        "title": {"font": {"color": colours.text, "size": 15}, "standoff": 10},
        "automargin": True,
        # Their margins hold them: looking for labels to hide would measure each once more.
        "ticklabeloverflow": "allow",
        "ticks": "",
    }
    return go.layout.Template(
        layout={
            "font": {"family": FONT, "size": 15, "color": colours.text},
            "paper_bgcolor": colours.background,
            "plot_bgcolor": colours.background,
            "colorway": list(colours.categories),
            "margin": {"l": 8, "r": 12, "t": 12, "b": 8},
            # Room between numbers and what they stand at, and between the two axes' zeros.
            "xaxis": axis | {"showgrid": False, "ticklabelstandoff": 6},
            "yaxis": axis | {"ticklabelstandoff": 6},
            "legend": {
                "orientation": "h",
                "x": 0,
                "xanchor": "left",
                "y": 1.02,
                "yanchor": "bottom",
                "font": {"color": colours.text, "size": 15},
                "title": {"text": ""},
            },
            "hoverlabel": {
                "bgcolor": colours.background,
                "bordercolor": colours.border,
                "font": {"family": FONT, "size": 15, "color": colours.text},
                "align": "left",
            },
            "geo": {
                "bgcolor": "rgba(0,0,0,0)",
                "visible": False,
                "projection": {"type": "mercator"},
            },
            "colorscale": {
                "sequential": [
                    [i / (len(colours.sequence) - 1), c] for i, c in enumerate(colours.sequence)
                ]
            },
            "bargap": 0.25,
            "dragmode": False,
        },
        data={
            "bar": [{"marker": {"line": {"width": 0}}}],
            "scatter": [{"line": {"width": 3}, "marker": {"size": 8}}],
            "choropleth": [{"marker": {"line": {"color": colours.background, "width": 0.8}}}],
        },
    )


#: Streamlit's own settings of the look; ``dashboard.settings`` hands them to the server.
def streamlit_options() -> dict[str, object]:
    """Return Streamlit's theme options, light and dark, made of the palettes."""
    options: dict[str, object] = {
        "theme.font": FONT,
        "theme.headingFont": FONT,
        "theme.baseFontSize": 18,
        "theme.baseRadius": "4px",
        "theme.buttonRadius": "4px",
        "theme.headingFontSizes": ["1.9rem", "1.35rem", "1.12rem", "1rem", "1rem", "1rem"],
        "theme.headingFontWeights": [650, 650, 650, 650, 650, 650],
        "theme.showWidgetBorder": True,
        "theme.linkUnderline": True,
    }
    for colours in (LIGHT, DARK):
        prefix = f"theme.{colours.name}"
        options |= {
            f"{prefix}.primaryColor": colours.primary,
            f"{prefix}.backgroundColor": colours.background,
            f"{prefix}.secondaryBackgroundColor": colours.surface,
            f"{prefix}.textColor": colours.text,
            f"{prefix}.linkColor": colours.area,
            f"{prefix}.borderColor": colours.border,
            f"{prefix}.sidebar.backgroundColor": colours.surface,
            f"{prefix}.sidebar.secondaryBackgroundColor": colours.background,
            f"{prefix}.chartCategoricalColors": list(colours.categories),
        }
    return options
