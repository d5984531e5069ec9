"""Draws a status badge as SVG. Pure.

A badge stands on pages of others, light and dark: it brings its own ground and edge, and no style, script or font.
"""

from dataclasses import dataclass
from unicodedata import east_asian_width

from django.utils.html import format_html
from django.utils.safestring import mark_safe

from trials.status_display import status_display

#: Widths of printable ASCII in thousandths of the font size, from the metrics of Helvetica, which Arial and Liberation
#: Sans share. Other letters count as wide ones; `textLength` fits the text where another font is used.
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
_FONT_SIZE, _HEIGHT, _PAD, _ICON = 12, 22, 8, 12
_FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
#: Grounds for white text, at least 4.5:1, by the hue of the status; those of the light theme in static/css/tokens.css.
_GROUNDS = {
    "is-open": "#087446", "is-soon": "#1d5fa8", "is-ongoing": "#5b4bb3", "is-paused": "#945700", "is-ended": "#52616d",
    "is-bad": "#b3261e", "is-unsaid": "#52616d",
}  # fmt: skip
_EDGE, _PAPER, _INK = "#7c8a96", "#ffffff", "#14212b"  # the edge has 3:1 to white and to black


@dataclass(frozen=True, slots=True)
class Badge:
    """A status (its code, for icon and colour) with its `label`, a `message` ("confirmed 3 days ago") and a `title`."""

    status: str
    label: str
    message: str
    title: str


def text_width(text: str) -> float:
    """The width in pixels at the size of a badge."""
    widths = (
        _WIDTHS[ord(letter) - 32] if " " <= letter <= "~" else 1000 if east_asian_width(letter) in "WF" else 600
        for letter in text
    )
    return round(sum(widths) * _FONT_SIZE / 1000, 1)


def render_badge(badge: Badge) -> str:
    """The SVG document; without a message only its left part."""
    display = status_display(badge.status)
    label_width = _PAD + _ICON + 5 + text_width(badge.label) + _PAD
    message_width = text_width(badge.message) + 2 * _PAD if badge.message else 0
    parts = {
        "width": f"{label_width + message_width:.1f}",
        "height": _HEIGHT,
        "title": badge.title,
        "label_width": f"{label_width:.1f}",
        "paper": _PAPER,
        "edge": _EDGE,
        "ground": _GROUNDS[display.hue],
        "icon": mark_safe(display.icon),
        "font": mark_safe(_FONT),
        "size": _FONT_SIZE,
        "label": _text(_PAD + _ICON + 5, badge.label, _PAPER),
        "inner": f"{label_width + message_width - 1:.1f}",
        "message": _text(label_width + _PAD, badge.message, _INK) if badge.message else "",
        "below": _HEIGHT - 1,
    }
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        'role="img" aria-labelledby="t"><title id="t">{title}</title>'
        '<clipPath id="c"><rect width="{width}" height="{height}" rx="4"/></clipPath>'
        '<g clip-path="url(#c)"><rect width="{width}" height="{height}" fill="{paper}"/>'
        '<rect width="{label_width}" height="{height}" fill="{ground}"/></g>'
        '<rect x="0.5" y="0.5" width="{inner}" height="{below}" rx="3.5" fill="none" stroke="{edge}"/>'
        '<svg x="8" y="5" width="12" height="12" viewBox="0 0 16 16" color="{paper}">{icon}</svg>'
        '<g font-family="{font}" font-size="{size}">{label}{message}</g></svg>',
        **parts,
    )


def _text(x: float, text: str, colour: str) -> str:
    width = f"{text_width(text):.1f}"
    return format_html('<text x="{}" y="15" fill="{}" textLength="{}">{}</text>', f"{x:.1f}", colour, width, text)
