"""Exercises of notebook 13, pooling and convolutional networks.

Pictures are channels last: (height, width, channels). Windows of pooling are 2 × 2, side by side.
"""

import numpy as np

from .exercise import Exercise


def _blocks(x):
    """(h, w) → (h / 2, w / 2, 4): the four numbers of each window, row by row."""
    x = np.asarray(x)
    h, w = x.shape[0] // 2, x.shape[1] // 2
    return x.reshape(h, 2, w, 2).transpose(0, 2, 1, 3).reshape(h, w, 4)


def _back(blocks):
    """`_blocks` the other way."""
    h, w, _ = blocks.shape
    return blocks.reshape(h, w, 2, 2).transpose(0, 2, 1, 3).reshape(2 * h, 2 * w)


# ------------------------------------------------------------------------------------- pooling


def _grids(rng):
    yield (np.array([[1.0, 5, 2, 0], [3, 4, 1, 2]]),)
    for shape in ((4, 4), (2, 6), (6, 4)):
        yield (rng.normal(size=shape),)


def _overlapping(x):
    return np.maximum.reduce([x[:-1, :-1], x[:-1, 1:], x[1:, :-1], x[1:, 1:]])


max_pool = Exercise(
    "A function max_pool(x): the largest number of each 2 × 2 window, stride 2; x has an even "
    "number of rows and of columns.",
    right=lambda x: _blocks(x).max(axis=2),
    cases=lambda rng: list(_grids(rng)),
    says="Each number of the output stands for four of the input: three quarters are gone.",
    mistakes={
        "That is average pooling: asked is the largest number of each window.": lambda x: _blocks(
            x
        ).mean(axis=2),
        "Your windows overlap: with stride 2 the next one begins where the last one ended.": (
            _overlapping
        ),
        "You took the largest of two rows, but kept all the columns: pool along both axes.": (
            lambda x: x.reshape(len(x) // 2, 2, -1).max(axis=1)
        ),
        "You took the largest of two columns, but kept all the rows: pool along both axes.": (
            lambda x: x.reshape(len(x), -1, 2).max(axis=2)
        ),
        "That is every second number, the top left one of each window; nothing was compared.": (
            lambda x: x[::2, ::2]
        ),
        "That is the largest number of the whole picture: each window has its own.": (
            lambda x: x.max()
        ),
        "These four numbers came from a reshape that cuts the rows into pieces: reshape to "
        "(rows / 2, 2, columns / 2, 2), and take the largest over axes 1 and 3.": lambda x: (
            np.reshape(x, (len(x) // 2, -1, 4)).max(axis=2)
        ),
    },
)


def _winners(x):
    """1 where the largest of each window is, the first of several."""
    blocks = _blocks(x)
    return _back((np.arange(4) == blocks.argmax(axis=2)[..., None]) * 1.0)


def _spread(dy):
    return np.repeat(np.repeat(dy, 2, axis=0), 2, axis=1)


def _gradients(rng):
    yield np.array([[1.0, 5, 2, 2], [3, 4, 1, 2]]), np.array([[10.0, 20]])
    for shape in ((4, 4), (2, 6), (6, 4)):
        yield rng.normal(size=shape), rng.normal(size=(shape[0] // 2, shape[1] // 2))


max_pool_backward = Exercise(
    "A function max_pool_backward(x, dy) that gives dx for 2 × 2 windows with stride 2; of equally "
    "large numbers the first one, row by row, gets the gradient.",
    right=lambda x, dy: _winners(x) * _spread(dy),
    cases=lambda rng: list(_gradients(rng)),
    says="The winner takes all. Three quarters of the inputs get exactly nothing.",
    mistakes={
        "You shared the gradient out evenly: that is average pooling. Here the winner takes all.": (
            lambda x, dy: _spread(dy) / 4
        ),
        "Every number of the window gets the whole gradient: only the largest should.": (
            lambda x, dy: _spread(dy)
        ),
        "Where two numbers are equally large, both get the gradient: only the first should, or it "
        "counts twice.": lambda x, dy: (x == _spread(_blocks(x).max(axis=2))) * _spread(dy),
        "You multiplied by x. The largest number is passed on as it is, so the factor is "
        "1.": lambda x, dy: _winners(x) * _spread(dy) * x,
        "The top left number of each window gets the gradient, whoever was the largest.": (
            lambda x, dy: _back(np.stack([dy, 0 * dy, 0 * dy, 0 * dy], axis=-1))
        ),
        "That says who wins, but not how much it gets: multiply by dy.": lambda x, dy: _winners(x),
    },
)

# ------------------------------------------------------------------- sizes, counting, fields

flatten_size = Exercise(
    "How many numbers Flatten gives: 28 × 28 × 1, convolution 3 × 3 to 12 maps, pooling 2, "
    "convolution 3 × 3 to 20 maps, pooling 2; no padding.",
    right=500,
    says="28 → 26 → 13 → 11 → 5, and 5 · 5 · 20 = 500: the last column of 11 fills no window.",
    mistakes={
        "You rounded 11 / 2 up: the last row and column do not fill a window, and are left out.": (
            6 * 6 * 20
        ),
        "You forgot the channels: each place has 20 numbers.": 5 * 5,
        "Without padding a 3 × 3 window takes two rows and two columns away; yours kept the "
        "size.": 7 * 7 * 20,
        "You stopped before the last pooling.": 11 * 11 * 20,
        "The maps of the first convolution do not multiply those of the second: each of the 20 "
        "kernels looks at all 12 and makes one map.": 5 * 5 * 12 * 20,
        "Those are the maps of the first convolution: the last one makes 20.": 5 * 5 * 12,
    },
)

cnn_parameters = Exercise(
    "The weights and biases of that network, layer by layer: the two convolutions, and a dense "
    "layer to 10 classes.",
    right=(120, 2180, 5010),
    parts=("conv_1", "conv_2", "dense"),
    says="7310 in all, and pooling has none. The dense layer holds most of them, as so often.",
    mistakes={
        "You left out the biases: one for each map, and one for each class.": (108, 2160, 5000),
        "A kernel of the second convolution looks at all 12 maps: 3 · 3 · 12 weights, not 3 · 3.": (
            120,
            200,
            5010,
        ),
        "You gave every weight of the convolutions a bias: each map has one.": (216, 4320, 5010),
        "The weights are shared: the same ones at each place. You counted the places.": (
            120 * 26 * 26,
            2180 * 11 * 11,
            5010,
        ),
        "The dense layer reads all 500 numbers of Flatten, not one for each of the 20 maps.": (
            120,
            2180,
            210,
        ),
    },
)

field = Exercise(
    "How many pixels, along one side, one number has seen after: convolution 3 × 3, pooling 2, "
    "convolution 5 × 5, pooling 2.",
    right=14,
    says="1 → 3 → 4 → 12 → 14: after the first pooling each step counts for two pixels.",
    mistakes={
        "You added up the sizes of the windows. They overlap; each adds (k − 1) times the distance "
        "so far.": 3 + 2 + 5 + 2,
        "You left out the strides: after a pooling, neighbours are two pixels apart, and a window "
        "reaches twice as far.": 3 + 1 + 4 + 1,
        "You multiplied the sizes of the windows.": 3 * 2 * 5 * 2,
        "The last pooling looks at four numbers, two pixels apart from the next: with the distance "
        "of before it, you added 1 instead of 2.": 13,
        "That is the area in pixels; asked is one side.": 14 * 14,
        "The distance doubles with the second pooling too, but only for what comes after it.": 16,
    },
)

# ------------------------------------------------------------------------------- channels first


def _turned(W, shape):
    """Rows in the order (channel, row, column), turned as torch stores them."""
    h, w, c = shape
    return np.asarray(W).reshape(h, w, c, -1).transpose(3, 2, 0, 1).reshape(-1, h * w * c)


def _flattened(rng):
    yield np.arange(16.0).reshape(8, 2), (2, 2, 2)
    for shape, n in (((3, 2, 4), 5), ((4, 4, 3), 2), ((1, 3, 2), 3)):
        yield rng.normal(size=(int(np.prod(shape)), n)), shape


channels_first = Exercise(
    "A function channels_first(W, shape): weights (height · width · channels, n) of a dense layer "
    "after our Flatten, turned into PyTorch's (n, channels · height · width).",
    right=_turned,
    cases=lambda rng: list(_flattened(rng)),
    says="The numbers are the same; only the order in which Flatten lists them differs.",
    mistakes={
        "You transposed W, and left its inputs in the order (row, column, channel); PyTorch's "
        "Flatten lists (channel, row, column).": lambda W, shape: np.transpose(W),
        "The order is right, but W is not transposed: PyTorch stores (outputs, inputs).": (
            lambda W, shape: _turned(W, shape).T
        ),
        "You reshaped to (channels, height, width) at once: that only renames the axes. Reshape to "
        "(height, width, channels), then transpose.": lambda W, shape: (
            np.reshape(W, (shape[2], shape[0], shape[1], -1))
            .transpose(3, 1, 2, 0)
            .reshape(-1, len(W))
        ),
        "You have (channel, column, row): width and height changed places.": lambda W, shape: (
            np.reshape(W, (*shape, -1)).transpose(3, 2, 1, 0).reshape(-1, len(W))
        ),
    },
)
