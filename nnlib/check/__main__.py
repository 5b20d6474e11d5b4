"""Write README.md in this folder: every exercise and the mistakes it recognises.

    python -m nnlib.check

Everything in it comes from the exercises themselves; a test says when it has to be written again.
"""

import html
import re
import sys
import tomllib
from pathlib import Path

from . import EXERCISES, When
from .everywhere import EVERYWHERE

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]

OPENING = """\
# Exercises, and the mistakes they recognise

Written by `python -m nnlib.check` from the exercises; do not edit it by hand. How to write an
exercise stands in [exercise.py](exercise.py).

There are {exercises} exercises, and {mistakes} mistakes that they tell by name. For each mistake a
wrong answer is stored, and a test hands it in. Who has still to solve an exercise should not read
on: some mistakes tell the answer.

Whatever is asked, a wrong answer that makes none of the mistakes of its own exercise is looked
through for these:

{everywhere}

What is no number, has another shape, is NaN, or raises, is told as that; and at last the first
input for which the answer is another.
"""


def by_notebook():
    """{number of the notebook: [its exercises]}, both in order."""
    found = {}
    for exercise in EXERCISES.values():
        found.setdefault(notebook_of(exercise), []).append(exercise)
    return dict(sorted(found.items()))


def notebook_of(exercise):
    """The number of the notebook that asks for it: the exercise's module begins with that."""
    module = sys.modules[f"{__package__}.{exercise.module}"]
    return re.search(r"notebook (\d\d)", module.__doc__).group(1)


def readme():
    """The text of README.md."""
    map_file = ROOT / "assets" / "lecture_map.toml"
    notebooks = tomllib.loads(map_file.read_text(encoding="utf-8"))["notebooks"]
    parts = [
        OPENING.format(
            exercises=len(EXERCISES),
            mistakes=sum(len(e.mistakes) for e in EXERCISES.values()),
            everywhere="\n".join(f"- {diagnose.__doc__}" for diagnose in EVERYWHERE),
        )
    ]
    for number, exercises in by_notebook().items():
        (name,) = (n for n in notebooks if n.startswith(number))
        parts += [
            f"## [{number} {notebooks[name]['title']}](../../notebooks/{name}.ipynb)\n",
            "| exercise | asks for | mistakes |\n|---|---|---|",
            *map(row, exercises),
            "",
        ]
    return "\n".join(parts)


def row(exercise):
    # Where a class of answers makes a mistake, what stands for it in the tests is one of them.
    told = [
        f"{cell(meaning)}{' *(any such answer)*' if isinstance(value, When) else ''}"
        for meaning, value in exercise.mistakes.items()
    ]
    return f"| `{exercise.name}` | {cell(exercise.asks)} | • {'<br>• '.join(told)} |"


def cell(sentence):
    """Words between backticks are code, as in a verdict; the rest means nothing to Markdown."""
    pieces = re.split(r"(`[^`]+`)", sentence)
    plain = [re.sub(r"([*$\\])", r"\\\1", html.escape(p, quote=False)) for p in pieces[::2]]
    pieces[::2] = plain
    return "".join(pieces).replace("|", "\\|")


if __name__ == "__main__":
    (HERE / "README.md").write_text(readme(), encoding="utf-8", newline="\n")
