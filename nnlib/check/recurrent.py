"""Exercises of notebook 14, recurrent networks.

Rows are steps, ``a_t = x_t W + h_{t-1} U + b``, and the state before the first step is 0.
"""

from itertools import product

import numpy as np

from .exercise import Exercise


def _sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ------------------------------------------------------------------------------------ forward


def _states(x, W, U, b, g=np.tanh):
    h, found = np.zeros(len(b)), []
    for row in x:
        h = g(row @ W + h @ U + b)
        found.append(h)
    return np.array(found)


def _states_cases(rng):
    by_hand = (np.array([[1.0], [2.0], [0.0]]), np.array([[0.5, -1.0]]),
               np.array([[0.0, 1.0], [0.5, 0.0]]), np.array([0.0, 0.5]))  # fmt: skip
    drawn = [
        tuple(rng.normal(size=s) for s in ((t, m), (m, h), (h, h), (h,)))
        for t, m, h in ((4, 2, 3), (6, 3, 2), (3, 2, 4))
    ]
    return [by_hand, *drawn]


rnn_states = Exercise(
    "A function rnn_states(x, W, U, b) that gives the states h_t = tanh(x_t W + h_{t−1} U + b) "
    "after every step, one row for each row of x; the state before the first is 0.",
    right=lambda x, W, U, b: _states(x, W, U, b),
    cases=_states_cases,
    says="One loop, and the same three arrays at every step.",
    mistakes={
        "Your steps do not know of each other: the state of the step before, times U, is "
        "missing.": lambda x, W, U, b: np.tanh(x @ W + b),
        "You transposed U: the state is a row, so it is multiplied from the left, h U.": (
            lambda x, W, U, b: _states(x, W, U.T, b)
        ),
        "These are the sums before the activation, and they were also carried on: tanh is "
        "missing.": lambda x, W, U, b: _states(x, W, U, b, g=lambda a: a),
        "The bias is missing.": lambda x, W, U, b: _states(x, W, U, 0 * b),
        "That is the last state alone; asked is one row for each step.": (
            lambda x, W, U, b: _states(x, W, U, b)[-1]
        ),
        "You go through the sequence from its end to its beginning.": (
            lambda x, W, U, b: _states(x[::-1], W, U, b)
        ),
        "Your state starts at 1; before the first step nothing has been seen, so it is 0.": (
            lambda x, W, U, b: _from_ones(x, W, U, b)
        ),
        "That is a sigmoid; asked is tanh.": lambda x, W, U, b: _states(x, W, U, b, g=_sigmoid),
    },
)


def _from_ones(x, W, U, b):
    h, found = np.ones(len(b)), []
    for row in x:
        h = np.tanh(row @ W + h @ U + b)
        found.append(h)
    return np.array(found)


# --------------------------------------------------------------------------- memory by hand


def _latch(W, U, b):
    """What the unit says after each of the sequences of up to four bits."""
    W, U, b = (float(np.asarray(v, dtype=float).reshape(())) for v in (W, U, b))
    said = {}
    for n in (1, 2, 3, 4):
        for bits in product((0, 1), repeat=n):
            h = 0.0
            for x in bits:
                h = float(x * W + h * U + b >= 0)
            said["after " + " ".join(map(str, bits))] = h
    return said


latch = Exercise(
    "Three numbers W, U, b: one unit with the step as activation, h_t = step(x_t W + h_{t−1} U + "
    "b), that says 1 as soon as a 1 has come, and forever after. It fires for a sum of 0 or more.",
    right=(1, 1, -0.5),
    read=_latch,
    says="It is OR of what comes and what it remembers: a memory of one bit, of any length.",
    mistakes={
        "It forgets: it says 1 at a 1, and 0 again at the next 0. The state has to be strong "
        "enough by itself: U + b ≥ 0.": (1, 0, -0.5),
        "It never fires for the first 1: W + b has to be 0 or more.": (1, 1, -1.5),
        "It fires before any 1 has come: b has to be below 0.": (1, 1, 0),
        "It fires only while no 1 comes: your W has the other sign.": (-1, 1, 0),
        "It toggles: what it remembers works against what comes, so a second 1 puts the "
        "light out.": (1, -1, -0.5),
    },
)

# -------------------------------------------------------------------- back through time, by hand


def _line(x=(1.0, 1.0, 2.0), U=0.5, y=1.0, before=True, factor=2.0, carry=None, steps=None):
    """(dW, dU, db) of the linear unit with W = 1, b = 0, and mistakes on demand."""
    x, h = np.array(x), [0.0]
    for v in x:
        h.append(v + U * h[-1])
    h = np.array(h)
    carry = U if carry is None else carry
    dh = factor * (h[-1] - y) * carry ** np.arange(len(x))[::-1]
    if steps is not None:
        dh[:-steps] = 0
    old = h[:-1] if before else h[1:]
    return float(x @ dh), float(old @ dh), float(dh.sum())


