"""What the README shows as code, run: a newcomer copies it."""

import re
import shutil
import subprocess
import sys

import jupytext
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from nnlib import activations, gradcheck
from nnlib.check import exercise
from notebooks import build
from tests.explorers import picture

README = build.README.read_text(encoding="utf-8")
ACTIVATION, EXERCISE, NOTEBOOK = re.findall(r"^```python\n(.*?)^```", README, re.M | re.S)


@pytest.mark.parametrize("code", [ACTIVATION, EXERCISE, NOTEBOOK])
def test_each_is_shown_in_under_twenty_lines(code):
    assert len(code.splitlines()) < 20


def test_the_activation_works_and_is_known_by_its_name(monkeypatch):
    monkeypatch.setattr(activations, "ACTIVATIONS", dict(activations.ACTIVATIONS))
    names = dict(vars(activations))
    exec(ACTIVATION, names)
    layer = activations.activation("bentidentity")
    assert type(layer) is names["BentIdentity"] and layer.formula and layer.note
    np.testing.assert_allclose(layer([0.0, 0.75]), [0, 0.875])
    assert gradcheck(layer, np.array([[-3.0, -0.2, 0.1, 2.5]])) < 1e-6


def test_the_exercise_takes_the_right_answer_and_tells_each_mistake():
    names = dict(vars(exercise))
    exec(EXERCISE, names)
    made = names["slope_of_a_parabola"]
    made.name = "slope_of_a_parabola"
    assert made(4.0).ok
    for says, wrong in made.mistakes.items():
        verdict = made(wrong)
        assert verdict.ok is False and verdict.message == says


def test_the_idea_for_a_notebook_is_a_picture_that_moves():
    nb = jupytext.reads(NOTEBOOK, fmt="py:percent")
    assert [cell.cell_type for cell in nb.cells] == ["markdown", "code"]
    imports = "import numpy as np\nfrom nnlib import widgets"
    nb.cells.insert(0, nbformat.v4.new_code_cell(imports))
    NotebookClient(nb, kernel_name="python3").execute()
    data = nb.cells[-1].outputs[0].data
    assert data["text/plain"] == "The loss L = 1.0 w²; its slope at w = 1 is 2.0."
    assert "image/png" in data
    names = {}
    exec(imports, names)
    exec(NOTEBOOK.replace("widgets.Live", "live = widgets.Live"), names)
    before = picture(names["live"])
    assert names["live"].update(a=-1.0).endswith("at w = 1 is -2.0.")
    assert picture(names["live"]) != before


def test_the_activation_is_everywhere_with_nothing_else_written(tmp_path):
    """In a process of its own, for it is put where newcomers put it: in activations.py."""
    package = tmp_path / "nnlib"
    shutil.copytree(build.NOTEBOOKS.parent / "nnlib", package)
    with (package / "activations.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{ACTIVATION}")
    code = """
import numpy as np, torch, nnlib as nn
from nnlib.widgets import ActivationExplorer, Playground
layer, x = nn.BentIdentity(), np.array([[-1.0, 0.75]])
assert "bentidentity" in Playground().controls["activation"].options
assert "bentidentity" in ActivationExplorer().update(activation="bentidentity").lower()
model = nn.Sequential(nn.Dense(2, 2, rng=0), layer)
same = nn.torch_twin(model)(torch.tensor(x)).detach().numpy()
assert np.allclose(same, model(x)), same
for style in ("nnlib", "torch", "torch-class"):
    names = {}
    exec(nn.export_code(model, style), names)
    got = names["model"](torch.tensor(x) if style != "nnlib" else x)
    assert np.allclose(nn.to_numpy(got), model(x), atol=1e-6), style
print(nn.__file__)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert str(package) in done.stdout  # the copy, not this clone
