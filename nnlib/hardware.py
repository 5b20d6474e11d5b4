r"""What a machine can do: matrix products counted, timed, and drawn against a roofline.

An *operation* is one multiplication or one addition of two numbers; *bytes* are what has to come
from memory and go back, each number once. Their quotient, the arithmetic intensity, decides whether
a machine waits for its memory or for its arithmetic units.

Source: S. Williams, A. Waterman and D. Patterson, "Roofline: An Insightful Visual Performance Model
for Multicore Architectures", Communications of the ACM 52, 2009.
"""

from __future__ import annotations

import contextlib
import math
import sys
import time
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .backend import default_device, like, move, one_thread
from .camera import camera_matrix, intrinsics, project, rotation
from .losses import SoftmaxCrossEntropy
from .optim import SGD
from .torch_twin import torch_twin
from .train import step

ITEM = 4  # bytes of a float32, the usual number of deep learning
COPIED = 32 * 2**20  # bytes; larger than the caches of most processors


def loop_product(A, B):
    """The matrix product A B, one multiplication at a time.

    Parameters
    ----------
    A : sequence of rows, shape (n, m)
    B : sequence of rows, shape (m, k)

    Returns
    -------
    list of lists, shape (n, k)

    Raises
    ------
    ValueError
        If a row of A is not as long as B has rows.

    Examples
    --------
    >>> loop_product([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    [[19, 22], [43, 50]]
    """
    if len(A[0]) != len(B):
        raise ValueError(
            f"loop_product expects as many columns of A as rows of B; got {len(A[0])} and {len(B)}."
        )
    C = [[0] * len(B[0]) for _ in A]
    for i in range(len(A)):
        for j in range(len(B[0])):
            for m in range(len(B)):
                C[i][j] += A[i][m] * B[m][j]
    return C


class Work(NamedTuple):
    """How much there is to do: operations, and bytes to and from memory."""

    operations: float
    bytes: float

    @property
    def intensity(self) -> float:
        """Operations per byte."""
        return self.operations / self.bytes


def product(n: int, m: int, k: int) -> Work:
    """The work of a matrix product (n, m) times (m, k) of float32 numbers.

    Each of the n · k results takes m multiplications and m additions (the first one, to zero, is
    counted too); both matrices are read once and the result is written once.

    >>> product(2, 2, 2)
    Work(operations=16, bytes=48)
    >>> round(product(1000, 1000, 1000).intensity)
    167
    """
    return Work(2 * n * m * k, ITEM * (n * m + m * k + n * k))


def addition(n: int) -> Work:
    """The work of adding two vectors of n float32 numbers: read two, write one.

    >>> addition(3).intensity
    0.08333333333333333
    """
    return Work(n, ITEM * 3 * n)


@dataclass(frozen=True)
class Machine:
    """A machine in five numbers.

    Parameters
    ----------
    name : str
    peak : float
        Operations per second, at most.
    bandwidth : float
        Bytes per second between its memory and its arithmetic units.
    link : float
        Bytes per second between the computer's memory and the machine's own; infinite if these are
        the same.
    launch : float
        Seconds that pass before an operation begins.

    Raises
    ------
    ValueError
        If one of them is not positive (``launch`` may be 0).

    Examples
    --------
    10 operations per second, 5 bytes per second; then 4 operations on 8 bytes.

    >>> slow = Machine("slow", peak=10, bandwidth=5)
    >>> slow.ridge, float(slow.attainable(0.5)), float(slow.seconds(Work(4, 8)))
    (2.0, 2.5, 1.6)
    """

    name: str
    peak: float
    bandwidth: float
    link: float = math.inf
    launch: float = 0.0

    def __post_init__(self):
        for what in ("peak", "bandwidth", "link"):
            if not getattr(self, what) > 0:
                raise ValueError(f"Machine expects {what} > 0; got {getattr(self, what)}.")
        if not self.launch >= 0:
            raise ValueError(f"Machine expects launch >= 0; got {self.launch}.")

    @property
    def ridge(self) -> float:
        """The intensity, in operations per byte, above which memory is fast enough."""
        return self.peak / self.bandwidth

    def attainable(self, intensity):
        """Operations per second at best, for operations of that intensity: the roofline."""
        return np.minimum(self.peak, self.bandwidth * np.asarray(intensity, dtype=float))

    def seconds(self, work: Work, trip: float = 0.0):
        """Launch, then arithmetic or memory, whichever takes longer; and ``trip`` bytes over the
        link before or after."""
        busy = np.maximum(
            np.asarray(work.operations) / self.peak, np.asarray(work.bytes) / self.bandwidth
        )
        return self.launch + busy + np.asarray(trip) / self.link


