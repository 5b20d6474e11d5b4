"""Numbers and indices as text for people: real minus signs, subscripts, brackets."""

from __future__ import annotations

import math

_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPER = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(v: float) -> str:
    """Two digits, and no minus before a zero.

    >>> number(-1.5), number(-0.001)
    ('−1.50', '0.00')
    """
    return f"{v + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


def brief(v: float, brackets: bool = False) -> str:
    """As many of two decimals as there are.

    >>> brief(3), brief(-0.5), brief(-0.5, True), brief(1 / 3)
    ('3', '−0.5', '(−0.5)', '0.33')
    """
    text = f"{round(float(v), 2) + 0.0:g}".replace("-", "−")
    return f"({text})" if v < 0 and brackets else text


def short(v: float, brackets: bool = False, few: bool = False) -> str:
    """Three digits, or two; large and small numbers by powers of ten; brackets for a factor.

    >>> short(3), short(-0.25), short(-0.25, True), short(12345), short(1 / 64, few=True)
    ('3', '−0.25', '(−0.25)', '1.2·10⁴', '0.016')
    """
    v = float(v) + 0.0
    if v == 0 or 0.001 <= abs(v) < 10_000:
        text = f"{v:.{2 if few and abs(v) < 10 else 3}g}" if abs(v) < 1000 else f"{v:.0f}"
    else:
        exponent = math.floor(math.log10(abs(v)))
        text = f"{v / 10**exponent:.{1 if few else 2}g}·10{superscript(exponent)}"
    text = text.replace("-", "−")
    return f"({text})" if brackets and v < 0 else text


def bracket(v: float) -> str:
    """A factor in a product.

    >>> bracket(-1.5), bracket(2)
    ('(−1.50)', '2.00')
    """
    return f"({number(v)})" if v < 0 else number(v)


def signed(v: float) -> str:
    """A term that is added.

    >>> signed(-1.5), signed(2)
    ('− 1.50', '+ 2.00')
    """
    return f"+ {v:.2f}" if v >= 0 else f"− {-v:.2f}"


def counted(n, one: str, many: str = "") -> str:
    """
    >>> counted(1, "step"), counted(0, "step"), counted(2, "class", "classes")
    ('1 step', '0 steps', '2 classes')
    """
    return f"{n} {one if n == 1 else many or one + 's'}"


def sub(index) -> str:
    """
    >>> "w" + sub(12)
    'w₁₂'
    """
    return str(index).translate(_SUB)


def superscript(index) -> str:
    """
    >>> "10" + superscript(-12)
    '10⁻¹²'
    """
    return str(index).translate(_SUPER)


def layer_index(k) -> str:
    """
    >>> "w" + layer_index(2)
    'w⁽²⁾'
    """
    return f"⁽{superscript(k)}⁾"
