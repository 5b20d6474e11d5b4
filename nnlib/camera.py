r"""The camera of lecture A: λ (u, v, 1)ᵀ = K [R|T] (X, Y, Z, 1)ᵀ.

Short names, those of the lecture: X, Y, Z a point of the world, in metres; u, v its place in the
picture, in pixels; λ its depth, the distance in front of the camera along its axis. As in computer
vision x points to the right, y *down* as rows are counted, and z away from the camera.

Points are rows here, (N, 3), so the product is written (X, Y, Z, 1) Mᵀ with M = K [R|T].

Source: R. Hartley and A. Zisserman, "Multiple View Geometry in Computer Vision", 2004, chapter 6.
"""

from __future__ import annotations

import numpy as np

from . import expect

NEAR = 0.05  # metres; what is nearer, or behind, is not in the picture


def intrinsics(focal: float, u0: float, v0: float):
    """K, (3, 3): the focal length in pixels, and where the axis meets the picture.

    A ValueError tells of what is no finite number, or a focal length that is not above 0.

    >>> intrinsics(500.0, 320.0, 240.0)
    array([[500.,   0., 320.],
           [  0., 500., 240.],
           [  0.,   0.,   1.]])
    """
    focal = expect.number(focal, "intrinsics", "focal", above=0)
    u0, v0 = (expect.number(v, "intrinsics", name) for name, v in (("u0", u0), ("v0", v0)))
    return np.array([[focal, 0.0, u0], [0.0, focal, v0], [0.0, 0.0, 1.0]])


def rotation(yaw: float, pitch: float = 0.0):
    """R, (3, 3): first a turn about the upright axis y, then one about x; angles in degrees.

    A ValueError tells of an angle that is no finite number.

    >>> rotation(90).round(1) @ [1.0, 0.0, 0.0]  # what was on the right is now near
    array([ 0.,  0., -1.])
    """
    yaw = expect.number(yaw, "rotation", "yaw")
    pitch = expect.number(pitch, "rotation", "pitch")
    (a, b), cos, sin = np.radians([yaw, pitch]), np.cos, np.sin
    about_y = np.array([[cos(a), 0.0, sin(a)], [0.0, 1.0, 0.0], [-sin(a), 0.0, cos(a)]])
    about_x = np.array([[1.0, 0.0, 0.0], [0.0, cos(b), -sin(b)], [0.0, sin(b), cos(b)]])
    return about_x @ about_y


def camera_matrix(K, R, T):
    """M = K [R|T], (3, 4), of K (3, 3), R (3, 3) and T (3,); other shapes are a ValueError."""
    K = expect.array(K, "camera_matrix", "K", (3, 3))
    return K @ np.column_stack(_pose(R, T, "camera_matrix"))


def project(M, X):
    """Where points appear in the picture.

    Parameters
    ----------
    M : array, shape (3, 4)
        From `camera_matrix`; a torch tensor if X is one.
    X : array, shape (N, 3)
        Points of the world, one per row.

    Returns
    -------
    uv : array, shape (N, 2)
        Pixels. What stands where the depth is not positive means nothing.
    depth : array, shape (N,)
        λ of each point.

    Raises
    ------
    ValueError
        If M is not (3, 4) or X is not (N, 3).

    Examples
    --------
    Two metres in front of the camera, one to the right: 500 · 1/2 pixels right of the middle.

    >>> M = camera_matrix(intrinsics(500.0, 320.0, 240.0), rotation(0), [0.0, 0.0, 0.0])
    >>> project(M, np.array([[1.0, 0.0, 2.0]]))
    (array([[570., 240.]]), array([2.]))
    """
    if tuple(M.shape) != (3, 4):
        raise ValueError(f"project expects M of shape (3, 4); got {tuple(M.shape)}.")
    if len(X.shape) != 2 or X.shape[1] != 3:
        raise ValueError(f"project expects X of shape (N, 3); got {tuple(X.shape)}.")
    scaled = X @ M[:, :3].T + M[:, 3]  # (X, Y, Z, 1) Mᵀ without storing a million ones
    with np.errstate(divide="ignore", invalid="ignore"):  # a point in the camera's own plane
        return scaled[:, :2] / scaled[:, 2:], scaled[:, 2]


def centre(R, T):
    """Where the camera stands, (3,): −Rᵀ T, because R C + T = 0 there. T itself is not the place.

    >>> centre(rotation(0), [0.0, 0.0, 5.0])
    array([ 0.,  0., -5.])
    """
    R, T = _pose(R, T, "centre")
    return -R.T @ T


