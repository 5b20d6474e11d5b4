r"""Data-parallel training: several processes, each with its share of the batch.

Every process holds the same network. Of a batch of N samples it takes n_k, computes the gradient
of their mean loss, and sends it round. What all of them then step along is the big batch's own:

.. math:: \nabla \frac1N \sum_{n=1}^N \ell_n = \sum_k \frac{n_k}{N} \, \nabla \frac1{n_k}
          \sum_{n \in \text{share } k} \ell_n

So no process ever needs another's samples, and all weights stay equal, to the last digit.

`launch` does it from a notebook. By hand, in a terminal, the same worker program is started by ::

    torchrun --standalone --nproc-per-node 2 -m nnlib.data_parallel --steps 20

PyTorch's ``DistributedDataParallel`` computes the same average. It is faster: it puts many small
gradients into one message (a bucket), and sends the buckets of the last layers while backward is
still busy with the first ones. Here each parameter is a message, sent when backward is done.

Source: S. Li et al., PyTorch Distributed: Experiences on Accelerating Data Parallel Training,
VLDB 2020, https://arxiv.org/abs/2006.15704
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from .activations import Tanh
from .backend import default_device, like, to_numpy
from .core import Sequential
from .data import digits
from .dense import Dense
from .losses import SoftmaxCrossEntropy
from .optim import SGD

GRACE = 3.0  # seconds that torchrun gets to end its workers before they are killed


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
        Of the first weights and of the order of the samples.
    dtype : str
        "float64" or "float32".

    Raises
    ------
    ValueError
        If a number is not above zero, or the dtype is another one.

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
        for name in ("batch_size", "hidden", "steps"):
            _check_whole(f"Task expects {name}", getattr(self, name), 1)
        if not 0 < self.lr < np.inf:
            raise ValueError(f"Task expects lr above 0; got {self.lr!r}.")
        if self.dtype not in ("float64", "float32"):
            raise ValueError(f"Task expects dtype 'float64' or 'float32'; got {self.dtype!r}.")

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
        return np.arange(step * self.batch_size, (step + 1) * self.batch_size) % 1797


def share(n: int, rank: int, processes: int) -> slice:
    """The part of n samples that process ``rank`` of several takes; they differ by one at most.

    >>> [share(100, rank, 3) for rank in range(3)]
    [slice(0, 33, None), slice(33, 66, None), slice(66, 100, None)]
    """
    return slice(n * rank // processes, n * (rank + 1) // processes)


# ----------------------------------------------------------------------------- in each process


def work(task: Task, tell, fail=None) -> dict:
    """What every process does: compute its share, average, step. For `main`, under torchrun.

    ``tell(doing=..., step=...)`` is called before each part; ``fail`` is (rank, step) or None.
    """
    import torch
    import torch.distributed as dist

    rank, processes = dist.get_rank(), dist.get_world_size()
    on_gpu = dist.get_backend() == "nccl"
    model, X, y = task.start()
    model.to(f"torch:cuda:{rank}" if on_gpu else "torch")
    parameters = model.parameters()
    loss, optimizer = SoftmaxCrossEntropy(), SGD(parameters, lr=task.lr)
    losses, seconds, gradients = [], [], []

    def clock():
        if on_gpu:  # it works on after a call has returned
            torch.cuda.synchronize()
        return time.perf_counter()

    for step in range(task.steps):
        rows = task.rows(step)
        mine = rows[share(len(rows), rank, processes)]
        weight = len(mine) / len(rows)  # n_k / N
        x = like(X[mine], parameters[0].value)
        tell(doing="computing", step=step)
        if fail == (rank, step):
            raise ArithmeticError("this worker fails on purpose, because fail= asked for it")
        times = [clock()]
        losses.append(weight * float(loss(model(x, train=True), y[mine])))
        model.backward(loss.backward())
        times.append(clock())
        if step == 0:
            gradients.append(_flat(parameters))
        tell(doing="averaging", step=step)
        for p in parameters:
            p.grad *= weight
            dist.all_reduce(p.grad)  # the sum over all processes, in each of them
        times.append(clock())
        if step == 0:
            gradients.append(_flat(parameters))
        optimizer.step()
        times.append(clock())
        seconds.append(np.diff(times))
    whole = like(losses, parameters[0].value)
    dist.all_reduce(whole)
    return {
        "own": gradients[0],
        "averaged": gradients[1],
        "weights": np.concatenate([to_numpy(p.value).ravel() for p in parameters]),
        "losses": to_numpy(whole),
        "seconds": np.array(seconds).T,
        "backend": dist.get_backend(),
    }


def _flat(parameters):
    return np.concatenate([to_numpy(p.grad).ravel() for p in parameters])


def main(arguments=None) -> None:
    """The worker program. torchrun tells it its rank in the environment."""
    parser = argparse.ArgumentParser(prog="nnlib.data_parallel", description=__doc__)
    for field in dataclasses.fields(Task):
        flag = "--" + field.name.replace("_", "-")
        parser.add_argument(flag, type=type(field.default), default=field.default)
    parser.add_argument("--fail", type=int, nargs=2, metavar=("RANK", "STEP"))
    parser.add_argument("--report", type=Path, help="a folder for `launch`")
    given = vars(parser.parse_args(arguments))
    fail, report = given.pop("fail"), given.pop("report")
    if "RANK" not in os.environ:
        parser.error("start it by: torchrun --standalone --nproc-per-node 2 -m nnlib.data_parallel")
    rank, processes = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
    state = {"pid": os.getpid(), "doing": "starting", "step": 0, "error": ""}
    notes = open(report / f"{rank}.json", "w", encoding="utf-8") if report else None

    def tell(**news):
        """Overwrite what is known of this worker, should it never get further."""
        state.update(news)
        if notes:
            notes.seek(0)
            notes.write(f"{json.dumps(state):<400}")
            notes.flush()

    tell()
    if report:
        threading.Thread(target=_end_with_launcher, daemon=True).start()
    try:
        import torch
        import torch.distributed as dist

        gpu = default_device() == "cuda" and torch.cuda.device_count() >= processes
        if gpu:
            torch.cuda.set_device(rank)
        dist.init_process_group("nccl" if gpu else "gloo")
        found = work(Task(**given), tell, tuple(fail) if fail else None)
        dist.destroy_process_group()
    except Exception as error:
        tell(error=f"{type(error).__name__}: {error}".splitlines()[0][:200])
        raise
    tell(doing="done")
    if report:
        np.savez(report / f"{rank}.npz", **found)
    else:
        first, last = found["losses"][[0, -1]]
        spent = dict(zip(PARTS, found["seconds"].sum(axis=1).round(3).tolist(), strict=True))
        print(f"worker {rank} of {processes}: loss {first:.3f} to {last:.3f}, seconds {spent}")


def _end_with_launcher():
    """Wait for the end of the pipe from `launch`, which comes however that process ends."""
    os.read(0, 1)
    os._exit(1)


# ----------------------------------------------------------------------------- in the notebook

PARTS = ("computing", "averaging", "updating")


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
        slowest), "updating" (the step, which every process does for all weights).
    backend : str
        "gloo" or "nccl".
    total : float
        Seconds of the whole launch; most of them go into starting Python and importing torch.
    """

    sizes: np.ndarray
    own: np.ndarray
    averaged: np.ndarray
    weights: np.ndarray
    losses: np.ndarray
    seconds: dict
    backend: str
    total: float


