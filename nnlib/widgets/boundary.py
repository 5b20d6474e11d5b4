"""One neuron and its line in the plane: `BoundaryExplorer`."""

from __future__ import annotations

import numpy as np

from .. import expect
from ..activations import activation
from ..plot.decision import grid
from ..plot.words import signed
from .controls import activation_choice, slider, switch
from .explorer import Explorer

CELLS = 100  # a map of 100 × 100


class BoundaryExplorer(Explorer):
    r"""The neuron ŷ = g(w₁x₁ + w₂x₂ + b), its boundary, its normal vector, and one query point.

    Move the sliders, or drag the tip of the arrow **w**, the dot on the line (which shifts it), and
    the query point.

    Parameters
    ----------
    w : pair of float
        Weights w₁, w₂.
    b : float
        Bias, the lectures' w₀.
    query : pair of float, or None
        The point whose z, ŷ and distance are read out.
    X, y : array (N, 2) and array (N,) of 0 and 1, optional
        Samples to show; those on the wrong side are ringed.
    activation : str
        A name from `nnlib.ACTIVATIONS`; the reader can choose another one.
    window : float
        The plane is shown from −window to window.

    Examples
    --------
    The neuron of lecture E, ŷ = g(1 + 3x₁ − 2x₂), asked about the point (−1, 2):

    >>> explorer = BoundaryExplorer(w=(3, -2), b=1, query=(-1, 2))
    >>> explorer.summary()
    'ŷ = sigmoid(3.00·x₁ − 2.00·x₂ + 1.00). At (−1.00, 2.00): z = −6.00, ŷ = 0.0025,
    signed distance to the line −1.66.'
    """

    def __init__(
        self, w=(1.0, 1.0), b=0.0, *, query=None, X=None, y=None, activation="sigmoid", window=4.0
    ):
        who = "BoundaryExplorer"
        w, b = expect.array(w, who, "w", (2,)), expect.number(b, who, "b")
        window = expect.number(window, who, "window", above=0)
        self.query = None
        if query is not None:
            self.query = expect.array(query, who, "query", (2,)).tolist()
        self.X, self.y = _samples(X, y)
        self.window = window
        self.points, self.axis = grid((-window, window), (-window, window), CELLS)
        reach = max(5.0, *np.abs(w), abs(b))
        controls = {
            "w1": slider("weight w₁", w[0], -reach, reach, 0.02),
            "w2": slider("weight w₂", w[1], -reach, reach, 0.02),
            "b": slider("bias b (= w₀)", b, -2 * reach, 2 * reach, 0.02),
            "activation": activation_choice("activation g", activation),
            "show_map": switch("shade ŷ", True),
        }
        super().__init__(900, 470, controls)

    # ------------------------------------------------------------------ the maths
    @property
    def w(self) -> np.ndarray:
        return np.array([self["w1"], self["w2"]])

    def z(self, X) -> np.ndarray:
        """w₀ + Xw for points X of shape (N, 2)."""
        return X @ self.w + self["b"]

    def right(self) -> np.ndarray:
        """For each sample, whether it lies on the side of its class."""
        return (self.z(self.X) > 0) == (self.y > 0)

    # ------------------------------------------------------------------ the picture
    def draw(self):
        g = activation(self["activation"])
        w, b, size = self.w, self["b"], self.window
        norm = float(np.hypot(*w))
        title = "Drag the arrow, the line" + (", the star" if self.query else "")
        plane = self.stage.plane("plane", size, box=(0, 0, 0.53, 1), title=title)
        z = self.z(self.points)
        output = g.forward(z)
        low, high = float(np.min(output)), float(np.max(output))
        # Shade round the value on the boundary, so that the line is where the colour turns.
        # A step has two values there: the mean of both sides.
        middle = float(g.forward(np.array([-1e-9, 1e-9])).mean())
        span = max(high - middle, middle - low, 1e-9)
        shade = (output - middle).reshape(CELLS, CELLS) if self["show_map"] else np.zeros((2, 2))
        plane.heat("output", shade, vmax=span)

        if self.X is not None:
            wrong = self.X[~self.right()]
            plane.points("wrong", *wrong.T, colour="vermillion", size=9, hollow=True)
            plane.points("samples", *self.X.T, classes=self.y, size=5, tip="({x}, {y})")

        far = 3 * size
        if norm > 0:
            foot = -b * w / norm**2  # the point of the line closest to the origin
            along = np.array([-w[1], w[0]]) / norm * far
            ends = np.array([foot - along, foot + along])
            plane.line("boundary", ends[:, 0], ends[:, 1], width=3)
            tip = foot + w
            plane.arrows("normal", foot[0], foot[1], tip[0], tip[1], colour="vermillion", width=4)
            plane.text(
                "w",
                *(tip + 0.09 * size * w / norm),
                "w",
                colour="vermillion",
                size=19,
                bold=True,
                halo=True,
            )
            plane.points("shift", *foot, colour="ink", size=7, drag=True, tip="drag: moves b")
            plane.points("tip", *tip, colour="vermillion", size=7, drag=True, tip="drag: turns w")
        else:
            plane.remove("boundary", "normal", "w", "shift")
            plane.points(
                "tip", 0.0, 0.0, colour="vermillion", size=7, drag=True, tip="drag: turns w"
            )
        if self.query is not None:
            q = np.array(self.query)
            if norm > 0:
                at = q - (q @ w + b) * w / norm**2
                plane.line("distance", [q[0], at[0]], [q[1], at[1]], dash=(6, 5), width=2)
            else:
                plane.remove("distance")
            plane.points("query", *q, marker="star", colour="purple", size=10, drag=True)

        zmax = max(8.0, float(np.abs(z).max()))
        zs = np.linspace(-zmax, zmax, 401)
        curve = g.forward(zs)
        lo, hi = float(curve.min()), float(curve.max())
        pad = 0.08 * (hi - lo) + 1e-6
        side = self.stage.panel(
            "curve",
            box=(0.55, 0, 0.45, 1),
            x=(-zmax, zmax),
            y=(lo - pad, hi + pad),
            xlabel="z = w₁x₁ + w₂x₂ + b",
            ylabel="ŷ = g(z)",
            title=f"The same through g = {self['activation']}",
        )
        side.line("zero", [0, 0], [lo - pad, hi + pad], dash=(4, 4), width=1.5, colour="muted")
        side.line("g", zs, curve, width=3)
        if self.X is not None:
            zx = self.z(self.X)
            side.points("samples", zx, g.forward(zx), classes=self.y, size=4)
        if self.query is not None:
            zq = self.z(np.array([self.query]))
            yq = g.forward(zq)
            side.line("up", [zq[0], zq[0]], [lo - pad, yq[0]], dash=(6, 5), colour="purple")
            side.line("over", [-zmax, zq[0]], [yq[0], yq[0]], dash=(6, 5), colour="purple")
            side.points("query", zq, yq, marker="star", colour="purple", size=10)

    def summary(self):
        w, b = self.w, self["b"]
        text = f"ŷ = {self['activation']}({w[0]:.2f}·x₁ {signed(w[1])}·x₂ {signed(b)})."
        if self.query is not None:
            q = np.array([self.query])
            z = self.z(q)
            norm = np.hypot(*w)
            text += (
                f" At ({q[0, 0]:.2f}, {q[0, 1]:.2f}): z = {z[0]:.2f}, "
                f"ŷ = {activation(self['activation']).forward(z)[0]:.4f}, "
            )
            text += (
                f"signed distance to the line {z[0] / norm:.2f}."
                if norm > 0
                else "and with w = 0 there is no line."
            )
        if self.X is not None:
            right = int(self.right().sum())
            text += f" {right} of {len(self.X)} samples on their side of the line."
        return text.replace("-", "−")

    # ------------------------------------------------------------------ taking hold of it
    def event(self, event):
        if event["type"] != "drag":
            return
        at = np.array([event["x"], event["y"]])
        w, b = self.w, self["b"]
        norm = np.hypot(*w)
        if event["item"] == "query":
            self.query = list(np.clip(at, -self.window, self.window))
        elif event["item"] == "tip":
            foot = -b * w / norm**2 if norm > 0 else np.zeros(2)
            new = at - foot
            # The line turns about the dot it was held by: b follows from w.
            self.set_quietly(w1=new[0], w2=new[1], b=-float(new @ foot))
        elif event["item"] == "shift" and norm > 0:
            self.set_quietly(b=-float(w @ at))


def _samples(X, y):
    if X is None:
        return None, None
    X = expect.array(X, "BoundaryExplorer", "X")
    y = expect.numbers(y, "BoundaryExplorer", "y").reshape(-1)
    if X.ndim != 2 or X.shape[1] != 2 or len(y) != len(X):
        raise ValueError(
            f"BoundaryExplorer expects X of shape (N, 2) and y of shape (N,); "
            f"got {X.shape} and {y.shape}"
        )
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"BoundaryExplorer expects labels 0 and 1; got {np.unique(y)[:5]}")
    return X, y.astype(np.uint8)
