"""Exercises of notebook 15, hardware.

Operations are multiplications and additions, counted separately; numbers are float32, 4 bytes.
"""

import numpy as np

from .exercise import Exercise

# -------------------------------------------------------------------------- counting, intensity

product_operations = Exercise(
    "How many operations the product X W of a dense layer takes, X (64, 784) and W (784, 100).",
    right=2 * 64 * 784 * 100,
    says="Ten million, for one small layer and one small batch. One core needs about 0.1 ms.",
    mistakes={
        "You counted the multiplications. Each is followed by an addition: twice as many.": (
            64 * 784 * 100
        ),
        "That is for one row of X; the batch has 64.": 2 * 784 * 100,
        "That is two for each number of the result. Each of them is a sum of 784 products.": (
            2 * 64 * 100
        ),
        "You added the sizes of X and W. Each row of X meets each column of W: multiply.": (
            2 * (64 * 784 + 784 * 100)
        ),
        "That counts the numbers in X, W and the result: what has to be moved, not what is to be "
        "done.": 64 * 784 + 784 * 100 + 64 * 100,
    },
)

arithmetic_intensity = Exercise(
    "The operations per byte of y ← y + a · x for long float32 vectors x and y; a is one number.",
    right=1 / 6,
    says="Two operations, and twelve bytes: x and y are read, y is written. Memory decides.",
    mistakes={
        "Three vectors are moved, not two: x is read, y is read, and y is written back.": 2 / 8,
        "Half of it. There are two operations for each number, a product and a sum; and a float32 "
        "has 4 bytes, not 8.": 1 / 12,
        "You divided by the numbers that are moved; each of them has 4 bytes.": 2 / 3,
        "Those are bytes per operation: the other way round.": 6.0,
        "You counted one vector: two are read, and one is written.": 2 / 4,
    },
)

# ------------------------------------------------------------------------------------ the camera

camera_pixel = Exercise(
    "Where (0.5, −0.4, 3) appears in the picture: focal length 500, (u₀, v₀) = (320, 240), no "
    "rotation, T = (0, 0, 2).",
    right=(370.0, 200.0),
    parts=("u", "v"),
    says="The depth is λ = 3 + 2 = 5, and 500 · 0.5 / 5 = 50 pixels right of the middle.",
    mistakes={
        "You forgot T: the depth is λ = 3 + 2.": (320 + 250 / 3, 240 - 200 / 3),
        "Those are λu and λv: divide by λ = 5.": (1850.0, 1000.0),
        "Counted from the middle of the picture. K also adds (u₀, v₀).": (50.0, -40.0),
        "You divided (u₀, v₀) by λ too. K multiplies them by λ first, and that cancels.": (
            114.0,
            8.0,
        ),
        "v counts downwards, like the rows of a picture, and so does Y: a negative Y is above the "
        "middle, at a smaller v.": (370.0, 280.0),
        "You took T away: in the camera's axes the point is at R X + T.": (320 + 250, 240 - 200),
    },
)


def _project(K, R, T, X):
    scaled = (X @ R.T + T) @ K.T
    return scaled[:, :2] / scaled[:, 2:]


def _turn(rng):
    """A rotation that is neither small nor symmetric."""
    Q, _ = np.linalg.qr(rng.normal(size=(3, 3)))
    return Q * np.linalg.det(Q)


def _cameras(rng):
    K = np.array([[500.0, 0, 320], [0, 500, 240], [0, 0, 1]])
    yield K, np.eye(3), np.array([0.0, 0, 2]), np.array([[0.5, -0.4, 3]])
    for n in (3, 4, 7):
        K = np.array([[rng.uniform(300, 900), 0, 320], [0, rng.uniform(300, 900), 240], [0, 0, 1]])
        yield K, _turn(rng), np.array([0.3, -0.2, 9]), rng.normal(size=(n, 3))


def _divided_by_z(K, R, T, X):
    return ((X @ R.T + T) @ K.T)[:, :2] / X[:, 2:]


project = Exercise(
    "A function project(K, R, T, X): the pixels (u, v) of points, X (N, 3) and the answer (N, 2), "
    "one point in each row.",
    right=_project,
    cases=lambda rng: list(_cameras(rng)),
    says="Two products, one sum, one division, for any number of points.",
    mistakes={
        "You did not divide: those are λu and λv. The third column is λ.": (
            lambda K, R, T, X: ((X @ R.T + T) @ K.T)[:, :2]
        ),
        "Your answer has three columns, the third of them 1: the pixels are the first two.": (
            lambda K, R, T, X: np.column_stack([_project(K, R, T, X), np.ones(len(X))])
        ),
        "You added T before R turned. The formula has [R|T] X = R X + T: turn first.": (
            lambda K, R, T, X: _project(K, R, R @ T, X)
        ),
        "X @ R turns the other way. Points are rows here, so the R X of the lecture is X @ R.T.": (
            lambda K, R, T, X: _project(K, R.T, T, X)
        ),
        "X @ K instead of X @ K.T: points are rows, so K is transposed like R.": (
            lambda K, R, T, X: ((X @ R.T + T) @ K)[:, :2] / ((X @ R.T + T) @ K)[:, 2:]
        ),
        "You divided by Z of the world. λ is the depth in the camera's axes: the third column of "
        "the product.": _divided_by_z,
        "You left out K: those are places on a picture plane at distance 1, not pixels.": (
            lambda K, R, T, X: _project(np.eye(3), R, T, X)
        ),
    },
)

