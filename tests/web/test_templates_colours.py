"""Colours can be told apart: WCAG 2.2 AA, in the light theme and in the dark one."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest

TOKENS = Path(__file__).parents[2] / "frontend/styles/_tokens.scss"
THEMES = ("light", "dark")
TEXT, CONTROL = 4.5, 3.0
PAIRS = [
    *((ink, ground, TEXT) for ink, ground in product(("ink", "ink-soft", "accent"), ("paper", "surface", "sunken"))),
    *(("ink", f"{kind}-wash", TEXT) for kind in ("accent", "warning", "danger")),
    *(("ink-soft", f"{kind}-wash", TEXT) for kind in ("accent", "warning", "danger")),
    *((kind, f"{kind}-wash", TEXT) for kind in ("warning", "danger")),
    *(("on-accent", ground, TEXT) for ground in ("accent", "accent-strong")),
    ("accent-strong", "accent-wash", TEXT),
    ("danger", "surface", TEXT),
    *(("line-strong", ground, CONTROL) for ground in ("paper", "surface")),
]  # fmt: skip


def _colours(theme: str) -> dict[str, str]:
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", TOKENS.read_text())
    return {name: values[THEMES.index(theme)] for name, *values in pairs}


def _luminance(colour: str) -> float:
    """Relative luminance, as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "needed"), PAIRS)
def test_contrast_is_sufficient(theme: str, ink: str, ground: str, needed: float) -> None:
    colours = _colours(theme)
    darker, lighter = sorted(_luminance(colours[name]) for name in (ink, ground))
    assert (lighter + 0.05) / (darker + 0.05) >= needed
