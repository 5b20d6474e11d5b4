"""Several processes: their average is the big batch's gradient, and none is ever left behind."""

import _thread
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import numpy as np
import psutil
import pytest

import nnlib as nn
from nnlib import data_parallel, torchrun
from nnlib.data_parallel import Task, launch, share

pytest.importorskip("torch")
LONG = Task(steps=10**6)  # it never ends by itself


def big_batch(task):
    """(gradient of the first step, losses, last weights) of one process, in NumPy."""
    model, X, y = task.start()
    loss, sgd = nn.SoftmaxCrossEntropy(), nn.SGD(model.parameters(), lr=task.lr)
    losses = []
    for step in range(task.steps):
        rows = task.rows(step)
        losses.append(nn.step(model, loss, sgd, X[rows], y[rows]))
        if step == 0:
            gradient = np.concatenate([p.grad.ravel() for p in model.parameters()])
    return gradient, losses, np.concatenate([p.value.ravel() for p in model.parameters()])


def processes_of(folder):
    """torchrun and its workers: whoever reports to a folder below this one."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            where = process.environ().get(torchrun.FOLDER, "")
            if where.startswith(str(folder)) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def wait_until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.02)
    return condition()


def notes(folder):
    """What the workers tell, once both are past their first step."""
    found = []
    for path in sorted(folder.glob("*/[01].json")):
        with contextlib.suppress(ValueError):
            found.append(json.loads(path.read_text()))
    return found if len(found) == 2 and all("step" in n["doing"] for n in found) else None


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Where the reports go. At the end no process may be left that belongs to it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield tmp_path
    left = processes_of(tmp_path)
    for process in left:
        process.kill()
    assert not left
    assert not list(tmp_path.iterdir())  # the reports were tidied up too


def while_it_runs(folder, action):
    """Call ``action(notes)`` in a thread, once both workers are at work."""
    thread = threading.Thread(target=lambda: action(wait_until(lambda: notes(folder), 90)))
    thread.start()
    return thread


# ------------------------------------------------------------------------------------- the maths


@pytest.mark.parametrize(("processes", "batch_size"), [(2, 101), (3, 8)])
def test_the_average_is_the_gradient_of_the_big_batch(processes, batch_size, folder):
    task = Task(batch_size=batch_size, seed=processes)
    found = launch(processes, task)
    gradient, losses, weights = big_batch(task)
    assert found.sizes.sum() == batch_size and np.ptp(found.sizes) == 1  # uneven
    # No share alone has it, and neither has the mean that forgets how large the shares are.
    assert (np.abs(found.own - gradient).max(axis=1) > 1e-2).all()
    assert np.abs(found.own.mean(axis=0) - gradient).max() > 1e-4
    np.testing.assert_allclose(found.sizes @ found.own / batch_size, gradient, atol=1e-15)
    np.testing.assert_allclose(found.averaged, np.tile(gradient, (processes, 1)), atol=1e-12)
    np.testing.assert_allclose(found.losses, losses, atol=1e-12)
    np.testing.assert_allclose(found.weights, np.tile(weights, (processes, 1)), atol=1e-12)
    assert (np.ptp(found.weights, axis=0) == 0).all()  # all processes have the very same
    for part in data_parallel.PARTS:
        assert found.seconds[part].shape == (processes, task.steps)
        assert (found.seconds[part] > 0).all()
    assert sum(s[0].sum() for s in found.seconds.values()) < found.total
    assert not found.on_gpu


@pytest.mark.gpu
def test_the_same_on_gpus():
    import torch

    task = Task(batch_size=101)
    found = launch(min(2, torch.cuda.device_count()), task)
    gradient, losses, _ = big_batch(task)
    assert found.on_gpu
    np.testing.assert_allclose(found.averaged[0], gradient, atol=1e-6)
    np.testing.assert_allclose(found.losses, losses, atol=1e-6)


@pytest.mark.parametrize(("n", "processes"), [(1, 1), (7, 7), (100, 3), (1797, 8), (9, 4)])
def test_shares_are_even_and_complete(n, processes):
    parts = [np.arange(n)[share(n, rank, processes)] for rank in range(processes)]
    np.testing.assert_array_equal(np.concatenate(parts), np.arange(n))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1 and min(map(len, parts)) >= 1


def test_batches_walk_through_all_samples_and_begin_again():
    task = Task(batch_size=700)
    seen = np.concatenate([task.rows(step) for step in range(3)])
    np.testing.assert_array_equal(seen[:1797], np.arange(1797))
    np.testing.assert_array_equal(seen[1797:], np.arange(2100 - 1797))


# ----------------------------------------------------------------------------------- what fails


def test_a_failing_worker_is_named_and_all_end(folder):
    start = time.monotonic()
    with pytest.raises(RuntimeError) as told:
        launch(2, LONG, fail=(1, 3))
    assert str(told.value) == (
        "Worker 1 of 2 failed while computing in step 3: "
        "ArithmeticError: it fails on purpose, as fail=(rank, step) asked"
    )
    assert time.monotonic() - start < 90  # some 5 on a quiet machine, where starting takes 4


def test_a_killed_worker_is_named(folder):
    while_it_runs(folder, lambda found: psutil.Process(found[1]["pid"]).kill())
    with pytest.raises(RuntimeError, match=r"^Worker 1 of 2 ended without .* while \w+ in step"):
        launch(2, LONG)


def test_an_interrupt_ends_even_a_worker_that_answers_nothing(folder):
    def action(found):
        psutil.Process(found[1]["pid"]).suspend()
        _thread.interrupt_main()

    while_it_runs(folder, action)
    with pytest.raises(KeyboardInterrupt):
        launch(2, LONG)


def test_workers_end_when_the_notebook_dies(folder):
    code = (
        "from nnlib.data_parallel import *\n"
        "import tempfile, sys\n"
        "tempfile.tempdir = sys.argv[1]\n"
        f"launch(2, {LONG})"
    )
    kernel = subprocess.Popen([sys.executable, "-c", code, str(folder)])
    assert wait_until(lambda: notes(folder), 90)
    assert len(processes_of(folder)) == 3
    kernel.kill()
    kernel.wait()
    assert wait_until(lambda: not processes_of(folder), 30)
    shutil.rmtree(next(folder.iterdir()))  # nobody was left to do it


def test_the_time_is_over_before_anybody_has_started(folder):
    start = time.monotonic()
    with pytest.raises(RuntimeError, match="No result within 0.2 s.*worker 1 was not started yet"):
        launch(2, timeout=0.2)
    assert time.monotonic() - start < 15


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        (
            {0: ("averaging in step 7", "RuntimeError: lost"), 1: ("computing in step 7", "Oh: o")},
            "Worker 1 of 2 failed while computing in step 7: Oh: o",
        ),
        (
            {0: ("averaging in step 7", "RuntimeError: broken"), 1: ("averaging in step 7", "")},
            "Worker 0 of 2 failed while averaging in step 7: RuntimeError: broken",
        ),
        ({}, "torchrun could not start the workers: No module named torch"),
    ],
)
def test_who_is_to_blame(tmp_path, told, sentence):
    for rank, (doing, error) in told.items():
        (tmp_path / f"{rank}.json").write_text(
            json.dumps({"pid": 1, "doing": doing, "error": error})
        )
    (tmp_path / "log").write_text("a line\nNo module named torch\n\n")
    assert torchrun._what_failed(tmp_path, 2, "averaging") == sentence


def test_too_late_tells_what_each_was_doing(tmp_path):
    (tmp_path / "0.json").write_text(json.dumps({"pid": 1, "doing": "averaging in step 4"}))
    (tmp_path / "1.json").write_text("")  # not a word yet
    assert torchrun._too_late(tmp_path, 2, 5) == (
        "No result within 5 s, so all was stopped: worker 0 was averaging in step 4, "
        "worker 1 was not started yet."
    )


NO_NETWORK = """
import fcntl, socket, struct, sys
import numpy as np
from nnlib.data_parallel import launch
try:
    launch(2)
