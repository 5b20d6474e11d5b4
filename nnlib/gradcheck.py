r"""Is a `backward` right? Compare it with the slope that one gets by moving each number a little.

Short names: ``f`` the number that is differentiated, ``ε`` how far a number is moved.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .backend import floats, like, namespace, to_numpy
from .core import Layer
from .losses import Loss

SMALL = 1e-3  # gradients below it are compared as they are, larger ones in proportion


class GradientError(AssertionError):
    """A gradient that `backward` got wrong; says which, where, and what it should have been."""


def gradcheck(model, x, y=None, loss=None, *, eps=1e-6, tolerance=1e-6) -> float:
    r"""Compare every gradient that ``model.backward`` computes with central differences.

    Each number of the input and of the parameters is moved up and down by ε, in turn:

    .. math:: \frac{\partial f}{\partial w} \approx \frac{f(w + ε) - f(w - ε)}{2ε}

    f is the loss; without one, the sum of all outputs, each times its own fixed random number.
    (The bare sum would not do: that of a softmax is 1 whatever the input.) The differences are
    good to about ten digits, if f is smooth. At a kink, such as ReLU's at 0 or where two pieces of
    a maxout meet, they give the mean of the slopes to both sides and the check fails although
    nothing is wrong, so keep inputs further than ε from kinks; random ones are.

    Dropout is checked as it is in evaluation, where it does nothing.

    Parameters
    ----------
    model : Layer
        A layer, or a `Sequential` of them. Its parameters are put back as they were; their
        ``grad`` holds the new gradients.
    x : array, shape (N, ...)
        In float64, and not all zeros: zeros hide wrong code.
    y : array, optional
        Targets for the loss.
    loss : Loss, optional
        With it, its gradient is checked too.
    eps : float
        ε. Smaller ones lose digits to rounding, larger ones to the bend of f.
    tolerance : float
        Largest relative error that passes.

    Returns
    -------
    float
        The largest relative error: \|received − expected\| divided by the largest gradient of the
        same array, or by 10⁻³ if that is larger.

    Raises
    ------
    GradientError
        An AssertionError, with the function, the argument, the index in it, and both numbers.
    TypeError
        If the input or a parameter is not float64, or the model or the loss is none.
    ValueError
        If the input is all zeros or not finite, every parameter is zero, of y and loss only one is
        given, or eps or the tolerance is no such number.

    References
    ----------
    CS231n, Stanford, "Gradient checks",
    https://cs231n.github.io/neural-networks-3/#gradcheck

    Examples
    --------
    >>> from nnlib import MSE, Dense, Layer, Sequential, Tanh
    >>> model = Sequential(Dense(2, 3, rng=0), Tanh(), Dense(3, 1, rng=1))
    >>> gradcheck(model, [[0.5, -1.0], [2.0, 1.5]], [1.0, 0.0], MSE()) < 1e-6
    True

    A layer with a mistake, 2 where 3 belongs. With x = 1 and y = 0 the loss is (x³)², whose slope
    is 6x⁵ = 6:

    >>> class Cube(Layer):
    ...     def forward(self, x, *, train=False):
    ...         self.x = x
    ...         return x**3
    ...
    ...     def backward(self, dy):
    ...         return dy * 2 * self.x**2
    >>> gradcheck(Cube(), [[1.0]], [0.0], MSE())
    Traceback (most recent call last):
        ...
    nnlib.gradcheck.GradientError: a gradient differs from the central difference.
      function: Cube()
      argument: x, of shape (1, 1)
      index:    (0, 0)
      received: 4
      expected: 6
      received is 0.666667 × expected
    """
    expect.number(tolerance, "gradcheck", "tolerance", 0)
    worst = 0.0
    for name, received, expected in _compared(model, x, y, loss, eps):
        if received.shape != expected.shape:
            raise GradientError(
                "a gradient has not the shape of what it is the gradient of.\n"
                f"  function: {_title(model)}\n"
                f"  argument: {name}\n"
                f"  received: {received.shape}\n"
                f"  expected: {expected.shape}"
            )
        scale = max(SMALL, np.abs(expected).max(initial=0.0))
        error = np.abs(received - expected) / scale
        error[~np.isfinite(error)] = np.inf
        if error.max(initial=0.0) > tolerance:
            index = np.unravel_index(error.argmax(), expected.shape)
            raise GradientError(_message(model, name, expected.shape, index, received, expected))
        worst = max(worst, float(error.max(initial=0.0)))
    return worst


def both_gradients(model, x, y=None, loss=None, *, eps=1e-6) -> dict:
    r"""What `gradcheck` compares, all of it and without a verdict: to look for the place of a bug.

    A wrong `backward` spoils the gradients of its own layer and of all layers before it, because
    they get theirs from it. Those behind it, towards the output, stay right.

    Parameters
    ----------
    model, x, y, loss, eps
        As for `gradcheck`.

    Returns
    -------
    dict of str to (array, array)
        "x" or the name of a parameter, such as "layers[2].W", to what `backward` gave and the
        central differences.

    Raises
    ------
    TypeError, ValueError
        As `gradcheck`.

    Examples
    --------
    >>> from nnlib import Dense, MSE
    >>> layer = Dense(1, 1)
    >>> layer.W.value[...] = 2.0
    >>> received, expected = both_gradients(layer, [[1.0]], [0.0], MSE())["W"]
    >>> received, expected.round(6)  # of (w·1 + b)², that is 2w
    (array([[4.]]), array([[4.]]))
    """
    return {
        name: (received, expected) for name, received, expected in _compared(model, x, y, loss, eps)
    }


def _compared(model, x, y, loss, eps):
    """(name, received, expected) of the input and of each parameter, one after the other."""
    expect.made(model, Layer, "gradcheck", "a layer or a Sequential, such as Dense(2, 1)")
    expect.number(eps, "gradcheck", "eps", above=0)
    if (y is None) != (loss is None):
        raise ValueError("gradcheck expects y and loss together, or neither of them; got one.")
    if loss is not None:
        expect.made(loss, Loss, "gradcheck", "a loss such as MSE()")
    named = list(_named(model))
    x = _as_float64(x, named)
    _refuse(x, named)

    weights = None  # of the outputs, where there is no loss

    def outputs():
        """What f is the sum of; numbers that get subtracted from their like before adding up."""
        out = model.forward(x)
        # A copy: the output of an identity is the input itself, which moves.
        return namespace(out).asarray(out, copy=True) if loss is None else loss(out, y)

    for _, p in named:  # a backward that forgets to write a gradient shall not pass by chance
        p.grad[...] = np.nan
    out = outputs()
    if loss is None:
        rng = np.random.default_rng(0)
        weights = like(rng.uniform(0.5, 1.5, tuple(out.shape)), out)
        dx = model.backward(weights)
    else:
        dx = model.backward(loss.backward())

    if not hasattr(dx, "shape"):
        raise GradientError(f"{_title(model)}: backward returns dx, an array; received {dx!r}.")

    arguments = [("x", x, dx)] + [(name, p.value, p.grad) for name, p in named]
    # What was received, kept before the differences call forward again.
    arguments = [(name, value, to_numpy(grad).copy()) for name, value, grad in arguments]
    for name, value, received in arguments:
        yield name, received, _differences(outputs, value, weights, eps)


def _differences(outputs, value, weights, eps):
    """Central differences with respect to each number of ``value``, which is moved in place."""
    found = np.zeros(tuple(value.shape))
    for index in np.ndindex(*found.shape):
        before = float(value[index])
        try:
            value[index] = before + eps
            up, high = outputs(), float(value[index])
            value[index] = before - eps
            down, low = outputs(), float(value[index])
        finally:
            value[index] = before
        # Subtracted first and summed then: that keeps the digits which the sum would round off.
        change = up - down if weights is None else (up - down) * weights
        found[index] = float(namespace(change).sum(change)) / (high - low)
    return found


def _named(model, prefix=""):
    """(name, parameter): "W" of a layer, "layers[2].W" in a network."""
    if hasattr(model, "layers"):
        for k, layer in enumerate(model.layers):
            yield from _named(layer, f"{prefix}layers[{k}].")
    else:
        for p in model.parameters():
            yield prefix + p.name, p


def _as_float64(x, named):
    """A copy of x, in the library of the parameters; numbers that are not whole are float64."""
    x = floats(x)
    for name, array in [("x", x), *((name, p.value) for name, p in named)]:
        if not str(array.dtype).endswith("float64"):
            raise TypeError(
                f"gradcheck expects float64; {name} is {array.dtype}, whose rounding hides the "
                'differences. Try model.astype("float64") and x in float64.'
            )
    x = like(x, named[0][1].value) if named else x
    return namespace(x).asarray(x, copy=True)


def _refuse(x, named):
    """What no difference could be trusted with."""
    values = to_numpy(x)
    if not np.isfinite(values).all():
        raise ValueError("gradcheck expects an input of finite numbers; got NaN or infinity.")
    if values.size and not values.any():
        raise ValueError("gradcheck expects an input that is not all zeros: they hide wrong code.")
    if named and not any(to_numpy(p.value).any() for _, p in named):
        raise ValueError(
            "gradcheck expects parameters that are not all zeros: they hide wrong code."
        )


def _title(model):
    names = [repr(layer) for layer in model] if hasattr(model, "layers") else []
    return f"Sequential({', '.join(names)})" if names else repr(model)


def _message(model, name, shape, index, received, expected):
    got, want = float(received[index]), float(expected[index])
    lines = [
        "a gradient differs from the central difference.",
        f"  function: {_title(model)}",
        f"  argument: {name}, of shape {shape}",
        f"  index:    {tuple(int(i) for i in index)}",
        f"  received: {got:.6g}",
        f"  expected: {want:.6g}",
    ]
    if want and np.isfinite([got, want]).all():
        lines.append(f"  received is {got / want:.6g} × expected")
    return "\n".join(lines)
