"""Contrast of the tokens in both themes: WCAG 2.2, 1.4.3 (text 4.5:1) and 1.4.11 (marks and edges 3:1)."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text()
COLOURS = {
    name: pair for name, *pair in re.findall(r"--([a-z]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", TOKENS)
}
TINT = int(re.search(r"--tint: (\d+)%", TOKENS)[1]) / 100
SURFACES = ["paper", "ground", "raised"]
HUES = ["open", "soon", "ongoing", "paused", "ended", "bad"]
THEMES = [0, 1]


def channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def luminance(rgb: list[float]) -> float:
    linear = [
        value / 255 / 12.92 if value / 255 <= 0.04045 else ((value / 255 + 0.055) / 1.055) ** 2.4 for value in rgb
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: list[float], other: list[float]) -> float:
    lighter, darker = sorted([luminance(one), luminance(other)], reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def tinted(hue: list[int], surface: list[int]) -> list[float]:
    return [TINT * over + (1 - TINT) * under for over, under in zip(hue, surface, strict=True)]


def test_black_on_white_is_21():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("ink", ["ink", "soft", "link", *HUES])
def test_text_is_readable_on_every_surface(ink, surface, theme):
    assert contrast(channels(COLOURS[ink][theme]), channels(COLOURS[surface][theme])) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("hue", HUES)
def test_text_is_readable_on_tinted_backgrounds(hue, surface, theme):
    colour, ground = channels(COLOURS[hue][theme]), channels(COLOURS[surface][theme])
    assert contrast(colour, tinted(colour, ground)) >= 4.5
    assert contrast(channels(COLOURS["ink"][theme]), tinted(colour, ground)) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("edge", ["edge", "focus"])
def test_edges_and_focus_can_be_seen_on_every_surface(edge, surface, theme):
    assert contrast(channels(COLOURS[edge][theme]), channels(COLOURS[surface][theme])) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_the_strong_button_is_readable(theme):
    assert contrast(channels(COLOURS["paper"][theme]), channels(COLOURS["ink"][theme])) >= 4.5


def test_every_token_that_a_stylesheet_uses_exists():
    styles = [path.read_text() for path in (Path(__file__).resolve().parents[2] / "static/css").glob("*.css")]
    defined = {name for style in styles for name in re.findall(r"(--[a-z-]+):", style)}
    used = {name for style in styles for name in re.findall(r"var\((--[a-z-]+)", style)}
    assert used - defined == set()
