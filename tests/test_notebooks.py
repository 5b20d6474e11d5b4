"""Every notebook: stored as it should be, built like the others, its exercises answerable.

That its outputs are what the code gives today is nbval's part: it runs with every `pytest`.
"""

import ast
import re
import tomllib
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from notebooks import build

ROOT = Path(__file__).resolve().parents[1]
NAMES = build.names()

# Every notebook says these, under a heading or in its opening cell; see the others for the form.
OPENING = {
    "a title": r"\A# \S",
    "a question": r"\?",
    "objectives": r"\byou can\b",
    "what to know before": r"(?i)before",
    "the minutes needed": r"(?i)\b\d+ min",
    "the lecture rows it covers": r"\b[A-E]\d+\b",
}
CLOSING = ("summary", "quiz", "terms", "lectures", "further reading")

# Two words that tell a reader who did not find it so that they are slow.
UNKIND = re.compile(r"\b(simply|obviously|trivial(ly)?|of course|as everyone knows)\b", re.I)
ABSOLUTE_PATH = re.compile(
    r"(?<![\w.:/])/(?:home|Users|root|tmp|var|usr|opt|mnt)/\w|\b[A-Z]:\\\w|site-packages"
)
LONGEST_CELL = 30  # lines of code that can be read on a projector

NO_NETWORK = """
import socket as _socket

_connect = _socket.socket.connect, _socket.socket.connect_ex

def _refusing(connect):
    def refuse(self, address, *rest):
        if address[0] == "127.0.0.1":  # two processes of this machine talk: that is no network
            return connect(self, address, *rest)
        raise OSError(f"a notebook must not need the network; it asked for {address}")
    return refuse

_socket.socket.connect, _socket.socket.connect_ex = map(_refusing, _connect)
"""


