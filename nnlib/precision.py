r"""Numbers with few digits: what float32, float16 and bfloat16 can hold.

Each has a sign, some bits for the exponent, and some for the digits after the leading 1. Between
two powers of two the numbers it can hold stand in equal steps; behind each power of two the step
doubles.

Sources: IEEE 754-2019; for bfloat16 the "BFLOAT16 Hardware Numerics Definition", Intel, 2018.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from . import expect


class Format(NamedTuple):
    """Bits of the exponent and of the digits after the leading 1."""

    exponent: int
    digits: int

    @property
    def smallest(self) -> int:
        """The exponent below which the steps no longer shrink."""
        return 2 - 2 ** (self.exponent - 1)

    @property
    def largest(self) -> float:
        """The largest number."""
        return (2 - 2.0**-self.digits) * 2.0 ** (2 ** (self.exponent - 1) - 1)


FORMATS = {"float32": Format(8, 23), "float16": Format(5, 10), "bfloat16": Format(8, 7)}


def spacing(x, form: str):
    """The distance between the numbers that a format has near x.

    >>> float(spacing(1.0, "bfloat16")), float(spacing(300.0, "bfloat16"))
    (0.0078125, 2.0)
    """
    form = _format(form)
    exponent = np.frexp(np.asarray(x, dtype=float))[1] - 1  # of 1 ≤ m < 2, not ½ ≤ m < 1
    exponent = np.where(np.asarray(x) == 0, form.smallest, exponent)
    return np.ldexp(1.0, np.maximum(exponent, form.smallest) - form.digits)


def round_to(x, form: str):
    """The nearest number that a format can hold; in the middle between two, the even one.

    Parameters
    ----------
    x : float or array
    form : str
        "float32", "float16" or "bfloat16".

    Returns
    -------
    array of float64
        Infinite where x is too large for the format.

    Raises
    ------
    ValueError
        If there is no such format.
    TypeError
        If x is text or anything else that is no number.

    Examples
    --------
    >>> float(round_to(1.003, "bfloat16")), float(round_to(257, "bfloat16"))
    (1.0, 256.0)
    >>> float(round_to(70000, "float16"))
    inf
    """
    x = expect.numbers(x, "round_to", "x").astype(float)
    step = spacing(x, form)
    with np.errstate(invalid="ignore"):
        y = np.rint(x / step) * step
    return np.where(np.abs(y) > _format(form).largest, np.copysign(math.inf, x), y)


def add_up(term: float, count: int, form: str, sums: str | None = None):
    """Add one number again and again, as a format does it.

    Parameters
    ----------
    term : float
        What is added; rounded to ``form`` first.
    count : int
    form : str
        Of the term, and of the sum unless ``sums`` says otherwise.

    Returns
    -------
    array, shape (count + 1,)
        The sum after 0, 1, 2, … additions.

    Raises
    ------
    ValueError
        If the term is no finite number, the count no whole number, or there is no such format.

    Examples
    --------
    256 + 1 is between 256 and 258, and goes to the even one: 256. There it stays.

    >>> add_up(1.0, 1000, "bfloat16")[[100, 256, 257, 1000]]
    array([100., 256., 256., 256.])
    >>> float(add_up(1.0, 1000, "bfloat16", sums="float32")[1000])
    1000.0
    """
    term = expect.number(term, "add_up", "term")
    count = expect.whole(count, "add_up", "count")
    term, sums = float(round_to(term, form)), sums or form
    if sums in ("float32", "float16"):  # NumPy has these, and adds in order
        terms = np.full(count + 1, term, dtype=sums)
        terms[0] = 0.0
        with np.errstate(over="ignore"):
            return np.add.accumulate(terms).astype(float)
    found, total, kept = np.zeros(count + 1), 0.0, _format(sums)
    for k in range(1, count + 1):
        exponent = max(math.frexp(total + term)[1] - 1, kept.smallest) - kept.digits
        new = math.ldexp(round(math.ldexp(total + term, -exponent)), exponent)  # as `round_to`
        if new == total:  # and so it will be for ever
            found[k:] = total
            break
        found[k] = total = new
    return found


def _format(name):
    try:
        return FORMATS[name]
    except KeyError:
        raise ValueError(f"expected one of {', '.join(FORMATS)}; got {name!r}.") from None
