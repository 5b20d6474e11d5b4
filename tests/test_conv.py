"""`Conv2D`: numbers by hand, gradients, PyTorch on all kinds of shapes, every library, errors."""

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nnlib import Conv2D, Dense, Flatten, ReLU, Sequential, gradcheck
from nnlib.windows import output_size
from tests.libraries import LIBRARIES, array, close, dtype_of, of_library, put, torch

pytestmark = pytest.mark.filterwarnings("error")

# Lecture D, table (a): 5 × 5 input, 3 × 3 kernel, no padding, stride 1.
LECTURE_X = np.array(
    [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
)
LECTURE_W = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])
LECTURE_Z = np.array([[12, 12, 17], [10, 17, 19], [9, 6, 14]])


def lecture(**more):
    layer = Conv2D(1, 1, 3, **more)
    layer.W.value[..., 0, 0] = LECTURE_W
    return layer


def channels_first(x):
    return torch.tensor(np.ascontiguousarray(np.moveaxis(x, -1, 1)))


def channels_last(x):
    return np.moveaxis(x.detach().numpy(), 1, -1)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_lecture_s_table_in_every_library(library, dtype):
    model = put(Sequential(lecture()).astype(dtype), library)
    z = model.forward(array(LECTURE_X[None, ..., None], library, dtype))
    close(z, LECTURE_Z[None, ..., None], 0)
    dx = model.backward(array(np.ones((1, 3, 3, 1)), library, dtype))
    # A pixel in the middle is under every weight once; a corner under one.
    close(dx[0, 2, 2, 0], LECTURE_W.sum(), 0)
    close(dx[0, 0, 0, 0], LECTURE_W[0, 0], 0)
    close(dx[0, 4, 4, 0], LECTURE_W[2, 2], 0)
    corner = LECTURE_X[:3, :3].sum()
    close(model[0].W.grad[0, 0, 0, 0], corner, 0)
    close(model[0].b.grad, [9], 0)
    for a in (z, dx, model[0].W.grad, model[0].b.grad):
        assert of_library(a, library) and dtype_of(a) == dtype


def test_the_lecture_s_second_table_as_printed():
    """Padding 1, stride 2. The slide says 1 6 5 / 7 10 9 / 7 10 8; its own input and kernel do not
    give that, whichever way round the kernel is used."""
    x = [[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]]
    layer = Conv2D(1, 1, 3, stride=2, padding=1)
    layer.W.value[..., 0, 0] = [[2, 0, 1], [1, 0, 0], [0, 1, 1]]
    z = layer.forward(np.reshape(x, (1, 5, 5, 1)))
    assert z[0, ..., 0].tolist() == [[1, 5, 6], [7, 8, 3], [3, 10, 4]]


@given(
    st.integers(0, 3), st.integers(1, 3), st.integers(1, 4),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.tuples(st.integers(0, 2), st.integers(0, 2)),
    st.booleans(), st.integers(0, 999),
)  # fmt: skip
@settings(max_examples=80, deadline=None)
def test_against_torch(n, c_in, c_out, size, kernel, stride, padding, bias, seed):
    assume(all(s + 2 * p >= k for s, p, k in zip(size, padding, kernel, strict=True)))
    rng = np.random.default_rng(seed)
    layer = Conv2D(c_in, c_out, kernel, stride, padding, rng=rng, bias=bias)
    theirs = torch.nn.Conv2d(c_in, c_out, kernel, stride, padding, bias=bias, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(layer.W.value.transpose(3, 2, 0, 1).copy()))
        if bias:
            layer.b.value[...] = rng.normal(size=c_out)
            theirs.bias.copy_(torch.tensor(layer.b.value))
    x = rng.normal(size=(n, *size, c_in))
    tx = channels_first(x).requires_grad_()
    z = layer.forward(x)
    assert z.shape[1:] == layer.output_shape(x.shape[1:])
    tz = theirs(tx)
    close(z, channels_last(tz), 1e-12)
    dz = rng.normal(size=z.shape)
    tz.backward(channels_first(dz))
    close(layer.backward(dz), channels_last(tx.grad), 1e-10)
    close(layer.W.grad, theirs.weight.grad.permute(2, 3, 1, 0), 1e-10)
    if bias:
        close(layer.b.grad, theirs.bias.grad, 1e-10)


