"""A notebook run in this process, so that a test can take hold of what its cells show."""

import ast
import contextlib
import io
import tempfile

import matplotlib.pyplot as plt

import nnlib as nn
from nnlib.widgets import Explorer, Live
from nnlib.widgets import explorer as module
from notebooks import build


class Shown:
    """An explorer as its notebook makes it, and where that is."""

    def __init__(self, cell, explorer):
        made_of = explorer.function if isinstance(explorer, Live) else type(explorer)
        self.explorer, self.name = explorer, made_of.__name__
        self.place = f"cell {cell}: {self.name}"


class NotebookRun:
    """The code cells of a notebook's text, run as a kernel would, without one.

    The differences to a kernel: no event loop runs, so `Explorer.work` finishes what it begins,
    and nothing is sent. Cells have their identity, so what a cell made before is closed when it
    runs again.

    Attributes
    ----------
    shown : list of Shown
        The explorers that are the output of a cell of the newest run.
    """

    def __init__(self, name):
        cells = build.read_text((build.TEXT / f"{name}.py").read_text(encoding="utf-8")).cells
        self.name, self.cells = name, dict(enumerate(cells))
        self.namespace = {"__name__": "__main__"}
        self.runs = 0
        self.shown = []

    @property
    def code(self):
        """Numbers of the code cells, counted among all cells as JupyterLab's tests do."""
        return [k for k, cell in self.cells.items() if cell.cell_type == "code"]

    @property
    def reproducible(self):
        """Those whose output does not depend on the machine and the moment."""
        tags = {k: self.cells[k].metadata.get("tags", ()) for k in self.code}
        return [k for k in self.code if "nbval-ignore-output" not in tags[k]]

    def run(self, order=None):
        """Run these cells, all if left out; {number of the cell: what it printed and showed}.

        An exception ends it, unless the cell is tagged for it.
        """
        self.runs += 1
        self.shown = []
        self.forget()
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            try:
                return {k: self._run_cell(k) for k in order or self.code}
            finally:
                plt.close("all")

    def run_backwards(self):
        """In a new kernel, the imports and then the cells from the last to the first, as nobody
        should; {number of the cell: its error}."""
        self.namespace, errors = {"__name__": "__main__"}, {}
        first, *others = self.code
        for k in (first, *reversed(others)):
            try:
                self.run([k])
            except Exception as error:
                errors[k] = error
        return errors

    def forget(self):
        """Take out of the package's lists what the notebook has put into them, by writing a class
        of its own: the lists are those of this process and not of the notebook."""
        for known in (nn.ACTIVATIONS, nn.OPTIMIZERS):
            for name in [name for name, cls in known.items() if cls.__module__ == "__main__"]:
                del known[name]

    def _run_cell(self, k):
        cell, printed = self.cells[k], io.StringIO()
        running, module._running_cell = module._running_cell, lambda: ((self.name, k), self.runs)
        try:
            with contextlib.redirect_stdout(printed):
                value = self._execute(cell.source, f"{self.name}, cell {k}")
        except Exception as error:
            if "raises-exception" not in cell.metadata.get("tags", ()):
                error.add_note(f"in {self.name}, cell {k}:\n{cell.source}")
                raise
            value = error
        finally:
            module._running_cell = running
        if isinstance(value, Explorer):
            self.shown.append(Shown(k, value))
            value = value.stage.scene.summary
        return printed.getvalue() + ("" if value is None else repr(value))

    def _execute(self, source, where):
        """Run a cell; the value of its last line, if that is an expression."""
        tree = ast.parse(source)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, where, "exec"), self.namespace)
        if last is not None:
            return eval(compile(ast.Expression(last.value), where, "eval"), self.namespace)
