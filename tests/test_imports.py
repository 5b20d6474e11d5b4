"""What `import nnlib` loads, and what it offers."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nnlib as nn

PACKAGE = Path(nn.__file__).parent
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


# Who may import whom: a module only those that stand before it.
ORDER = [
    "backend", "core", "init", "dense", "activations", "dropout", "losses", "optim", "train",
    "gradcheck", "perceptron", "graph", "theory", "data", "export", "check", "plot", "widgets",
]  # fmt: skip
LAYERS = {"dense", "activations", "dropout"}


def imported(path):
    """Parts of nnlib that a module imports, as names from ORDER."""
    package = path.relative_to(PACKAGE).parts
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = package[: len(package) - node.level]
            name = (*above, *(node.module or "").split("."))
            found |= {name[0]} if name[0] else {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nnlib."):
            found.add(node.module.split(".")[1])
    return found


@pytest.mark.parametrize(
    "path", [p for p in sorted(PACKAGE.rglob("*.py")) if p.name != "__init__.py"],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)  # fmt: skip
def test_imports_point_upwards(path):
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert part in ORDER, f"{part} has no place in the order of modules"
    above = ORDER[: ORDER.index(part) + 1]
    assert imported(path) <= set(above)
    if part in LAYERS - {"activations"}:  # Maxout is made of Dense
        assert imported(path).isdisjoint(LAYERS)


@pytest.mark.parametrize("part", ORDER[: ORDER.index("plot")])
def test_maths_knows_no_pictures(part):
    files = [PACKAGE / f"{part}.py"] if (PACKAGE / f"{part}.py").exists() else []
    files += sorted((PACKAGE / part).glob("*.py"))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {n.split(".")[0] for n in names} & {"matplotlib", "ipywidgets", "anywidget"}