# ------------------------------------------------------------------------------ few digits, a trip

to_bfloat16 = Exercise(
    "What bfloat16 makes of 1003: a number with 8 significant binary digits, the nearest one.",
    right=1004,
    rtol=1e-6,
    says="Between 512 and 1024 eight digits leave steps of 4. An error of 0.1 %, as so often.",
    mistakes={
        "1003 needs ten binary digits; bfloat16 keeps eight.": 1003,
        "1000 can be stored, but it is 3 away, and 1004 is nearer: the rest is rounded, not cut "
        "off.": 1000,
        "Your step is 2, that of the numbers between 256 and 512. It doubles at each power of "
        "two.": 1002,
        "You rounded to a power of two. After the leading 1 there are seven more digits.": 1024,
        "Your step is 8, that of the numbers above 1024.": 1008,
    },
)

trip = Exercise(
    "The smallest n for which an n × n product pays the trip: host 100 GFLOP/s, accelerator "
    "10 TFLOP/s, link 10 GB/s; three float32 matrices travel.",
    right=61,
    rtol=1e-6,
    says="12 n² bytes at 10 GB/s are caught up by 2 n³ operations that take 1/100 of the time.",
    mistakes={
        "You left out the time on the accelerator itself; it is short, but not nothing.": 60,
        "Two matrices go there, and the product comes back: three travel.": 41,
        "Only one matrix travels in your sum: two go there, and the product comes back.": 21,
        "Twice too large: a float32 has 4 bytes, and each pair of numbers takes two operations, a "
        "product and a sum.": 122,
        "At 60 the trip is still a little longer: 60.6 is where they are equal, round up.": 60.6,
        "You counted in bits, or took gigabits: the link carries 10 · 10⁹ bytes.": 485,
    },
)

# ---------------------------------------------------------------------------- several processes


def _shares(rng):
    yield np.array([[1.0, 2.0], [4.0, 8.0]]), np.array([3, 1])
    for k, p in ((2, 3), (3, 4), (5, 2)):
        yield rng.normal(size=(k, p)), rng.integers(1, 9, size=k) + np.arange(k)


average_gradients = Exercise(
    "A function average_gradients(gradients, sizes): the gradient of the whole batch, (P,), from "
    "those of the means over each process's samples, (K, P), and their numbers of samples, (K,).",
    right=lambda gradients, sizes: np.asarray(sizes) @ gradients / np.sum(sizes),
    cases=lambda rng: list(_shares(rng)),
    says="A process with three times the samples counts three times.",
    mistakes={
        "You took the plain mean: right when all shares are equal, and here they are not.": (
            lambda gradients, sizes: np.mean(gradients, axis=0)
        ),
        "You added the gradients up. Each is a mean already: they must be weighted by their share "
        "of the samples.": lambda gradients, sizes: np.sum(gradients, axis=0),
        "You weighted by the numbers of samples, and did not divide by their sum.": (
            lambda gradients, sizes: np.asarray(sizes) @ gradients
        ),
        "You divided by the number of processes; the weights must add up to 1: divide by the "
        "number of samples.": lambda gradients, sizes: (
            np.asarray(sizes) @ gradients / len(gradients)
        ),
        "You gave small shares the large weights: multiply by the number of samples, do not divide "
        "by it.": lambda gradients, sizes: (1 / sizes) @ gradients / np.sum(1 / sizes),
        "You averaged within each process. The average is over the processes: along the first "
        "axis.": lambda gradients, sizes: np.mean(gradients, axis=1),
    },
)

amdahl = Exercise(
    "A function amdahl(K, f): how many times faster K processes are when the share f of the time "
    "of one process cannot be shared out.",
    right=lambda K, f: 1 / (f + (1 - f) / K),
    cases=[(4, 0.2), (2, 0.1), (8, 0.05), (100, 0.3)],
    says="However many processes: never more than 1/f times.",
    mistakes={
        "You shared the wrong part out: f is what stays, and 1 − f is divided by K.": (
            lambda K, f: 1 / ((1 - f) + f / K)
        ),
        "That is the time that is left; how many times faster is one divided by it.": (
            lambda K, f: f + (1 - f) / K
        ),
        "K times faster would be with nothing left over: f does not get faster.": lambda K, f: K,
        "That is the limit for very many processes; K is missing.": lambda K, f: 1 / f,
        "K times the part that can be shared leaves out that the rest still takes its time.": (
            lambda K, f: K * (1 - f)
        ),
        "You let the work grow with K (that is Gustafson's law); here it stays the same.": (
            lambda K, f: f + (1 - f) * K
        ),
    },
)
