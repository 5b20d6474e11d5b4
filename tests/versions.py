"""The suite on the oldest or on the newest versions that our requirements allow.

    python tests/versions.py oldest            # with constraints/oldest.txt
    python tests/versions.py newest            # with whatever is newest today
    python tests/versions.py oldest -m "not browser" tests/test_core.py

in a virtual environment of its own, in a temporary folder, with the Python that runs this; what
follows the first word goes to pytest. When the whole suite has passed on the newest versions, they
are written to constraints/newest.txt: the versions on which a class can rely.

Without PyTorch (for a Python that it does not support yet) say ``--no-torch`` first: what needs it
is skipped, and the notebooks, which show its numbers, are left out.
"""

import os
import re
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CONSTRAINTS = ROOT / "constraints"
HEADER = """\
# A class that wants to freeze installs with these: pip install -r requirements.txt -c {name}
# Written by `python tests/versions.py newest` after the whole suite had passed with them, on
# Python {python}. What PyTorch itself pins (on Linux its CUDA libraries) is not repeated here.
"""


def frozen(freeze: str, python: str) -> str:
    """The text of constraints/newest.txt, from what ``pip freeze`` said."""
    # What cannot be had elsewhere is left out: clones, paths, and the "+cpu" of a local build.
    pins = [line.partition("+")[0].split("==") for line in freeze.splitlines() if "==" in line]
    plain = {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}
    kept = [f"{n}=={v}" for n, v in plain.items() if not re.match(r"nvidia|cuda|triton", n)]
    return HEADER.format(name="constraints/newest.txt", python=python) + "\n".join(kept) + "\n"


def requirements(without_torch: bool) -> str:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    lines = [line.replace("-e .", f"-e {ROOT}") for line in lines]
    # mnist1d is made for PyTorch and would bring it along.
    return "\n".join(
        line for line in lines if not (without_torch and re.match(r"torch|mnist1d", line))
    )


def main(words) -> int:
    without_torch = "--no-torch" in words[:1]
    which, *options = words[without_torch:] or ["?"]
    if which not in ("oldest", "newest"):
        print(__doc__, file=sys.stderr)
        return 2
    if without_torch:
        options = options or ["tests", "nnlib"]
        options += ["-m", "not browser"] * ("-m" not in options)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / ("Scripts" if os.name == "nt" else "bin") / "python"
        listed = Path(folder) / "requirements.txt"
        listed.write_text(requirements(without_torch), encoding="utf-8")
        pip = [python, "-m", "pip", "--disable-pip-version-check"]
        constraint = ["-c", CONSTRAINTS / "oldest.txt"] if which == "oldest" else []
        subprocess.run([*pip, "install", "-q", "-r", listed, *constraint], check=True)
        found = subprocess.run([*pip, "freeze"], capture_output=True, text=True, check=True).stdout
        print(found, flush=True)
        passed = subprocess.run([python, "-m", "pytest", *options], cwd=ROOT).returncode
    if which == "newest" and passed == 0 and not options:
        text = frozen(found, ".".join(map(str, sys.version_info[:2])))
        (CONSTRAINTS / "newest.txt").write_text(text, encoding="utf-8", newline="\n")
    return passed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
