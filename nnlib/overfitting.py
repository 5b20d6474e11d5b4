r"""Networks that learn a wave from a few noisy samples, and what they make of the noise.

The truth is one wave, f(x) = sin πx on −1 ≤ x ≤ 1. Networks see n samples y = f(x) + noise. Because
the truth is known, so is the loss on new samples, without drawing any:

.. math:: \text{test loss} = \overline{(\hat f(x) - f(x))^2} + \sigma^2

The σ² is the noise of the new samples, which nobody can foresee.

Short names: M the number of networks, n of samples for each, G the places of `GRID`.
"""

from __future__ import annotations

import numpy as np

from . import expect
from .losses import MSE
from .optim import Adam
from .stack import Stack

#: Where the learned function is looked at, shape (G,).
GRID = np.linspace(-1, 1, 161)

#: Epochs that are looked at, up to 3000: each about 12 % later than the one before.
EPOCHS = sorted({round(float(e)) for e in np.geomspace(1, 3000, 71)})

STEEP = 8.0  # largest first weight of a hidden unit: enough to bend within a quarter of the picture


def wave(x):
    """The truth, sin πx. Raises a TypeError for what is no number.

    >>> wave(0.5)
    np.float64(1.0)
    """
    return np.sin(np.pi * expect.numbers(x, "wave", "x"))


def noisy_wave(n, noise=0.3, rng=0):
    """n samples of the wave: places x, and y = wave(x) + noise, both of shape (n,).

    The first samples of more are the same, and so are the shifts at another noise. Raises a
    ValueError if n is below 1, the noise below 0 or rng no seed.

    >>> x, y = noisy_wave(3, noise=0)
    >>> np.allclose(y, wave(x))
    True
    """
    n, rng = expect.whole(n, "noisy_wave", "n", 1), expect.generator(rng)
    noise = expect.number(noise, "noisy_wave", "noise", 0)
    drawn = np.array([(rng.uniform(-1, 1), rng.normal()) for _ in range(n)])
    return drawn[:, 0], wave(drawn[:, 0]) + noise * drawn[:, 1]


