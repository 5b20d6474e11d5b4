r"""Time of a step against the number of processes: for notebook 15.

`nnlib.data_parallel.launch` trains three networks in 1, 2 and 4 processes of one thread each, in
float32, `REPEATS` times. Every step is timed in its parts: computing (forward and backward),
averaging (which includes waiting for the slowest) and updating (done by every process for all
weights). A single process has nothing to average: what it spends there is stored, and is no part
of its step. What is stored, for each network and number of processes: the median over the steps of
the mean over the processes, and of that the median over the repeats.

``speed_up``: the time of a step in one process by that in n, [run][number of processes].
``divisible``: the share p of the time of one process that is computing, for Amdahl's law.

More processes than cores take turns, and wait for each other: on a machine of two cores four
processes show that, and nothing else.

    python -m benchmarks.data_parallel      takes about two minutes and a half on two cores
"""

import os

import numpy as np

from benchmarks.store import store
from nnlib.data_parallel import PARTS, Task, launch

REPEATS, PROCESSES = 3, (1, 2, 4)
WARM = 3  # first steps that are not counted
TASKS = {
    "small": Task(hidden=32, batch_size=64, steps=200, dtype="float32"),
    "medium": Task(hidden=256, batch_size=512, steps=60, dtype="float32"),
    "large": Task(hidden=1024, batch_size=1024, steps=15, dtype="float32"),
}


def milliseconds(task, processes):
    """(median step in all and in its parts, shape (4,); seconds that starting took)."""
    found = launch(processes, task, timeout=600)
    steps = np.stack([found.seconds[part].mean(axis=0)[WARM:] for part in PARTS])
    needed = steps if processes > 1 else steps[[0, 2]]
    whole = np.median(needed.sum(axis=0))
    spent = sum(seconds[0].sum() for seconds in found.seconds.values())
    return 1e3 * np.r_[whole, np.median(steps, axis=1)], found.total - spent


def main():
    times = {name: np.zeros((REPEATS, len(PROCESSES), 4)) for name in TASKS}
    starts = []
    for run in range(REPEATS):  # so that a slow minute meets all of them
        for name, task in TASKS.items():
            for k, processes in enumerate(PROCESSES):
                times[name][run, k], start = milliseconds(task, processes)
                starts.append(start)
        if hasattr(os, "getloadavg"):
            print(f"run {run + 1}: load {os.getloadavg()[0]:.1f}", flush=True)
    networks = {}
    for name, task in TASKS.items():
        step = np.median(times[name], axis=0).round(3)
        whole = times[name][:, :, 0]
        networks[name] = {
            "hidden": task.hidden,
            "batch_size": task.batch_size,
            "parameters": task.start()[0].n_parameters,
            "step_ms": step[:, 0].tolist(),
            **{f"{part}_ms": step[:, i + 1].tolist() for i, part in enumerate(PARTS)},
            "speed_up": (whole[:, :1] / whole).round(2).tolist(),
            "divisible": round(float(step[0, 1] / step[0, 0]), 3),
        }
        print(name, networks[name])
    setting = {"repeats": REPEATS, "processes": list(PROCESSES), "dtype": "float32"}
    start = round(float(np.median(starts)), 1)
    store("data_parallel", {**setting, "seconds_to_start": start, "networks": networks})


if __name__ == "__main__":
    main()
