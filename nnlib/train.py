"""Training: forward, loss, backward, update, and again.

`step` is the lecture's four lines. `Run` does it batch by batch and can be looked at and changed
at any moment; `fit` goes through epochs and yields a record of each; `train` is `fit` with a
progress bar, for those who only want the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from .backend import like, namespace, to_numpy
from .dense import Dense
from .losses import MAE, MSE, SoftmaxCrossEntropy

RECORDS = 4000  # as many as `Run` keeps: more than a screen has pixels


def step(model, loss, optimizer, x, y):
    """One step of gradient descent on one batch; returns the loss before it.

    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, init="zeros"))
    >>> x, y = np.array([[1.0]]), np.array([[2.0]])
    >>> float(step(model, MSE(), SGD(model.parameters(), lr=0.25), x, y))  # (0 − 2)²
    4.0
    >>> float(model[0].W.value[0, 0])  # 0 − 0.25 · 2 · (0 − 2)
    1.0
    """
    z = model.forward(x, train=True)
    value = loss(z, y)
    model.backward(loss.backward())
    optimizer.step()
    return value


def accuracy(loss, z, y) -> float | None:
    """The share of samples that are right; for a regression R², the share of variance explained.

    Parameters
    ----------
    loss : Loss
        Says how outputs are to be read: the sign of a logit, the largest of several, a number.
    z, y : arrays
        Outputs and targets.

    Examples
    --------
    >>> from nnlib import BinaryCrossEntropy
    >>> accuracy(BinaryCrossEntropy(), np.array([[2.0], [-1.0]]), [1, 1])
    0.5
    """
    z, y = to_numpy(z), to_numpy(y)
    if len(z) == 0:
        return None
    with np.errstate(all="ignore"):  # a diverged network is reported, not warned about
        if isinstance(loss, SoftmaxCrossEntropy):
            right = y if y.ndim == 1 else y.argmax(axis=1)
            return float((z.argmax(axis=1) == right).mean())
        y = y.reshape(z.shape)
        if isinstance(loss, MSE | MAE):
            total = float(((y - y.mean()) ** 2).sum())
            return 1 - float(((z - y) ** 2).sum()) / total if total > 0 else None
        return float(((z > 0) == (y > 0.5)).mean())


@dataclass(frozen=True)
class LayerGradient:
    """What the gradient of one `Dense` layer is doing.

    ``norm`` is ‖∂L/∂W‖ of the last batch. ``dead`` counts the units whose activation has no slope
    (|g′(z)| < 10⁻³) at any training sample, so that nothing can change them; None for a layer
    without activation.
    """

    norm: float
    units: int
    dead: int | None = None


@dataclass(frozen=True)
class Record:
    """What a training looked like at one moment. ``accuracy`` is R² for a regression."""

    epoch: float
    loss: float
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    gradients: list[LayerGradient] = field(default_factory=list, repr=False)

    @property
    def diverged(self) -> bool:
        return not math.isfinite(self.loss)

    @property
    def grad_norms(self) -> list[float]:
        return [g.norm for g in self.gradients]


class Run:
    r"""A training under way: batch by batch, in a new random order each epoch.

    Everything may be changed between two steps: ``optimizer`` (or its ``lr``, ``l1``, ``l2``),
    ``batch_size``, ``model``, and, through `set_data`, the samples.

    Parameters
    ----------
    model, loss, optimizer
    X : array (N, n_in)
    y : array (N,) or (N, n_out)
    batch_size : int ≥ 1
    validation : (X, y), optional
        Measured, never learned from.
    rng : numpy.random.Generator or int, optional
        For the order of the samples.
    shuffle : bool

    Attributes
    ----------
    epoch : float
        How often each sample has been used, on average.
    history : list of Record
        One for each call of `measure`.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, rng=0))
    >>> X, y = np.array([[0.0], [1.0]]), np.array([1.0, 3.0])
    >>> run = Run(model, MSE(), SGD(model.parameters(), lr=0.3), X, y, rng=0)
    >>> run.step(200)
    >>> round(run.measure().loss, 6)  # the line y = 1 + 2x goes through both
    0.0
    """

    def __init__(
        self,
        model,
        loss,
        optimizer,
        X,
        y,
        *,
        batch_size=32,
        validation=None,
        rng=None,
        shuffle=True,
    ):
        self.model, self.loss, self.optimizer = model, loss, optimizer
        self.batch_size, self.validation, self.shuffle = batch_size, validation, shuffle
        self.rng = np.random.default_rng(rng)
        self.history: list[Record] = []
        self.epoch = 0.0
        self.set_data(X, y)

    @property
    def batch_size(self) -> int:
        return self._batch_size

    @batch_size.setter
    def batch_size(self, n):
        if int(n) != n or n < 1:
            raise ValueError(f"batch_size expects a whole number ≥ 1. Got {n!r}")
        self._batch_size = int(n)

    @property
    def batches_per_epoch(self) -> int:
        return max(1, -(-len(self.X) // self.batch_size))

    def set_data(self, X, y) -> None:
        """Go on with other samples. There may be none: then `step` does nothing."""
        if len(X) != len(y):
            raise ValueError(f"expected as many targets as samples; got {len(y)} and {len(X)}")
        weights = self.model.parameters()[0].value
        self.X = X if hasattr(X, "dtype") and X.dtype == weights.dtype else like(X, weights)
        self.y = y
        self._next = len(self.X)  # past the end: the next step begins an epoch
        if len(self.X):
            # Checked once here rather than in every step.
            self._targets = self.loss.targets(y, self.model.forward(self.X))

    def step(self, n: int = 1) -> None:
        """``n`` gradient steps, each on the next batch."""
        total = len(self.X)
        if total == 0:
            return
        model, loss, optimizer, size = self.model, self.loss, self.optimizer, self.batch_size
        with np.errstate(
            over="ignore", invalid="ignore"
        ):  # running away is shown, not warned about
            for _ in range(n):
                if self._next >= total:
                    self._begin_epoch(total)
                start, self._next = self._next, self._next + size
                x, y = self._X[start : self._next], self._y[start : self._next]
                z = model.forward(x, train=True)
                loss.forward(z, y)
                model.backward(loss.backward())
                optimizer.step()
                self.epoch += x.shape[0] / total

    def _begin_epoch(self, total):
        self._next = 0
        self._X, self._y = self.X, self._targets
        if self.shuffle:  # once for all batches: slices of it cost nothing
            order = self.rng.permutation(total)
            if type(self.X) is not np.ndarray:
                order = namespace(self.X).asarray(order, device=self.X.device)
            self._X = namespace(self.X).take(self.X, order, axis=0)
            self._y = namespace(self.X).take(self._targets, order, axis=0)

    # ------------------------------------------------------------------ looking at it
    def measure(self) -> Record:
        """Loss and accuracy on all samples, in evaluation mode; appended to ``history``."""
        found = {"loss": math.nan}
        if len(self.X):
            found["loss"], found["accuracy"] = self._score(self.X, self.y)
        if self.validation is not None and len(self.validation[0]):
            found["val_loss"], found["val_accuracy"] = self._score(*self.validation)
        self.history.append(Record(epoch=self.epoch, gradients=self._gradients(), **found))
        if len(self.history) > RECORDS:  # keep the shape of the curve, not every point of it
            del self.history[1 : RECORDS // 2 : 2]
        return self.history[-1]

    def _score(self, X, y):
        with np.errstate(all="ignore"):
            z = self.model.forward(X)
            return float(self.loss(z, y)), accuracy(self.loss, z, y)

    def _gradients(self):
        """One `LayerGradient` for each `Dense` layer; forgets the activations of the last step."""
        found, layers = [], list(self.model)
        outputs = []
        if len(self.X):
            with np.errstate(all="ignore"):
                outputs = self.model.trace(self.X)
        for k, layer in enumerate(layers):
            if not isinstance(layer, Dense):
                continue
            grad = to_numpy(layer.W.grad)
            dead = None
            if outputs and k + 1 < len(layers) and hasattr(layers[k + 1], "derivative"):
                with np.errstate(all="ignore"):
                    slope = np.abs(to_numpy(layers[k + 1].derivative(outputs[k])))
                dead = int((slope < 1e-3).all(axis=0).sum())
            with np.errstate(all="ignore"):
                found.append(LayerGradient(float(np.sqrt((grad * grad).sum())), layer.n_out, dead))
        return found


def fit(
    model,
    X,
    y,
    *,
    loss,
    optimizer,
    epochs=100,
    batch_size=32,
    validation=None,
    rng=None,
    shuffle=True,
):
    """Train epoch by epoch; a generator, so ``for record in fit(...)`` decides how long.

    Nothing happens until the first record is asked for. A loss that became NaN or infinite does
    not raise: ``record.diverged`` says so.

    Parameters
    ----------
    model : Sequential
    X : array (N, n_in)
    y : array (N,) or (N, n_out)
    loss : Loss
    optimizer : Optimizer
    epochs, batch_size : int
    validation : (X, y), optional
    rng : numpy.random.Generator or int, optional
    shuffle : bool

    Yields
    ------
    Record
        After each epoch.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, init="zeros"))
    >>> sgd = SGD(model.parameters(), lr=0.25)
    >>> records = fit(model, [[1.0]], [2.0], loss=MSE(), optimizer=sgd, epochs=2)
    >>> [record.loss for record in records]  # w = b = 1, at once
    [0.0, 0.0]
    """
    if len(X) == 0:
        raise ValueError("fit expects at least one sample; got none")
    run = Run(
        model,
        loss,
        optimizer,
        X,
        y,
        batch_size=batch_size,
        validation=validation,
        rng=rng,
        shuffle=shuffle,
    )
    return _epochs(run, epochs)


def _epochs(run, epochs):
    for epoch in range(1, epochs + 1):
        run.step(run.batches_per_epoch)
        run.epoch = float(epoch)  # without the rounding of many small shares
        yield run.measure()


def train(model, X, y, *, epochs=100, **settings) -> list[Record]:
    """`fit` from beginning to end, with a progress bar if it takes more than two seconds.

    Returns
    -------
    list of Record
    """
    from tqdm.auto import tqdm

    records = fit(model, X, y, epochs=epochs, **settings)
    return list(tqdm(records, total=epochs, delay=2, unit="epoch", leave=False))


def diagnose(run: Run) -> str:
    """Why a training ran away and what to try, in a sentence; "" if it did not."""
    if not run.history or not len(run.X):
        return ""
    loss, first = run.history[-1].loss, run.history[0].loss
    far = 1e3 * max(1.0, first if math.isfinite(first) else 1.0)
    if math.isfinite(loss) and loss < far:
        return ""
    now = f"is {loss:.1e}" if math.isfinite(loss) else "is no longer a number"
    lr, l2 = run.optimizer.lr, run.optimizer.l2
    if lr * l2 > 2:
        why = (
            f"The L2 penalty alone multiplies each weight by 1 − η·λ = {1 - lr * l2:.1f} in every "
            "step, which makes it larger, not smaller. Try a smaller penalty or learning rate"
        )
    else:
        why = (
            f"The learning rate η = {lr:g} is too large here: each step jumps over the valley and "
            f"lands higher on the other side. Try η = {lr / 10:.1g} or less"
        )
    return f"The loss ran away: it {now}. {why}, then press “Same start again”."
