"""Training: forward, loss, backward, update, and again.

`step` is the lectures' four lines. `Run` does them batch by batch, and can be looked at and changed
at any moment; `fit` goes through epochs and yields a record of each; `train` is `fit` with a
progress bar, for those who only want the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from . import expect
from .backend import dot, floats, like, namespace, one_thread, to_numpy
from .core import Layer, Parameter
from .losses import Loss
from .metrics import accuracy
from .optim import Optimizer

RECORDS = 4000  # as many as `Run` keeps: more than a screen has pixels
NO_SLOPE = 1e-3  # a unit whose slope is smaller everywhere counts as dead
PICTURES = 500  # as many go through a network at once; their feature maps fill the memory


def step(model, loss, optimizer, x, y):
    """One step of gradient descent on one batch.

    Parameters
    ----------
    model : Sequential
    loss : Loss
    optimizer : Optimizer
    x : array, shape (N, n_in)
    y : array, shape (N,) or (N, n_out)

    Returns
    -------
    number
        The loss before the step.

    Raises
    ------
    ValueError, TypeError
        If x does not fit the model, or y not its outputs. Whether x is finite is not looked at
        here, step by step; `Run` and `fit` do that once, at the beginning.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, init="zeros"))
    >>> sgd = SGD(model.parameters(), lr=0.25)
    >>> float(step(model, MSE(), sgd, [[1.0]], [2.0]))  # (0 − 2)²
    4.0
    >>> model[0].W.value  # 0 − 0.25 · 2 · (0 − 2)
    array([[1.]])
    """
    z = model.forward(x, train=True)
    value = loss(z, y)
    model.backward(loss.backward())
    optimizer.step()
    return value


def check_data(X, y, who: str) -> None:
    """Refuse samples that nothing can be learned from, before anything has changed.

    Weights that run away to infinity in a training are a lesson, and raise nothing. A NaN in the
    *data* is a mistake, often a gap in a table: the first step would make every weight NaN, and
    nobody would see where it came from. So it is told at the beginning, with its place.

    Parameters
    ----------
    X, y : array
    who : str
        Who asks, for the message.

    Raises
    ------
    ValueError
        If there are no samples, not as many targets, or a number is NaN or infinite.
    TypeError
        If something else than numbers is there.

    Examples
    --------
    >>> check_data(np.zeros((3, 2)), [0, 1], "fit")
    Traceback (most recent call last):
        ...
    ValueError: fit expects as many targets as samples; got 2 targets for 3 samples.
    """
    if type(X).__name__ == "Dataset":
        raise TypeError(f"{who} expects X and y; got a Dataset: hand in its .X and its .y.")
    arrays = {name: expect.numbers(a, who, name) for name, a in (("X", X), ("y", y))}
    for name, a in arrays.items():
        if a.ndim == 0:
            raise ValueError(f"{who} expects {name} with a row for each sample; got shape ().")
    if len(arrays["X"]) != len(arrays["y"]):
        raise ValueError(
            f"{who} expects as many targets as samples; "
            f"got {len(arrays['y'])} targets for {len(arrays['X'])} samples."
        )
    if len(arrays["X"]) == 0:
        raise ValueError(f"{who} expects at least one sample; got none.")
    for name, a in arrays.items():
        expect.finite(a, who, name)


def _none(X) -> bool:
    return hasattr(X, "__len__") and getattr(X, "shape", (1,)) != () and len(X) == 0


@dataclass(frozen=True)
class LayerGradient:
    """What the gradient of one layer with weights W is doing.

    Attributes
    ----------
    norm : float
        ‖∂L/∂W‖, on the last batch.
    units : int
        How many the layer has.
    dead : int or None
        How many of them have an activation with no slope, |g′(z)| < 10⁻³, at every training
        sample, so that nothing can change them. None if no activation follows.
    """

    norm: float
    units: int
    dead: int | None = None


@dataclass(frozen=True)
class Record:
    """What a training looked like at one moment.

    Attributes
    ----------
    epoch : float
        How often each sample had been used.
    loss, accuracy : float
        Of all training samples, as in an evaluation: without dropout. R² for a regression.
    val_loss, val_accuracy : float or None
        Of the validation samples.
    gradients : list of LayerGradient
        One for each layer with weights.
    """

    epoch: float
    loss: float
    accuracy: float | None = None
    val_loss: float | None = None
    val_accuracy: float | None = None
    gradients: list[LayerGradient] = field(default_factory=list, repr=False)

    @property
    def diverged(self) -> bool:
        """Whether the loss is no longer a finite number."""
        return not math.isfinite(self.loss)

    @property
    def grad_norms(self) -> list[float]:
        """``norm`` of each of the gradients."""
        return [g.norm for g in self.gradients]


class Run:
    r"""A training under way: batch by batch, in a new random order each epoch.

    Everything may be changed between two steps: ``optimizer`` (or its ``lr``, ``l1``, ``l2``),
    ``batch_size``, ``model``, and, through `set_data`, the samples.

    Parameters
    ----------
    model : Sequential
    loss : Loss
    optimizer : Optimizer
    X : array, shape (N, n_in)
    y : array, shape (N,) or (N, n_out)
    batch_size : int
    validation : (X, y), optional
        Measured, never learned from.
    rng : numpy.random.Generator or int, optional
        For the order of the samples.
    shuffle : bool
        False: always the given order.

    Attributes
    ----------
    epoch : float
        How often each sample has been used, on average.
    history : list of Record
        One for each call of `measure`.

    Raises
    ------
    ValueError
        If the data do not fit the network or the loss, hold NaN or infinity (see `check_data`), the
        batch size is below 1, the loss has the reduction "none", or the optimiser is of another
        model.
    TypeError
        If something is of another kind: a class in place of an object, text in place of numbers.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, rng=0))
    >>> sgd = SGD(model.parameters(), lr=0.3)
    >>> run = Run(model, MSE(), sgd, [[0.0], [1.0]], [1.0, 3.0], rng=0)
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
        self.model = expect.made(model, Layer, "Run", "a model such as Sequential(Dense(2, 1))")
        self.loss = expect.made(loss, Loss, "Run", "a loss such as MSE()")
        if loss.reduction == "none":
            raise ValueError("Run expects a loss that is one number; got the reduction 'none'.")
        self.optimizer = expect.made(
            optimizer, Optimizer, "Run", "an optimizer such as SGD(model.parameters())"
        )
        own = {id(p) for p in model.parameters()}
        if not own.intersection(map(id, optimizer.parameters)):
            raise ValueError(
                "Run expects an optimizer of the same model, made from model.parameters(); "
                "got one with other parameters: it would train those."
            )
        self.batch_size, self.shuffle = batch_size, shuffle
        self.rng = expect.generator(rng)
        self.history: list[Record] = []
        self.epoch = 0.0
        self.set_data(X, y)
        self._validation = None
        if validation is not None:
            if not isinstance(validation, tuple | list) or len(validation) != 2:
                raise ValueError(
                    f"Run expects validation to be a pair (X, y); got {expect.shown(validation)}."
                )
            if not _none(validation[0]):
                self._validation = self._ready(*validation, "validation")

    @property
    def batch_size(self) -> int:
        """Samples in a batch, at least 1; the last batch of an epoch may be smaller."""
        return self._batch_size

    @batch_size.setter
    def batch_size(self, n):
        self._batch_size = expect.whole(n, "Run", "batch_size", 1)

    @property
    def batches_per_epoch(self) -> int:
        """Steps until each sample was used once."""
        return max(1, -(-len(self.X) // self.batch_size))

    def set_data(self, X, y) -> None:
        """Go on with other samples. There may be none: then `step` does nothing.

        Raises
        ------
        ValueError, TypeError
            As `check_data`, and if they do not fit the network or the loss. Nothing changes then.
        """
        self.X, self._targets = self._X, self._y = self._ready(X, y, "Run")
        self._next = len(self.X)  # past the end: the next step begins an epoch

    def _ready(self, X, y, who):
        """Samples and targets, checked, converted, and on the device of the weights.

        All that is done once here, rather than in every step. Pictures take long; one of them is
        enough to know the shape of the outputs.
        """
        if not _none(X):
            check_data(X, y, who)
        parameters = self.model.parameters()
        X = like(X, parameters[0].value) if parameters else floats(X)
        if not len(X):
            return X, X
        z = self.model.forward(X if X.ndim < 3 else X[:1])
        z = namespace(z).broadcast_to(z, (len(X), *z.shape[1:]))
        return X, self.loss.targets(y, z)

    def _follow(self):
        """Bring samples and targets to where the weights are, should these have been moved."""
        parameters = self.model.parameters()
        if not parameters:
            return
        w = parameters[0].value
        if like(self.X, w) is self.X:
            return
        self.X, self._targets = like(self.X, w), like(self._targets, w)
        self._X, self._y = like(self._X, w), like(self._y, w)
        if self._validation is not None:
            self._validation = tuple(like(a, w) for a in self._validation)

    def step(self, n: int = 1) -> None:
        """``n`` gradient steps, each on the next batch.

        Raises
        ------
        ValueError
            If n is no whole number of at least 0.
        """
        n, total = expect.whole(n, "Run.step", "n"), len(self.X)
        if total == 0:
            return
        self._follow()
        model, loss, optimizer, size = self.model, self.loss, self.optimizer, self.batch_size
        with np.errstate(all="ignore"):  # running away is shown, not warned about
            for _ in range(n):
                if self._next >= total:
                    self._begin_epoch(total)
                end = self._next + size
                x, y = self._X[self._next : end], self._y[self._next : end]
                # as in `step`, without checking y again
                z = model.forward(x, train=True)
                loss.forward(z, y)
                model.backward(loss.backward())
                optimizer.step()
                # Last, so that a batch that was interrupted is not lost: it is the next one again.
                self._next, self.epoch = end, self.epoch + len(x) / total

    def _begin_epoch(self, total):
        X, y = self.X, self._targets
        if self.shuffle:  # once for all batches: slices of it cost nothing
            xp = namespace(self.X)
            order = self.rng.permutation(total)
            if xp is not np:
                order = xp.asarray(order, device=self.X.device)
            X, y = xp.take(X, order, axis=0), xp.take(y, order, axis=0)
        # All at once: an epoch that was interrupted here must not pair samples with others' targets
        self._X, self._y, self._next = X, y, 0

    # ------------------------------------------------------------------ looking at it
    def measure(self) -> Record:
        """Loss and accuracy on all samples, in evaluation mode; appended to ``history``."""
        self._follow()
        found, alive = {"loss": math.nan}, {}
        with np.errstate(all="ignore"):
            if len(self.X):
                z = _outputs(self.model, self.X, lambda outputs: self._look(outputs, alive))
                found["loss"] = float(self.loss.forward(z, self._targets))
                found["accuracy"] = accuracy(self.loss, z, self._targets)
            found["gradients"] = self._gradients(alive)
            if self._validation is not None:
                X, y = self._validation
                z = _outputs(self.model, X)
                found["val_loss"] = float(self.loss.forward(z, y))
                found["val_accuracy"] = accuracy(self.loss, z, y)
        self.history.append(Record(self.epoch, **found))
        if len(self.history) > RECORDS:  # keep the shape of the curve, not every point of it
            del self.history[1 : RECORDS // 2 : 2]
        return self.history[-1]

    def _look(self, outputs, alive):
        """Note in ``alive``, layer by layer, which units have a slope for any of the samples."""
        layers = list(self.model)
        for k, layer in enumerate(layers):
            following = layers[k + 1 : k + 2]
            weights = isinstance(getattr(layer, "W", None), Parameter)
            if weights and following and hasattr(following[0], "derivative"):
                slope = following[0].derivative(outputs[k])
                xp = namespace(slope)
                # Whether each unit has a slope anywhere; the places of a feature map are one unit.
                # NaN counts as none. Of a GPU's numbers only these come back.
                units = tuple(range(slope.ndim - 1))
                now = to_numpy(xp.any(xp.abs(slope) >= NO_SLOPE, axis=units))
                alive[k] = now | alive[k] if k in alive else now

    def _gradients(self, alive):
        found = []
        for k, layer in enumerate(self.model):
            if not isinstance(getattr(layer, "W", None), Parameter):
                continue
            grad = namespace(layer.W.grad).reshape(layer.W.grad, (-1,))
            dead = int((~alive[k]).sum()) if k in alive else None
            found.append(LayerGradient(math.sqrt(dot(grad, grad)), layer.W.shape[-1], dead))
        return found


def _outputs(model, X, look=lambda outputs: None):
    """``model.forward(X)``, of pictures `PICTURES` at a time; ``look`` sees every layer's output.

    Rows are computed in one go: they are small, and a matrix product cut into pieces may round
    its last digit differently.
    """
    at_once = PICTURES if X.ndim > 2 else len(X)
    parts = []
    for start in range(0, len(X), at_once):
        outputs = model.trace(X[start : start + at_once])
        look(outputs)
        parts.append(outputs[-1])
    return parts[0] if len(parts) == 1 else namespace(parts[0]).concat(parts, axis=0)


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
    """Train epoch by epoch; a generator, so that ``for record in fit(...)`` decides how long.

    A loss that became NaN or infinite raises nothing; ``record.diverged`` says so.

    Parameters
    ----------
    model : Sequential
    X : array, shape (N, n_in)
    y : array, shape (N,) or (N, n_out)
    loss : Loss
    optimizer : Optimizer
    epochs, batch_size : int
    validation : (X, y), optional
        Measured, never learned from.
    rng : numpy.random.Generator or int, optional
        For the order of the samples, a new one in each epoch.
    shuffle : bool
        False: always the given order.

    Yields
    ------
    Record
        After each epoch.

    Raises
    ------
    ValueError
        If there are no samples, the data do not fit the network or the loss or hold NaN or
        infinity, or a number that should be whole and positive is not. All before the first step.
    TypeError
        As for `Run`.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, init="zeros"))
    >>> sgd = SGD(model.parameters(), lr=0.125)
    >>> for record in fit(model, [[1.0]], [2.0], loss=MSE(), optimizer=sgd, epochs=3):
    ...     print(record.epoch, record.loss)  # w + b: 0, 1, 1.5, 1.75
    1.0 1.0
    2.0 0.25
    3.0 0.0625
    """
    check_data(X, y, "fit")
    epochs = expect.whole(epochs, "fit", "epochs")
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
    """`fit` from beginning to end, with a progress bar if that takes more than two seconds.

    Parameters
    ----------
    model, X, y, **settings
        As for `fit`.

    Returns
    -------
    list of Record
        One for each epoch.

    Raises
    ------
    ValueError, TypeError
        As for `fit`.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, init="zeros"))
    >>> sgd = SGD(model.parameters(), lr=0.125)
    >>> train(model, [[1.0]], [2.0], loss=MSE(), optimizer=sgd, epochs=3)[-1].loss
    0.0625
    """
    from tqdm.auto import tqdm

    records = fit(model, X, y, epochs=epochs, **settings)
    with one_thread():
        return list(tqdm(records, total=epochs, delay=2, unit="epoch", leave=False))


def diagnose(run: Run) -> str:
    """Why a training ran away and what to try, in a sentence; "" if it did not.

    It ran away if the last loss of its history is no finite number, or above 1000 and
    1000 times the first one.

    Raises
    ------
    TypeError
        If it is no `Run`.

    Examples
    --------
    >>> from nnlib import Dense, MSE, SGD, Sequential
    >>> model = Sequential(Dense(1, 1, init="zeros"))
    >>> run = Run(model, MSE(), SGD(model.parameters(), lr=10), [[1.0]], [2.0])
    >>> for _ in range(9):
    ...     run.step()
    ...     record = run.measure()
    >>> diagnose(run)
    'The loss ran away: ... The learning rate η = 10 is too large ... Try η = 1 or less...'
    """
    if not expect.made(run, Run, "diagnose", "a Run").history or not len(run.X):
        return ""
    loss, first = run.history[-1].loss, run.history[0].loss
    far = 1e3 * max(1.0, first if math.isfinite(first) else 1.0)
    # A tanh hides an infinite weight: the loss is still a number, and nothing can be learned.
    finite = all(np.isfinite(to_numpy(p.value)).all() for p in run.model.parameters())
    if finite and loss < far:
        return ""
    now = f"is {loss:.1e}" if math.isfinite(loss) else "is no longer a number"
    now = now if finite or not math.isfinite(loss) else "comes from weights that are infinite"
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
    return f"The loss ran away: it {now}. {why}."
