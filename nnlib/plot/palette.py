"""One palette for the whole course, in a light and a dark version.

The hues are those of Okabe and Ito, which readers with any common form of colour blindness can
tell apart. A colour is always asked for by *name*; the theme decides what it looks like. Class 0
is blue and a circle, class 1 is orange and a square, and so on: shape says the same as colour.
Negative numbers (weights, decision values) are blue, positive ones orange, zero is the background.

Source: M. Okabe and K. Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

LIGHT = {
    "background": "#ffffff",
    "panel": "#fafafa",
    "grid": "#e3e3e6",
    "muted": "#5f6368",
    "ink": "#1f2328",
    "blue": "#0072b2",
    "orange": "#e08e00",
    "green": "#009e73",
    "purple": "#b8578a",
    "sky": "#3fa3dc",
    "vermillion": "#d55e00",
    "yellow": "#c9b600",
    "grey": "#8a8f98",
}

DARK = {
    "background": "#111418",
    "panel": "#181c21",
    "grid": "#2d333b",
    "muted": "#a8b0ba",
    "ink": "#eceff3",
    "blue": "#4aa8e8",
    "orange": "#f0a830",
    "green": "#2fc296",
    "purple": "#e08fbd",
    "sky": "#8fd0f7",
    "vermillion": "#ff8a4c",
    "yellow": "#f0e442",
    "grey": "#8b93a0",
}

THEMES = {"light": LIGHT, "dark": DARK}

# Ten of each, because there are ten digits: from the eighth class on the colours repeat and the
# shapes do not, so the pair (colour, shape) stays unique.
CLASS_COLOURS = (
    "blue",
    "orange",
    "green",
    "purple",
    "vermillion",
    "sky",
    "yellow",
    "grey",
    "blue",
    "orange",
)
CLASS_MARKERS = (
    "circle",
    "square",
    "triangle",
    "diamond",
    "down",
    "plus",
    "cross",
    "circle",
    "triangle",
    "diamond",
)

NEGATIVE, POSITIVE = "blue", "orange"


def rgb(colour: str, theme: str = "light") -> tuple[float, float, float]:
    """Red, green and blue in [0, 1] of a colour name of the palette.

    >>> rgb("background")
    (1.0, 1.0, 1.0)
    >>> rgb("blu")
    Traceback (most recent call last):
        ...
    ValueError: unknown colour 'blu'; the palette has background, panel, grid, muted, ink, blue, \
orange, green, purple, sky, vermillion, yellow, grey
    """
    try:
        code = THEMES[theme][colour]
    except KeyError:
        raise ValueError(f"unknown colour {colour!r}; the palette has {', '.join(LIGHT)}") from None
    return tuple(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))
