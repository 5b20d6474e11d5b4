"""A module started in several processes by torchrun, and what became of each of them.

`run` starts them and collects their arrays; `Worker` is the other end, in each process. Between
them lies a folder: each worker keeps a note there of what it is doing, so that a failure can be
told in one sentence instead of torchrun's page, and in the end an .npz file with what it found.

Source: https://docs.pytorch.org/docs/stable/elastic/run.html
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np

from .backend import default_device

GRACE = 3.0  # seconds that torchrun gets to end its workers before they are killed
FOLDER = "NNLIB_REPORTS"  # the environment variable that tells the workers where to report


class Worker:
    """This process, as one of several that torchrun started.

    ``with Worker() as worker:`` joins the others, through NCCL if there is a GPU for each process,
    else through gloo, on the CPU.

    Attributes
    ----------
    rank, processes : int
        Which one of how many.
    on_gpu : bool
    device : str
        For `Sequential.to`.

    Raises
    ------
    RuntimeError
        If this process was not started by torchrun.
    """

    def __init__(self):
        if "RANK" not in os.environ:
            raise RuntimeError(
                "A Worker expects to be started by torchrun: "
                "torchrun --standalone --nproc-per-node 2 -m nnlib.data_parallel"
            )
        self.rank, self.processes = int(os.environ["RANK"]), int(os.environ["WORLD_SIZE"])
        self.state = {"pid": os.getpid(), "doing": "starting", "error": ""}
        self.folder = Path(os.environ[FOLDER]) if FOLDER in os.environ else None
        self.note = None
        if self.folder:
            self.note = open(self.folder / f"{self.rank}.json", "w", encoding="utf-8")
            threading.Thread(target=_end_with_launcher, daemon=True).start()
        self.tell("starting")

    def tell(self, doing: str, error: str = "") -> None:
        """Note what this worker does now, should it never get further: some 10 µs."""
        self.state.update(doing=doing, error=error)
        if self.note:
            self.note.seek(0)
            self.note.write(f"{json.dumps(self.state):<400}")  # as long as the longest before it
            self.note.flush()

    def report(self, **arrays) -> None:
        """What `run` returns of this worker."""
        if self.folder:
            np.savez(self.folder / f"{self.rank}.npz", **arrays)

    def __enter__(self):
        try:
            import torch
            import torch.distributed as dist

            self.on_gpu = default_device() == "cuda" and torch.cuda.device_count() >= self.processes
            self.device = f"torch:cuda:{self.rank}" if self.on_gpu else "torch"
            if self.on_gpu:
                torch.cuda.set_device(self.rank)
            dist.init_process_group("nccl" if self.on_gpu else "gloo")
        except Exception as error:
            self._failed(error)
            raise
        return self

    def __exit__(self, kind, error, traceback):
        import torch.distributed as dist

        if error is not None:
            self._failed(error)  # the others may wait for this one: do not wait for them
        else:
            dist.destroy_process_group()
            self.tell("done")

    def _failed(self, error):
        self.tell(self.state["doing"], f"{type(error).__name__}: {error}".splitlines()[0][:200])


def _end_with_launcher():
    """Wait for the end of the pipe from `run`, which comes however that process ends."""
    os.read(0, 1)
    os._exit(1)


def run(module: str, arguments=(), *, processes: int, timeout: float, waits: str) -> list[dict]:
    """Start ``module`` in several processes of this machine, and collect what they report.

    No network is needed. Each process computes in one thread: otherwise K of them would start as
    many threads each as there are cores, and these would fight for the cores.

    Parameters
    ----------
    module : str
        As after ``python -m``; it uses `Worker`.
    arguments : list of str
    processes : int
    timeout : float
        Seconds after which all is stopped.
    waits : str
        How the notes of a worker begin when it needs the others: if it fails there while another
        one failed elsewhere, that other one is to blame.

    Returns
    -------
    list of dict
        For each worker the arrays it reported.

    Raises
    ------
    RuntimeError
        If a worker fails, is killed, or the time is over: which one, and why. No process is left
        then, nor when the call is interrupted.
    """
    _check_loopback()
    # On Windows a killed worker may hold its file a moment longer.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        command = [sys.executable, "-m", "torch.distributed.run", "--standalone"]
        command += ["--local-addr", "127.0.0.1", "--nproc-per-node", str(processes)]
        command += ["-m", module, *map(str, arguments)]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", FOLDER: name}
        # Otherwise gloo asks the network who this machine is, and there may be none.
        for loopback in {name for _, name in socket.if_nameindex()} & {"lo", "lo0"}:
            environment["GLOO_SOCKET_IFNAME"] = loopback  # of Linux, of macOS
        if os.name == "nt":  # PyTorch for Windows is built without it: its issue 139990
            environment["USE_LIBUV"] = "0"
        late = False
        with (folder / "log").open("wb") as log:
            # In a session of its own: an interrupt of the notebook comes to this process alone,
            # which then stops torchrun in order.
            torchrun = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            torchrun.wait(timeout)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            _stop(torchrun, folder)
        if late:
            raise RuntimeError(_too_late(folder, processes, timeout))
        if torchrun.returncode:
            raise RuntimeError(_what_failed(folder, processes, waits))
        found = []
        for rank in range(processes):
            with np.load(folder / f"{rank}.npz") as arrays:
                found.append(dict(arrays))
        return found


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
    """End torchrun and its workers, whatever they do. These are no children of ours, and each is in
    a session of its own, so that no group holds them all."""
    torchrun.stdin.close()  # the end of this pipe ends the workers that can still read
    if torchrun.poll() is None:
        torchrun.terminate()  # it ends its workers, then itself
        with contextlib.suppress(subprocess.TimeoutExpired):
            torchrun.wait(GRACE)
    if torchrun.returncode is None or torchrun.returncode < 0:  # it had no time to end them
        for state in _states(folder).values():
            with contextlib.suppress(OSError):
                os.kill(state["pid"], getattr(signal, "SIGKILL", signal.SIGTERM))
        with contextlib.suppress(subprocess.TimeoutExpired):
            torchrun.wait(GRACE)  # it collects its dead, and follows them
        torchrun.kill()
        torchrun.wait()


# ---------------------------------------------------------------------- what became of them


def _states(folder):
    """{rank: its last note}, of the workers that wrote one."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        with contextlib.suppress(ValueError):  # killed before its first word
            found[int(path.stem)] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _too_late(folder, processes, timeout):
    states = _states(folder)
    words = [
        f"worker {rank} was {states[rank]['doing'] if rank in states else 'not started yet'}"
        for rank in range(processes)
    ]
    return f"No result within {timeout:g} s, so all was stopped: {', '.join(words)}."


