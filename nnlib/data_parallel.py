r"""Data-parallel training: several processes, each with its share of the batch.

Every process holds the same network. Of a batch of N samples it takes n_k, computes the gradient
of their mean loss, and sends it round. What all of them then step along is the big batch's own:

.. math:: \nabla \frac1N \sum_{n=1}^N \ell_n = \sum_k \frac{n_k}{N} \, \nabla \frac1{n_k}
          \sum_{n \in \text{share } k} \ell_n

So no process ever needs another's samples, and all weights stay equal, to the last digit.

`launch` does it from a notebook. By hand, in a terminal, the same worker program is started by ::

    torchrun --standalone --nproc-per-node 2 -m nnlib.data_parallel --steps 20

PyTorch's ``DistributedDataParallel`` takes the mean over the processes, which is the same where all
shares are of one size. It is faster: it puts many small gradients into one message (a bucket), and
sends the buckets of the last layers while backward is still busy with the first ones. Here each
parameter is a message, sent when backward is done.

Source: S. Li et al., PyTorch Distributed: Experiences on Accelerating Data Parallel Training,
VLDB 2020, https://arxiv.org/abs/2006.15704
"""

from __future__ import annotations

import argparse
import dataclasses
import time
from dataclasses import dataclass

import numpy as np

from . import expect, torchrun
from .activations import Tanh
from .backend import like, to_numpy
from .core import Sequential
from .data import digits
from .dense import Dense
from .losses import SoftmaxCrossEntropy
from .optim import SGD

PARTS = ("computing", "averaging", "updating")
SAMPLES = 1797  # as many digits as there are


@dataclass(frozen=True)
class Task:
    """What is trained: a network 64 - hidden - hidden - 10 on the handwritten digits.

    Parameters
    ----------
    batch_size : int
        N, the samples of one step, of all processes together.
    hidden : int
        Units of either hidden layer.
    steps : int
    lr : float
        η of gradient descent.
    seed : int
        At least 0: of the first weights and the order of the samples.
    dtype : str
        "float64" or "float32".

    Raises
    ------
    ValueError
        If a number is not above 0 (the seed: below 0), or the dtype is another one.

    Examples
    --------
    >>> Task(hidden=16).start()[0].n_parameters  # 65 · 16 + 17 · 16 + 17 · 10
    1482
    >>> Task(batch_size=4).rows(2)  # samples of the third batch
    array([ 8,  9, 10, 11])
    """

    batch_size: int = 100
    hidden: int = 32
    steps: int = 10
    lr: float = 0.5
    seed: int = 0
    dtype: str = "float64"

    def __post_init__(self):
        checked = {
            "batch_size": expect.whole(self.batch_size, "Task", "batch_size", 1),
            "hidden": expect.whole(self.hidden, "Task", "hidden", 1),
            "steps": expect.whole(self.steps, "Task", "steps", 1),
            "lr": expect.number(self.lr, "Task", "lr", above=0),
            "seed": expect.whole(self.seed, "Task", "seed"),
            "dtype": expect.dtype(self.dtype, "Task"),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)  # a frozen dataclass knows no other way

    def start(self):
        """The network before the first step, all X and all y: the same ones in every process."""
        rng = np.random.default_rng(self.seed)
        wide, more = self.hidden, {"rng": rng, "dtype": self.dtype}
        model = Sequential(
            Dense(64, wide, **more), Tanh(), Dense(wide, wide, **more), Tanh(),
            Dense(wide, 10, **more),
        )  # fmt: skip
        found = digits()
        order = rng.permutation(len(found.X))
        return model, found.X[order].astype(self.dtype), found.y[order]

    def rows(self, step: int) -> np.ndarray:
        """Which samples the batch of a step holds; after the last sample comes the first."""
        return np.arange(step * self.batch_size, (step + 1) * self.batch_size) % SAMPLES


