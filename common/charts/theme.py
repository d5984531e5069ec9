"""The one theme of all charts: colours of the CSS tokens, the bundled typeface, thin grid lines."""

#: The tokens of static/css/tokens.css that a mark may have; `light-dark()` in them gives both themes from one SVG.
ACTUAL, PLAN, FORECAST, ALERT, MUTED = "var(--open)", "var(--soon)", "var(--ongoing)", "var(--bad)", "var(--soft)"
INK, LINE, EDGE = "var(--ink)", "var(--line)", "var(--edge)"
FONT = "Inter"
FONT_SIZE = 12

CONFIG = {
    "aria": False,  # the SVG is one picture with a title and a description; the table has the numbers
    "background": None,
    "font": FONT,
    "padding": {"left": 2, "right": 14, "top": 6, "bottom": 2},
    "view": {"stroke": None},
    "axis": {
        "domainColor": EDGE,
        "gridColor": LINE,
        "labelColor": MUTED,
        "labelFontSize": FONT_SIZE,
        "tickColor": EDGE,
        "titleColor": MUTED,
        "titleFontSize": FONT_SIZE,
        "titleFontWeight": 500,
        "labelOverlap": "greedy",
        "titlePadding": 8,
    },
    "axisX": {"grid": False},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -12, "titleX": 0, "domain": False},
    "header": {"labelColor": INK, "labelFontSize": FONT_SIZE, "labelFontWeight": 600, "title": None},
    "legend": {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": FONT_SIZE},
    "text": {"color": INK, "fontSize": FONT_SIZE},
    "line": {"strokeWidth": 2},
}