def _pose(R, T, who):
    return expect.array(R, who, "R", (3, 3)), expect.array(T, who, "T", (3,))


def in_front(segments, near=NEAR):
    """The parts of line segments that lie in front of a camera.

    Parameters
    ----------
    segments : array, shape (N, 2, 3)
        Both ends, in the camera's axes.

    Returns
    -------
    array, shape (≤ N, 2, 3)

    Examples
    --------
    >>> in_front(np.array([[[0.0, 0.0, -1.0], [0.0, 2.0, 1.0]]]), near=0.5)
    array([[[0. , 1.5, 0.5],
            [0. , 2. , 1. ]]])
    """
    segments = np.asarray(segments, dtype=float)
    a, b = segments[:, 0], segments[:, 1]
    keep = (a[:, 2] >= near) | (b[:, 2] >= near)
    a, b = a[keep], b[keep]
    with np.errstate(divide="ignore", invalid="ignore"):  # both ends equally deep: none is cut
        cut = a + ((near - a[:, 2]) / (b[:, 2] - a[:, 2]))[:, None] * (b - a)
    return np.stack([np.where(a[:, 2:] < near, cut, a), np.where(b[:, 2:] < near, cut, b)], axis=1)


# ------------------------------------------------------------------------------------- a house

_HALF, _LONG, _GROUND, _EAVES, _RIDGE = 1.0, 1.4, 1.0, -0.1, -1.0


def house():
    """A house, 2 m wide and 2.8 m long, by its edges and by points on its walls and its roof.

    Returns
    -------
    edges : dict of str to array, shape (N, 2, 3)
        "walls", "roof", "door" (with the windows): both ends of each edge.
    points : dict of str to array, shape (N, 3)
        The same parts as clouds of points; about 1,200 in all.
    """
    w, l, g, e, r = _HALF, _LONG, _GROUND, _EAVES, _RIDGE  # noqa: E741
    ground = [(-w, g, -l), (w, g, -l), (w, g, l), (-w, g, l)]
    eaves = [(x, e, z) for x, _, z in ground]
    front, back = (0.0, r, -l), (0.0, r, l)
    walls = [*_ring(ground), *_ring(eaves), *zip(ground, eaves, strict=True)]
    roof = [
        (front, back),
        *((eaves[k], end) for k, end in zip(range(4), (front, front, back, back), strict=True)),
    ]
    base = [(x, _slope(x), z) for x, z in ((0.3, 0.4), (0.6, 0.4), (0.6, 0.8), (0.3, 0.8))]
    top = [(x, r - 0.3, z) for x, _, z in base]
    roof += [*_ring(base), *_ring(top), *zip(base, top, strict=True)]
    door = _ring([(-0.25, g, -l), (-0.25, 0.25, -l), (0.25, 0.25, -l), (0.25, g, -l)])
    for z in (-0.7, 0.7):
        door += _ring([(w, 0.2, z - 0.3), (w, 0.2, z + 0.3), (w, 0.6, z + 0.3), (w, 0.6, z - 0.3)])
    edges = {"walls": np.array(walls), "roof": np.array(roof), "door": np.array(door)}

    x, z = (a.ravel() for a in np.meshgrid(np.linspace(-w, w, 21), np.linspace(-l, l, 29)))
    points = {"roof": np.column_stack([x, _slope(x), z])}
    y, z = (a.ravel() for a in np.meshgrid(np.linspace(e, g, 9), np.linspace(-l, l, 25)))
    y2, x2 = (a.ravel() for a in np.meshgrid(np.linspace(e, g, 9), np.linspace(-w, w, 17)))
    points["walls"] = np.concatenate(
        [np.column_stack([np.full(len(y), s * w), y, z]) for s in (-1, 1)]
        + [np.column_stack([x2, y2, np.full(len(x2), s * l)]) for s in (-1, 1)]
    )
    along = np.linspace(0, 1, 8)[:, None, None]
    ends = edges["door"]
    points["door"] = ((1 - along) * ends[:, 0] + along * ends[:, 1]).reshape(-1, 3)
    return edges, points


def _slope(x):
    """Height of the roof, y, above a place x across the house."""
    return _RIDGE + (_EAVES - _RIDGE) * np.abs(x) / _HALF


def _ring(corners):
    """The edges that go round."""
    return list(zip(corners, [*corners[1:], corners[0]], strict=True))
