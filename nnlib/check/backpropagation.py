"""Exercises of notebook 06, backpropagation.

Rows are samples and ``Z = X W + b``, with W of shape (inputs, outputs).
"""

import numpy as np

from .exercise import Exercise

# ------------------------------------------------------------------------------- the chain rule


def _tanh_slope(u):
    return 1 - np.tanh(u) ** 2


chain_rule = Exercise(
    "A function chain_rule(x) that gives the derivative of y = tanh(x²).",
    right=lambda x: _tanh_slope(x**2) * 2 * x,
    cases=[(0.5,), (1.0,), (-1.2,), (0.3,), (2.0,), (-0.7,), (1.5,), (0.9,)],
    says="The outer slope at u = x², times the inner slope at x.",
    mistakes={
        "The inner slope is missing: multiply by the derivative of x².": (
            lambda x: _tanh_slope(x**2)
        ),
        "The outer slope is taken at the wrong place: tanh gets u = x², so its slope is "
        "1 − tanh²(x²).": lambda x: _tanh_slope(x) * 2 * x,
        "You put the inner slope into the outer function. The slopes are multiplied; the place "
        "of the outer one stays u = x².": lambda x: _tanh_slope(2 * x),
        "You added the two slopes; one wheel drives the other, so they are multiplied.": (
            lambda x: _tanh_slope(x**2) + 2 * x
        ),
        "You kept the outer function as it is. Its derivative belongs there, 1 − tanh².": (
            lambda x: np.tanh(x**2) * 2 * x
        ),
        "That is the inner slope alone; the outer one is missing.": lambda x: 2 * x,
        "That is y itself; asked is its derivative.": lambda x: np.tanh(x**2),
    },
)

# ------------------------------------------------------------------------------------ the graph

# x = 3, w = −2, b = 1, target 4: x₁ = −6, x₂ = −5, loss = 9
graph_gradients = Exercise(
    "∂loss/∂x, ∂loss/∂w and ∂loss/∂b of loss = |4 − (x·w + b)| at x = 3, w = −2, b = 1.",
    right=(2, -3, -1),
    parts=("dx", "dw", "db"),
    says="x₂ = −5 lies below the target, so raising it lowers the loss: ∂loss/∂x₂ = −1.",
    mistakes={
        "The last edge is as in the lecture, but here x₂ = −5 lies below the target 4: as x₂ "
        "rises, the loss falls, so ∂loss/∂x₂ is −1.": (-2, 3, 1),
        "x and w have changed places: the slope of x·w with respect to one factor is the other "
        "factor.": (-3, 2, -1),
        "You began with the loss itself. The way back begins with ∂loss/∂loss = 1.": (18, -27, -9),
        "These are the values of x, w and b; asked are the gradients.": (3, -2, 1),
        "You took the product x·w for a sum: its slopes are not 1 each.": (-1, -1, -1),
    },
)

# x = 3, w = 2, b = −1: u = 6, v = 2
used_twice = Exercise(
    "∂f/∂x of f = (x·w)·(x + b) at x = 3, w = 2, b = −1.",
    right=10,
    says="Two ways lead from x to f, and their shares add up: 2·2 + 6·1.",
    mistakes={
        "That is the way through u = x·w alone; x reaches f through v = x + b as well.": 4,
        "That is the way through v = x + b alone; x reaches f through u = x·w as well.": 6,
        "You multiplied the shares of the two ways. Along a way slopes are multiplied, but ways "
        "are added.": 24,
        "You multiplied the slopes of the two factors, w · 1. The slope of a product is not the "
        "product of slopes.": 2,
        "You added the slopes of the two factors, w + 1, without what comes from above.": 3,
        "That is f itself; asked is its gradient.": 12,
    },
)

# -------------------------------------------------------------------------- a layer going back


def _two_layers(x, y, W0, W1):
    e = x @ W0 @ W1 - y
    return x.T @ (e @ W1.T), (x @ W0).T @ e


def _two_layer_cases(rng):
    by_hand = (
        np.array([[1.0, 2.0]]),
        np.array([[1.0]]),
        np.array([[1.0, 0.0], [-1.0, 1.0]]),
        np.array([[2.0], [3.0]]),
    )
    sizes = ((3, 4, 2), (2, 3, 5), (4, 2, 3), (5, 1, 2))
    return [by_hand] + [
        tuple(rng.normal(size=s) for s in ((1, m), (1, o), (m, n), (n, o))) for m, n, o in sizes
    ]


