"""Renders Vega-Lite specifications to SVG for pages under a strict content security policy."""

import json
import logging
import re
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from common.charts.theme import CONFIG

logger = logging.getLogger(__name__)

_ROOT = re.compile(r"\A<svg\b[^>]*\bviewBox=\"(?P<view_box>[-\d. ]+)\"[^>]*>(?P<content>.*)</svg>\s*\Z", re.DOTALL)
_ID = re.compile(r'\bid="([^"]+)"|url\(#([^)"]+)\)|href="#([^"]+)"')
_FORBIDDEN = re.compile(r"<style|<script|<image|<foreignObject|\sstyle=|\son\w+=|href=\"(?!#)", re.IGNORECASE)
#: Roles and labels that Vega gives to marks; the whole picture is one image to assistive technology.
_MARK_ROLES = re.compile(r' (?:role|aria-label|aria-roledescription)="[^"]*"(?=[^<>]*>)')
_NOTHING_DRAWN = re.compile(r'<path class="(?:background|foreground)"[^>]*\bd="(?:M0,0h0v0h0Z)?"[^>]*/>')
_CACHE_SIZE = 256  # of about 20 kB each, in every worker


def render_svg(specification: dict, *, name: str, title: str, description: str) -> SafeString:
    """The SVG element, with ids that begin with `name`; empty, and logged, when it cannot be drawn."""
    try:
        view_box, content = _picture(json.dumps(specification | {"config": CONFIG}, sort_keys=True))
    except Exception:  # the page still has the table
        logger.exception("A chart could not be drawn", extra={"chart": name})
        return SafeString("")
    return format_html(
        '<svg class="chart-picture" viewBox="{}" role="img" aria-labelledby="{}-title {}-desc" focusable="false">'
        '<title id="{}-title">{}</title><desc id="{}-desc">{}</desc>{}</svg>',
        view_box, name, name, name, title, name, description, mark_safe(_with_prefix(content, name)),
    )  # fmt: skip


@lru_cache(maxsize=_CACHE_SIZE)
def _picture(specification: str) -> tuple[str, str]:
    """The view box and the content of the drawn SVG. The library, with its engine, is loaded by the first picture."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(specification, allowed_base_urls=[])
    root = _ROOT.match(svg)
    if root is None or _FORBIDDEN.search(svg):
        raise ValueError("The drawn SVG has a part that the content security policy forbids.")
    return root["view_box"], _NOTHING_DRAWN.sub("", _MARK_ROLES.sub("", root["content"]))


def _with_prefix(content: str, name: str) -> str:
    """The content with every id, and every reference to one, under the chart's name."""

    def rename(match: re.Match) -> str:
        own, used, linked = match.groups()
        if own:
            return f'id="{name}-{own}"'
        return f"url(#{name}-{used})" if used else f'href="#{name}-{linked}"'

    return _ID.sub(rename, content)
