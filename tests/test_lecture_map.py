"""assets/lecture_map.toml: every point of the five lectures, and where it is really to be found."""

import re
import tomllib
from pathlib import Path

import nbformat
import pytest

from nnlib.widgets.course import course, lecture_table, notebook_table
from notebooks import build

ROOT = Path(__file__).resolve().parents[1]
MAP = tomllib.loads((ROOT / "assets" / "lecture_map.toml").read_text(encoding="utf-8"))
NOTEBOOKS = MAP["notebooks"]
POINTS = {id: row for id, row in MAP.items() if id != "notebooks"}
HOW_MANY = {"A": 12, "B": 12, "C": 19, "D": 22, "E": 15}


def path(name):
    return ROOT / "notebooks" / f"{name}.ipynb"


def prose(name):
    cells = nbformat.read(path(name), as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def closing_table(name):
    """The ids in the first column of the notebook's table of lecture points."""
    return set(re.findall(r"^\|\s*\**([A-E]\d+)\**\s*\|", prose(name), re.MULTILINE))


def test_every_point_of_the_lectures_is_here():
    wanted = [f"{letter}{k + 1}" for letter, n in HOW_MANY.items() for k in range(n)]
    assert list(POINTS) == wanted  # in order; tomllib refuses a point given twice


@pytest.mark.parametrize("id", POINTS)
def test_a_point_says_what_and_where(id):
    row = POINTS[id]
    assert row["notebook"] in NOTEBOOKS
    assert len(row["point"]) < 80
    assert set(row) == {"notebook", "heading", "point"}


@pytest.mark.parametrize("id", POINTS)
def test_a_point_is_where_the_map_says(id):
    row = POINTS[id]
    headings = re.findall(r"^#+ +(.+?)\s*$", prose(row["notebook"]), re.MULTILINE)
    assert row["heading"] in headings, f"{row['notebook']} has: {'; '.join(headings)}"
    assert id in closing_table(row["notebook"])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_names_only_points_there_are(name):
    assert closing_table(name) <= set(POINTS)


def test_every_notebook_is_on_the_map_in_reading_order():
    on_disk = {p.stem for p in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
    assert on_disk == set(NOTEBOOKS)
    names = list(NOTEBOOKS)
    assert [name[:2] for name in names] == [f"{k:02}" for k in range(len(names))]
    for name, about in NOTEBOOKS.items():
        assert set(about) == {"title", "about", "needs"}
        earlier = names[: names.index(name)]
        assert set(about["needs"]) <= set(earlier), f"{name} needs one that comes later"
        assert bool(about["needs"]) == bool(earlier)


def test_tables_list_everything_as_links():
    table = notebook_table().data
    assert len(table.splitlines()) == 2 + len(NOTEBOOKS)
    for name in course():
        assert f"({name}.ipynb)" in table
    rows = re.findall(r"^\| ([A-E]\d+) \|", lecture_table().data, re.MULTILINE)
    assert rows == list(POINTS)


def test_notebook_00_shows_the_map_of_today():
    stored = [
        output.data["text/markdown"]
        for cell in nbformat.read(path("00_start_here"), as_version=4).cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/markdown" in output.get("data", {})
    ]
    rebuild = "rebuild it: python notebooks/build.py 00"
    assert notebook_table().data in stored, rebuild
    assert lecture_table().data in stored, rebuild


def test_the_readme_shows_the_map_of_today():
    readme = build.README.read_text(encoding="utf-8")
    assert build.with_map(readme) == readme, "rebuild notebook 00: python notebooks/build.py 00"
