"""A house seen by a camera: λ (u, v, 1)ᵀ = K [R|T] (X, Y, Z, 1)ᵀ."""

from __future__ import annotations

import numpy as np

from ..camera import NEAR, camera_matrix, centre, house, in_front, intrinsics, project, rotation
from ..plot.words import number
from .controls import choice, slider
from .explorer import Explorer

WIDE, HIGH = 640, 480  # of the picture, in pixels
PARTS = {"walls": "blue", "roof": "vermillion", "door": "orange"}
MISTAKES = {
    "none": "right",
    "the division by λ forgotten": "undivided",
    "T added before R turns": "swapped",
    "points behind the camera drawn too": "behind",
}
CORNERS = {
    "front gable, the top": (0.0, -1.0, -1.4),
    "front wall, lower left": (-1.0, 1.0, -1.4),
    "door, upper right": (0.25, 0.25, -1.4),
    "rear wall, lower right": (1.0, 1.0, 1.4),
}
DRAWN = 0.25  # degrees for each pixel of dragging


class CameraExplorer(Explorer):
    r"""λ (u, v, 1)ᵀ = K [R\|T] (X, Y, Z, 1)ᵀ: what the camera sees, where it stands, its matrix.

    Left the picture; drag in it to turn the house. Top right the scene from above with the cone
    that the camera sees; drag the camera. Below it the matrix K [R\|T] and one point's way through
    it. Some usual mistakes can be made on purpose.

    Parameters
    ----------
    yaw, pitch : float
        Turns about y and then about x, in degrees.
    distance : float
        T₃, in metres.
    focal : float
        In pixels.

    Examples
    --------
    >>> explorer = CameraExplorer(yaw=0, pitch=0, distance=5, focal=500)
    >>> explorer.update(corner=(-1.0, 1.0, -1.4))  # λ = 5 − 1.4
    'Camera 5.0 m from the house, ... (−1.00, 1.00, −1.40) is 3.60 m deep, at u = 181, v = 379.'
    """

    def __init__(self, *, yaw=35, pitch=18, distance=6.0, focal=700):
        self.edges, self.points = house()
        self._held = None  # where in the picture the pointer was
        controls = {
            "yaw": slider("R: turn about y, °", yaw, -180, 180, 1),
            "pitch": slider("R: turn about x, °", pitch, -80, 80, 1),
            "distance": slider("T₃: distance, m", distance, 0.0, 10.0, 0.1),
            "right": slider("T₁: shift right, m", 0.0, -3.0, 3.0, 0.1),
            "down": slider("T₂: shift down, m", 0.0, -3.0, 3.0, 0.1),
            "focal": slider("K: focal length, px", focal, 100, 2000, 10),
            "corner": choice("follow", CORNERS.items()),
            "mistake": choice("mistake", MISTAKES.items()),
        }
        super().__init__(1080, 540, controls)

    # ------------------------------------------------------------------ the maths
    def matrices(self):
        """K (3, 3), R (3, 3), T (3,)."""
        K = intrinsics(self["focal"], WIDE / 2, HIGH / 2)
        T = np.array([self["right"], self["down"], self["distance"]])
        return K, rotation(self["yaw"], self["pitch"]), T

    def seen(self, X):
        """Pixels (N, 2) and depth (N,) of points, with the mistake that was asked for."""
        K, R, T = self.matrices()
        if self["mistake"] == "swapped":
            T = R @ T  # R (X + T) = R X + R T
        uv, depth = project(camera_matrix(K, R, T), np.asarray(X, dtype=float))
        if self["mistake"] == "undivided":
            uv = uv * depth[:, None]
        return uv, depth

    def event(self, event):
        if event["type"] == "click" and event["panel"] == "picture":
            self._held = event["x"], event["y"]
        elif event["type"] == "paint" and event["panel"] == "picture" and self._held:
            du, dv = event["x"] - self._held[0], event["y"] - self._held[1]
            if self["mistake"] == "undivided":  # its axes are another size
                du, dv = 0.2 * du, 0.2 * dv
            self._held = event["x"], event["y"]
            yaw = (self["yaw"] - round(DRAWN * du) + 180) % 360 - 180
            pitch = np.clip(self["pitch"] + round(DRAWN * dv), -80, 80)
            self.set_quietly(yaw=int(yaw), pitch=int(pitch))
        elif event["type"] == "drag" and event["item"] == "camera":
            self._stand(event["x"], event["y"])

    def _stand(self, x, z):
        """Put the camera above or below the place (x, z), without changing pitch, T₁ and T₂."""
        right, down, b = self["right"], self["down"], np.radians(self["pitch"])
        ahead = np.sqrt(max(x * x + z * z - right * right, 0.0))  # level distance to the house
        distance = np.clip((ahead + np.sin(b) * down) / np.cos(b), 0, 10)
        yaw = np.degrees(np.angle(complex(-x, -z) / complex(right, ahead or 1e-9)))
        self.set_quietly(distance=float(distance), yaw=round(float(yaw)))

    # ------------------------------------------------------------------ the picture
    def draw(self):
        self._draw_picture()
        self._draw_above()
        self._draw_numbers()

    def _draw_picture(self):
        seen = {part: self.seen(X) for part, X in self.points.items()}
        every = np.concatenate([depth for _, depth in seen.values()])
        self.hidden = int((every < NEAR).sum())
        mistake = self["mistake"]
        behind = mistake == "behind"
        x, y = (0, WIDE), (HIGH, 0)
        if mistake == "undivided":
            all_uv = np.concatenate([uv for uv, _ in seen.values()])
            reach = max(np.abs(all_uv).max(), WIDE)
            x, y = (-reach, reach), (0.75 * reach, -0.75 * reach)
        if behind or not self.hidden:
            title = "What the camera takes"
        else:
            title = f"{self.hidden} of {len(every)} points are behind it: not drawn"
        if mistake != "right":
            title = "Wrong: " + next(text for text, key in MISTAKES.items() if key == mistake)
        panel = self.stage.panel(
            "picture", box=(0, 0, 0.59, 1), x=x, y=y, equal=True, grid=False, title=title,
            xlabel="u, pixels", ylabel="v, pixels (rows count downwards)", click=True,
        )  # fmt: skip
        for part, colour in PARTS.items():
            uv, depth = seen[part]
            near = np.abs(depth) > NEAR if behind else depth > NEAR
            inside = near & (np.abs(uv - (x[1] / 2, y[0] / 2)) < 2 * max(x[1], y[0])).all(axis=1)
            panel.points(part, *uv[inside].T, colour=colour, size=2 if part != "door" else 3)
            panel.line(f"edges {part}", *self._drawn_edges(part), colour=colour, width=2)
        panel.remove("followed")
        uv, depth = self.seen(np.array([self["corner"]]))
        if depth[0] > NEAR and np.abs(uv).max() < 1e5:
            panel.points("followed", *uv[0], colour="ink", size=9, hollow=True)
        frame = np.array([[0, 0], [WIDE, 0], [WIDE, HIGH], [0, HIGH], [0, 0]])
        panel.line("frame", *frame.T, colour="ink", width=1.5)

    def _drawn_edges(self, part):
        """Edges as one line with gaps, cut off where they come too near."""
        K, R, T = self.matrices()
        if self["mistake"] == "swapped":
            T = R @ T
        segments = in_front(self.edges[part] @ R.T + T)
        scaled = segments @ K.T
        uv = scaled[..., :2]
        if self["mistake"] != "undivided":
            uv = uv / scaled[..., 2:]
        gap = np.full((len(uv), 1, 2), np.nan)
        return np.concatenate([uv, gap], axis=1).reshape(-1, 2).T

    def _draw_above(self):
        _, R, T = self.matrices()
        C = centre(R, T)
        reach = max(3.5, 1.25 * np.hypot(C[0], C[2]))
        panel = self.stage.panel(
            "above", box=(0.6, 0, 0.4, 0.56), x=(-1.45 * reach, 1.45 * reach), y=(-reach, reach),
            equal=True, xlabel="X, metres", ylabel="Z, metres",
            title=f"Camera at ({number(C[0])}, {number(C[1])}, {number(C[2])})",
        )  # fmt: skip
        for part, colour in PARTS.items():
            ends = self.edges[part][:, :, [0, 2]]
            gap = np.full((len(ends), 1, 2), np.nan)
            line = np.concatenate([ends, gap], axis=1).reshape(-1, 2).T
            panel.line(part, *line, colour=colour, width=2)
        # What the middle row of the picture sees, from its left edge to its right edge.
        far = 6 * reach
        to = [C + R.T @ [side * WIDE / 2 / self["focal"] * far, 0, far] for side in (-1, 1)]
        x, z = np.array([to[0], C, to[1]])[:, [0, 2]].T
        panel.line("cone", x, z, colour="green", width=2, fill=True)
        tip = "the camera: drag it"
        panel.points("camera", C[0], C[2], colour="green", size=9, drag=True, tip=tip)

    def _draw_numbers(self):
        K, R, T = self.matrices()
        X, (uv, depth) = np.array(self["corner"]), self.seen(np.array([self["corner"]]))
        M = camera_matrix(K, R, T)
        scaled = M[:, :3] @ X + M[:, 3]
        panel = self.stage.panel(
            "numbers", box=(0.6, 0.56, 0.4, 0.44), x=(0, 420), y=(0, 220), axes=False
        )
        panel.text("names", [124, 288, 366], 3 * [207], ["K [R|T]", "point", "λu, λv, λ"], size=14,
                   bold=True)  # fmt: skip
        panel.matrix("M", M, 0, 194, cell=(62, 30), digits=2, size=14)
        panel.matrix("X", np.append(X, 1)[:, None], 262, 194, cell=(52, 30), digits=2, size=14)
        panel.matrix("scaled", scaled[:, None], 328, 194, cell=(76, 30), digits=2, size=14)
        if depth[0] <= NEAR:
            words = f"λ = {number(depth[0])}: behind the camera"
        elif self["mistake"] == "undivided":
            words = f"not divided: u = {uv[0, 0]:.0f}, v = {uv[0, 1]:.0f}".replace("-", "−")
        else:
            said = f"u = {scaled[0]:.0f} / {scaled[2]:.2f} = {uv[0, 0]:.0f}     "
            said += f"v = {scaled[1]:.0f} / {scaled[2]:.2f} = {uv[0, 1]:.0f}"
            if self["mistake"] == "swapped":
                said = f"T before R: u = {uv[0, 0]:.0f}, v = {uv[0, 1]:.0f}"
            words = said.replace("-", "−")
        panel.text("division", 0, 40, words, size=15, align="left")

    def summary(self):
        K, R, T = self.matrices()
        X, (uv, depth) = self["corner"], self.seen(np.array([self["corner"]]))
        where = ", ".join(number(v) for v in X)
        text = (
            f"Camera {np.linalg.norm(T):.1f} m from the house, turned by {self['yaw']}° and "
            f"{self['pitch']}°, focal length {self['focal']} pixels. "
        ).replace("-", "−")
        if self["mistake"] != "right":
            key = self["mistake"]
            text += f"Wrong: {next(words for words, k in MISTAKES.items() if k == key)}. "
        if self.hidden:
            text += f"{self.hidden} points are behind the camera. "
        if depth[0] <= NEAR:
            return text + f"The corner ({where}) is behind the camera."
        at = f"u = {uv[0, 0]:.0f}, v = {uv[0, 1]:.0f}".replace("-", "−")
        return text + f"The corner ({where}) is {depth[0]:.2f} m deep, at {at}."