class WaveFits:
    """M networks with one hidden layer that learn the wave, each from its own samples.

    Parameters
    ----------
    x, y : array (M, n), or (n,) for one network
        Samples.
    noise : float
        Their σ, for the test loss.
    width : int
        Hidden units, tanh.
    l2, rate : float
        Weight decay (as in `Optimizer`) and dropout of the hidden units.
    rng : int
        First weights and masks.

    Attributes
    ----------
    epochs : list of int
        Those seen so far.
    curves : list of array (M, G)
        What the networks said on `GRID` at each of them, without dropout.
    train, test : list of array (M,)
        Mean squared errors, without dropout.

    Raises
    ------
    ValueError
        If x and y have not one shape or hold NaN, or a number is out of range.

    Examples
    --------
    >>> fits = WaveFits(*noisy_wave(15), width=64)
    >>> fits.finish()
    >>> bool(fits.train[-1][0] < 0.05 < 0.15 < fits.test[-1][0])  # learned by heart
    True
    """

    def __init__(self, x, y, *, noise=0.3, width=64, l2=0.0, rate=0.0, rng=0, epochs=EPOCHS):
        who = "WaveFits"
        self.x, self.y = np.atleast_2d(expect.array(x, who, "x"), expect.array(y, who, "y"))
        if self.x.shape != self.y.shape or self.x.ndim != 2:
            raise ValueError(
                f"WaveFits expects x and y of one shape (M, n); got {np.shape(x)} and {np.shape(y)}"
            )
        self.noise = expect.number(noise, who, "noise", 0)
        width, l2 = expect.whole(width, who, "width", 1), expect.number(l2, who, "l2", 0)
        self.to_see = list(epochs) if hasattr(epochs, "__iter__") else []
        rising = self.to_see == sorted(set(self.to_see))
        if not self.to_see or not rising or self.to_see[0] < 1:
            raise ValueError(
                f"{who} expects epochs as a list that rises from 1; got {expect.shown(epochs)}."
            )
        self.stack = Stack(len(self.x), [1, width, 1], rate=rate, rng=rng)
        first, rng = self.stack.model[0], np.random.default_rng(rng)
        # Each unit bends at a place of its own: w (x − place).
        first.W.value[...] = rng.uniform(-STEEP, STEEP, first.W.shape)
        first.b.value[...] = -first.W.value * rng.uniform(-1, 1, first.W.shape)
        self.adam = Adam(self.stack.model.parameters(), lr=0.01, l2=l2)
        self.epochs, self.curves, self.train, self.test = [], [], [], []

    def __call__(self, x):
        """What the networks say at places x (G,), shape (M, G)."""
        return self.stack.model.forward(np.asarray(x)[:, None])[..., 0]

    def thinned(self, x, count, rng=0):
        """What ``count`` thinned networks of each say at places x, shape (count, M, G).

        A thinned network is the same at all places: it drops units once, and then is a function.
        """
        dense, tanh, dropout, out = self.stack.model
        h = tanh(dense(np.asarray(x)[:, None]))  # (M, G, width)
        rng = np.random.default_rng(rng)
        kept = rng.random((count, *out.W.shape[:2])) >= dropout.rate  # (count, M, width)
        w = kept / (1 - dropout.rate) * out.W.value[..., 0]
        return np.einsum("cmw,mgw->cmg", w, h, optimize=True) + out.b.value[:, 0]

    def run(self):
        """Train; yields the share that is done, some hundred times."""
        X, y, loss = self.x[..., None].astype("float32"), self.y[..., None], MSE("none")
        y, truth, last = y.astype("float32"), wave(GRID), self.to_see[-1]
        for epoch in range(1, last + 1):
            self.stack.step(loss, self.adam, X, y)
            if epoch == self.to_see[len(self.epochs)]:
                said = self(GRID)
                self.epochs.append(epoch)
                self.curves.append(said)
                error = self.stack.model.forward(X)[..., 0] - self.y
                self.train.append((error**2).mean(axis=1))
                self.test.append(((said - truth) ** 2).mean(axis=1) + self.noise**2)
            if epoch % 10 == 0 or epoch == last:
                yield epoch / last

    def finish(self):
        """Train to the end."""
        for _ in self.run():
            pass

    @property
    def best(self) -> int:
        """Index of the epoch whose test loss is smallest, on average over the networks."""
        return int(np.mean(self.test, axis=1).argmin())


def bias_and_variance(curves):
    r"""How far the mean of many fits is from the truth, and how far the fits are from their mean.

    .. math:: \overline{(\hat f_m - f)^2} = \underbrace{\overline{(\bar f - f)^2}}_{\text{bias}^2}
              + \underbrace{\overline{(\hat f_m - \bar f)^2}}_{\text{variance}}

    Parameters
    ----------
    curves : array (..., M, G)
        On `GRID`.

    Returns
    -------
    bias2, variance : array (...)

    Raises
    ------
    ValueError
        If the curves are not on `GRID`, or one curve alone.

    Examples
    --------
    Two fits, one too high by 1 and one by 3: their mean is off by 2, each of them is off that by 1.

    >>> bias2, variance = bias_and_variance(np.stack([wave(GRID) + 1, wave(GRID) + 3]))
    >>> float(bias2), float(variance)
    (4.0, 1.0)
    """
    curves = expect.numbers(curves, "bias_and_variance", "curves")
    if curves.ndim < 2 or curves.shape[-1] != len(GRID):
        raise ValueError(
            f"bias_and_variance expects curves of shape (..., M, {len(GRID)}); got {curves.shape}."
        )
    mean = curves.mean(axis=-2)
    bias2 = ((mean - wave(GRID)) ** 2).mean(axis=-1)
    return bias2, ((curves - mean[..., None, :]) ** 2).mean(axis=(-2, -1))