two_layer_gradients = Exercise(
    "A function two_layer_gradients(x, y, W0, W1) that gives ∂e/∂W0 and ∂e/∂W1 of "
    "e = ½‖x W0 W1 − y‖².",
    right=_two_layers,
    parts=("dW0", "dW1"),
    cases=_two_layer_cases,
    says="Each is what the layer got forward, transposed, times what it got back.",
    mistakes={
        "You took y − y*. The derivative of ½(y* − y)² with respect to y* is y* − y.": (
            lambda x, y, W0, W1: tuple(-d for d in _two_layers(x, y, W0, W1))
        ),
        "Twice too large: the ½ in e takes the 2 of the square away.": lambda x, y, W0, W1: tuple(
            2 * d for d in _two_layers(x, y, W0, W1)
        ),
        "∂e/∂W1 takes h = x W0, what layer 1 got, not x.": (
            lambda x, y, W0, W1: (_two_layers(x, y, W0, W1)[0], x.T @ (x @ W0 @ W1 - y))
        ),
        "∂e/∂W0 lacks the way back through W1: multiply by W1ᵀ.": lambda x, y, W0, W1: (
            x.T @ (x @ W0 @ W1 - y),
            _two_layers(x, y, W0, W1)[1],
        ),
        "Both are transposed: a gradient has the shape of what it is the gradient of.": (
            lambda x, y, W0, W1: tuple(d.T for d in _two_layers(x, y, W0, W1))
        ),
        "The two have changed places: dW0 first, then dW1.": lambda x, y, W0, W1: _two_layers(
            x, y, W0, W1
        )[::-1],
        "The first is ∂e/∂h; one more step, xᵀ times it, is ∂e/∂W0.": lambda x, y, W0, W1: (
            (x @ W0 @ W1 - y) @ W1.T,
            _two_layers(x, y, W0, W1)[1],
        ),
        "The error is missing: you sent y* back, not y* − y.": lambda x, y, W0, W1: _two_layers(
            x, 0 * y, W0, W1
        ),
    },
)


def _relu_layer(dH, X, W, b, mask=lambda dH, Z: dH * (Z > 0), bias=lambda dZ: dZ.sum(axis=0)):
    dZ = mask(dH, X @ W + b)
    return dZ @ W.T, X.T @ dZ, bias(dZ)


def _relu_layer_cases(rng):
    by_hand = (
        np.array([[1.0, 2.0], [3.0, -1.0]]),
        np.array([[1.0, 2.0], [-1.0, 1.0]]),
        np.array([[1.0, -1.0], [2.0, 1.0]]),
        np.array([0.5, -1.5]),
    )
    sizes = ((4, 3, 2), (6, 2, 5), (3, 4, 4), (7, 5, 3))
    return [by_hand] + [
        tuple(rng.normal(size=s) for s in ((N, k), (N, m), (m, k), (k,))) for N, m, k in sizes
    ]


relu_layer_backward = Exercise(
    "A function relu_layer_backward(dH, X, W, b) that gives dX, dW and db of H = ReLU(X W + b), "
    "from dH, the gradient of H.",
    right=lambda dH, X, W, b: _relu_layer(dH, X, W, b),
    parts=("dX", "dW", "db"),
    cases=_relu_layer_cases,
    says="First back through ReLU to dZ; all three follow from that.",
    mistakes={
        "ReLU lets the gradient through only where Z > 0; yours goes through everywhere.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, mask=lambda dH, Z: dH)
        ),
        "You cut dH where dH itself is negative. What counts is the sign of Z.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, mask=lambda dH, Z: np.maximum(dH, 0))
        ),
        "The mask is the wrong way round: ReLU is on, with slope 1, where Z > 0.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, mask=lambda dH, Z: dH * (Z <= 0))
        ),
        "You multiplied dH by H. The slope of ReLU is 1 or 0, not H.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, mask=lambda dH, Z: dH * np.maximum(Z, 0))
        ),
        "db is the sum over the samples, not the mean: a mean in the loss is in dH already.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, bias=lambda dZ: dZ.mean(axis=0))
        ),
        "db is not summed: b has one number for each unit, dZ a row for each sample.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, bias=lambda dZ: dZ)
        ),
        "db takes the first sample only; b is added to every row, so all rows count.": (
            lambda dH, X, W, b: _relu_layer(dH, X, W, b, bias=lambda dZ: dZ[0])
        ),
        "dW is transposed: it has the shape of W.": lambda dH, X, W, b: (
            _relu_layer(dH, X, W, b)[0],
            _relu_layer(dH, X, W, b)[1].T,
            _relu_layer(dH, X, W, b)[2],
        ),
        "db is taken from dH, before the mask; it has to come from dZ.": lambda dH, X, W, b: (
            *_relu_layer(dH, X, W, b)[:2],
            dH.sum(axis=0),
        ),
    },
)