# Orders of magnitude from public data sheets, rounded; float32 without tensor cores, the link one
# way. A real program reaches perhaps two thirds. Launch overheads are in no data sheet: 1 µs for
# a call of NumPy and some 10 µs for PyTorch to start work on a GPU are what people measure.
LAPTOP = Machine("laptop CPU, 8 cores", 8.4e11, 9.0e10, launch=1e-6)
T4 = Machine("older data-centre GPU (T4)", 8.1e12, 3.2e11, 1.6e10, 1e-5)
A100 = Machine("data-centre GPU (A100)", 1.95e13, 2.0e12, 3.2e10, 1e-5)
H100 = Machine("newer data-centre GPU (H100)", 6.7e13, 3.35e12, 6.4e10, 1e-5)
MACHINES = (LAPTOP, T4, A100, H100)


# ----------------------------------------------------------------------------------- measuring


def best_seconds(function, *, device: str = "cpu", rounds: int = 6, at_least: float = 0.003):
    """Seconds that a call takes: the best of some rounds, because disturbances only add time.

    On the CPU the seconds that this process computed are counted, not those in which the processor
    was busy with other programs. With `one_core` that is what a clock says on a quiet machine; with
    more threads their seconds would add up.

    Parameters
    ----------
    function : callable
        Called without arguments, once to warm up and then so often that a round takes ``at_least``.
    device : str
        On "cuda" or "mps" a call only *orders* the work: the clock stops when the work is done.

    Examples
    --------
    >>> 1e-6 < best_seconds(lambda: sum(range(1000))) < 1e-2
    True
    """
    wait, clock = _waiting(device), _clock(device)
    function()
    wait()
    start = clock()
    function()
    wait()
    calls = max(1, math.ceil(at_least / max(clock() - start, 1e-7)))
    best = math.inf
    for _ in range(rounds):
        start = clock()
        for _ in range(calls):
            function()
        wait()
        best = min(best, (clock() - start) / calls)
    return best


def _clock(device):
    # Windows counts the processor's time in steps of 16 ms: too coarse.
    fine = time.get_clock_info("process_time").resolution < 1e-5
    return time.process_time if device == "cpu" and fine else time.perf_counter


def _waiting(device):
    if device.startswith(("cuda", "mps")):
        import torch

        return getattr(torch, device.partition(":")[0]).synchronize
    return lambda: None


def accelerator() -> str | None:
    """The device "cuda" or "mps" that torch tensors go to, or None if that is the CPU.

    Like `nnlib.default_device`, which asks the environment variable ``NNLIB_DEVICE`` first.
    """
    found = default_device()
    return None if found == "cpu" else found


def _draw(where, *shape):
    """Random float32 numbers there; `where` as in `Sequential.to`."""
    return move(np.random.default_rng(0).random(shape, dtype=np.float32), where)


def _device(where):
    return where.partition(":")[2] or "cpu"


@contextlib.contextmanager
def one_core():
    """A context in which NumPy and torch use one thread each on the CPU.

    Several threads wait for one another at each product: small ones get slower, and on a machine
    that has other work to do they get slower by factors that tell nothing.
    """
    torch = sys.modules.get("torch")
    threads = torch.get_num_threads() if torch else 1
    with one_thread():
        try:
            if torch:
                torch.set_num_threads(1)
            yield
        finally:
            if torch:
                torch.set_num_threads(threads)


def time_product(where: str, n: int, m: int | None = None, k: int | None = None) -> float:
    """Seconds of a product (n, m) times (m, k), square if m and k are left out.

    Parameters
    ----------
    where : str
        "numpy", "torch" or "torch:<device>". See `one_core`.
    n, m, k : int

    Examples
    --------

    >>> 0 < time_product("numpy", 8) < 1
    True
    """
    A, B = _draw(where, n, m or n), _draw(where, m or n, k or n)
    return best_seconds(lambda: A @ B, device=_device(where))


def time_loop(n: int) -> float:
    """Seconds of `loop_product` of two n × n matrices.

    >>> 0 < time_loop(4) < 1
    True
    """
    A, B = _draw("numpy", n, n).tolist(), _draw("numpy", n, n).tolist()
    return best_seconds(lambda: loop_product(A, B), rounds=1)


class Point(NamedTuple):
    """A measured operation: its name, its intensity, and operations per second."""

    name: str
    intensity: float
    speed: float


