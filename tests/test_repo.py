"""The repository as a whole: what imports what, what is installed, what the README promises."""

import ast
import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NNLIB = ROOT / "nnlib"
README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

# From the bottom to the top: a module may import what stands in an earlier row, not what stands
# beside it. So no layer knows another layer, a loss or an optimiser.
ROWS = [
    ["expect"],
    ["backend"],
    ["core", "init", "windows"],
    [
        "activations",
        "dense",
        "conv",
        "pool",
        "dropout",
        "recurrent",
        "losses",
        "optim",
        "schedules",
    ],
    ["metrics"],
    ["train", "gradcheck", "stack", "thinned", "surfaces", "torch_code"],
    [
        "camera",
        "precision",
        "perceptron",
        "graph",
        "planted",
        "regions",
        "folds",
        "kernels",
        "theory",
        "data",
        "descent",
        "export",
        "torch_twin",
        "torchrun",
        "overfitting",
    ],
    ["handwriting", "hardware", "data_parallel", "separable"],
    ["check"],
    ["plot"],
    ["widgets"],
]
ALLOWED_BESIDE = {
    ("activations", "dense"),  # Maxout is the largest of several Dense layers
    ("recurrent", "activations"),  # gates are sigmoids, states are tanh
}
LEVEL = {name: level for level, row in enumerate(ROWS) for name in row}
HEAVY = {"matplotlib", "ipywidgets", "anywidget", "IPython", "torch", "sklearn", "scipy"}


def tracked():
    """Files that git knows, or all files where this is not a clone."""
    found = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True
    )
    if found.returncode:
        pytest.skip("not a git clone")
    return [ROOT / name for name in found.stdout.splitlines() if (ROOT / name).is_file()]


def modules():
    return sorted(p for p in NNLIB.rglob("*.py"))


def part(path):
    """The part of nnlib a file belongs to: `dense`, `plot`, ..."""
    return path.relative_to(NNLIB).with_suffix("").parts[0]


def imports(path, top_only=False):
    """(absolute name, line) for each import in a file, or only for those it runs at once."""
    package = ["nnlib", *path.relative_to(NNLIB).parent.parts]
    tree = ast.parse(path.read_text(encoding="utf-8"))
    later = set()  # what stands in a function runs when that is called
    if top_only:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                later.update(ast.walk(node))
    for node in set(ast.walk(tree)) - later:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join([*package[: len(package) - node.level + 1], base]).rstrip(".")
            for alias in node.names:
                yield f"{base}.{alias.name}", node.lineno


# -------------------------------------------------------------------------------- the package


@pytest.mark.parametrize(
    "path", [p for p in modules() if part(p) != "__init__"], ids=lambda p: str(p.relative_to(NNLIB))
)
def test_imports_point_upwards_only(path):
    here = part(path)
    assert here in LEVEL, f"nnlib/{here} has no row in the order of modules at the top of this file"
    for name, line in imports(path):
        words = name.split(".")
        if words[0] != "nnlib" or len(words) < 2 or words[1] not in LEVEL or words[1] == here:
            continue
        below = LEVEL[words[1]] < LEVEL[here]
        assert below or (here, words[1]) in ALLOWED_BESIDE, (
            f"{path.relative_to(ROOT)}:{line}: {here} must not import {words[1]}"
        )


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(NNLIB)))
def test_maths_imports_no_pictures_and_nobody_imports_torch_at_once(path):
    for name, line in imports(path, top_only=True):
        top = name.split(".")[0]
        where = f"{path.relative_to(ROOT)}:{line}: imports {name}"
        assert top not in {"torch", "sklearn", "scipy"}, where
        if part(path) not in {"plot", "widgets"}:
            assert top not in HEAVY, where
    for name, line in imports(path):
        if part(path) not in {"plot", "widgets"}:
            assert name.split(".")[0] not in HEAVY - {"torch"}, f"{path}:{line}: imports {name}"


def test_import_nnlib_loads_nothing_heavy():
    code = f"import sys, nnlib; print(*sorted({HEAVY!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_the_parts_with_pictures_load_when_asked_for():
    code = "import nnlib as nn; print(nn.plot.__name__, nn.widgets.__name__, nn.check.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["nnlib.plot", "nnlib.widgets", "nnlib.check"]


def test_everything_needed_is_installed_with_the_package():
    listed = set(PYPROJECT["tool"]["setuptools"]["packages"])
    packages = {".".join(p.parent.relative_to(ROOT).parts) for p in NNLIB.rglob("__init__.py")}
    assert packages == listed
    patterns = PYPROJECT["tool"]["setuptools"]["package-data"]
    for path in NNLIB.rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            package = ".".join(path.parent.relative_to(ROOT).parts)
            assert any(path.match(p) for p in patterns.get(package, ())), (
                f"{path.relative_to(ROOT)} would not be installed: add it to package-data"
            )


# -------------------------------------------------------------------------------- dependencies


def requirement_names(lines):
    return {
        re.split(r"[<>=!~\[ ;]", line.strip())[0].lower().replace("_", "-")
        for line in lines
        if line.strip() and not line.strip().startswith(("#", "-"))
    }