@pytest.fixture(params=NAMES, scope="module")
def name(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(name):
    path = ROOT / "notebooks" / f"{name}.ipynb"
    assert path.exists(), f"not built yet: run python notebooks/build.py {name}"
    return nbformat.read(path, as_version=4)


def tags(cell):
    return set(cell.metadata.get("tags", ()))


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(notebook):
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def headings(notebook):
    return re.findall(r"^#+ +(.+?)\s*$", prose(notebook), re.MULTILINE)


# -------------------------------------------------------------------------------- as stored


def test_text_and_notebook_agree(name):
    assert build.disagreements(name) == []


def test_stored_outputs_are_those_of_one_run_from_top_to_bottom(name, notebook):
    size = (ROOT / "notebooks" / f"{name}.ipynb").stat().st_size
    assert build.problems(notebook, size) == []


def test_metadata_is_what_the_course_needs_and_nothing_else(notebook):
    assert notebook.metadata == build.METADATA
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags", "jupyter"}, cell.source
        assert set(cell.metadata.get("jupyter", {})) <= {"source_hidden"}, cell.source
        assert not cell.get("attachments"), "pictures come from assets/ or from code"


def test_nothing_refers_to_one_machine(notebook):
    for cell in notebook.cells:
        texts = [cell.source]
        for output in cell.get("outputs", ()):
            texts.append(output.get("text", "") + "\n".join(output.get("traceback", ())))
            texts += [
                value
                for mime, value in output.get("data", {}).items()
                if isinstance(value, str) and mime != "image/png"
            ]
        for text in texts:
            assert not ABSOLUTE_PATH.search(text), text


def test_what_is_seen_without_a_kernel_is_the_picture(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if "image/png" in data:
                assert build.WIDGET_VIEW not in data, cell.source
            if build.WIDGET_VIEW in data:
                # A widget without a picture leaves a reader on GitHub with nothing.
                pytest.fail(f"widget without a picture:\n{cell.source}")


def test_every_picture_is_told_in_words(notebook):
    for cell in code(notebook):
        for output in cell.outputs:
            data = output.get("data", {})
            if not {"image/png", "image/svg+xml", "image/jpeg"} & set(data):
                continue
            words = data.get("text/plain", "")
            assert len(words.split()) >= 6 and not words.startswith("<"), (
                f"the picture of this cell needs a sentence as text/plain, got {words!r}:\n"
                f"{cell.source}"
            )


# -------------------------------------------------------------------------------- anatomy


def test_it_opens_as_the_others_do(notebook):
    first_code = next(i for i, c in enumerate(notebook.cells) if c.cell_type == "code")
    opening = "\n\n".join(c.source for c in notebook.cells[:first_code])
    missing = [what for what, pattern in OPENING.items() if not re.search(pattern, opening)]
    assert not missing, f"before its first code the notebook lacks: {', '.join(missing)}"
    assert "import nnlib as nn" in notebook.cells[first_code].source


def test_it_closes_as_the_others_do(notebook):
    found = " | ".join(headings(notebook)).lower()
    missing = [word for word in CLOSING if word not in found]
    assert not missing, f"no heading with: {', '.join(missing)}; the headings are: {found}"


def test_it_has_one_title_and_headings_in_order(notebook):
    levels = [len(m) for m in re.findall(r"^(#+) ", prose(notebook), re.MULTILINE)]
    assert levels.count(1) == 1 and levels[0] == 1
    for above, below in zip(levels, levels[1:], strict=False):
        assert below <= above + 1, "a heading skips a level"


def test_cells_can_be_projected(notebook):
    for cell in code(notebook):
        if not cell.metadata.get("jupyter", {}).get("source_hidden"):
            assert len(cell.source.splitlines()) <= LONGEST_CELL, cell.source


def test_prose_is_kind(notebook):
    found = [m.group() for m in UNKIND.finditer(prose(notebook))]
    assert not found


def test_links_to_files_lead_somewhere(notebook):
    for target in re.findall(r"\]\(([^)#\s]+)", prose(notebook)):
        if not re.match(r"[a-z]+:", target):
            assert (ROOT / "notebooks" / target).exists(), target


def test_lecture_rows_are_named_in_the_closing_table(name, notebook):
    table = set(re.findall(r"^\|\s*\**([A-E]\d+)\**\s*\|", prose(notebook), re.MULTILINE))
    assert table, "the section on the lectures is a table whose first column is the row's id"
    map_file = ROOT / "assets" / "lecture_map.toml"
    if map_file.exists():
        rows = tomllib.loads(map_file.read_text(encoding="utf-8"))
        ours = {
            row for row, target in rows.items() if Path(str(target.get("notebook"))).stem == name
        }
        assert ours <= table, f"assets/lecture_map.toml says it covers {sorted(ours - table)} too"


# -------------------------------------------------------------------------------- exercises


def exercises(notebook):
    """(exercise cell, markdown cells up to its solution) for each exercise, in order."""
    found = []
    for index, cell in enumerate(notebook.cells):
        if "exercise" in tags(cell):
            after = []
            for later in notebook.cells[index + 1 :]:
                if later.cell_type != "markdown":
                    break
                after.append(later)
                if "solution" in tags(later):
                    break
            found.append((cell, after))
    return found


def solution_code(cell):
    blocks = re.findall(r"^```python\n(.*?)^```", cell.source, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 1, f"a solution holds one ```python block, not {len(blocks)}"
    return blocks[0]


def is_check(statement):
    """Whether a statement is a call of check.<exercise>, alone on its line."""
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Call)
        and re.match(r"(nn\.)?check\.\w+$", ast.unparse(statement.value.func)) is not None
    )


def answered(exercise, solution):
    """The exercise's cell with the solution in it, and with the verdict insisted on."""
    body = ast.parse(exercise).body
    assert body and is_check(body[-1]), f"an exercise ends in check.<name>(...):\n{exercise}"
    given = [s for s in ast.parse(solution).body if not is_check(s)]
    verdict = ast.unparse(body[-1].value)
    return "\n".join(
        [
            *(ast.unparse(s) for s in body[:-1]),
            *(ast.unparse(s) for s in given),
            f"_verdict = {verdict}",
            "assert _verdict.ok is True, _verdict.message",
            "_verdict",
        ]
    )


def test_each_exercise_has_hints_then_a_solution_all_folded(notebook):
    found = exercises(notebook)
    assert sum("solution" in tags(c) for c in notebook.cells) == len(found)
    for cell, after in found:
        assert after and "solution" in tags(after[-1]), f"no solution follows:\n{cell.source}"
        folded = "\n".join(c.source for c in after)
        assert re.search(r"<summary>.*Hint", folded), f"no folded hint follows:\n{cell.source}"
        assert "<summary>Solution" in after[-1].source
        assert after[-1].source.count("<details") == after[-1].source.count("</details>") == 1


def test_untouched_exercises_say_so(notebook):
    for cell, _ in exercises(notebook):
        said = "".join(o.get("data", {}).get("text/plain", "") for o in cell.outputs)
        assert "not answered yet" in said.lower(), cell.source


def shown(cell):
    """What a cell printed and gave, as text."""
    return "".join(
        o.get("text", "") + o.get("data", {}).get("text/plain", "") for o in cell.outputs
    )


def test_with_all_solutions_it_runs_clean_without_network_in_any_folder(notebook, tmp_path):
    """All of its cells: what an exercise leaves behind must not disturb those after it."""
    filled = nbformat.from_dict(notebook)
    for cell in code(filled):
        cell.outputs = []
    solved = exercises(filled)
    for cell, after in solved:
        cell.source = answered(cell.source, solution_code(after[-1]))
    filled.cells.insert(0, nbformat.v4.new_code_cell(NO_NETWORK))
    # An error raises with the cell and, for a wrong verdict, its message.
    NotebookClient(
        filled,
        timeout=build.CELL_TIMEOUT,
        kernel_name="python3",
        resources={"metadata": {"path": str(tmp_path)}},
    ).execute()
    assert len(solved) >= 5
    for cell, _ in solved:
        assert "✓ Right." in shown(cell), cell.source
    for cell in code(filled):
        assert "not answered yet" not in shown(cell).lower(), cell.source
        noise = [o.text for o in cell.outputs if o.get("name") == "stderr"]
        assert not noise, f"{noise}\n{cell.source}"
    assert list(tmp_path.iterdir()) == [], "a notebook leaves nothing in the folder it runs in"


# -------------------------------------------------------------------------------- the tools


def test_answered_puts_the_solution_before_the_check():
    cell = "n = 3\n\ndef f(x):\n    return ...\n\nnn.check.double(f, n)"
    namespace = {"nn": None}
    source = answered(cell, "def f(x):\n    return 2 * x\n")
    assert source.index("return ...") < source.index("return 2 * x") < source.index("_verdict")
    with pytest.raises(AttributeError):  # the check is really called
        exec(source, namespace)
    assert namespace["f"](4) == 8


def test_build_names_cells_after_their_contents():
    text = "# %%\na = 1\n\n# %%\nb = 2\n"
    before = [c.id for c in build.read_text(text).cells]
    after = [c.id for c in build.read_text("# %% [markdown]\n# New\n\n" + text).cells]
    assert after[1:] == before
    twins = build.read_text("# %%\na = 1\n\n# %%\na = 1\n").cells
    assert twins[0].id != twins[1].id


def test_check_sees_a_difference_in_one_letter(tmp_path, monkeypatch):
    (tmp_path / "text").mkdir()
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(build, "TEXT", tmp_path / "text")
    text = '# %% [markdown] tags=["solution"]\n# Words\n\n# %%\na = 1\n'
    file = tmp_path / "text" / "01_x.py"
    file.write_text(text)
    (tmp_path / "01_x.ipynb").write_text(build.serialise(build.read_text(text)))
    assert build.disagreements("01_x") == []
    file.write_text(text.replace("a = 1", "a = 2"))
    assert any("a = 2" in line for line in build.disagreements("01_x"))
    file.write_text(text.replace("solution", "exercise"))
    assert build.disagreements("01_x")
    assert "missing" in build.disagreements("02_y")[0]
    assert build.main(["--check"]) == 1


def test_build_runs_tidies_and_refuses(tmp_path, monkeypatch, capsys):
    (tmp_path / "text").mkdir()
    monkeypatch.setattr(build, "NOTEBOOKS", tmp_path)
    monkeypatch.setattr(build, "TEXT", tmp_path / "text")
    file = tmp_path / "text" / "01_x.py"
    # A widget that brings a picture, as the explorers do.
    file.write_text(
        "# %%\nimport ipywidgets\n\n\nclass W(ipywidgets.HTML):\n"
        "    def _repr_mimebundle_(self, **kwargs):\n"
        "        live = super()._repr_mimebundle_(**kwargs)\n"
        '        return live | {"image/png": "aGVsbG8=", "text/plain": "in words"}\n\n\nW()\n\n'
        '# %% tags=["raises-exception"]\n1 / 0\n'
    )
    assert build.main(["01"]) == 0
    nb = nbformat.read(tmp_path / "01_x.ipynb", as_version=4)
    assert set(nb.cells[0].outputs[0].data) == {"image/png", "text/plain"}
    assert nb.cells[1].outputs[0].traceback == ["ZeroDivisionError: division by zero"]
    assert build.main(["--check"]) == 0
    first = (tmp_path / "01_x.ipynb").read_bytes()
    build.build("01_x")
    assert (tmp_path / "01_x.ipynb").read_bytes() == first

    for bad, complaint in {
        "1 / 0": "ZeroDivisionError",
        "object()": "address in memory",
        "import sys\n\nprint('!', file=sys.stderr)": "writes to stderr",
        "print(('x' * 99 + '\\n') * 10_000)": "bytes",
    }.items():
        file.write_text(f"# %%\n{bad}\n")
        capsys.readouterr()
        assert build.main([]) == 1
        assert complaint in capsys.readouterr().err
    assert (tmp_path / "01_x.ipynb").read_bytes() == first, "what cannot be built is not written"
