"""The whole suite runs on several cores, in groups that stay together; a part of it does not.

`pytest` alone starts workers. `pytest tests/test_x.py`, and whatever else names what to run, stays
in one process, where a debugger works and nothing has to start first; `-n 3` asks for workers
there too, `-n 0` for none at all.
"""

import os
import re

import pytest

MOST = 4  # workers: each may have a JupyterLab, a Chromium and a few kernels, 2 GB
SLOW = ("tests/test_browser", "tests/test_sweep", "notebooks/", "tests/test_notebooks")


def pytest_xdist_auto_num_workers(config):
    """One more than there are cores, because the tests in a browser mostly wait."""
    if config.args_source is not config.ArgsSource.TESTPATHS:
        return 0
    return min(MOST, (os.cpu_count() or 1) + 1)


def group(nodeid):
    """What shares something dear, or depends on what ran before it, stays on one worker.

    The cells of a notebook go through one kernel in their order; the tests of one file share
    fixtures; where they go through all notebooks, those of one notebook share it. In the browser
    all go one after the other: several JupyterLabs at once wait for each other longer than a
    reader would.
    """
    file = nodeid.split("::")[0]
    notebook = re.search(r"\[(\d\d)_", nodeid)
    if not notebook or file == "tests/test_browser.py":
        return file
    return f"{file} {notebook[1]}"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    # Not --dist=loadgroup: with pytest 9.2, pytest-xdist 3.8 takes no notice of its marks.
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid):
            return group(nodeid)

    return Grouped(config, log)


def pytest_collection_modifyitems(config, items):
    """The longest groups first, so that no worker is left with one at the end."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(SLOW[0]))
        items.sort(key=lambda item: not item.nodeid.startswith(SLOW))