DECLARED = requirement_names(PYPROJECT["project"]["dependencies"])
LISTED = requirement_names((ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines())


def imported_by(paths):
    """Distributions that some files import, as far as they are not Python's or ours."""
    distributions = importlib.metadata.packages_distributions()
    ours = {"nnlib", "tests", "benchmarks", "notebooks"}
    found = {}
    for path in paths:
        source = "\n".join(
            line
            for line in path.read_text(encoding="utf-8").splitlines()
            if not line.lstrip().startswith(("%", "!"))
        )
        for node in ast.walk(ast.parse(source)):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in names:
                top = name.split(".")[0]
                if top not in sys.stdlib_module_names and top not in ours:
                    for distribution in distributions.get(top, [top]):
                        found.setdefault(distribution.lower().replace("_", "-"), path)
    return found


def test_what_nnlib_imports_is_declared_and_nothing_else():
    found = imported_by(modules())
    for optional in ("torch", "pytest", "ipython"):  # where they are there, and never at once
        found.pop(optional, None)
    assert set(found) <= DECLARED, {d: str(p) for d, p in found.items() if d not in DECLARED}
    assert set(found) >= DECLARED, "declared in pyproject.toml, but nothing in nnlib imports it"


def test_what_everything_else_imports_is_listed():
    others = [p for p in tracked() if p.suffix == ".py" and NNLIB not in p.parents]
    missing = {d: p for d, p in imported_by(others).items() if d not in DECLARED | LISTED}
    assert not missing, {d: str(p.relative_to(ROOT)) for d, p in missing.items()}


def test_each_requirement_is_listed_once_has_a_lower_bound_and_a_reason():
    assert not DECLARED & LISTED, "listed in both pyproject.toml and requirements.txt"
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    for line in lines:
        if line and not line.startswith("#"):
            what, _, why = line.partition("#")
            assert len(why.split()) >= 3, f"say why: {line}"
            assert what.startswith("-e .") or re.search(r"[>=]=\d", what), f"no version: {line}"
    assert "torch==2.13.0" in " ".join(lines)
    for requirement in PYPROJECT["project"]["dependencies"]:
        assert re.search(r">=\d", requirement), requirement


# -------------------------------------------------------------------------------- the README


def commands():
    """The lines of the README's shell blocks that make the virtual environment."""
    blocks = re.findall(r"^```(?:sh|powershell)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines() if " -m venv .venv" in line]


def test_readme_has_two_commands_for_each_system():
    unix = [c for c in commands() if c.startswith("python3 ")]
    windows = [c for c in commands() if c.startswith("py ")]
    assert len(unix) == len(windows) == 2
    assert unix[0].endswith("jupyter lab notebooks/00_start_here.ipynb")
    assert unix[1].endswith("/pytest")
    for there, here in zip(windows, unix, strict=True):
        # The same, word for word, in PowerShell's spelling (its version 5 has no &&).
        spelled = here.replace("python3 ", "py ").replace(" && ", "; ").replace("bin/", "Scripts/")
        parts = spelled.split("; ")
        parts[1:] = [p.replace("/", "\\") for p in parts[1:]]
        assert there == "; ".join(parts)


def test_ci_runs_the_readmes_test_command():
    script = ROOT / ".ci" / "run"
    if os.name == "posix":
        assert os.access(script, os.X_OK)
    pattern = re.search(r"grep -E '(.*?)' README", script.read_text(encoding="utf-8")).group(1)
    found = [line for line in README.splitlines() if re.search(pattern, line)]
    assert found == [c for c in commands() if c.endswith("/pytest")]


def test_readme_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)#\s]+)|src=\"([^\"]+)\"", README):
        target = next(t for t in target if t)
        if not re.match(r"[a-z]+:", target):
            assert (ROOT / target).exists(), target


def test_readme_tells_of_every_notebook():
    for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"):
        assert f"notebooks/{path.name}" in README


def test_pytest_covers_tests_doctests_and_notebooks():
    options = PYPROJECT["tool"]["pytest"]["ini_options"]
    assert {"tests", "nnlib", "notebooks/*.ipynb"} <= set(options["testpaths"])
    assert {"--doctest-modules", "--nbval"} <= set(options["addopts"])


# -------------------------------------------------------------------------------- hygiene


def test_no_file_is_tied_to_one_machine_or_too_large():
    path_of_a_machine = re.compile(r"(?<![\w.:/])/(?:home|Users|root)/\w")
    for path in tracked():
        size = path.stat().st_size
        assert size < 1_000_000 or "assets" in path.parts, f"{path.name}: {size} bytes"
        assert path.suffix not in {".pkl", ".pickle"}, path.name
        if path.suffix in {".py", ".md", ".toml", ".txt", ".js", ".css", ".json"}:
            text = path.read_text(encoding="utf-8")
            found = path_of_a_machine.search(text)
            assert not found, f"{path.relative_to(ROOT)}: {found.group()}"


def test_javascript_fetches_nothing():
    for path in NNLIB.rglob("*.js"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://(?!www\.w3\.org/)|\bfetch\(|\bimport\b.*from", text), path