def share(n: int, rank: int, processes: int) -> slice:
    """The part of n samples that process ``rank`` of several takes; they differ by one at most.

    >>> [share(100, rank, 3) for rank in range(3)]
    [slice(0, 33, None), slice(33, 66, None), slice(66, 100, None)]
    """
    return slice(n * rank // processes, n * (rank + 1) // processes)


# ----------------------------------------------------------------------------- in each process


def train(task: Task, worker: torchrun.Worker, fail=None) -> dict:
    """What each process does: compute the gradient of its share, average, step.

    Parameters
    ----------
    task : Task
    worker : Worker
    fail : (rank, step), optional
        Which worker fails on purpose, and in which step.

    Returns
    -------
    dict of array
        As in `Result`, for this process.
    """
    import torch.distributed as dist

    model, X, y = task.start()
    model.to(worker.device)
    parameters = model.parameters()
    loss, optimizer = SoftmaxCrossEntropy(), SGD(parameters, lr=task.lr)
    losses, seconds, gradients = [], [], []
    for step in range(task.steps):
        rows = task.rows(step)
        mine = rows[share(len(rows), worker.rank, worker.processes)]
        weight = len(mine) / len(rows)  # n_k / N
        x = like(X[mine], parameters[0].value)
        worker.tell(f"computing in step {step}")
        if fail == (worker.rank, step):
            raise ArithmeticError("it fails on purpose, as fail=(rank, step) asked")
        times = [_clock(worker)]
        losses.append(weight * float(loss(model(x, train=True), y[mine])))
        model.backward(loss.backward())
        times.append(_clock(worker))
        if step == 0:
            gradients.append(_flat(p.grad for p in parameters))
        worker.tell(f"averaging in step {step}")
        for p in parameters:
            p.grad *= weight
            dist.all_reduce(p.grad)  # the sum over all processes, in each of them
        times.append(_clock(worker))
        if step == 0:
            gradients.append(_flat(p.grad for p in parameters))
        optimizer.step()
        times.append(_clock(worker))
        seconds.append(np.diff(times))
    whole = like(losses, parameters[0].value)  # its part of the loss of the batch
    dist.all_reduce(whole)
    return {
        "own": gradients[0],
        "averaged": gradients[1],
        "weights": _flat(p.value for p in parameters),
        "losses": to_numpy(whole),
        "seconds": np.array(seconds).T,
    }


def _flat(arrays):
    return np.concatenate([to_numpy(array).reshape(-1) for array in arrays])


def _clock(worker):
    if worker.on_gpu:  # it is still busy when a call has returned
        import torch

        torch.cuda.synchronize()
    return time.perf_counter()


def main() -> None:
    """The program of each process; its arguments are those of `Task`."""
    parser = argparse.ArgumentParser("nnlib.data_parallel", description="One of several workers.")
    for field in dataclasses.fields(Task):
        flag = "--" + field.name.replace("_", "-")
        parser.add_argument(flag, type=type(field.default), default=field.default)
    parser.add_argument("--fail", type=int, nargs=2, metavar=("RANK", "STEP"))
    given = vars(parser.parse_args())
    fail = given.pop("fail")
    with torchrun.Worker() as worker:
        found = train(Task(**given), worker, tuple(fail) if fail else None)
        worker.report(**found, on_gpu=worker.on_gpu)
    first, last = found["losses"][[0, -1]]
    spent = zip(PARTS, found["seconds"].sum(axis=1), strict=True)
    print(
        f"worker {worker.rank} of {worker.processes}: loss {first:.4f}, at the end {last:.4f};",
        ", ".join(f"{part} {seconds:.3f} s" for part, seconds in spent),
    )


# ----------------------------------------------------------------------------- in the notebook


@dataclass(frozen=True)
class Result:
    """What the workers found; K processes, P parameters.

    Attributes
    ----------
    sizes : array (K,)
        n_k, the samples of each process in one step.
    own : array (K, P)
        The gradient of the mean loss of its own share, in the first step.
    averaged : array (K, P)
        The same after averaging, as each process received it.
    weights : array (K, P)
        After the last step.
    losses : array (steps,)
        Of the whole batch, before each step.
    seconds : dict of array (K, steps)
        "computing" (forward and backward), "averaging" (sending, receiving, and waiting for the
        slowest), "updating" (the step, which each process does for all weights).
    on_gpu : bool
        Whether each process had a GPU, and NCCL averaged; else it was gloo, on the CPU.
    total : float
        Seconds of the whole launch; most of them go into starting Python and importing torch.
    """

    sizes: np.ndarray
    own: np.ndarray
    averaged: np.ndarray
    weights: np.ndarray
    losses: np.ndarray
    seconds: dict
    on_gpu: bool
    total: float


def launch(processes: int = 2, task: Task | None = None, *, fail=None, timeout=120.0) -> Result:
    """Train in several processes of this machine, and collect what they found.

    It runs ``torchrun --standalone --nproc-per-node K -m nnlib.data_parallel``, see `torchrun.run`.

    Parameters
    ----------
    processes : int
        K.
    task : Task, optional
    fail : (rank, step), optional
        Which worker fails on purpose, and in which step: to see what happens then.
    timeout : float
        Seconds after which all is stopped.

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        If there are more processes than samples in a batch, or a number makes no sense.
    TypeError
        If the task is none.
    RuntimeError
        If a worker fails, is killed, or the time is over; the message says which, and why. No
        process is left then, nor when the call is interrupted.
    """
    task = Task() if task is None else task
    expect.made(task, Task, "launch", "a Task, as Task(batch_size=100)")
    processes = expect.whole(processes, "launch", "processes", 1)
    timeout = expect.number(timeout, "launch", "timeout", above=0)
    if processes > task.batch_size:
        raise ValueError(
            f"launch expects at least one sample for each process; got {processes} processes and "
            f"a batch of {task.batch_size}."
        )
    arguments = []
    for name, value in dataclasses.asdict(task).items():
        arguments += ["--" + name.replace("_", "-"), value]
    if fail is not None:
        try:
            rank, step = fail
        except (TypeError, ValueError):
            raise ValueError(f"launch expects fail=(rank, step); got {fail!r}.") from None
        rank = expect.whole(rank, "launch", "the rank that fails", 0, processes - 1)
        step = expect.whole(step, "launch", "the step that fails", 0, task.steps - 1)
        arguments += ["--fail", rank, step]
    start = time.perf_counter()
    found = torchrun.run(
        "nnlib.data_parallel", arguments, processes=processes, timeout=timeout, waits="averaging"
    )
    total = time.perf_counter() - start
    rows = task.rows(0)
    return Result(
        sizes=np.array([len(rows[share(len(rows), k, processes)]) for k in range(processes)]),
        own=np.stack([f["own"] for f in found]),
        averaged=np.stack([f["averaged"] for f in found]),
        weights=np.stack([f["weights"] for f in found]),
        losses=found[0]["losses"],
        seconds={part: np.stack([f["seconds"][i] for f in found]) for i, part in enumerate(PARTS)},
        on_gpu=bool(found[0]["on_gpu"]),
        total=total,
    )


if __name__ == "__main__":
    main()
