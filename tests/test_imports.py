"""What `import nnlib` loads, and what it offers. (Who may import whom: test_repo.py.)"""

import subprocess
import sys

import pytest

import nnlib as nn

HEAVY = ("matplotlib", "ipywidgets", "IPython", "torch", "anywidget", "scipy", "sklearn", "tqdm")


def modules_after(statement):
    """What a fresh process has loaded after it."""
    program = f"{statement}\nimport sys; print('\\n'.join(sys.modules))"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return set(run.stdout.split())


def test_import_is_light():
    loaded = modules_after("import nnlib")
    assert "nnlib.optim" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_submodules_load_when_first_used():
    assert "nnlib.data" in modules_after("import nnlib as nn; nn.data")
    assert "matplotlib" not in modules_after("import nnlib as nn; nn.data, nn.check")
    loaded = modules_after("import nnlib as nn; nn.widgets")
    assert "ipywidgets" in loaded and "torch" not in loaded


def test_public_names():
    assert len(set(nn.__all__)) == len(nn.__all__)
    for name in nn.__all__:
        assert getattr(nn, name) is not None
    assert set(nn.__all__) <= set(dir(nn))
    assert {"check", "data", "plot", "widgets"} <= set(dir(nn))
    for registry in (nn.ACTIVATIONS, nn.LOSSES, nn.OPTIMIZERS):
        for cls in registry.values():
            if cls.__module__.startswith("nnlib."):
                assert getattr(nn, cls.__name__) is cls


def test_unknown_name():
    with pytest.raises(AttributeError, match="module 'nnlib' has no attribute 'Dens'"):
        nn.Dens  # noqa: B018
