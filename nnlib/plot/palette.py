"""One palette for the whole course, in a light and a dark version.

The hues are those of Okabe and Ito, which readers with any common form of colour blindness can
tell apart; how light they are is set so that they also stand out from the ground (3 : 1, as WCAG
asks of graphics). Yellow alone does not in the light theme: dark enough for that, it would be the
orange of a colour-blind reader. Words take a darker shade where a colour is too light to be read.

A colour is always asked for by *name*; the theme decides what it looks like. Class 0 is blue and a
circle, class 1 is orange and a square, and so on: shape says the same as colour. Negative numbers
(weights, decision values) are blue, positive ones orange, zero is the background.

Source: M. Okabe and K. Ito, "Color Universal Design" (2008), https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

from ..expect import known

LIGHT = {
    "background": "#ffffff",
    "panel": "#fafafa",
    "grid": "#e3e3e6",
    "muted": "#5f6368",
    "ink": "#1f2328",
    "blue": "#0072b2",
    "orange": "#cc8000",
    "green": "#009e73",
    "purple": "#a94480",
    "sky": "#2f98d8",
    "vermillion": "#b84000",
    "yellow": "#c9b600",
    "grey": "#8a8f98",
}

DARK = {
    "background": "#111418",
    "panel": "#181c21",
    "grid": "#2d333b",
    "muted": "#a8b0ba",
    "ink": "#eceff3",
    "blue": "#3d97e0",
    "orange": "#f0a830",
    "green": "#2fc296",
    "purple": "#e58cc4",
    "sky": "#8fd0f7",
    "vermillion": "#ec6a33",
    "yellow": "#f0e442",
    "grey": "#8b93a0",
}

THEMES = {"light": LIGHT, "dark": DARK}
READABLE = 4.5  # the contrast that WCAG 2.2 asks for between words and their ground

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


def channels(code: str) -> tuple[float, float, float]:
    """Red, green and blue in [0, 1] of "#rrggbb"."""
    return tuple(int(code[i : i + 2], 16) / 255 for i in (1, 3, 5))


def contrast(a, b) -> float:
    """Ratio of the luminances of two colours (red, green, blue in [0, 1]), as WCAG 2.2 defines it.

    >>> contrast((0, 0, 0), (1, 1, 1))
    21.0
    """

    def luminance(colour):
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(a), luminance(b)))
    return round((high + 0.05) / (low + 0.05), 6)


def _for_words(theme: dict) -> dict:
    """The colours again, each mixed with so much ink that words in it can be read on the ground."""
    grounds = [channels(theme[name]) for name in ("background", "panel")]
    ink, found = channels(theme["ink"]), dict(theme)
    for name in theme.keys() - {"background", "panel", "grid"}:
        full = channels(theme[name])
        for share in range(0, 101, 5):
            mixed = [
                round(255 * (f + (k - f) * share / 100)) for f, k in zip(full, ink, strict=True)
            ]
            code = "#" + "".join(f"{c:02x}" for c in mixed)
            if min(contrast(channels(code), ground) for ground in grounds) >= READABLE:
                break
        found[name] = code
    return found


#: What a colour is where words are written in it.
WORDS = {name: _for_words(theme) for name, theme in THEMES.items()}


def rgb(colour: str, theme: str = "light", *, words: bool = False) -> tuple[float, float, float]:
    """Red, green and blue in [0, 1] of a colour name of the palette; its shade for ``words``.

    >>> rgb("background")
    (1.0, 1.0, 1.0)
    >>> rgb("blu")
    Traceback (most recent call last):
        ...
    ValueError: unknown colour 'blu'; the palette has background, panel, grid, muted, ink, blue, \
orange, green, purple, sky, vermillion, yellow, grey
    """
    try:
        return channels((WORDS if words else THEMES)[known(theme, THEMES, "theme")][colour])
    except (KeyError, TypeError):
        raise ValueError(f"unknown colour {colour!r}; the palette has {', '.join(LIGHT)}") from None
