"""When a machine waits for its memory, and when the trip to a faster one pays."""

from __future__ import annotations

import math

import numpy as np

from .. import expect
from ..hardware import A100, ITEM, LAPTOP, MACHINES, Machine, Point, product
from .controls import choice, ladder, log_slider, switch
from .explorer import Explorer

INTENSITY = np.geomspace(0.03, 3e3, 120)  # operations per byte
ROWS = np.unique(np.geomspace(1, 1e5, 300).astype(int))
SAME = 1e4  # GB/s; a link at the upper end of its slider means: the same memory
STEPS = sorted({*(2**k for k in range(17)), *(3 * 2**k for k in range(16))})  # 1, 2, 3, 4, 6, 8 …
OWN = "own"  # the machine that the sliders say
HANDLE = 0.06  # where the slanted part of a roof can be taken hold of
HOST, OTHER, LINKED = "blue", "orange", "vermillion"


class RooflineExplorer(Explorer):
    r"""Two rooflines, and the time of a dense layer on both machines, the trip included.

    Left operations per second against operations per byte: the roof of the host in blue, that of
    the accelerator in orange, and on both the product (N, n) times (n, n). Right the seconds of
    that product against N: on the host, on the accelerator if the numbers are there, and with the
    way there and back. A line marks from where on the trip pays. Drag the orange point to change N,
    the diamonds to change the accelerator's peak and bandwidth.

    Parameters
    ----------
    host : Machine
        The computer itself, for instance as `nnlib.hardware.measure` found it.
    measured : sequence of Point
        Operations measured on the host, drawn as crosses.
    machines : sequence of Machine
        The accelerators to choose from.
    accelerator : Machine
        The one to begin with; one of ``machines``.
    width, rows : int
        n and N.

    Raises
    ------
    ValueError
        If ``accelerator`` is not one of ``machines``.

    Examples
    --------
    >>> explorer = RooflineExplorer()
    >>> explorer.pays(), explorer.update(width=32) and explorer.pays()
    (66, None)
    """

    def __init__(
        self, host=LAPTOP, measured=(), *, machines=MACHINES, accelerator=A100, width=1024, rows=64
    ):
        who, wanted = "RooflineExplorer", "a Machine, such as hardware.A100"
        machines = expect.several(machines, Machine, who, "machines, a list of Machine")
        expect.made(host, Machine, who, wanted)
        expect.made(accelerator, Machine, who, wanted)
        rows, width = expect.whole(rows, who, "rows", 1), expect.whole(width, who, "width", 1)
        if host not in machines:
            machines.insert(0, host)
        if accelerator not in machines:
            raise ValueError(
                f"RooflineExplorer expects an accelerator among {[m.name for m in machines]}; "
                f"got {accelerator.name!r}."
            )
        self.host = host
        self.measured = expect.several(measured, Point, who, "measured, a list of Point")
        names = [(m.name, m) for m in machines] + [("as the sliders say", OWN)]
        controls = {
            "machine": choice("accelerator", names, accelerator),
            "peak": log_slider("peak, GFLOP/s", 1, 0, 6),
            "bandwidth": log_slider("bandwidth, GB/s", 1, 0, 4),
            "link": log_slider("link, GB/s", 1, -1, 4),
            "launch": log_slider("launch, µs", 1, -1, 3),
            "rows": ladder("rows N (batch)", sorted({*STEPS, rows}), rows),
            "width": ladder("width n", sorted({*STEPS[:26], width}), width),
            "weights": switch("the weights W are there already", False),
        }
        for name, form in (("peak", ",.0f"), ("bandwidth", ",.0f"), ("link", ".1f")):
            controls[name].readout_format = form
        super().__init__(1080, 480, controls)

    # ------------------------------------------------------------------ the maths
    def begin(self):
        self.changed("machine")

    def changed(self, name):
        if name == "machine" and self["machine"] is not OWN:
            self.set_quietly(**_numbers(self["machine"]))
        elif name in ("peak", "bandwidth", "link", "launch") and self["machine"] is not OWN:
            # A slider that is shown sends its value back on its steps: that is no move.
            if abs(math.log10(self[name] / _numbers(self["machine"])[name])) > 0.03:
                self.set_quietly(machine=OWN)

    @property
    def accelerator(self) -> Machine:
        """The chosen one, or as the sliders say."""
        if self["machine"] is not OWN:
            return self["machine"]
        link = math.inf if self["link"] > 0.99 * SAME else self["link"] * 1e9
        peak, bandwidth, launch = 1e9 * self["peak"], 1e9 * self["bandwidth"], self["launch"] / 1e6
        return Machine("the accelerator", peak, bandwidth, link, launch)

    @property
    def shape(self) -> tuple[int, int]:
        """N and n."""
        return self["rows"], self["width"]

    def times(self, rows):
        """Seconds of the product with ``rows`` rows: on the host, on the accelerator, with trip."""
        n, other = self.shape[1], self.accelerator
        work = product(np.asarray(rows, dtype=float), n, n)
        trip = ITEM * (2.0 * np.asarray(rows) * n + (0 if self["weights"] else n * n))
        return self.host.seconds(work), other.seconds(work), other.seconds(work, trip)

    def pays(self):
        """The smallest N from which on the trip pays, or None if there is none up to 100,000."""
        host, _, trip = self.times(ROWS)
        slower = np.flatnonzero(trip >= host)
        first = slower[-1] + 1 if len(slower) else 0
        if first == len(ROWS):
            return None
        if not len(slower):
            return 1
        between = np.arange(ROWS[first - 1] + 1, ROWS[first] + 1)  # the grid has gaps
        host, _, trip = self.times(between)
        return int(between[np.argmax(trip < host)])

    def event(self, event):
        if event["type"] != "drag":
            return
        item, x, y = event["item"], event["x"], event["y"]
        if item == "orange":
            n = self.shape[1]
            rows = 2 * x * n / (n - 4 * x) if 4 * x < n else 1e5  # of which x is the intensity
            self._set_rows(rows)
        elif item == "now":
            self._set_rows(x)
        elif item == "peak":
            self.set_quietly(peak=np.clip(y, 1, 1e6), machine=OWN)
        elif item == "bandwidth":
            self.set_quietly(bandwidth=np.clip(y / HANDLE, 1, 1e4), machine=OWN)

    def _set_rows(self, rows):
        """The nearest number of rows that the slider has."""
        there = np.array([value for _, value in self.control("rows").options])
        near = np.abs(np.log(there) - np.log(max(rows, 1e-9))).argmin()
        self.set_quietly(rows=int(there[near]))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_roofs()
        self._draw_times()

    def _draw_roofs(self):
        (N, n), other = self.shape, self.accelerator
        at = product(N, n, n).intensity
        panel = self.stage.panel(
            "roof", box=(0, 0, 0.55, 1), x=(INTENSITY[0], INTENSITY[-1]), y=(0.1, 2e6),
            xscale="log", yscale="log", xlabel="operations per byte",
            ylabel="billion operations per second", legend="upper left",
            title=f"({N:,}, {n}) · ({n}, {n}): {at:.3g} operations per byte",
        )  # fmt: skip
        for machine, colour in ((self.host, HOST), (other, OTHER)):
            roof = machine.attainable(INTENSITY) / 1e9
            panel.line(
                f"roof {colour}", INTENSITY, roof, colour=colour, width=3, label=machine.name
            )
            panel.line(
                f"ridge {colour}", 2 * [machine.ridge], [0.1, machine.peak / 1e9], colour=colour,
                width=1.5, dash=(3, 5),
            )  # fmt: skip
        if self.measured:
            x = np.array([point.intensity for point in self.measured])
            y = np.array([point.speed for point in self.measured])
            y = np.maximum(y, 1e8)  # a busy machine can be slower than the picture is high
            panel.points("measured", x, y / 1e9, colour=HOST, marker="cross", size=6,
                         label="measured", tip="{i}")  # fmt: skip
            self._draw_names(panel, np.log10(x), np.log10(y / 1e9))
        shown = np.clip(at, INTENSITY[0], INTENSITY[-1])
        panel.points("blue", shown, self.host.attainable(at) / 1e9, colour=HOST, marker="square",
                     size=9)  # fmt: skip
        panel.points("orange", shown, other.attainable(at) / 1e9, colour=OTHER, size=10, drag=True,
                     tip="drag it: more or fewer rows")  # fmt: skip
        panel.points("peak", 1500, other.peak / 1e9, colour="ink", marker="diamond", size=7,
                     drag=True, tip="the peak: drag it")  # fmt: skip
        panel.points("bandwidth", HANDLE, other.attainable(HANDLE) / 1e9, colour="ink",
                     marker="diamond", size=7, drag=True, tip="the bandwidth: drag it")  # fmt: skip

    def _draw_names(self, panel, x, y):
        """Beside its cross, or as far below as it takes to be clear of the others and of crosses;
        x and y are exponents of ten."""
        high, wide = 0.3, 0.075  # of a line of text and of a letter, in powers of ten
        taken = [(a - 0.09, a + 0.09, b) for a, b in zip(x, y, strict=True)]  # left, right, middle
        names, at, leaders = [self.measured[k].name for k in np.argsort(-y)], [], []
        for k, name in zip(np.argsort(-y), names, strict=True):
            left, right, middle = x[k] + 0.12, x[k] + 0.15 + wide * len(name), y[k]
            others = taken[:k] + taken[k + 1 :]
            while any(a < right and left < b and abs(c - middle) < high for a, b, c in others):
                middle -= 0.1
            taken.append((left, right, middle))
            at.append((10**left, 10**middle))
            if middle < y[k] - 0.15:
                leaders += [(10 ** x[k], 10 ** y[k]), (10**left, 10**middle), (np.nan, np.nan)]
        panel.line("leaders", *np.reshape(leaders, (-1, 2)).T, colour="grey", width=1)
        panel.text("names", *np.transpose(at), names, size=13, align="left", halo=True)

    def _draw_times(self):
        N, pays = self.shape[0], self.pays()
        curves = [1e6 * t for t in self.times(ROWS)]
        low = 10 ** math.floor(math.log10(min(c.min() for c in curves)))
        high = 10 ** math.ceil(math.log10(max(c.max() for c in curves)))
        title = "The trip never pays" if pays is None else f"The trip pays from N = {pays:,} on"
        if pays == 1:
            title = "The trip always pays"
        panel = self.stage.panel(
            "times", box=(0.56, 0, 0.44, 1), x=(1, 1e5), y=(low, high), xscale="log", yscale="log",
            xlabel="rows N", ylabel="microseconds", title=title, legend="upper left",
        )  # fmt: skip
        looks = (
            ("host", HOST, (), self.host.name),
            ("there", OTHER, (), "accelerator, numbers there"),
            ("trip", LINKED, (7, 4), "accelerator, with the trip"),
        )
        for (name, colour, dash, label), curve in zip(looks, curves, strict=True):
            panel.line(name, ROWS, curve, colour=colour, width=3, dash=dash, label=label)
        panel.remove("pays")
        if pays is not None and pays > 1:
            panel.line("pays", [pays, pays], [low, high], colour="ink", width=1.5, dash=(3, 4))
        host, there, trip = (1e6 * float(t) for t in self.times(N))
        panel.points("now there", N, there, colour=OTHER, size=7)
        panel.points("now trip", N, trip, colour=LINKED, size=7, marker="triangle")
        panel.points("now", N, host, colour=HOST, marker="square", size=9, drag=True,
                     tip="drag it: more or fewer rows")  # fmt: skip

    def summary(self):
        (N, n), other, pays = self.shape, self.accelerator, self.pays()
        at = product(N, n, n).intensity
        host, there, trip = (float(t) for t in self.times(N))
        waits = "its memory" if at < other.ridge else "its arithmetic"
        always = "the trip never pays" if pays is None else f"the trip pays from N = {pays:,} on"
        return (
            f"A product ({N:,}, {n}) times ({n}, {n}): {at:.3g} operations per byte. The "
            f"ridge of {other.name} is at {other.ridge:.3g}: it waits for {waits}. {_time(host)} "
            f"on {self.host.name}, {_time(there)} on {other.name}, {_time(trip)} with the trip; "
            f"{always}."
        )


def _numbers(machine):
    """What the sliders say of a machine."""
    return {
        "peak": machine.peak / 1e9,
        "bandwidth": machine.bandwidth / 1e9,
        "link": min(machine.link / 1e9, SAME),
        "launch": float(np.clip(machine.launch * 1e6, 0.1, 1000)),
    }


def _time(seconds):
    """
    >>> _time(2.5e-6), _time(0.012), _time(3)
    ('2.5 µs', '12 ms', '3 s')
    """
    for unit, size in (("s", 1), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.2g} µs"
