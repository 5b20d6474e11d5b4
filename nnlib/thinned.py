r"""The networks that dropout leaves: each mask makes one, and they all share their weights.

A *thinned* network is the network without the units that its mask drops (N. Srivastava and others,
2014, figure 1). With n units that may be dropped there are 2ⁿ of them; for ten units one can look
at every single one.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .core import Sequential
from .dropout import Dropout


def all_masks(n: int) -> np.ndarray:
    """Every choice among n units, shape (2ⁿ, n): 1 keeps, 0 drops. The first one drops all.

    Raises a ValueError if n is not a whole number from 0 to 16.

    >>> all_masks(2)
    array([[0, 0],
           [0, 1],
           [1, 0],
           [1, 1]])
    """
    n = expect.whole(n, "all_masks", "n, as there are 2ⁿ masks,", 0, 16)
    return (np.arange(2**n)[:, None] >> np.arange(n)[::-1]) & 1


def probability(masks, rate: float) -> np.ndarray:
    r"""How probable each mask is, :math:`(1 - r)^{\text{kept}}\, r^{\text{dropped}}`.

    Parameters
    ----------
    masks : array (M, n) of 0 and 1
    rate : float
        r, of each unit to be dropped.

    Returns
    -------
    array (M,)

    Raises
    ------
    ValueError
        If masks is no matrix of 0 and 1, or the rate not from 0 to 1.

    Examples
    --------
    >>> probability(all_masks(2), 0.25)  # none kept, one, the other, both
    array([0.0625, 0.1875, 0.1875, 0.5625])
    """
    masks = expect.binary(masks, "probability", "masks", ("M", "n"))
    rate = expect.number(rate, "probability", "rate", 0, 1)
    kept = masks.sum(axis=1)
    return (1.0 - rate) ** kept * rate ** (masks.shape[1] - kept)


def thinned(model: Sequential, x, masks, *, scale: bool = True) -> np.ndarray:
    r"""What the thinned networks say about one sample.

    Parameters
    ----------
    model : Sequential
        Wherever it holds a `Dropout` with a rate above 0, units are dropped.
    x : array (n_in,)
    masks : array (M, n) of 0 and 1
        A column for each unit that may be dropped, layer after layer.
    scale : bool
        Divide what is kept by 1 − rate, as `Dropout` does.

    Returns
    -------
    array (M, n_out)

    Raises
    ------
    ValueError
        If there is not a column for each of the units, or masks or x has another rank.

    Examples
    --------
    Two inputs, either of which may be dropped, and their sum:

    >>> from nnlib import Dense
    >>> model = Sequential(Dropout(0.5), Dense(2, 1))
    >>> model[1].W.value[...] = 1.0
    >>> thinned(model, [3.0, 4.0], all_masks(2)).ravel()  # nothing, 2 · 4, 2 · 3, both
    array([ 0.,  8.,  6., 14.])
    """
    masks = expect.binary(masks, "thinned", "masks", ("M", "n"))
    h, used = np.tile(expect.array(x, "thinned", "x", ("n_in",)), (len(masks), 1)), 0
    for layer in model:
        if isinstance(layer, Dropout) and layer.rate > 0:
            mask = masks[:, used : used + h.shape[1]]
            used += h.shape[1]
            if mask.shape[1] < h.shape[1]:
                break
            h = h * mask / (1 - layer.rate if scale else 1)
        else:
            h = layer.forward(h)
    if used != masks.shape[1]:
        raise ValueError(
            f"thinned expects masks of {used} units, as many as can be dropped; "
            f"got shape {masks.shape}."
        )
    return h
