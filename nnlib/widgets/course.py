"""The map of the course: which notebooks there are, and what they rebuild."""

from __future__ import annotations

import textwrap
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from .. import expect
from .controls import buttons, choice
from .explorer import Explorer

ROOT = Path(__file__).resolve().parents[2]  # the clone: assets and notebooks lie beside nnlib


def paragraph(panel, name, words, y, *, x=0.0, width=60, line=1.0, **looks):
    """Words broken into lines, downwards from y; returns where the next paragraph may begin."""
    lines = textwrap.wrap(words, width)
    at = y - line * np.arange(len(lines))
    panel.text(name, np.full(len(lines), x), at, lines, align="left", **looks)
    return y - line * len(lines)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the course, as ``assets/lecture_map.toml`` describes it."""

    name: str
    title: str
    about: str
    needs: tuple
    points: dict  # lecture point -> what it says

    @property
    def number(self) -> str:
        return self.name[:2]


@cache
def _read_map():
    path = ROOT / "assets" / "lecture_map.toml"
    if not path.exists():
        raise FileNotFoundError(
            f"the map of the course is {path.name} in the folder assets of the clone, and it is "
            "not there. Install nnlib from a clone: pip install -e ."
        )
    return tomllib.loads(path.read_text(encoding="utf-8"))


def course() -> dict[str, Notebook]:
    """All notebooks by name, in reading order.

    >>> course()["01_perceptron"].title
    'Perceptron'
    """
    table = _read_map()
    points = {name: row for name, row in table.items() if name != "notebooks"}
    return {
        name: Notebook(
            name=name,
            title=about["title"],
            about=about["about"],
            needs=tuple(about["needs"]),
            points={id: row["point"] for id, row in points.items() if row["notebook"] == name},
        )
        for name, about in table["notebooks"].items()
    }


def notebook_name(number: str) -> str:
    """What to call a notebook of which only the number is known.

    >>> notebook_name("06")[:18]
    '06 Backpropagation'
    """
    found = next(n for n in course().values() if n.number == number)
    return f"{number} {found.title}"


class CourseMap(Explorer):
    """The notebooks in reading order: click one to see what it needs and what it rebuilds.

    Parameters
    ----------
    chosen : str
        The notebook to begin with, by the name of its file.

    Examples
    --------
    >>> CourseMap("01_perceptron").summary()[:78]
    '01 Perceptron: one neuron, and what a line can and cannot separate. It needs: '
    """

    COLUMNS = 6

    def __init__(self, chosen: str = "00_start_here"):
        self.course = course()
        expect.known(chosen, self.course, "notebook")
        k = np.arange(len(self.course))
        self.at = np.stack([k % self.COLUMNS + 0.5, -(k // self.COLUMNS) * 1.15 - 0.45], axis=1)
        names = [(f"{n.number} {n.title}", name) for name, n in self.course.items()]
        controls = {
            "notebook": choice("notebook", names, chosen),
            "lecture": buttons("points of lecture", [("all", "ABCDE"), *((a, a) for a in "ABCDE")]),
        }
        super().__init__(1040, 440, controls)

    @property
    def chosen(self) -> Notebook:
        return self.course[self["notebook"]]

    @property
    def next(self) -> list[Notebook]:
        """The notebooks that need the chosen one."""
        return [n for n in self.course.values() if self.chosen.name in n.needs]

    @property
    def points(self) -> dict:
        """The chosen notebook's points of the chosen lecture."""
        return {id: p for id, p in self.chosen.points.items() if id[0] in self["lecture"]}

    def event(self, event):
        if event["type"] == "click" and event.get("item") == "notebooks":
            self.set_quietly(notebook=list(self.course)[event["index"]])

    def _arrows(self, panel, name, pairs, colour):
        """Bent arrows between notebooks, round those in between, with room for the circles."""
        index = list(self.course).index
        ends = np.array([(self.at[index(a)], self.at[index(b)]) for a, b in pairs])
        start, stop = ends.reshape(-1, 2, 2).swapaxes(0, 1)
        bend = 0.25 * np.abs(stop - start)[:, ::-1] * [1, 1]
        middle = (start + stop) / 2 + bend
        t = np.linspace(0, 1, 25)[:, None, None]
        curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * stop
        free = np.linalg.norm(curve - stop, axis=-1) > 0.22
        free &= np.linalg.norm(curve - start, axis=-1) > 0.22
        curve[~free] = np.nan
        lines = np.concatenate([curve, np.full((1, *start.shape), np.nan)])
        panel.line(name, *lines.swapaxes(0, 1).reshape(-1, 2).T, colour=colour, width=3)
        last = [np.flatnonzero(f)[-1] for f in free.T]
        head = curve[last, np.arange(len(last))]
        way = (stop - head) / np.linalg.norm(stop - head, axis=1, keepdims=True)
        panel.arrows(f"{name}: heads", *(head - 0.12 * way).T, *head.T, colour=colour, width=3)

    def draw(self):
        chosen = self.chosen
        panel = self.stage.panel(
            "map", box=(0, 0, 0.64, 1), x=(0, self.COLUMNS), y=(-3.5, 0.1), axes=False, equal=True
        )
        rows = np.insert(self.at, range(self.COLUMNS, len(self.at), self.COLUMNS), np.nan, axis=0)
        panel.line("order", *rows.T, colour="grid", width=2)
        self._arrows(panel, "needs", [(need, chosen.name) for need in chosen.needs], "orange")
        self._arrows(panel, "leads to", [(chosen.name, n.name) for n in self.next], "blue")
        panel.points("notebooks", *self.at.T, size=17, colour="green", click=True)
        numbers = [n.number for n in self.course.values()]
        panel.text("numbers", *self.at.T, numbers, size=15, bold=True, colour="background")
        one = self.at[list(self.course).index(chosen.name)]
        ring = np.linspace(0, 2 * np.pi, 49)
        panel.line("chosen", one[0] + 0.23 * np.cos(ring), one[1] + 0.23 * np.sin(ring),
                   colour="vermillion", width=4)  # fmt: skip
        self._draw_titles(panel)
        self._draw_words()

    def _draw_titles(self, panel):
        """Each title under its circle, in two lines where it is long."""
        words, places = [], []
        for notebook, at in zip(self.course.values(), self.at, strict=True):
            lines = textwrap.wrap(notebook.title, 13, break_long_words=False)
            words += lines
            places += [(at[0], at[1] - 0.3 - 0.17 * row) for row in range(len(lines))]
        panel.text("titles", *np.transpose(places), words, size=13, bold=True, halo=True)

    def _draw_words(self):
        chosen = self.chosen
        panel = self.stage.panel("words", box=(0.65, 0, 0.35, 1), x=(0, 1), y=(-1, 23), axes=False)
        panel.remove(*panel.items)
        y = paragraph(panel, "title", f"{chosen.number} {chosen.title}", 22.3, size=18, bold=True)
        y = paragraph(panel, "about", f"{chosen.about}.", y - 0.2, size=14, width=50)
        for name, words, colour in (
            ("needs", [self.course[n].title for n in chosen.needs], "orange"),
            ("leads to", [n.title for n in self.next], "blue"),
        ):
            if words:
                y = paragraph(panel, name, f"{name}: {', '.join(words)}", y - 0.2, size=14,
                               width=46, colour=colour)  # fmt: skip
        y -= 0.4
        for id, point in self.points.items():
            y = paragraph(panel, id, f"{id}  {point}", y, size=13, width=50)

    def summary(self):
        chosen = self.chosen
        return (
            f"{chosen.number} {chosen.title}: {chosen.about}. "
            f"It needs: {', '.join(n[:2] for n in chosen.needs) or 'nothing'}. "
            f"It leads to: {', '.join(n.number for n in self.next) or 'nothing more'}. "
            f"Lecture points: {', '.join(self.points) or 'none of these lectures'}."
        )


