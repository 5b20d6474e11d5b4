"""Convolution beside PyTorch's, for the README's table: ``python -m benchmarks.convolution``.

A training step of conv 8 – pool – conv 16 – pool – dense 10 on 64 digits of 28 × 28, float32, both
libraries on the same cores, in turns; an epoch on the 8,000 training digits; and how much the peak
of resident memory grows in a process of its own that does ten steps. Takes half a minute.
"""

import json
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil

import nnlib as nn
from nnlib import data

BATCH = 64


def ours():
    """A function that makes one training step with nnlib."""
    rng = np.random.default_rng(0)
    model = nn.Sequential(
        nn.Conv2D(1, 8, 3, rng=rng), nn.ReLU(), nn.MaxPool2D(2),
        nn.Conv2D(8, 16, 3, rng=rng), nn.ReLU(), nn.MaxPool2D(2),
        nn.Flatten(), nn.Dense(400, 10, rng=rng),
    ).astype("float32")  # fmt: skip
    digits, loss = data.mnist(), nn.SoftmaxCrossEntropy()
    sgd = nn.SGD(model.parameters(), lr=0.1)
    X, y = digits.X[:BATCH].reshape(-1, 28, 28, 1), digits.y[:BATCH]
    return lambda: nn.step(model, loss, sgd, X, y)


def theirs():
    """The same with PyTorch."""
    import torch

    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(400, 10),
    )  # fmt: skip
    digits, loss = data.mnist(), torch.nn.CrossEntropyLoss()
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    X = torch.tensor(digits.X[:BATCH]).reshape(-1, 1, 28, 28)
    y = torch.tensor(digits.y[:BATCH])

    def step():
        sgd.zero_grad()
        loss(model(X), y).backward()
        sgd.step()

    return step


def steps(rounds=15, each=20):
    """Medians of the milliseconds of a step, of both, in turns."""
    runners = {"nnlib": ours(), "torch": theirs()}
    times = {name: [] for name in runners}
    for _ in range(rounds):
        for name, step in runners.items():
            step()
            start = time.perf_counter()
            for _ in range(each):
                step()
            times[name].append(1e3 * (time.perf_counter() - start) / each)
    return {name: statistics.median(found) for name, found in times.items()}


def epoch():
    """Seconds for an epoch on the 8,000 training digits."""
    step = ours()
    start = time.perf_counter()
    for _ in range(8000 // BATCH):
        step()
    return time.perf_counter() - start


def growth(name):
    """MiB by which a process grows at most while it makes ten steps; for a process of its own.

    On Linux, where the peak that was reached while the data were loaded can be forgotten. Libraries
    load what they need in the first step, which counts for both.
    """
    step = {"nnlib": ours, "torch": theirs}[name]()
    Path("/proc/self/clear_refs").write_text("5")
    before = psutil.Process().memory_info().rss
    for _ in range(10):
        step()
    peak = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]
    return (int(peak) * 1024 - before) / 2**20


def memory():
    found = {}
    for name in ("nnlib", "torch"):
        command = [sys.executable, "-m", "benchmarks.convolution", name]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found[name] = json.loads(said)
    return found


def measure():
    """``step_ms`` and ``memory_mib`` of each library, and ``epoch_s`` of nnlib."""
    return {"step_ms": steps(), "epoch_s": epoch(), "memory_mib": memory()}


def main(argv):
    if argv:
        print(json.dumps(growth(argv[0])))
        return
    found = measure()
    ms, mib = found["step_ms"], found["memory_mib"]
    print(
        f"a step: nnlib {ms['nnlib']:.1f} ms, torch {ms['torch']:.1f} ms: "
        f"{ms['nnlib'] / ms['torch']:.2f} ×; an epoch of 8,000 digits {found['epoch_s']:.1f} s; "
        f"the peak grows by {mib['nnlib']:.0f} MiB, torch's by {mib['torch']:.0f}"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
