"""What every test run needs: pictures without a window, and skips that say what is missing."""

import os
from importlib.util import find_spec

import matplotlib
import pytest

from tests.browser import HOW_TO_GET, find_chromium

# Figures are drawn into memory. Set here and not in the environment, which the kernels of the
# notebooks inherit: those show their figures inline.
matplotlib.use("agg")
os.environ.pop("MPLBACKEND", None)


def _true(name):
    return os.environ.get(name, "").lower() in {"1", "true", "yes"}


def browser_required():
    """Whether a missing Chromium is a failure: so in CI, where nobody would read the skip."""
    return _true("NNLIB_REQUIRE_BROWSER") or _true("CI")


def pytest_runtest_setup(item):
    if item.get_closest_marker("browser") and find_chromium() is None:
        if browser_required():
            pytest.fail(HOW_TO_GET, pytrace=False)
        pytest.skip(HOW_TO_GET)
    if item.get_closest_marker("gpu"):
        torch = pytest.importorskip("torch")
        if not torch.cuda.is_available():
            pytest.skip("no CUDA device on this machine")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    """Where there is no PyTorch, a test of a part of nnlib that needs it is skipped.

    What a test itself calls of it comes from tests/libraries.py.
    """
    try:
        return (yield)
    except ImportError as error:
        if find_spec("torch") is None and "torch" in str(error).lower():
            pytest.skip(f"needs PyTorch: {error}")
        raise