def measure(where: str = "numpy", name: str = "this machine", largest: int = 1024):
    """A machine's roofline, and what usual operations reach below it.

    Parameters
    ----------
    where : str
        "numpy", "torch" or "torch:<device>". See `one_core`.
    largest : int
        Size of the largest matrix product.

    Returns
    -------
    machine : Machine
        The peak is the fastest of the products; the bandwidth that of a large copy, bytes read and
        written; the launch overhead the time of a product of two numbers; the link, where there is
        one, the way of that copy from the computer's memory.
    points : list of Point
        An addition, a matrix times a vector, products of several sizes, a dense layer 784 → 256
        for batches of 1, 10 and 100.
    """
    device, n = _device(where), COPIED // ITEM
    a, b, result = (_draw(where, n) for _ in range(3))
    if where == "numpy":
        add, copy = lambda: np.add(a, b, out=result), lambda: np.copyto(result, a)
    else:
        import torch

        add, copy = lambda: torch.add(a, b, out=result), lambda: result.copy_(a)
    bandwidth = 2 * COPIED / best_seconds(copy, device=device)
    points = [Point("a + b", addition(n).intensity, n / best_seconds(add, device=device))]
    shapes = {"matrix · vector": (2048, 2048, 1)}
    shapes |= {f"{size} × {size}": 3 * (size,) for size in (16, 64, 256, largest)}
    shapes |= {f"Dense, batch {rows}": (rows, 784, 256) for rows in (1, 10, 100)}
    for what, shape in shapes.items():
        work = product(*shape)
        points.append(Point(what, work.intensity, work.operations / time_product(where, *shape)))
    link = math.inf
    if device != "cpu":
        host = _draw("torch", n)
        link = COPIED / best_seconds(lambda: result.copy_(host), device=device)
    peak = max(point.speed for point in points)
    return Machine(name, peak, bandwidth, link, time_product(where, 1)), points


def from_measured(stored: dict):
    """The machine and the points that ``benchmarks/hardware.py`` stored.

    >>> cpu = {"name": "cpu", "peak": 1e11, "bandwidth": 1e10, "link": None, "launch": 1e-6}
    >>> machine, points = from_measured(cpu | {"points": [["a + b", 0.083, 1e9]]})
    >>> machine.link, points
    (inf, [Point(name='a + b', intensity=0.083, speed=1000000000.0)])
    """
    numbers = {key: value for key, value in stored.items() if key != "points"}
    numbers["link"] = math.inf if stored["link"] is None else stored["link"]
    return Machine(**numbers), [Point(*row) for row in stored["points"]]


def time_projection(where: str, n: int = 1_000_000) -> float:
    """Seconds for `nnlib.camera.project` of n points, in "numpy", "torch" or "torch:<device>".

    >>> 0 < time_projection("numpy", 10) < 1
    True
    """
    M = camera_matrix(intrinsics(700.0, 320.0, 240.0), rotation(35, 18), [0.0, 0.0, 6.0])
    M, X = move(M.astype("float32"), where), _draw(where, n, 3)
    return best_seconds(lambda: project(M, X), device=_device(where), rounds=3)


# ------------------------------------------------------------------- one network, three trainings


def trainers(make, lr: float = 0.1, device: str = "cpu", mixed: bool = False) -> dict:
    """The same training three times: nnlib on NumPy, nnlib on torch tensors, and PyTorch.

    Parameters
    ----------
    make : callable
        Called without arguments, gives the network; each time the same one.
    lr : float
        Of plain gradient descent on the softmax cross-entropy.
    device : str
        Of the torch tensors.
    mixed : bool
        A fourth one: the PyTorch twin under ``torch.autocast``, which does the products in bfloat16
        and keeps weights and sums in float32.

    Returns
    -------
    dict of str to callable
        ``step(x, y)`` takes NumPy arrays, makes one step, and returns the loss before it.

    Examples
    --------
    >>> from nnlib import Dense, Sequential
    >>> steps = trainers(lambda: Sequential(Dense(2, 3, rng=0)))
    >>> x, y = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([0, 2])
    >>> losses = np.array([[step(x, y) for step in steps.values()] for _ in range(3)])
    >>> bool(np.ptp(losses, axis=1).max() < 1e-12), losses.shape
    (True, (3, 3))
    """
    where = "torch" if device == "cpu" else f"torch:{device}"
    found = {"nnlib, NumPy": _ours(make(), lr), "nnlib, torch": _ours(make().to(where), lr)}
    found["PyTorch twin"] = _theirs(make().to(where), lr)
    if mixed:
        found["PyTorch twin, mixed"] = _theirs(make().to(where), lr, mixed=True)
    return found


def _ours(model, lr):
    loss, sgd = SoftmaxCrossEntropy(), SGD(model.parameters(), lr=lr)
    return lambda x, y: float(step(model, loss, sgd, x, y))


def _theirs(model, lr, mixed=False):
    import torch

    twin, weight = torch_twin(model), model.parameters()[0].value
    sgd = torch.optim.SGD(twin.parameters(), lr=lr)

    def step(x, y):
        x, y = like(x, weight), torch.tensor(y, device=weight.device)
        with torch.autocast(weight.device.type, torch.bfloat16, enabled=mixed):
            loss = torch.nn.functional.cross_entropy(twin(x), y)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        return loss.item()

    return step


def time_steps(step, X, y, sizes, device: str = "cpu") -> list[float]:
    """Seconds of a training step, for each batch size."""
    return [
        best_seconds(lambda n=n: step(X[:n], y[:n]), device=device, rounds=3, at_least=0.01)
        for n in sizes
    ]
