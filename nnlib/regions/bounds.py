"""How many regions there can be, and a network by hand that reaches so many."""

from __future__ import annotations

from math import comb, prod

import numpy as np

from .. import expect
from ..activations import ReLU
from ..core import Sequential
from ..dense import Dense


def one_layer(n: int, d: int) -> int:
    r"""The most regions that n hyperplanes cut d-dimensional space into.

    .. math:: \sum_{k=0}^{d} \binom{n}{k}

    They reach it in general position, which means nearly always. It is a polynomial of degree d
    in n: one hidden layer of n ReLUs has no more regions than this.

    References
    ----------
    T. Zaslavsky, Facing up to arrangements, 1975.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    Three lines in the plane: no line, 1 region; each line adds one; each of 3 crossings one more.

    >>> one_layer(3, 2)
    7
    """
    n, d = expect.whole(n, "one_layer", "n"), expect.whole(d, "one_layer", "d")
    return sum(comb(n, k) for k in range(d + 1))


def lower_bound(widths, d: int) -> int:
    r"""Montúfar's theorem: the best weights give a network at least so many linear regions.

    .. math:: \prod_{l=1}^{L-1} \left\lfloor \frac{n_l}{d} \right\rfloor^{d}
              \sum_{k=0}^{d} \binom{n_L}{k}

    for d inputs and L hidden layers, none of them narrower than d. A bound on what *can* be
    reached, with weights chosen by hand; networks with random weights stay far below.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    >>> lower_bound([4, 4, 4], 2)  # 2² · 2² · (1 + 4 + 6)
    176
    """
    widths = _widths(widths, d, "lower_bound")
    if min(widths) < d:
        raise ValueError(f"lower_bound expects widths of at least {d}, the inputs; got {widths}.")
    return prod((n // d) ** d for n in widths[:-1]) * one_layer(widths[-1], d)


def upper_bound(widths, d: int) -> int:
    r"""No weights give a network more activation regions than this.

    .. math:: \prod_{l=1}^{L} \sum_{k=0}^{m_l} \binom{n_l}{k}, \qquad
              m_l = \min(d, n_1, \dots, n_{l-1})

    On each region the layers before l are one affine function, whose values fill no more than m_l
    dimensions; so the n_l hyperplanes of layer l cut it into no more parts than `one_layer` says.

    References
    ----------
    G. Montúfar, Notes on the number of linear regions of deep neural networks, 2017.

    Raises
    ------
    ValueError
        If a number is no whole number, or too small.

    Examples
    --------
    >>> upper_bound([4, 4, 4], 2)  # 11³
    1331
    """
    widths = _widths(widths, d, "upper_bound")
    return prod(one_layer(n, min([d, *widths[:layer]])) for layer, n in enumerate(widths))


def folding(depth: int, n_in: int = 1, folds: int = 2, last=None) -> Sequential:
    r"""A network with weights by hand that folds every axis again and again.

    On each axis a layer lays [0, 1] in a zigzag of ``folds`` equal parts, every one of which covers
    [0, 1] again:

    .. math:: g(x) = p \max(0, x) + \sum_{k=1}^{p-1} (-1)^k \, 2p \max(0, x - k/p)

    so the window [0, 1] has p linear regions after one layer, and in d dimensions :math:`p^{dL}`
    after L. It is the construction behind `lower_bound`. The output is g∘…∘g on one axis; on more
    it is their sum, the second axis counted twice, the third three times, so that all regions
    differ from their neighbours.

    Parameters
    ----------
    depth : int
        L, hidden layers of n_in · folds units.
    n_in : int
        d, inputs.
    folds : int
        p, parts on each axis, from 2 on.
    last : Dense, optional
        A further hidden layer, from n_in inputs, that draws its lines on the folded sheet: the
        proof of `lower_bound`, if all of them cross inside [0, 1]. Its units are added up.

    Raises
    ------
    ValueError
        If a number is too small, or ``last`` has not n_in inputs.
    TypeError
        If ``last`` is no `Dense`.

    Examples
    --------
    >>> from nnlib.regions import on_segment
    >>> found = on_segment(folding(3), [0], [1])
    >>> found.n_linear, found.slope[:, 0]
    (8, array([ 8., -8.,  8., -8.,  8., -8.,  8., -8.]))
    """
    depth = expect.whole(depth, "folding", "depth", 1)
    n_in, folds = (
        expect.whole(n_in, "folding", "n_in", 1),
        expect.whole(folds, "folding", "folds", 2),
    )
    if last is not None and expect.made(last, Dense, "folding", "last to be a Dense").n_in != n_in:
        raise ValueError(f"folding expects last to have {n_in} inputs, as n_in; got {last}.")
    k = np.arange(folds)
    weight = np.where(k == 0, folds, 2 * folds * (-1.0) ** k)
    split = np.kron(np.eye(n_in), np.ones(folds))  # each input to its units
    join = np.kron(np.eye(n_in), weight[:, None])  # and back to one number
    shift = np.tile(-k / folds, n_in)
    head = join @ np.arange(1.0, n_in + 1)[:, None]
    layers = []
    for W in [split, *[join @ split] * (depth - 1)]:
        dense = Dense(*W.shape)
        dense.W.value[...], dense.b.value[...] = W, shift
        layers += [dense, ReLU()]
    if last is not None:
        drawn = Dense(n_in * folds, last.n_out)
        drawn.W.value[...], drawn.b.value[...] = join @ last.W.value, last.b.value
        layers += [drawn, ReLU()]
        head = np.ones((last.n_out, 1))
    out = Dense(len(head), 1)
    out.W.value[...] = head
    return Sequential(*layers, out)


def _widths(widths, d, who):
    expect.whole(d, who, "d", 1)
    if not isinstance(widths, list | tuple) or not widths:
        raise ValueError(
            f"{who} expects widths as a list, one for each hidden layer; "
            f"got {expect.shown(widths)}."
        )
    try:
        return [expect.whole(n, who, "each of its widths", 1) for n in widths]
    except ValueError as error:
        raise ValueError(f"{str(error).rpartition('; got')[0]}; got {widths}.") from None
