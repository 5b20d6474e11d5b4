"""How much faster n processes are, and what holds them back: `AmdahlExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..plot.words import short
from .controls import buttons, ladder, slider
from .explorer import Explorer

RING, CENTRE = "in a ring", "one collects"
NUMBERS = 2 ** np.arange(11)  # of processes: 1 to 1024
LOW, HIGH = 0.25, 1024.0  # speed-ups that are drawn; lower where one was measured
CUT = 1.4  # times T(1); the bar of a longer step is cut off there
POINTS = (("orange", "square"), ("green", "triangle"), ("sky", "down"), ("yellow", "diamond"))


def step_time(n, p, c, how=RING):
    r"""Time of a step with n processes, in its three parts; with one process it is 1.

    .. math:: T(n) = (1 - p) + \frac{p}{n} + c(n)

    To average, each of n processes in a ring sends 2 (n − 1)/n gradients, and receives as many at
    the same time: never more than two. If one process collects all gradients, and then sends the
    mean back to all, 2 (n − 1) of them pass through it, one after the other.

    Parameters
    ----------
    n : int or array
    p : float
        The share of the time that can be divided.
    c : float
        The time in which one gradient goes from one process to another, as a share of T(1).
    how : str
        "in a ring" or "one collects".

    Returns
    -------
    array, shape (3, ...)
        1 − p, p/n and c(n).

    References
    ----------
    G. M. Amdahl, Validity of the single processor approach to achieving large scale computing
    capabilities, AFIPS 1967, https://doi.org/10.1145/1465482.1465560 (without c).

    Examples
    --------
    >>> step_time(4, 0.5, 0.25)  # the ring: 0.25 · 2 · 3/4
    array([0.5  , 0.125, 0.375])
    """
    n = np.asarray(n, dtype=float)
    sent = 2 * (n - 1) / n if how == RING else 2 * (n - 1)
    return np.stack([np.full_like(n, 1 - p), p / n, c * sent])


class AmdahlExplorer(Explorer):
    r"""Speed-up 1/T(n) against the number of processes, and where the time of a step goes.

    Left the speed-up; straight up goes what n processes would give at best, the horizontal line is
    Amdahl's ceiling 1/(1 − p), which no number of processes reaches. Drag the dot. Right the time
    of a step, as a share of that of one process: what cannot be divided, what can, and sending.

    Parameters
    ----------
    p : float
        The share that can be divided.
    c : float
        The time for sending one gradient, as a share of T(1).
    n : int
        A power of two up to 1024.
    measured : dict, optional
        name → {number of processes: speed-up}: points to lay the curve through, four names at most.

    Raises
    ------
    ValueError
        If a measured number is not above zero.

    Examples
    --------
    >>> AmdahlExplorer(0.5, 0, n=2).summary()  # 1 / (0.5 + 0.25)
    '2 processes: 1.33 times as fast as one. ... Ceiling 2.0. ...'
    """

    def __init__(self, p=0.95, c=0.01, *, n=8, measured=None):
        wanted = "measured, for each name {processes: speed-up}"
        curves = expect.made({} if measured is None else measured, dict, "AmdahlExplorer", wanted)
        for points in curves.values():
            expect.made(points, dict, "AmdahlExplorer", wanted)
        self.measured = {
            name: np.array(sorted((float(k), float(v)) for k, v in points.items())).reshape(-1, 2)
            for name, points in curves.items()
        }
        if len(self.measured) > len(POINTS):
            raise ValueError(
                f"AmdahlExplorer expects at most {len(POINTS)} measured curves; "
                f"got {len(self.measured)}"
            )
        for name, points in self.measured.items():
            if not (np.isfinite(points).all() and (points > 0).all()):
                raise ValueError(
                    f"AmdahlExplorer expects numbers of processes and speed-ups above zero; got "
                    f"{points.tolist()} for {name!r}"
                )
        slowest = min(
            (v for points in self.measured.values() for v in points[:, 1]), default=np.inf
        )
        self.low = min(LOW, 0.7 * slowest)
        controls = {
            "p": slider("p can be divided", p, 0, 1, 0.005),
            "c": slider("c, sending once", c, 0, 0.5, 0.005),
            "n": ladder("processes n", NUMBERS.tolist(), n),
            "how": buttons("averaging", [RING, CENTRE]),
        }
        super().__init__(1080, 430, controls)

    # ------------------------------------------------------------------ the maths
    def time(self, n) -> np.ndarray:
        return step_time(n, self["p"], self["c"], self["how"]).sum(axis=0)

    @property
    def ceiling(self) -> float:
        """Amdahl's, without sending; infinite if all can be divided."""
        return 1 / (1 - self["p"]) if self["p"] < 1 else np.inf

    def best(self) -> int:
        """The number of processes with the shortest step; the fewest, if several are as good."""
        times = self.time(NUMBERS)
        return int(NUMBERS[np.flatnonzero(times <= times.min() * (1 + 1e-9))[0]])

    def event(self, event):
        if event["type"] == "drag" and event["item"] == "mine":
            near = np.abs(np.log(NUMBERS) - np.log(max(event["x"], 1e-9))).argmin()
            self.set_quietly(n=int(NUMBERS[near]))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        n = self["n"]
        speed = 1 / float(self.time(n))
        panel = self.stage.panel(
            "speed",
            box=(0, 0, 0.56, 1),
            x=(0.85, 1250),
            y=(self.low, HIGH),
            xscale="log",
            yscale="log",
            xticks=[(k, str(k)) for k in NUMBERS[::2]],
            yticks=[
                (v, f"{v:.2g}" if v < 1 else f"{v:g}")
                for v in 4.0 ** np.arange(-6, 6)
                if v >= self.low
            ],
            xlabel="processes n",
            ylabel="speed-up",
            title=f"{n} process{'es' * (n > 1)}: {short(speed)} times as fast",
            legend="upper left",
        )
        panel.line("ideal", [1, 1024], [1, 1024], colour="grey", dash=(6, 5), width=1.5,
                   label="ideal, n times")  # fmt: skip
        panel.remove("ceiling")
        if self.ceiling <= HIGH:
            panel.line("ceiling", [0.85, 1250], [self.ceiling] * 2, colour="vermillion", width=2,
                       label=f"ceiling 1/(1 − p) = {self.ceiling:.3g}")  # fmt: skip
        many = np.geomspace(1, 1024, 201)
        speeds = 1 / self.time(many)
        speeds = np.where(speeds < self.low, np.nan, speeds)
        panel.line("speed", many, speeds, colour="blue", width=3.5, label="1/T(n)")
        for (name, points), (colour, marker) in zip(self.measured.items(), POINTS, strict=False):
            panel.points(name, *points.T, colour=colour, marker=marker, size=6, label=name,
                         tip="{x} processes: {y} times")  # fmt: skip
        panel.remove("mine")
        panel.points("mine", n, max(speed, self.low), size=8, drag=True, tip="drag it")
        self._draw_time()

    def _draw_time(self):
        serial, divided, sent = step_time(NUMBERS, self["p"], self["c"], self["how"])
        at, total = np.arange(len(NUMBERS)), serial + divided + sent
        k = int(np.flatnonzero(self["n"] == NUMBERS)[0])
        panel = self.stage.panel(
            "time",
            box=(0.57, 0, 0.43, 1),
            x=(-0.6, len(NUMBERS) - 0.4),
            y=(0, 2),
            xticks=[(k, str(NUMBERS[k])) for k in at[::2]],
            yticks=[(v, f"{100 * v:.0f} %") for v in np.arange(0, 1.5, 0.25)],
            xlabel="processes n",
            ylabel="time of a step",
            title=f"n = {self['n']}: {short(100 * total[k])} % of T(1)",
            legend="upper right",
        )
        for name, heights, colour in (
            ("sending: c(n)", total, "purple"),
            ("divided: p/n", serial + divided, "blue"),
            ("cannot be divided: 1 − p", serial, "vermillion"),
        ):
            panel.bars(name, at, np.minimum(heights, CUT), colour=colour, label=name)
        cut = at[total > CUT]
        panel.points("cut off", cut, np.full(len(cut), CUT + 0.05), marker="triangle", size=5,
                     colour="purple", hollow=True, tip="goes on above")  # fmt: skip
        panel.points("chosen", k, 0.03, marker="triangle", size=6)

    def summary(self):
        n, total = self["n"], float(self.time(self["n"]))
        serial, divided, sent = (
            float(v) for v in step_time(n, self["p"], self["c"], self["how"]) / total
        )
        ceiling = f"Ceiling {self.ceiling:.1f}." if self["p"] < 1 else "There is no ceiling."
        best = self.best()
        said = (
            f"{n} process{'es' * (n > 1)}: {short(1 / total)} times as fast as one. Of the time of "
            f"a step, {serial:.0%} cannot be divided, {divided:.0%} is divided, {sent:.0%} is "
            "sending. "
        ).replace("%", " %")
        said += f"{ceiling} Fastest with {best}: {short(1 / float(self.time(best)))} times."
        for name, points in self.measured.items():
            said += f" Measured, {name}: " + ", ".join(f"{v:.2f} with {k:g}" for k, v in points)
            said += "."
        return said