def _what_failed(folder, processes, waits):
    """One sentence, from the notes of the workers and the log of torchrun."""
    states, log = _states(folder), (folder / "log").read_text(encoding="utf-8", errors="replace")
    failed = {rank: state for rank, state in states.items() if state["error"]}
    # Who failed while it waited for the others has lost one of them: that is a consequence.
    first = [rank for rank, state in failed.items() if not state["doing"].startswith(waits)]
    killed = [
        (int(rank), int(code))
        for rank, code in re.findall(r"\brank +: (\d+) .*\n +exitcode +: (-?\d+)", log)
        if int(rank) not in failed
    ]
    # With the 15 of SIGTERM torchrun itself ends those that are left.
    killed.sort(key=lambda found: found[1] == -signal.SIGTERM)
    if killed and not first:
        rank, code = killed[0]
        doing = states[rank]["doing"] if rank in states else "starting"
        words = f"ended without a word (exit code {code}) while {doing}"
        return f"Worker {rank} of {processes} {words}: something killed it."
    for rank in [*first, *failed]:
        state = states[rank]
        return f"Worker {rank} of {processes} failed while {state['doing']}: {state['error']}"
    lines = [line for line in log.splitlines() if line.strip()] or ["it said nothing"]
    return f"torchrun could not start the workers: {lines[-1].strip()[:300]}"