LECTURES = {
    "A": "Deep fully connected networks (J. I. Vásquez)",
    "B": "An introduction to deep neural networks (O. Fuentes)",
    "C": "Redes neuronales feed-forward",
    "D": "An introduction to deep learning (P. Lara Benítez, M. Carranza García)",
    "E": "Introduction to neural networks",
}


def _link(notebook, folder=""):
    words = f"{notebook.number} {notebook.title}"
    return f"[{words}]({folder}{notebook.name}.ipynb)"


def notebook_table():
    """All notebooks as a table of links."""
    from IPython.display import Markdown

    rows = [f"| {_link(n)} | {n.about} | {', '.join(n.points) or '–'} |" for n in course().values()]
    return Markdown("\n".join(["| notebook | what for | lecture points |", "|---|---|---|", *rows]))


def lecture_table(folder=""):
    """Every point of the five lectures and where it is rebuilt, folded lecture by lecture.

    ``folder`` is where the notebooks are, as seen from where the table will stand.
    """
    from IPython.display import Markdown

    where = {id: (n, p) for n in course().values() for id, p in n.points.items()}
    parts = []
    for letter, title in LECTURES.items():
        ids = sorted((id for id in where if id[0] == letter), key=lambda id: int(id[1:]))
        parts += [
            f"<details><summary>Lecture {letter}: {title} – {len(ids)} points</summary>",
            "",
            "| point | what it says | notebook |",
            "|---|---|---|",
            *(
                f"| {id} | {where[id][1].replace('|', '&#124;')} | {_link(where[id][0], folder)} |"
                for id in ids
            ),
            "",
            "</details>",
            "",
        ]
    return Markdown("\n".join(parts))