back_by_hand = Exercise(
    "The three numbers ∂L/∂W, ∂L/∂U, ∂L/∂b of the linear unit h_t = x_t W + h_{t−1} U + b with "
    "W = 1, U = 0.5, b = 0, inputs 1, 1, 2, and L = (h_3 − 1)².",
    right=_line(),
    parts=("dW", "dU", "db"),
    says="Three steps share each weight, so each gradient is a sum of three terms.",
    mistakes={
        "You counted the last step alone: the weights are used at all three.": _line(steps=1),
        "In ∂L/∂U you took h_t; what U is multiplied with is the state before, h_{t−1}.": (
            _line(before=False)
        ),
        "The 2 of the square is missing: ∂L/∂h_3 = 2(h_3 − y).": _line(factor=1.0),
        "On the way back the gradient is multiplied by U at every step; yours stays the same.": (
            _line(carry=1.0)
        ),
        "The sign is the other way round: h_3 − y, predicted minus actual.": _line(factor=-2.0),
        "You added the last two steps and left out the first.": _line(steps=2),
    },
)


def _bptt(x, W, U, b, y, *, slope=lambda a, h: 1 - h**2, before=True, factor=2, last=False,
          carry=True):  # fmt: skip
    h, a = [0.0], []
    for v in x:
        a.append(v * W + h[-1] * U + b)
        h.append(np.tanh(a[-1]))
    dh, dW, dU, db = factor * (h[-1] - y), 0.0, 0.0, 0.0
    for t in reversed(range(len(x))):
        da = dh * slope(a[t], h[t + 1])
        dW, dU, db = dW + x[t] * da, dU + (h[t] if before else h[t + 1]) * da, db + da
        dh = da * U if carry else dh * U
        if last:
            break
    return dW, dU, db


bptt = Exercise(
    "A function bptt(x, W, U, b, y) that gives (∂L/∂W, ∂L/∂U, ∂L/∂b) of one unit "
    "h_t = tanh(x_t W + h_{t−1} U + b) with h_0 = 0 and L = (h_T − y)²; x is a list of numbers, "
    "the others are numbers.",
    right=lambda x, W, U, b, y: _bptt(x, W, U, b, y),
    parts=("dW", "dU", "db"),
    cases=lambda rng: [
        (np.array([1.0, 0.5, -1.0]), 1.0, 0.5, 0.1, 1.0),
        *((rng.normal(size=n), *rng.uniform(0.4, 1.2, 2), *rng.normal(size=2)) for n in (2, 4, 6)),
    ],
    says="This loop, with matrices for numbers, is what every library does.",
    mistakes={
        "The slope of tanh is missing: da_t = dh_t (1 − h_t²).": lambda x, W, U, b, y: _bptt(
            x, W, U, b, y, slope=lambda a, h: 1
        ),
        "You took the slope as 1 − a_t²; it is 1 − h_t², with h_t = tanh(a_t).": (
            lambda x, W, U, b, y: _bptt(x, W, U, b, y, slope=lambda a, h: 1 - a**2)
        ),
        "In ∂L/∂U you took h_t; U is multiplied with the state before, h_{t−1}.": (
            lambda x, W, U, b, y: _bptt(x, W, U, b, y, before=False)
        ),
        "You counted the last step alone: the weights are used at every step, and their terms "
        "add up.": lambda x, W, U, b, y: _bptt(x, W, U, b, y, last=True),
        "The slope got lost on the way back: dh_{t−1} = da_t U, and not dh_t U.": (
            lambda x, W, U, b, y: _bptt(x, W, U, b, y, carry=False)
        ),
        "The 2 of the square is missing.": lambda x, W, U, b, y: _bptt(x, W, U, b, y, factor=1),
        "The sign is the other way round: h_T − y.": lambda x, W, U, b, y: _bptt(
            x, W, U, b, y, factor=-2
        ),
    },
)

# ------------------------------------------------------------------------------- through time

steps_to_nothing = Exercise(
    "A whole number: after how many steps back is the gradient of a linear unit with U = 0.9 for "
    "the first time below a thousandth of what it was?",
    right=66,
    says="0.9⁶⁵ is 0.00106, and 0.9⁶⁶ is 0.00095.",
    mistakes={
        "After 65 steps it is still 0.00106: round up.": 65,
        "It does not lose 0.1 at each step but a tenth of what is left: multiply, do not "
        "subtract.": 10,
        "You mixed two logarithms: both have to have the same base, log 1000 / log (1/0.9).": 29,
        "That is where half is left, not a thousandth.": 7,
        "That is where a hundredth is left.": 44,
    },
)


