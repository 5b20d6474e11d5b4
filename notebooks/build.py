"""Build the notebooks from their text.

``notebooks/text/NN_name.py`` is what people write and review; ``notebooks/NN_name.ipynb`` is built
from it, run from top to bottom, with its outputs kept so that GitHub and a reader without a kernel
see them.

    python notebooks/build.py              build every notebook
    python notebooks/build.py 01 07_multi  build those whose names start so
    python notebooks/build.py --check      write nothing; fail where text and notebook disagree

The map of the lectures in README.md is written from assets/lecture_map.toml along with notebook 00,
which shows the same.

Saving a notebook in JupyterLab writes the text as well (jupytext, set up in pyproject.toml), so
work in either; then run this, so that the outputs are those of a fresh kernel.
"""

import argparse
import difflib
import hashlib
import re
import sys
import tempfile
import time
from pathlib import Path

import jupytext
import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = Path(__file__).resolve().parent
TEXT = NOTEBOOKS / "text"

README = NOTEBOOKS.parent / "README.md"
MAP_START, MAP_END = "<!-- lecture map -->", "<!-- /lecture map -->"

MAX_BYTES = 1_000_000  # GitHub shows no notebook much larger than this
MAX_SECONDS = 20  # on two cores; slower is reported, not refused: other work may share the machine
CELL_TIMEOUT = 120

# No version of Python in it: the notebook does not depend on whose machine built it.
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# The jupytext filters of pyproject.toml again, because the text must come out the same wherever
# this is started.
JUPYTEXT = {
    "notebook_metadata_filter": "-all",
    "cell_metadata_filter": "tags,jupyter.source_hidden,-all",
}
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# An address in memory differs in each run: the cell should end in something worth reading instead.
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


class BuildError(Exception):
    """A notebook that cannot be built as it stands; the message says where and why."""


def names():
    """The names, without suffix, of all notebooks that exist as text or as .ipynb."""
    found = {p.stem for p in TEXT.glob("[0-9]*.py")} | {
        p.stem for p in NOTEBOOKS.glob("[0-9]*.ipynb")
    }
    return sorted(found)


def read_text(text):
    """The notebook, without outputs, that a py:percent text stands for."""
    nb = jupytext.reads(text, fmt="py:percent")
    nb.metadata = nbformat.from_dict(METADATA)
    nb.nbformat, nb.nbformat_minor = 4, 5
    for cell in nb.cells:
        # jupytext's note of blank lines that are not as it would set them; see build().
        for key in [k for k in cell.metadata if k.startswith("lines_to_")]:
            del cell.metadata[key]
    _name_cells(nb)
    return nb


def write_text(nb):
    """The py:percent text of a notebook, outputs left out."""
    bare = nbformat.from_dict(nb)
    bare.metadata = nbformat.from_dict({**METADATA, "jupytext": JUPYTEXT})
    return jupytext.writes(bare, fmt="py:percent")


def _name_cells(nb):
    # An id made from the cell's own contents: building again, or changing another cell, leaves it
    # as it is, so that a diff shows what was changed and nothing else.
    seen = {}
    for cell in nb.cells:
        key = f"{cell.cell_type}\n{cell.source}"
        seen[key] = seen.get(key, 0) + 1
        cell.id = hashlib.sha256(f"{seen[key]}\n{key}".encode()).hexdigest()[:8]


def execute(nb):
    """Run a notebook in a fresh kernel, in an empty folder; outputs are stored in it."""
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            nb,
            timeout=CELL_TIMEOUT,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
        )
        client.create_kernel_manager()
        client.km.extra_arguments = ["--log-level=ERROR"]  # no notes on how the kernel is reached
        try:
            client.execute()
        except CellExecutionError as error:
            raise BuildError(str(error)) from None


def tidy(nb):
    """Keep of a run what is worth keeping, in a form that another run reproduces."""
    nb.metadata = nbformat.from_dict(METADATA)
    for cell in nb.cells:
        if cell.cell_type != "code":
            continue
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            output.get("metadata", {}).pop("needs_background", None)
            if output.output_type == "error":
                # The traceback holds paths of this machine and colour codes; its last line is what
                # a reader needs.
                output.traceback = [f"{output.ename}: {output.evalue}"]
            data = output.get("data", {})
            if "image/png" in data:
                # Where no kernel runs, the picture is to be seen, not "model not found". As soon
                # as the cell runs, the live widget takes its place.
                data.pop(WIDGET_VIEW, None)


