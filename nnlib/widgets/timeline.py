"""Where neural networks come from: `Timeline`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .controls import button, slider
from .course import notebook_name, paragraph
from .explorer import Explorer


@dataclass(frozen=True)
class Event:
    """Something that happened: its year, a short and a long name, and what was known after it.

    ``row`` is the height at which it is drawn, ``notebook`` the number of the notebook that
    rebuilds it.
    """

    year: int
    short: str
    title: str
    known: str
    missing: str
    notebook: str
    row: int


EVENTS = (
    Event(
        1943, "neuron as logic", "McCulloch and Pitts: nerve cells as logic",
        "A neuron that adds its inputs and fires above a threshold can compute AND, OR, NOT.",
        "Its weights are set by hand. Nothing learns.", "01", 1,
    ),
    Event(
        1957, "perceptron", "Rosenblatt: the perceptron (report 1957, article 1958)",
        "The weights of one neuron can be learned from examples, mistake by mistake.",
        "How to train a neuron whose right output nobody tells.", "01", 2,
    ),
    Event(
        1960, "Adaline", "Widrow and Hoff: the Adaline and the delta rule",
        "One neuron can follow the slope of its squared error: gradient descent.",
        "The same for a neuron in the middle of a network.", "05", 1,
    ),
    Event(
        1969, "limits", "Minsky and Papert: the book Perceptrons",
        "One layer of weights cannot do XOR, nor tell whether a drawing is connected.",
        "A way to train several layers. Money and interest go elsewhere.", "07", 3,
    ),
    Event(
        1970, "reverse mode", "Linnainmaa: the chain rule, run backwards through a program",
        "All derivatives of a computation can be had for about the price of the computation.",
        "That networks could use it. (Werbos thinks of that in 1974, and few hear him.)", "06", 2,
    ),
    Event(
        1980, "neocognitron", "Fukushima: the neocognitron",
        "The same small detector, repeated all over a picture, finds a shape wherever it stands.",
        "Training it from labelled examples, all layers together.", "12", 2,
    ),
    Event(
        1986, "backpropagation", "Rumelhart, Hinton and Williams: backpropagation; the PDP books",
        "Hidden layers learn by themselves what to look for: XOR is solved.",
        "Computers and data for more than toy problems.", "06", 3,
    ),
    Event(
        1989, "convnet", "LeCun and others: a convolutional network reads zip codes",
        "Convolution and backpropagation together read real handwriting, 9,760 weights.",
        "Larger pictures, more classes.", "12", 2,
    ),
    Event(
        1989, "universal", "Cybenko; Hornik and others: one hidden layer approximates anything",
        "Wide enough, one hidden layer comes as close as one likes to any continuous function.",
        "How wide that is, and how to find the weights.", "08", 5,
    ),
    Event(
        1991, "vanishing gradient", "Hochreiter: why deep networks are hard to train",
        "Through many layers the gradient shrinks, or grows, by a factor for each.",
        "A cure. (For sequences: the LSTM of Hochreiter and Schmidhuber, 1997.)", "09", 1,
    ),
    Event(
        1998, "LeNet-5", "LeCun, Bottou, Bengio and Haffner: LeNet-5, and the MNIST digits",
        "Convolution, pooling and 60,000 weights read the cheques of banks.",
        "A way to train many more layers than these seven.", "13", 3,
    ),
    Event(
        2006, "deep nets train", "Hinton, Osindero and Teh: deep belief networks",
        "Deep networks can be trained after all, if their layers are prepared one by one.",
        "Doing without that preparation.", "09", 2,
    ),
    Event(
        2009, "ImageNet, GPUs", "Deng and others: ImageNet; Raina, Madhavan and Ng: GPUs",
        "Millions of labelled pictures; and a graphics card trains a network many times faster.",
        "A network that uses both.", "15", 5,
    ),
    Event(
        2010, "start and ReLU", "Glorot and Bengio (2010), with Bordes (2011): first weights, ReLU",
        "Well-sized first weights and max(0, z) train many layers directly.",
        "The great demonstration.", "02", 1,
    ),
    Event(
        2012, "AlexNet", "Krizhevsky, Sutskever and Hinton: AlexNet",
        "60 million weights, 1.2 million pictures, two GPUs: 15 % errors on ImageNet, where the "
        "next best has 26 %.",
        "Much of what is deep learning today.", "13", 3,
    ),
    Event(
        2014, "dropout, Adam", "Srivastava and others: dropout; Kingma and Ba: Adam",
        "Large networks overfit less, and step sizes look after themselves.",
        "Networks of a hundred layers.", "11", 4,
    ),
    Event(
        2015, "ResNet", "He, Zhang, Ren and Sun: residual networks",
        "With a shortcut round every few layers, 152 layers train.",
        "What comes next is not in these lectures.", "09", 6,
    ),
)  # fmt: skip

#: What the networks of their time were made of: year, name, weights, training examples (or None),
#: and whether the name is drawn above or below.
SIZES = (
    (1960, "Adaline", 17, None, "above"),
    (1987, "NETtalk", 18_629, None, "above"),
    (1989, "zip reader", 9_760, 7_291, "below"),
    (1998, "LeNet-5", 60_000, 60_000, "below"),
    (2012, "AlexNet", 60_000_000, 1_200_000, "above"),
    (2020, "GPT-3", 175_000_000_000, 300_000_000_000, "above"),
)
FIRST, LAST = 1940, 2025


class Timeline(Explorer):
    """Eighty years of neural networks: a slider over the years lights up what had happened.

    Click an event to go there.

    Below the events, how many weights the networks of the time had and how many examples they
    learned from, both logarithmic; and in words what was known and what was missing.

    Parameters
    ----------
    year : int
        Where the slider starts.

    Examples
    --------
    >>> Timeline(1985).update(year=1986)[:61]
    '1986: 7 of 17 events have happened. The latest: Rumelhart, Hi'

    Sources: the works named in `EVENTS`; the numbers of `SIZES` are those their authors give:
    Sejnowski and Rosenberg (1987), LeCun et al. (1989 and 1998), Krizhevsky et al. (2012), Brown
    et al. (2020; examples are words and parts of words).
    """

    def __init__(self, year: int = 1969):
        controls = {
            "year": slider("year", year, FIRST, LAST, 1),
            "back": button("Event before", "step-backward"),
            "on": button("Next event", "step-forward"),
        }
        super().__init__(1000, 640, controls)

    def pressed(self, name):
        years = [event.year for event in EVENTS]
        if name == "on":
            later = [y for y in years if y > self["year"]]
            self.set_quietly(year=min(later, default=LAST))
        else:
            earlier = [y for y in years if y < self["year"]]
            self.set_quietly(year=max(earlier, default=FIRST))

    def event(self, event):
        if event["type"] == "click" and event.get("item") in ("happened", "to come"):
            which = [e for e in EVENTS if (e.year <= self["year"]) == (event["item"] == "happened")]
            self.set_quietly(year=which[event["index"]].year)

    @property
    def latest(self) -> list[Event]:
        """The events of the last year in which something happened; [] before the first."""
        past = [e.year for e in EVENTS if e.year <= self["year"]]
        return [e for e in EVENTS if past and e.year == past[-1]]

    def draw(self):
        year, latest = self["year"], self.latest
        events = self.stage.panel(
            "events",
            box=(0, 0, 1, 0.5),
            x=(FIRST - 4, LAST + 3),
            y=(0.3, 7),
            yticks=[],
            xlabel="year (click an event)",
            title="What happened",
        )
        events.line("now", [year, year], [0.3, 7], colour="vermillion", width=2)
        groups = {
            "to come": [e for e in EVENTS if e.year > year],
            "happened": [e for e in EVENTS if e.year <= year and e not in latest],
            "latest": latest,
        }
        for (name, group), colour in zip(
            groups.items(), ("grey", "blue", "vermillion"), strict=True
        ):
            at = np.array([(e.year, e.row) for e in group], dtype=float).reshape(-1, 2)
            events.points(
                name, *at.T, colour=colour, size=7, hollow=name == "to come", click=name != "latest"
            )
            events.text(
                f"{name}: words",
                at[:, 0],
                at[:, 1] + 0.42,
                [e.short for e in group],
                colour={"to come": "grey", "happened": "ink", "latest": "vermillion"}[name],
                size=14,
                bold=name == "latest",
                halo=True,
            )
        self._draw_sizes(year)
        self._draw_words(year, latest)

    def _draw_sizes(self, year):
        panel = self.stage.panel(
            "sizes",
            box=(0, 0.51, 0.47, 0.49),
            x=(FIRST - 4, LAST + 3),
            y=(3, 1e13),
            yscale="log",
            xlabel="year",
            ylabel="how many",
            title="What networks were made of",
            legend="upper left",
        )
        for name, k, colour, marker in (
            ("weights", 2, "orange", "square"),
            ("training examples", 3, "blue", "circle"),
        ):
            at = np.array([(s[0], s[k]) for s in SIZES if s[k]], dtype=float)
            past = at[at[:, 0] <= year]
            panel.line(f"{name}: line", *past.T, colour=colour, width=2)
            panel.points(
                f"{name}: to come", *at.T, colour="grey", marker=marker, size=4, hollow=True
            )
            panel.points(
                name, *past.T, colour=colour, marker=marker, size=6, label=name, tip=f"{{y}} {name}"
            )
        for side, align, shift, times in (
            ("above", "right", -1.5, 4),
            ("below", "left", 1.5, 1 / 8),
        ):
            named = [s for s in SIZES if s[0] <= year and s[4] == side]
            panel.text(
                side,
                [s[0] + shift for s in named],
                [s[2] * times for s in named],
                [s[1] for s in named],
                size=13,
                align=align,
                halo=True,
            )

    def _draw_words(self, year, latest):
        panel = self.stage.panel("words", box=(0.49, 0.51, 0.51, 0.49), x=(0, 1), y=(0, 13),
                                 axes=False)  # fmt: skip
        panel.text(
            "year", 0, 12.4, str(year), size=22, bold=True, align="left", colour="vermillion"
        )
        if not latest:
            panel.remove("title", "known", "missing", "where")
            paragraph(panel, "title", "No artificial neuron yet.", 10.8, size=16, bold=True)
            return
        y = paragraph(
            panel, "title", "; ".join(e.title for e in latest), 10.8, size=16, bold=True, width=48
        )
        y = paragraph(
            panel,
            "known",
            "Known: " + " ".join(e.known for e in latest),
            y - 0.3,
            size=15,
            width=56,
        )
        y = paragraph(
            panel, "missing", "Missing: " + latest[-1].missing, y - 0.3, size=15, width=56,
            colour="muted",
        )  # fmt: skip
        where = " and ".join(dict.fromkeys(notebook_name(e.notebook) for e in latest))
        paragraph(panel, "where", f"Rebuilt in notebook {where}.", y - 0.3, size=15, colour="blue")

    def summary(self):
        past = sum(e.year <= self["year"] for e in EVENTS)
        text = f"{self['year']}: {past} of {len(EVENTS)} events have happened."
        if latest := self.latest:
            text += (
                f" The latest: {'; '.join(e.title for e in latest)}, {latest[0].year}. "
                f"Known: {' '.join(e.known for e in latest)} Missing: {latest[-1].missing}"
            )
        return text