def _clipped(g, c):
    return g * min(1.0, c / np.linalg.norm(g))


clip = Exercise(
    "A function clip(g, c) that shortens the vector g to the length c if it is longer, and leaves "
    "it as it is otherwise.",
    right=_clipped,
    cases=lambda rng: [
        (np.array([3.0, 4.0]), 1.0),
        (np.array([0.3, 0.4]), 1.0),
        (np.array([3.0, 4.0]), 4.0),
        *((rng.normal(size=n) * 3, 1.5) for n in (3, 5)),
    ],
    says="The direction stays; a step off a cliff becomes a short one.",
    mistakes={
        "You cut every number by itself: that changes the direction. Shorten the vector as a "
        "whole.": lambda g, c: np.clip(g, -c, c),
        "A short gradient got longer: leave it as it is if it is shorter than c.": (
            lambda g, c: g * c / np.linalg.norm(g)
        ),
        "You brought it to length 1 and forgot c.": lambda g, c: g / max(1, np.linalg.norm(g)),
        "You divided by the square of the length: take its root.": lambda g, c: (
            g * min(1.0, c / (g @ g))
        ),
        "You measured the length by the largest number; it is the root of the sum of the "
        "squares.": lambda g, c: g * min(1.0, c / np.abs(g).max()),
        "You left the long ones alone and took away the rest: shorten, do not drop.": (
            lambda g, c: g * (np.linalg.norm(g) <= c)
        ),
    },
)

# --------------------------------------------------------------------------------------- LSTM


def _lstm(x, h, c, W, U, b, *, order="ifgo", gate=_sigmoid, candidate=np.tanh, last=np.tanh,
          keep=True):  # fmt: skip
    blocks = dict(zip(order, np.split(x @ W + h @ U + b, 4), strict=True))
    i, f, o = (gate(blocks[name]) for name in "ifo")
    new = (f if keep else 1) * c + i * candidate(blocks["g"])
    return o * last(new), new


def _lstm_cases(rng):
    return [
        tuple(rng.normal(size=s) for s in ((m,), (h,), (h,), (m, 4 * h), (h, 4 * h), (4 * h,)))
        for m, h in ((1, 2), (2, 3), (3, 2), (2, 4))
    ]


lstm_step = Exercise(
    "A function lstm_step(x, h, c, W, U, b) that gives (h, c) after one step of an LSTM; the "
    "columns of W, U and b hold the blocks i, f, g, o in this order.",
    right=lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b),
    parts=("h", "c"),
    cases=_lstm_cases,
    says="Multiply by f, add i · g: what flows along the cell meets no matrix and no tanh.",
    mistakes={
        "You swapped i and f: the blocks stand in the order i, f, g, o.": (
            lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b, order="figo")
        ),
        "Your blocks are in the order i, f, o, g; here the candidate g comes third.": (
            lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b, order="ifog")
        ),
        "The tanh of the cell is missing in h = o · tanh(c).": (
            lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b, last=lambda v: v)
        ),
        "The candidate g has tanh, not a sigmoid: the memory has to be able to go down, "
        "too.": lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b, candidate=_sigmoid),
        "Gates have a sigmoid, between 0 and 1; yours have tanh.": (
            lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b, gate=np.tanh)
        ),
        "The forget gate is missing: c is multiplied by f before anything is added.": (
            lambda x, h, c, W, U, b: _lstm(x, h, c, W, U, b, keep=False)
        ),
        "You gave (c, h); asked is (h, c), the state first.": lambda x, h, c, W, U, b: _lstm(
            x, h, c, W, U, b
        )[::-1],
    },
)

# ---------------------------------------------------------------------------------------- text


def _softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


temperature = Exercise(
    "A function temperature(z, tau) that gives the probabilities of the next letter from the "
    "logits z at the temperature tau.",
    right=lambda z, tau: _softmax(z / tau),
    cases=lambda rng: [
        (np.array([2.0, 1.0, 0.0]), 0.5),
        (np.array([2.0, 1.0, 0.0]), 2.0),
        *((2 * rng.normal(size=5), tau) for tau in (0.25, 3.0)),
    ],
    says="Towards 0 only the largest is left; towards ∞ all letters are equal.",
    mistakes={
        "You multiplied by the temperature: so heat makes it sure of itself. Divide.": (
            lambda z, tau: _softmax(z * tau)
        ),
        "You forgot the temperature.": lambda z, tau: _softmax(z),
        "You divided the probabilities: then they no longer add up to 1. Divide the logits.": (
            lambda z, tau: _softmax(z) / tau
        ),
        "These are not yet probabilities: divide by their sum.": lambda z, tau: np.exp(z / tau),
        "A softmax needs the exponentials: these are the logits divided by their sum.": (
            lambda z, tau: z / z.sum()
        ),
    },
)