@pytest.mark.parametrize("kernel", [1, 2, 3, (2, 5)])
@pytest.mark.parametrize("size", [(4, 7), (6, 6), (5, 5)])
def test_same_is_torch_s_same(kernel, size):
    rng = np.random.default_rng(0)
    layer = Conv2D(2, 3, kernel, padding="same", rng=rng)
    theirs = torch.nn.Conv2d(2, 3, kernel, padding="same", bias=False, dtype=torch.float64)
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(layer.W.value.transpose(3, 2, 0, 1).copy()))
    x = rng.normal(size=(2, *size, 2))
    z = layer.forward(x)
    assert z.shape == (2, *size, 3)
    with warnings.catch_warnings(action="ignore"):  # of a copy that torch makes for even kernels
        close(z, channels_last(theirs(channels_first(x))), 1e-12)


def test_same_with_a_stride_keeps_a_place_for_every_step():
    for size, kernel, stride in np.ndindex(9, 5, 4):
        size, kernel, stride = size + 1, kernel + 1, stride + 1
        layer = Conv2D(1, 1, kernel, stride, "same")
        z = layer.forward(np.ones((1, size, size, 1)))
        assert z.shape[1] == -(-size // stride) == output_size(size, kernel, stride, "same")


def test_valid_is_no_padding():
    assert Conv2D(1, 1, 3, padding="valid").padding == (0, 0)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv2D(1, 2, 3, rng=0), (2, 5, 6, 1)),
        (Conv2D(2, 3, (2, 3), stride=(2, 1), padding=(1, 0), rng=0), (1, 5, 4, 2)),
        (Conv2D(3, 1, 2, stride=3, padding="same", rng=0), (2, 4, 5, 3)),
        (Conv2D(1, 1, 1, bias=False, rng=0), (1, 1, 1, 1)),
    ],
)
def test_against_differences(layer, shape):
    assert gradcheck(layer, np.random.default_rng(1).normal(size=shape)) <= 1e-6


def test_in_a_network_with_its_table():
    model = Sequential(
        Conv2D(1, 4, 3, rng=0),
        ReLU(),
        Conv2D(4, 2, 3, stride=2, rng=1),
        Flatten(),
        Dense(18, 3, rng=2),
    )
    x = np.random.default_rng(0).normal(size=(2, 9, 9, 1))
    assert gradcheck(model, x) <= 1e-6
    assert model.n_parameters == 40 + 74 + 57
    assert "Conv2D(4, 2, 3, stride=2)" in repr(model)


def test_a_wide_kernel_is_a_dense_layer():
    """A kernel as large as the picture has one place, and is a dot product."""
    rng = np.random.default_rng(0)
    layer, x = Conv2D(2, 5, (3, 4), rng=rng), rng.normal(size=(6, 3, 4, 2))
    dense = Dense(24, 5)
    dense.W.value[...] = layer.W.value.reshape(24, 5)
    close(layer.forward(x).reshape(6, 5), dense.forward(x.reshape(6, 24)), 1e-12)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Conv2D(0, 1, 3), "in_channels to be a whole number of at least 1; got 0"),
        (lambda: Conv2D(1, 2.5, 3), "out_channels to be a whole number of at least 1; got 2.5"),
        (lambda: Conv2D(1, 1, 0), "kernel_size to be a whole number of at least 1"),
        (lambda: Conv2D(1, 1, (3, 3, 3)), "kernel_size .* or two of them; got"),
        (lambda: Conv2D(1, 1, 3, 0), "stride to be a whole number of at least 1"),
        (lambda: Conv2D(1, 1, 3, 1, -1), "padding to be a whole number of at least 0"),
        (lambda: Conv2D(1, 1, 3, padding="full"), "'same', 'valid', .*; got 'full'"),
        (lambda: Conv2D(1, 1, 3)(np.ones((2, 9, 9))), r"\(N, height, width, 1\).*x\[\.\.\., None"),
        (lambda: Conv2D(3, 1, 3)(np.ones((2, 3, 28, 28))), "Channels come last"),
        (lambda: Conv2D(1, 1, 5)(np.ones((1, 4, 9, 1))), "at least 5 × 5: .* got 4 × 9"),
        (lambda: Conv2D(1, 1, 5, padding=1)(np.ones((1, 2, 9, 1))), "at least 3 × 3"),
        (lambda: Sequential(Conv2D(1, 2, 3), Conv2D(1, 2, 3)).output_shape((9, 9, 1)),
         r"Conv2D\(1, 2, 3\) expects X of shape"),
    ],
)  # fmt: skip
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_backward_before_forward():
    with pytest.raises(RuntimeError, match="Conv2D.backward needs a call of forward"):
        Conv2D(1, 1, 3).backward(np.ones((1, 1, 1, 1)))
