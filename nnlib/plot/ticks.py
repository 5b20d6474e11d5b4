"""Numbers along an axis: which, where, and how they are written."""

from __future__ import annotations

import numpy as np

from .words import superscript


def powers_of_ten(lo: float, hi: float) -> list[tuple[float, str]]:
    """(where, what is written there) along a logarithmic axis.

    >>> powers_of_ten(0.001, 20)
    [(0.001, '10⁻³'), (0.01, '10⁻²'), (0.1, '10⁻¹'), (1.0, '1'), (10.0, '10')]
    """
    first, last = np.ceil(np.log10(lo) - 1e-9), np.floor(np.log10(hi) + 1e-9)
    every = max(1, int((last - first) // 5))
    return [(10.0**k, _power(k)) for k in range(int(first), int(last) + 1, every)]


def round_numbers(lo: float, hi: float, length: float, side_by_side: bool):
    """(where, what is written there) along an axis so many pixels long.

    Numbers along x stand side by side: fewer of them where they are long.

    >>> round_numbers(-1, 1, length=200, side_by_side=True)
    [(-1.0, '−1'), (0.0, '0'), (1.0, '1')]
    """
    about = int(np.clip(length / 60, 2, 7))
    while True:
        at = round_ticks(lo, hi, about)
        step = min(np.diff(at), default=1.0)
        digits = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
        texts = [f"{v:.{digits}f}".replace("-", "−") for v in at]
        fit = 9 * sum(len(t) + 1 for t in texts) < 0.9 * length
        if fit or not side_by_side or about <= 1:
            return list(zip(at, texts, strict=True))
        about -= 1


def _power(exponent: int) -> str:
    """10⁻³ and the like; the numbers 1, 10 and 100 stay as they are."""
    if 0 <= exponent <= 2:
        return str(10**exponent)
    return "10" + superscript(exponent)


def rounded_up(v: float) -> float:
    """The next of the numbers 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten: a limit that stays
    while what it holds grows a little.

    >>> rounded_up(0.07), rounded_up(1.2), rounded_up(70)
    (0.08, 1.5, 80.0)
    """
    power = 10.0 ** np.floor(np.log10(v))
    return float(next(s * power for s in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if s * power >= v))


def round_ticks(lo: float, hi: float, about: int = 5) -> list[float]:
    """Round numbers between two limits, about as many as asked for.

    >>> round_ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    lo, hi = min(lo, hi), max(lo, hi)
    step = 10.0 ** np.floor(np.log10((hi - lo) / about))
    for factor in (1, 2, 5, 10):
        if (hi - lo) / (step * factor) <= about + 0.5:
            step *= factor
            break
    first = np.ceil(lo / step - 1e-9)
    last = np.floor(hi / step + 1e-9)
    # Rounding removes the tail of a product such as 3 * 0.2; adding 0.0 turns −0 into 0.
    return [float(np.round(k * step, 12)) + 0.0 for k in np.arange(first, last + 1)]
