"""Numbers and indices as text for people: real minus signs, subscripts, brackets."""

from __future__ import annotations

_SUB = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPER = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(v: float) -> str:
    """Two digits, and no minus before a zero.

    >>> number(-1.5), number(-0.001)
    ('−1.50', '0.00')
    """
    return f"{v + 0.0:.2f}".replace("-0.00", "0.00").replace("-", "−")


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


def sub(index) -> str:
    """
    >>> "w" + sub(12)
    'w₁₂'
    """
    return str(index).translate(_SUB)


def superscript(index) -> str:
    """
    >>> "10" + superscript(12)
    '10¹²'
    """
    return str(index).translate(_SUPER)


def layer_index(k) -> str:
    """
    >>> "w" + layer_index(2)
    'w⁽²⁾'
    """
    return f"⁽{superscript(k)}⁾"