def problems(nb, size):
    """What stands against storing this notebook, one sentence each."""
    found = []
    count = 0
    for index, cell in enumerate(nb.cells):
        if cell.cell_type != "code":
            continue
        if not cell.source.strip():
            found.append(f"cell {index} is empty")
            continue
        where = f"cell {index} ({cell.source.strip().splitlines()[0]})"
        count += 1
        if cell.execution_count != count:
            found.append(f"{where}: execution count {cell.execution_count}, expected {count}")
        for output in cell.outputs:
            if output.output_type == "error":
                if "raises-exception" not in cell.metadata.get("tags", []):
                    found.append(f"{where}: {output.ename}: {output.evalue}")
            elif output.output_type == "stream" and output.name == "stderr":
                found.append(f"{where}: writes to stderr: {output.text.strip()[:200]}")
            text = output.get("text", "") or output.get("data", {}).get("text/plain", "")
            if ADDRESS.search(text):
                found.append(f"{where}: shows an object's address in memory: {text.strip()[:100]}")
    if size >= MAX_BYTES:
        found.append(f"{size} bytes; fewer than {MAX_BYTES} are wanted")
    return found


def serialise(nb):
    return nbformat.writes(nb, version=4) + "\n"


def build(name):
    """Write notebooks/<name>.ipynb from notebooks/text/<name>.py; return the seconds it ran.

    The text, too, is put into the one form that jupytext gives it (blank lines between cells, the
    order of tags), so that saving in JupyterLab changes nothing that was not edited.
    """
    text = TEXT / f"{name}.py"
    written = text.read_text(encoding="utf-8")
    nb = read_text(written)
    normal = write_text(nb)
    if normal != written:
        text.write_text(normal, encoding="utf-8", newline="\n")
    start = time.perf_counter()
    execute(nb)
    seconds = time.perf_counter() - start
    tidy(nb)
    nbformat.validate(nb)
    content = serialise(nb)
    found = problems(nb, len(content.encode()))
    if found:
        raise BuildError("\n".join(found))
    (NOTEBOOKS / f"{name}.ipynb").write_text(content, encoding="utf-8", newline="\n")
    return seconds


def disagreements(name):
    """Where text and notebook say different things, as a readable diff; empty where they agree.

    ``jupytext --test`` would not do: it checks a round trip of one file, not that the two agree.
    """
    text, notebook = TEXT / f"{name}.py", NOTEBOOKS / f"{name}.ipynb"
    if not text.exists():
        return [f"notebooks/text/{name}.py is missing: every notebook has its text"]
    if not notebook.exists():
        return [f"notebooks/{name}.ipynb is missing: run python notebooks/build.py {name}"]
    written = text.read_text(encoding="utf-8")
    nb = nbformat.read(notebook, as_version=4)
    lines = list(
        difflib.unified_diff(
            written.splitlines(),
            write_text(nb).splitlines(),
            f"notebooks/text/{name}.py",
            f"notebooks/{name}.ipynb as text",
            lineterm="",
        )
    )
    if not lines:
        # Text can agree where the notebook differs in what the text does not show: cell ids,
        # metadata. All of it comes from the text, so it must be what the text gives.
        fresh = read_text(written)
        for index, (ours, theirs) in enumerate(zip(fresh.cells, nb.cells, strict=True)):
            for key in ("id", "metadata", "cell_type", "source"):
                if ours[key] != theirs[key]:
                    lines.append(f"notebooks/{name}.ipynb, cell {index}: {key} is not the text's")
        if nb.metadata != fresh.metadata:
            lines.append(f"notebooks/{name}.ipynb: its metadata is not what build.py writes")
    return lines


def with_map(readme):
    """README.md with the map of the lectures of today in it."""
    from nnlib.widgets.course import lecture_table

    before, rest = readme.split(MAP_START)
    after = rest.split(MAP_END)[1]
    return f"{before}{MAP_START}\n{lecture_table('notebooks/').data}{MAP_END}{after}"


def main(argv=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="beginning of a name; default all")
    parser.add_argument("--check", action="store_true", help="write nothing, compare the pairs")
    options = parser.parse_args(argv)

    wanted = names()
    if options.names:
        given = [Path(n).stem for n in options.names]
        for start in given:
            if not any(n.startswith(start) for n in wanted):
                parser.error(f"no notebook starts with {start!r}; there are: {', '.join(wanted)}")
        wanted = [n for n in wanted if n.startswith(tuple(given))]

    failed = False
    for name in wanted:
        if options.check:
            lines = disagreements(name)
            print(f"{name}: {'DIFFERS' if lines else 'text and notebook agree'}")
            failed |= bool(lines)
            print("\n".join(lines), end="\n" if lines else "")
            continue
        try:
            seconds = build(name)
        except BuildError as error:
            failed = True
            print(f"{name}: NOT BUILT\n{error}", file=sys.stderr)
        else:
            size = (NOTEBOOKS / f"{name}.ipynb").stat().st_size
            slow = f"  (more than {MAX_SECONDS} s)" if seconds > MAX_SECONDS else ""
            print(f"{name}: {seconds:.1f} s, {size / 1000:.0f} kB{slow}", flush=True)
            if name == "00_start_here":
                readme = with_map(README.read_text(encoding="utf-8"))
                README.write_text(readme, encoding="utf-8", newline="\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
