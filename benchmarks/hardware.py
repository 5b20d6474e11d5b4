"""Notebook 15 on a machine with a GPU: ``python -m benchmarks.hardware`` (a minute).

The same functions as in the notebook, for the host and for its GPU: rooflines, matrix products,
a million points projected, and steps of the CNN of notebook 13. Where there is no GPU it says so
and stores nothing.
"""

import sys

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib import data, hardware
from nnlib.widgets.cnn import small_cnn

SIZES = [8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096]
BATCHES = [1, 4, 16, 64, 256, 1024]
STEPS = 100


def rounded(value):
    """Four digits are more than a time has."""
    return float(f"{value:.4g}")


def roofline(where, name):
    """A machine and its measured points, as the dicts that `store` takes."""
    machine, points = hardware.measure(where, name)
    return {
        "name": machine.name,
        "peak": rounded(machine.peak),
        "bandwidth": rounded(machine.bandwidth),
        "link": None if np.isinf(machine.link) else rounded(machine.link),
        "launch": rounded(machine.launch),
        "points": [[p.name, rounded(p.intensity), rounded(p.speed)] for p in points],
    }


def products(where):
    """Seconds of square products, for each of `SIZES`."""
    return [rounded(hardware.time_product(where, n)) for n in SIZES]


def training(device):
    """Losses of float32 over 100 steps, how far they part, and seconds per step."""
    digits = data.mnist()
    X, y = digits.X[:8000].reshape(-1, 28, 28, 1), digits.y[:8000]
    steps = hardware.trainers(lambda: small_cnn(0), device=device, mixed=True)
    losses = {name: [] for name in steps}
    for k in range(STEPS):
        rows = slice(64 * k, 64 * k + 64)
        for name, step in steps.items():
            losses[name].append(step(X[rows], y[rows]))
    first = np.array(losses["nnlib, NumPy"])
    return {
        "losses": {name: [round(v, 4) for v in found] for name, found in losses.items()},
        "largest_difference": {
            name: rounded(np.abs(np.array(found) - first).max()) for name, found in losses.items()
        },
        "batches": BATCHES,
        "seconds": {
            name: [rounded(t) for t in hardware.time_steps(step, X, y, BATCHES, device)]
            for name, step in steps.items()
        },
    }


def measure(device, name):
    """All of it, for the host's CPU and the device."""
    places = {"NumPy": "numpy", "torch, CPU": "torch", "torch, GPU": f"torch:{device}"}
    return {
        "gpu": name,
        "host": roofline("numpy", "its host, one core"),
        "roofline": roofline(f"torch:{device}", name),
        "sizes": SIZES,
        "products": {place: products(where) for place, where in places.items()},
        "points": 1_000_000,
        "projection": {
            place: rounded(hardware.time_projection(where)) for place, where in places.items()
        },
        "cnn": training(device),
    }


def main():
    device = hardware.accelerator()
    if device is None:
        sys.exit(
            f"benchmarks.hardware measures a GPU, and torch tensors go to the "
            f"{nn.default_device().upper()} here: nothing was stored."
        )
    import torch

    name = torch.cuda.get_device_name() if device.startswith("cuda") else "Apple GPU"
    with hardware.one_core():
        store("hardware_gpu", measure(device, name))


if __name__ == "__main__":
    main()
