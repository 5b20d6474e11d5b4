"""A tower over the plane, from ridges: `TowerExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import Sigmoid
from ..plot.words import number
from .controls import buttons, slider
from .explorer import Explorer

ADDED, SOLVED, SECOND = "added up", "best output weights", "a second hidden layer"
CELLS = 66
REACH = 2.9  # the farthest two points of the window are apart
RINGS = 24  # pairs of units for each direction where the output weights are solved for
U = np.linspace(-REACH, REACH, 2901)  # where a ridge is computed: it depends on one number alone
LINES = 12  # directions whose lines are drawn
AWAY = 0.25  # so far from the tower's foot the ground should be flat


class TowerExplorer(Explorer):
    r"""Bumps in the plane: each is a ridge, and where ridges cross there is a tower.

    A hidden unit σ(w·x + b) of two inputs knows one direction. Two of them make a ridge,
    σ(s (u + r)) − σ(s (u − r)), with u the distance across, and the ridge goes on for ever. Left
    the output over the plane, right two cuts through it: one along the ridge of the first
    direction, one between two directions. Drag the star.

    Parameters
    ----------
    directions : int
        How many ridges cross, 1 to 24.
    output : str
        "added up": one hidden layer, every ridge with the same weight. "best output weights": one
        hidden layer with more units in each direction, and the weights that come closest to a round
        tower. "a second hidden layer": one more unit, that fires where *all* ridges are high.
    steepness, radius : float
        s and r.
    centre : pair of float
        Where the tower stands.

    Examples
    --------
    >>> TowerExplorer().summary()
    'Two directions, 4 hidden units, added up: the tower of radius 0.30 at (0.00, 0.00) is 1.00
    high; outside of it the ground goes up to 0.50 and down to 0.00.'
    """

    def __init__(self, directions=2, output=ADDED, *, steepness=40, radius=0.3, centre=(0, 0)):
        centre = expect.array(centre, "TowerExplorer", "centre", (2,))
        controls = {
            "output": buttons("output", [ADDED, SOLVED, SECOND], output),
            "directions": slider("directions", directions, 1, 24, 1),
            "steepness": slider("steepness s", steepness, 10, 100, 5),
            "radius": slider("radius r", radius, 0.15, 0.5, 0.05),
            "c1": slider("centre x₁", centre[0], -1.0, 1.0, 0.05),
            "c2": slider("centre x₂", centre[1], -1.0, 1.0, 0.05),
        }
        side = np.linspace(-1, 1, CELLS)
        self.plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
        side = np.linspace(-2, 2, 41)
        self.around = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
        self.around = self.around[np.hypot(*self.around.T) <= 2]
        self._fit = None
        super().__init__(1080, 430, controls)

    # ------------------------------------------------------------------ the maths
    def normals(self) -> np.ndarray:
        """(directions, 2), evenly round half a circle."""
        angle = np.pi * np.arange(self["directions"]) / self["directions"]
        return np.stack([np.cos(angle), np.sin(angle)], axis=1)

    def ridge(self, radius) -> np.ndarray:
        """Two units over `U`: σ(s (u + r)) − σ(s (u − r)); a row for each radius."""
        s, g = self["steepness"], Sigmoid()
        radius = np.reshape(radius, (-1, 1))
        return g.value(s * (U + radius)) - g.value(s * (U - radius))

    def _profile(self):
        """What each direction adds, over `U`: (profile, bias)."""
        s, r, k = self["steepness"], self["radius"], self["directions"]
        if self["output"] == ADDED:
            return self.ridge(r)[0] / k, 0.0
        if self["output"] == SECOND:
            return self.ridge(r)[0], 0.0
        if self._fit is None or self._fit[0] != (s, r, k):
            ridges = self.ridge(np.geomspace(0.3 * r, 2.6, RINGS))
            index = self._across(self.around)
            A = np.stack([row[index].sum(axis=1) for row in ridges], axis=1)
            A = np.column_stack([A, np.ones(len(A))])
            tower = Sigmoid().value(min(s, 25) * (r - np.hypot(*self.around.T)))
            # A little damping: many ridges together are nearly dependent.
            square = A.T @ A + 1e-3 * np.eye(A.shape[1])
            weights = np.linalg.solve(square, A.T @ tower)
            self._fit = (s, r, k), (weights[:-1] @ ridges, float(weights[-1]))
        return self._fit[1]

    def _across(self, x):
        """Where in `U` each point lies, for each direction (N, directions)."""
        return np.rint((x @ self.normals().T + REACH) * ((len(U) - 1) / (2 * REACH))).astype(int)

    def heights(self, x) -> np.ndarray:
        """The output over points given relative to the centre, (N, 2) → (N,)."""
        profile, bias = self._profile()
        total = profile[self._across(x)].sum(axis=1) + bias
        if self["output"] == SECOND:
            total = Sigmoid().value(20 * (total - self["directions"] + 0.5))
        return total

    def units(self) -> int:
        """Hidden units in all."""
        ridges = RINGS if self["output"] == SOLVED else 1
        return 2 * ridges * self["directions"] + (self["output"] == SECOND)

    def ground(self):
        """(lowest, highest) output farther than a quarter from the tower's foot, to distance 1.5.

        Where two ridges make the foot, it is a square, and its corner counts as foot.
        """
        distance = np.hypot(*self.around.T)
        foot = self["radius"] * (1.42 if self["directions"] < 3 else 1.16)
        far = self.around[(distance > foot + AWAY) & (distance < 1.5)]
        heights = self.heights(far)
        return float(heights.min()), float(heights.max())

    # ------------------------------------------------------------------ the picture
    def draw(self):
        centre = np.array([self["c1"], self["c2"]])
        heights = self.heights(self.plane - centre)
        title = f"The output of {self.units()} hidden units"
        plane = self.stage.plane("plane", 1, box=(0, 0, 0.43, 1), grid=False, title=title)
        plane.heat("output", heights.reshape(CELLS, CELLS), tip="{v}")
        plane.line("edges", *self._edges(centre), colour="ink", width=1.2, dash=(5, 4))
        plane.points(
            "centre", *np.clip(centre, -0.97, 0.97), marker="star", colour="purple", size=11,
            drag=True, tip="drag the tower",
        )  # fmt: skip

        u = np.linspace(-1.5, 1.5, 401)
        first = self.normals()[0][::-1] * [-1, 1]  # along the first ridge, not across it
        turn = np.pi / 2 / self["directions"]
        between = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ first
        cuts = self.stage.panel(
            "cuts", box=(0.45, 0, 0.55, 1), x=(-1.5, 1.5), y=(-0.5, 1.35),
            xlabel="distance from the centre", ylabel="output",
            title="Two cuts through the centre", legend="upper right",
        )  # fmt: skip
        r = self["radius"]
        cuts.line(
            "wanted", [-1.5, -r, -r, r, r, 1.5], [0, 0, 1, 1, 0, 0], colour="orange", width=2.5,
            dash=(8, 5), label="the tower",
        )  # fmt: skip
        along = self.heights(u[:, None] * first)
        cuts.line("along", u, np.clip(along, -2, 3), colour="blue", width=3, label="along a ridge")
        between = self.heights(u[:, None] * between)
        cuts.line(
            "between", u, np.clip(between, -2, 3), colour="green", width=2, dash=(2, 3),
            label="between ridges",
        )  # fmt: skip

    def _edges(self, centre):
        """The lines z = 0 of the units of the ridges, at most `LINES` directions of them."""
        normals = self.normals()
        normals = normals[:: int(np.ceil(len(normals) / LINES))]
        lines = []
        for n in normals:
            along = 3 * np.array([-n[1], n[0]])
            for side in (-1, 1):
                foot = centre + side * self["radius"] * n
                lines += [foot - along, foot + along, [np.nan, np.nan]]
        return np.array(lines).T

    def summary(self):
        k = self["directions"]
        low, high = self.ground()
        words = {1: "One direction", 2: "Two directions"}.get(k, f"{k} directions")
        top = self.heights(np.zeros((1, 2)))[0]
        return (
            f"{words}, {self.units()} hidden units, {self['output']}: the tower of radius "
            f"{number(self['radius'])} at ({number(self['c1'])}, {number(self['c2'])}) is "
            f"{number(top)} high; outside of it the ground goes up to {number(high)} and down to "
            f"{number(low)}."
        )

    def event(self, event):
        if event["type"] == "drag":
            at = np.clip([event["x"], event["y"]], -1, 1)
            self.set_quietly(c1=float(at[0]), c2=float(at[1]))
