"""Where neural networks belong, AI ⊃ machine learning ⊃ deep learning: `Fields`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .controls import button, choice
from .course import paragraph
from .explorer import Explorer

FIELDS = ("artificial intelligence", "machine learning", "deep learning")
#: Centre and half axes of the three ellipses, the outermost first.
RINGS = ((5.9, 3.5, 4.0, 3.4), (6.1, 2.75, 3.15, 2.4), (6.3, 2.0, 2.3, 1.4))
#: Where their names stand: in the crescent that the next ring leaves free.
NAMES_AT = ((5.9, 6.4), (6.1, 4.75), (6.3, 2.95))


@dataclass(frozen=True)
class Example:
    """A program, the innermost of `FIELDS` that holds it, why, and where its name is drawn."""

    name: str
    field: str
    why: str
    at: tuple


EXAMPLES = (
    Example(
        "chess by rules", FIELDS[0],
        "People wrote down how a position is judged, and it searches for good moves. Nothing in it "
        "was learned from examples.", (4.6, 5.7),
    ),
    Example(
        "route finder", FIELDS[0],
        "It searches the roads for the shortest way. No examples, nothing learned.", (7.2, 5.7),
    ),
    Example(
        "spam filter", FIELDS[1],
        "It counts words in letters that people have marked as spam: its numbers come from "
        "examples. There is no network in it.", (4.9, 4.25),
    ),
    Example(
        "decision tree", FIELDS[1],
        "Its questions and limits are chosen from examples, but it has no neurons.", (7.4, 4.25),
    ),
    Example(
        "perceptron", FIELDS[1],
        "A neural network that learns, but with a single layer of weights: not deep. (The "
        "lecture's own words, “patterns from data using neural networks”, would let it in.)",
        (6.1, 3.75),
    ),
    Example(
        "digit reader, 64–32–10", FIELDS[2],
        "Its hidden layer of 32 units learns what to look for. Some say deep only from two hidden "
        "layers on; the lecture draws no such line.", (6.3, 2.4),
    ),
    Example(
        "convolutional network", FIELDS[2],
        "Many layers of neurons, all learned from pictures.", (6.3, 1.85),
    ),
    Example(
        "chatbot", FIELDS[2],
        "A network of many layers, trained to continue texts that people have written.",
        (6.3, 1.3),
    ),
)  # fmt: skip

QUESTIONS = (
    "Does it do something that takes a person some thought?",
    "Were its rules or numbers learned from examples?",
    "Learned by layers of neurons, one upon another?",
)


def field_at(x: float, y: float) -> str | None:
    """The innermost field at a point of the drawing; None outside all of them.

    >>> field_at(6.3, 2.0), field_at(5.9, 6.4), field_at(0, 0)
    ('deep learning', 'artificial intelligence', None)
    """
    inside = [
        field
        for field, (cx, cy, rx, ry) in zip(FIELDS, RINGS, strict=True)
        if ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1
    ]
    return inside[-1] if inside else None


class Fields(Explorer):
    """AI ⊃ machine learning ⊃ deep learning: drag the star to where an example belongs.

    "Is it there?" judges the place by asking the three questions that tell the fields apart, and
    "Show me" moves the star. What has been placed stays in the drawing.

    Examples
    --------
    >>> fields = Fields()
    >>> fields.move(6.3, 2.0)  # the chess program, taken for deep learning
    >>> fields.press("judge")[-68:]
    'Were its rules or numbers learned from examples? No. So further out.'
    """

    def __init__(self):
        self.star = self.start = (1.2, 0.9)
        self.placed: set[str] = set()
        self.verdict = ""
        controls = {
            "example": choice("example", [e.name for e in EXAMPLES]),
            "judge": button("Is it there?", "question"),
            "show": button("Show me", "lightbulb-o"),
            "next": button("Next example", "step-forward"),
        }
        super().__init__(1000, 470, controls)

    @property
    def example(self) -> Example:
        return next(e for e in EXAMPLES if e.name == self["example"])

    def move(self, x: float, y: float) -> None:
        """Put the star somewhere, within the drawing."""
        self.star = (float(np.clip(x, 0.3, 9.7)), float(np.clip(y, 0.3, 6.7)))
        self.verdict = ""

    def changed(self, name):
        self.star, self.verdict = self.start, ""

    def event(self, event):
        if event["type"] == "drag":
            self.move(event["x"], event["y"])

    def pressed(self, name):
        if name == "next":
            names = [e.name for e in EXAMPLES]
            self.set_quietly(example=names[(names.index(self["example"]) + 1) % len(names)])
            self.changed("example")
        elif name == "show":
            self.move(*self.example.at)
            self.placed.add(self["example"])
            self.verdict = f"It belongs to {self.example.field}. {self.example.why}"
        else:
            self._judge()

    def _judge(self):
        example, guess = self.example, field_at(*self.star)
        if guess is None:
            self.verdict = "The star is outside: drag it into one of the rings first."
        elif guess == example.field:
            self.placed.add(example.name)
            self.verdict = f"Yes, {guess}. {example.why}"
        else:
            there, here = FIELDS.index(example.field), FIELDS.index(guess)
            # The first question on which the guess and the truth differ.
            question = QUESTIONS[min(there, here) + 1]
            answer, way = ("No", "out") if here > there else ("Yes", "in")
            self.verdict = f"Not {guess}. {question} {answer}. So further {way}."

    def draw(self):
        plane = self.stage.panel(
            "fields", box=(0, 0, 0.62, 1), x=(0, 10), y=(0, 7), axes=False, equal=True
        )
        angle = np.linspace(0, 2 * np.pi, 121)
        here = field_at(*self.star)
        for field, colour, (cx, cy, rx, ry) in zip(
            FIELDS, ("sky", "orange", "purple"), RINGS, strict=True
        ):
            plane.line(
                field,
                cx + rx * np.cos(angle),
                cy + ry * np.sin(angle),
                colour=colour,
                width=5 if field == here else 2,
                fill=True,
            )
        shown = [e for e in EXAMPLES if e.name in self.placed and e.at != self.star]
        plane.text(
            "placed",
            [e.at[0] for e in shown],
            [e.at[1] for e in shown],
            [e.name for e in shown],
            size=14,
            halo=True,
        )
        names = [field.upper() for field in FIELDS]
        plane.text("names", *np.transpose(NAMES_AT), names, size=14, bold=True)
        plane.points("star", *self.star, marker="star", colour="vermillion", size=12, drag=True)
        plane.text(
            "star: name", self.star[0], self.star[1] - 0.45, self["example"], size=15, bold=True,
            colour="vermillion", halo=True,
        )  # fmt: skip
        self._draw_words()

    def _draw_words(self):
        panel = self.stage.panel("words", box=(0.63, 0, 0.37, 1), x=(0, 1), y=(0, 18), axes=False)
        y = paragraph(panel, "title", f"Where does it belong: {self['example']}?", 17, width=40,
                       size=16, bold=True)  # fmt: skip
        known = self["example"] in self.placed and self.verdict
        depth = FIELDS.index(self.example.field)
        for k, question in enumerate(QUESTIONS):
            answer = "…" if not known else "Yes." if k <= depth else "No."
            y = paragraph(
                panel, f"question {k}", f"{k + 1}. {question} {answer}", y - 0.4, width=44, size=15,
                colour="muted" if not known else "ink",
            )  # fmt: skip
        panel.remove("verdict")
        words = self.verdict or "Drag the star into a ring, then press “Is it there?”"
        y = paragraph(panel, "verdict", words, y - 0.6, width=44, size=15)
        panel.text("score", 0, 0.6, f"placed: {len(self.placed)} of {len(EXAMPLES)}", size=15,
                   align="left", colour="muted")  # fmt: skip

    def summary(self):
        here = field_at(*self.star) or "outside the rings"
        return (
            f"Three rings, one inside the other: {FIELDS[0]}, {FIELDS[1]}, {FIELDS[2]}. The star, "
            f"{self['example']}, is at: {here}. {self.verdict}"
        ).strip()
