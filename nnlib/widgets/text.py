"""A network that learns to write, letter by letter: `TextExplorer`."""

from __future__ import annotations

import time

import numpy as np

from .. import expect
from ..backend import one_thread
from ..core import Sequential
from ..data import story
from ..dense import Dense
from ..losses import SoftmaxCrossEntropy
from ..optim import Adam, clip_gradients
from ..plot.words import counted
from ..recurrent import GRU, LSTM, RNN, EveryStep
from .controls import button, buttons, log_slider, slider
from .live import FRAME
from .playing import PlayingExplorer

KINDS = {"LSTM": LSTM, "GRU": GRU, "RNN": RNN}
WINDOW, BATCH = 24, 16  # letters of a training sequence, sequences of a step
LETTERS = 72  # that it writes for the picture
MARKS = [0, 10, 30, 60, 100, 200, 300, 500, 1000, 2000, 4000, 8000]  # samples that are kept


class TextExplorer(PlayingExplorer):
    """A recurrent network reads a text and learns to say which letter comes next.

    Above, what it writes by itself at several moments of its training, always with the same random
    numbers. Below on the left the probability of each letter after a place in the text (orange the
    one that really follows), on the right the loss.

    Parameters
    ----------
    text : str, optional
        `nnlib.data.story` if left out; at least 50 letters, at most 40 different ones.
    kind : {"LSTM", "GRU", "RNN"}
    units : int
    steps : int
        Of training, before it is shown.
    temperature : float
        The logits are divided by it: low is sure of itself, high is wild.
    place : int
        After which letter of the text the next one is looked at.

    Attributes
    ----------
    letters : str
        The different letters; a letter goes in as a one-hot vector.
    model : Sequential
        Recurrent layer, `EveryStep`, `Dense`.
    history : list of float
        The loss of every step, in nats per letter.

    Examples
    --------
    >>> TextExplorer("abc " * 20, kind="RNN", place=9).summary()
    'RNN after 0 steps. At temperature 0.50 it writes “...”. After “abc abc a” it gives ...'
    """

    def __init__(self, text=None, kind="LSTM", *, units=32, steps=0, temperature=0.5, place=60):
        who = "TextExplorer"
        self.text = expect.made(story() if text is None else text, str, who, "text")
        expect.known(kind, KINDS, "kind")
        steps = expect.whole(steps, who, "steps")
        self.letters = "".join(sorted(set(self.text)))
        if len(self.text) < 50 or len(self.letters) > 40:
            raise ValueError(
                "TextExplorer expects a text of at least 50 letters, at most 40 of them different; "
                f"got {len(self.text)} and {len(self.letters)}."
            )
        self.units, self._old = expect.whole(units, who, "units", 1, 1000), (None, [])
        self.codes = np.array([self.letters.index(letter) for letter in self.text])
        self.eye = np.eye(len(self.letters))
        controls = {
            "play": button("Play", "play", "Train, and watch what it writes"),
            "next": button("10 steps", "step-forward", "Train for ten steps"),
            "reset": button("Reset", "fast-backward", "Back to the first weights"),
            "kind": buttons("layer", list(KINDS), kind),
            "temperature": slider("temperature τ", temperature, 0.1, 2.0, 0.05),
            "learning_rate": log_slider("learning rate η", 0.01, -4, -1),
            "place": slider("place in the text", place, 1, len(self.text) - 1, 1),
        }
        self._restart(kind)
        self.train(steps)
        super().__init__(1080, 590, controls)

    # ------------------------------------------------------------------ the maths
    def _restart(self, kind):
        n = len(self.letters)
        self.layer = KINDS[kind](n, self.units, rng=0)
        self.dense = Dense(self.units, n, rng=1)
        self.model = Sequential(self.layer, EveryStep(), self.dense)
        self.loss = SoftmaxCrossEntropy()
        self.adam = Adam(self.model.parameters(), lr=0.01)
        self.rng, self.history, self.kept = np.random.default_rng(0), [], {}

    def train(self, steps=1) -> None:
        """Steps of training, each on sequences that start anywhere in the text."""
        with one_thread():
            for _ in range(steps):
                self._keep()
                start = self.rng.integers(0, len(self.codes) - WINDOW, BATCH)
                rows = self.codes[start[:, None] + np.arange(WINDOW + 1)]
                z = self.model.forward(self.eye[rows[:, :-1]], train=True)
                self.history.append(float(self.loss(z, rows[:, 1:].reshape(-1))))
                self.model.backward(self.loss.backward())
                clip_gradients(self.model.parameters(), 1.0)
                self.adam.step()

    def _keep(self):
        if len(self.history) in MARKS:
            self.kept[len(self.history)] = [p.value.copy() for p in self.model.parameters()]

    def probabilities(self, logits, temperature=None):
        """softmax(z / τ) of one row of logits."""
        z = logits / (self["temperature"] if temperature is None else temperature)
        e = np.exp(z - z.max())
        return e / e.sum()

    def write(self, n=LETTERS, start=" ", seed=0) -> str:
        """What the network writes: each letter is drawn, then fed back as the next input."""
        draws, state, text = np.random.default_rng(seed).random(n), None, ""
        code = self.letters.find(start[-1])
        for letter in start[:-1]:
            state = self.layer.step(self.eye[[self.letters.index(letter)]], state)
        for draw in draws:
            state = self.layer.step(self.eye[[max(code, 0)]], state)
            p = self.probabilities((state[0] @ self.dense.W.value + self.dense.b.value)[0])
            code = min(int(np.searchsorted(p.cumsum(), draw)), len(p) - 1)
            text += self.letters[code]
        return text

    def written(self) -> list:
        """[(step, text)] at the moments that were kept, and now."""
        # The old samples change with the temperature alone: written once for each.
        key = self["temperature"], tuple(self.kept), id(self.model)
        if self._old[0] != key:
            now = [p.value.copy() for p in self.model.parameters()]
            lines = []
            for step, weights in self.kept.items():
                self._set(weights)
                lines.append((step, self.write()))
            self._set(now)
            self._old = key, lines
        return [*self._old[1], (len(self.history), self.write())]

    def _set(self, weights):
        for parameter, value in zip(self.model.parameters(), weights, strict=True):
            parameter.value[...] = value

    def next_letter(self):
        """Probabilities of the letter at the chosen place, given those before."""
        before = self.codes[max(0, self["place"] - 30) : self["place"]]
        return self.probabilities(self.model.forward(self.eye[before[None]])[-1])

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_written()
        self._draw_next()
        self._draw_loss()

    def _draw_written(self):
        rows = self.written()[-8:]
        self.now = rows[-1][1]
        panel = self.stage.panel(
            "written", box=(0, 0, 1, 0.47), x=(0, 1), y=(-8.2, 0.6), axes=False, grid=False,
            title=f"What it writes at temperature {self['temperature']:.2f}",
        )  # fmt: skip
        y = -np.arange(len(rows), dtype=float)
        steps = [
            *(f"after {counted(k, 'step')}" for k, _ in rows[:-1]),
            f"now, {counted(rows[-1][0], 'step')}",
        ]
        panel.text("steps", [0.15] * len(rows), y, steps, align="right", size=15, colour="muted")
        panel.text("lines", [0.17] * (len(rows) - 1), y[:-1], [t for _, t in rows[:-1]],
                   align="left", size=17)  # fmt: skip
        panel.text("now", 0.17, y[-1], self.now, align="left", size=17, bold=True, colour="green")

    def _draw_next(self):
        p, place = self.next_letter(), self["place"]
        right = self.codes[place]
        shown = self.text[max(0, place - 26) : place]
        panel = self.stage.panel(
            "next", box=(0, 0.47, 0.66, 0.53), x=(-0.7, len(p) - 0.3), y=(0, 1.08),
            xlabel="next letter (␣ is the space)", ylabel="probability", title=f"After “{shown}”",
            xticks=[(k, "␣" if c == " " else c) for k, c in enumerate(self.letters)],
        )  # fmt: skip
        at = np.arange(len(p))
        panel.bars("others", at, np.where(at == right, 0, p), colour="blue", width=0.75)
        panel.bars("right", right, p[right], colour="orange", width=0.75)
        panel.points("mark", right, 1.02, colour="orange", marker="down", size=7)

    def _draw_loss(self):
        n = max(len(self.history), 20)
        panel = self.stage.panel(
            "loss", box=(0.66, 0.47, 0.34, 0.53), x=(0, n), y=(0, 3.6), xlabel="step",
            ylabel="loss per letter", title="Dashed: a blind guess",
        )  # fmt: skip
        blind = np.log(len(self.letters))
        panel.line("blind", [0, n], [blind] * 2, dash=(6, 4), colour="muted", width=1.5)
        loss = np.nan_to_num(np.array(self.history), nan=3.6, posinf=3.6)
        every = max(1, len(loss) // 300)
        panel.line("loss", np.arange(len(loss))[::every] + 1.0, np.minimum(loss[::every], 3.6),
                   colour="vermillion", width=2.5)  # fmt: skip

    def summary(self):
        p, right = self.next_letter(), self.codes[self["place"]]
        best = int(p.argmax())
        loss = f", loss {np.mean(self.history[-20:]):.2f} per letter" if self.history else ""
        return (
            f"{self['kind']} after {counted(len(self.history), 'step')}{loss}. At temperature "
            f"{self['temperature']:.2f} it writes “{self.now}”. After "
            f"“{self.text[max(0, self['place'] - 12) : self['place']]}” it gives "
            f"“{self.letters[best]}” {p[best]:.2f}, and what follows, "
            f"“{self.letters[right]}”, {p[right]:.2f}."
        )

    # ------------------------------------------------------------------ training live
    def changed(self, name):
        if name == "kind":
            self._restart(self["kind"])

    def pressed(self, name):
        if name == "play":
            self.toggle()
        elif name == "next":
            self.adam.lr = self["learning_rate"]
            self.train(10)
        else:
            self._restart(self["kind"])

    def _tick(self):
        self.adam.lr = self["learning_rate"]
        start = time.perf_counter()
        while time.perf_counter() - start < FRAME:
            self.train(1)
        self.refresh()
        return True