def launch(processes: int = 2, task: Task | None = None, *, fail=None, timeout=120.0) -> Result:
    """Train in several processes of this machine, and collect what they found.

    It runs ``torchrun --standalone --nproc-per-node K -m nnlib.data_parallel``. The processes talk
    through gloo, or through NCCL where there is a GPU for each; nothing leaves the machine, and no
    network is needed. Each one computes in one thread: otherwise K of them would start as many
    threads each as there are cores, and these would fight for the cores.

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
    RuntimeError
        If a worker fails, is killed, or the time is over; the message says which, and why. No
        process is left then, nor when the call is interrupted.
    """
    task = Task() if task is None else task
    _check_whole("launch expects processes", processes, 1)
    if processes > task.batch_size:
        raise ValueError(
            f"launch expects at least one sample for each process; got {processes} processes and "
            f"a batch of {task.batch_size}."
        )
    if fail is not None:
        _check_whole("fail=(rank, step) expects a rank", fail[0], 0, processes - 1)
        _check_whole("fail=(rank, step) expects a step", fail[1], 0, task.steps - 1)
    if not timeout > 0:
        raise ValueError(f"launch expects a timeout above 0 seconds; got {timeout!r}.")
    _check_loopback()
    start = time.perf_counter()
    # On Windows a killed worker may hold its file a moment longer.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        command += ["--local-addr", "127.0.0.1", "--nproc-per-node", str(processes)]
        command += ["-m", "nnlib.data_parallel", "--report", name]
        for key, value in dataclasses.asdict(task).items():
            command += ["--" + key.replace("_", "-"), str(value)]
        command += ["--fail", *map(str, fail)] if fail is not None else []
        with (folder / "log").open("wb") as log:
            # Its own session: an interrupt of the notebook is for this process, which then stops
            # torchrun in order.
            torchrun = subprocess.Popen(
                command, env={**os.environ, **_environment()}, stdin=subprocess.PIPE, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        late = False
        try:
            torchrun.wait(timeout)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            _stop(torchrun, folder)
        if late:
            raise RuntimeError(_too_late(folder, processes, timeout))
        if torchrun.returncode:
            raise RuntimeError(_what_failed(folder, processes))
        found = [dict(np.load(folder / f"{rank}.npz")) for rank in range(processes)]
    every = {key: np.stack([f[key] for f in found]) for key in ("own", "averaged", "weights")}
    rows = np.arange(task.batch_size)
    return Result(
        sizes=np.array([len(rows[share(len(rows), k, processes)]) for k in range(processes)]),
        losses=found[0]["losses"],
        seconds={part: np.stack([f["seconds"][i] for f in found]) for i, part in enumerate(PARTS)},
        backend=str(found[0]["backend"]),
        total=time.perf_counter() - start,
        **every,
    )


def _environment():
    """What torchrun and its workers get on top of ours."""
    names = {name for _, name in socket.if_nameindex()} & {"lo", "lo0"}  # Linux, macOS
    # Otherwise gloo asks the network who this machine is, and there may be none.
    only_here = {"GLOO_SOCKET_IFNAME": names.pop()} if names else {}
    return {"OMP_NUM_THREADS": "1", **only_here}


def _check_loopback():
    """Without it torchrun would try for two minutes, and then print a page."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
    except OSError as error:
        raise RuntimeError(
            "The processes talk through this machine's own address 127.0.0.1, which does not "
            f"answer ({error}). On Linux, `ip link set lo up` switches it on."
        ) from None


def _stop(torchrun, folder):
    """End torchrun and its workers, whatever they are doing. Workers are no children of ours, and
    are in sessions of their own."""
    torchrun.stdin.close()  # the end of this pipe ends workers that can still read
    if torchrun.poll() is None:
        torchrun.terminate()  # it ends its workers, then itself
        try:
            torchrun.wait(GRACE)
        except subprocess.TimeoutExpired:
            pass
    if torchrun.returncode is None or torchrun.returncode < 0:  # it had no time to end them
        for state in _states(folder).values():
            with contextlib.suppress(OSError):
                os.kill(state["pid"], getattr(signal, "SIGKILL", signal.SIGTERM))
        torchrun.kill()
        torchrun.wait()


def _states(folder):
    """{rank: what that worker last told}, of those that have told anything."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        with contextlib.suppress(ValueError):  # killed before its first word
            found[int(path.stem)] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _where(state):
    return (
        "starting" if state["doing"] == "starting" else f"{state['doing']} in step {state['step']}"
    )


def _too_late(folder, processes, timeout):
    states = _states(folder)
    words = [
        f"worker {rank} was {_where(states[rank]) if rank in states else 'not started yet'}"
        for rank in range(processes)
    ]
    return f"No result within {timeout:g} s, so all was stopped: {', '.join(words)}."


def _what_failed(folder, processes):
    """One sentence out of the notes of the workers and the log of torchrun."""
    states, log = _states(folder), (folder / "log").read_text(encoding="utf-8", errors="replace")
    failed = {rank: s for rank, s in states.items() if s["error"]}
    # Who was averaging has lost its partner: that is a consequence. First those with their own.
    for rank, state in failed.items():
        if state["doing"] != "averaging":
            return f"Worker {rank} of {processes} failed while {_where(state)}: {state['error']}"
    for rank, code in re.findall(r"rank +: (\d+) .*\n +exitcode +: (-?\d+)", log):
        if int(rank) in states and int(rank) not in failed:
            return (
                f"Worker {rank} of {processes} was ended from outside (exit code {code}) while "
                f"{_where(states[int(rank)])}."
            )
    for rank, state in failed.items():
        return f"Worker {rank} of {processes} failed while {_where(state)}: {state['error']}"
    lines = [line for line in log.splitlines() if line.strip()] or ["it said nothing"]
    return f"torchrun could not start the workers: {lines[-1].strip()[:300]}"


def _check_whole(what, value, low, high=None):
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < low:
        raise ValueError(f"{what} of at least {low}; got {value!r}.")
    if high is not None and value > high:
        raise ValueError(f"{what} from {low} to {high}; got {value!r}.")


if __name__ == "__main__":
    main()
