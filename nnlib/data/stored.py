"""Files that lie beside nnlib in its clone, and measurements that are kept in one."""

import json
from pathlib import Path

from .. import expect

ROOT = Path(__file__).resolve().parents[2]


def stored_path(*parts) -> Path:
    """Where a file of the clone is; a FileNotFoundError that helps if nnlib has none."""
    path = ROOT.joinpath(*parts)
    if not path.exists():
        raise FileNotFoundError(
            f"nnlib looks for {path.name} in the folder {'/'.join(parts[:-1])} of its clone, and "
            "it is not there. Install nnlib from a clone: pip install -e ."
        )
    return path


def measured(name: str) -> dict:
    """What ``python -m benchmarks.<name>`` found, for figures that take longer than a notebook may.

    Parameters
    ----------
    name : str
        Of the script in ``benchmarks``; its results are in ``benchmarks/measured/<name>.json``.

    Returns
    -------
    dict
        ``"command"``, ``"machine"`` (processor, cores, versions), and what the script measured.

    Raises
    ------
    FileNotFoundError
        If nnlib is not used from its clone.
    ValueError
        If there is no such measurement; a near match is offered.
    """
    folder = stored_path("benchmarks", "measured")
    expect.known(name, sorted(path.stem for path in folder.glob("*.json")), "measurement")
    return json.loads(stored_path("benchmarks", "measured", f"{name}.json").read_text("utf-8"))