# --------------------------------------------------------------------------- checking gradients

central_difference = Exercise(
    "A function central_difference(x, eps) that gives (f(x + ε) − f(x − ε)) / 2ε of f(x) = x³.",
    right=lambda x, eps: ((x + eps) ** 3 - (x - eps) ** 3) / (2 * eps),
    cases=[(2.0, 1.0), (1.5, 0.5), (-1.2, 0.1), (0.7, 0.2), (-2.3, 0.4), (3.1, 0.3)],
    says="It is 3x² + ε²: the mistake shrinks with the square of ε.",
    mistakes={
        "That is the one-sided difference: take the same step to the left as well.": (
            lambda x, eps: ((x + eps) ** 3 - x**3) / eps
        ),
        "From x − ε to x + ε it is 2ε wide; you divided by ε.": (
            lambda x, eps: ((x + eps) ** 3 - (x - eps) ** 3) / eps
        ),
        "You did not divide by the width 2ε.": lambda x, eps: (x + eps) ** 3 - (x - eps) ** 3,
        "A pair of brackets is missing: `/ 2 * eps` divides by 2 and multiplies by ε.": (
            lambda x, eps: ((x + eps) ** 3 - (x - eps) ** 3) / 2 * eps
        ),
        "That is the derivative 3x² itself; the difference with this ε is slightly off it.": (
            lambda x, eps: 3 * x**2
        ),
        "That is the one-sided difference to the left: take the step to the right as well.": (
            lambda x, eps: (x**3 - (x - eps) ** 3) / eps
        ),
    },
)

bug_place = Exercise(
    "The index of the layer whose backward is wrong, in case A, in case B and in case C.",
    right=(4, 3, 2),
    parts=("case_A", "case_B", "case_C"),
    says="Right up to the place, counted from the loss, and wrong from there to the input.",
    mistakes={
        "layers[2] has wrong gradients in all three, but in A and B only because it gets wrong "
        "ones from behind. Which layer handed them on?": (2, 2, 2),
        "The first layers have wrong gradients because they come last: backward runs from the loss "
        "to the input. Look for the place where it goes wrong first.": (0, 0, 2),
        "You counted from 1; the layers are counted from 0, as in `model[0]`.": (5, 4, 3),
        "Case B is right. In case A the mask is fine: layers[3] passes by itself, so the layer "
        "behind it hands it a wrong dX.": (3, 3, 2),
        "Case A is right. In case B layers[4] passes by itself, dX included; what comes next on "
        "the way back?": (4, 4, 2),
        "A and B have changed places: check each layer by itself.": (3, 4, 2),
        "A wrong dW and db of layers[4] would show there. In A and B they are right; whose dX or "
        "slope is wrong?": (6, 5, 2),
    },
)

# ------------------------------------------------------------------------------------- the cost

gradient_cost = Exercise(
    "Seconds for all gradients of 10 000 parameters, first by central differences, then by "
    "backpropagation, if a forward pass takes 1 ms and a backward pass 2 ms.",
    right=(20, 0.003),
    parts=("differences", "backprop"),
    says="20 seconds against 3 milliseconds; and a network of 10 000 parameters is small.",
    mistakes={
        "A central difference needs two forward passes for each parameter: one up, one down.": (
            10,
            0.003,
        ),
        "These are milliseconds; asked are seconds.": (20_000, 3),
        "The backward pass needs what the forward pass kept, so that comes first: 1 ms more.": (
            20,
            0.002,
        ),
        "One backward pass gives the gradients of all parameters at once.": (20, 30),
        "Differences need no backward pass: two forward passes for each parameter.": (60, 0.003),
        "One backward pass is enough, after one forward pass; there is no second one.": (20, 0.004),
    },
)
