"""Where measurements too long for a notebook are kept: benchmarks/measured/<name>.json.

A script ``benchmarks/<name>.py`` measures and calls `store`; the notebook loads what it found with
``nnlib.data.measured("<name>")`` and names the script. Run it again with
``python -m benchmarks.<name>``.
"""

import importlib.metadata
import json
import os
import platform
import re
from pathlib import Path

MEASURED = Path(__file__).resolve().parent / "measured"


def machine():
    """What the numbers were measured on, in words that name no machine."""
    model = platform.processor() or platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model n"))
    except (OSError, StopIteration):
        pass
    packages = ("numpy", "torch", "scikit-learn", "jupyterlab", "ipywidgets", "anywidget")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "packages": {name: importlib.metadata.version(name) for name in packages},
    }


def store(name, found):
    """Keep what ``python -m benchmarks.<name>`` found.

    ``found`` is a dict of numbers, strings, lists and dicts. Round the numbers first: digits that
    mean nothing make every change of the file unreadable.
    """
    MEASURED.mkdir(exist_ok=True)
    kept = {"command": f"python -m benchmarks.{name}", "machine": machine(), **found}
    text = json.dumps(kept, indent=1, allow_nan=False) + "\n"
    # A list of numbers on one line: a change can be read, and the file stays small.
    text = re.sub(r"\[[^][{}\"]*\]", lambda found: re.sub(r"\s+", " ", found[0]), text)
    (MEASURED / f"{name}.json").write_text(text, encoding="utf-8", newline="\n")