except RuntimeError as error:
    print(error)
with socket.socket() as any_socket:  # SIOCSIFFLAGS: lo, up and running
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sH14x", b"lo", 0x41))
print(launch(2).losses.round(3))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="unshare is Linux's")
def test_it_needs_no_network():
    inside = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    try:
        subprocess.run([*inside, "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"unshare is not permitted: {error}")
    done = subprocess.run(
        [*inside, sys.executable, "-c", NO_NETWORK], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    _, losses, _ = big_batch(Task())
    assert "127.0.0.1, which does not answer (" in done.stdout.splitlines()[0]
    assert str(np.round(losses, 3)) in done.stdout


# ------------------------------------------------------------------------------------ wrong input


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: Task(batch_size=0), "batch_size to be a whole number of at least 1; got 0"),
        (lambda: Task(hidden=2.5), "hidden to be a whole number of at least 1; got 2.5"),
        (lambda: Task(steps=True), "steps to be a whole number of at least 1; got True"),
        (lambda: Task(seed=-1), "seed to be a whole number of at least 0; got -1"),
        (lambda: Task(lr=0), "lr to be a number above 0; got 0"),
        (lambda: Task(lr=float("nan")), "lr to be a number above 0; got nan"),
        (lambda: Task(dtype="int8"), "dtype to be float64 or float32; got 'int8'"),
        (lambda: launch(0), "processes to be a whole number of at least 1; got 0"),
        (lambda: launch("2"), "processes to be a whole number of at least 1; got '2'"),
        (lambda: launch(3, Task(batch_size=2)), "got 3 processes and a batch of 2"),
        (lambda: launch(2, 100), "expects a Task, as Task.* got 100"),
        (lambda: launch(2, timeout=0), "timeout to be a number above 0; got 0"),
        (lambda: launch(2, timeout=float("inf")), "timeout to be a number above 0; got inf"),
        (lambda: launch(2, fail=(2, 0)), "rank that fails to be a whole number from 0 to 1; got 2"),
        (lambda: launch(2, fail=(0, 10)), "step that fails .* from 0 to 9; got 10"),
        (lambda: launch(2, fail=1), r"fail=\(rank, step\); got 1"),
    ],
)
def test_wrong_input_is_told_before_anything_starts(call, words, monkeypatch):
    monkeypatch.setattr(torchrun, "run", lambda *a, **k: pytest.fail("it started"))
    with pytest.raises((ValueError, TypeError), match=words):
        call()


def test_whole_numbers_may_be_written_as_floats():
    assert Task(batch_size=100.0, steps=np.int64(10)) == Task()
    assert isinstance(Task(batch_size=100.0).batch_size, int)


def test_the_program_by_hand_needs_torchrun():
    environment = {k: v for k, v in os.environ.items() if k != "RANK"}
    done = subprocess.run(
        [sys.executable, "-m", "nnlib.data_parallel"],
        capture_output=True, text=True, env=environment,
    )  # fmt: skip
    assert done.returncode != 0
    assert "torchrun --standalone --nproc-per-node 2 -m nnlib" in done.stderr
