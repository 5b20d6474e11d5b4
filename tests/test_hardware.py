"""Hardware, the camera and numbers with few digits: counted by hand, and against others."""

import math

import numpy as np
import pytest
import torch

import nnlib as nn
from benchmarks import hardware as benchmark
from nnlib import camera, hardware, precision
from nnlib.widgets.cnn import small_cnn

RNG = np.random.default_rng(0)


# ------------------------------------------------------------------------------------- products


@pytest.mark.parametrize("shape", [(1, 1, 1), (2, 3, 4), (5, 1, 2)])
def test_the_loops_are_the_product_and_do_as_many_operations_as_counted(shape):
    n, m, k = shape
    counted = 0

    class Counting(float):
        def __mul__(self, other):
            nonlocal counted
            counted += 2  # and the addition that follows
            return float(self) * other

    A, B = RNG.normal(size=(n, m)), RNG.normal(size=(m, k))
    found = hardware.loop_product([[Counting(a) for a in row] for row in A], B.tolist())
    np.testing.assert_allclose(found, A @ B, atol=1e-12)
    work = hardware.product(n, m, k)
    assert work.operations == counted
    assert work.bytes == sum(a.astype("float32").nbytes for a in (A, B, A @ B))


def test_the_loops_refuse_what_does_not_fit():
    with pytest.raises(ValueError, match="columns of A as rows of B; got 2 and 3"):
        hardware.loop_product([[1, 2]], [[1], [2], [3]])


def test_a_roofline_is_slanted_then_flat_and_the_ridge_is_its_corner():
    machine = hardware.Machine("m", peak=100, bandwidth=20, link=5, launch=0.5)
    at = np.array([0.1, machine.ridge, 1000])
    np.testing.assert_allclose(machine.attainable(at), [2, 100, 100])
    # 300 operations take 3 s, 20 bytes take 1 s: the longer one, the launch, and 10 bytes of trip
    assert machine.seconds(hardware.Work(300, 20), trip=10) == pytest.approx(0.5 + 3 + 2)
    assert machine.seconds(hardware.Work(100, 80)) == pytest.approx(0.5 + 4)


@pytest.mark.parametrize("what", ["peak", "bandwidth", "link"])
def test_a_machine_of_no_speed_is_refused(what):
    numbers = {"peak": 1, "bandwidth": 1, "link": 1, what: 0}
    with pytest.raises(ValueError, match=f"{what} > 0; got 0"):
        hardware.Machine("m", **numbers)
    with pytest.raises(ValueError, match="launch >= 0; got -1"):
        hardware.Machine("m", 1, 1, launch=-1)


@pytest.mark.parametrize("where", ["numpy", "torch"])
def test_what_is_measured_lies_on_the_axes_of_what_was_computed(where, monkeypatch):
    monkeypatch.setattr(hardware, "COPIED", 2**20)
    with hardware.one_core():
        machine, points = hardware.measure(where, "here", largest=64)
    assert machine.peak == max(p.speed for p in points) > 1e6
    assert machine.bandwidth > 1e6 and math.isinf(machine.link) and machine.launch > 0
    intensity = {p.name: p.intensity for p in points}
    assert intensity["a + b"] == pytest.approx(1 / 12)
    assert intensity["64 × 64"] == pytest.approx(64 / 6)
    assert (
        intensity["Dense, batch 1"] < intensity["Dense, batch 10"] < intensity["Dense, batch 100"]
    )


def test_one_core_gives_the_threads_back():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        with pytest.raises(KeyError), hardware.one_core():
            assert torch.get_num_threads() == 1
            raise KeyError
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_an_accelerator_is_what_is_not_the_cpu(monkeypatch):
    monkeypatch.setenv("NNLIB_DEVICE", "cpu")
    assert hardware.accelerator() is None
    monkeypatch.setattr(hardware, "default_device", lambda: "cuda:1")
    assert hardware.accelerator() == "cuda:1"


def test_the_benchmark_refuses_without_a_gpu_and_stores_nothing(monkeypatch):
    monkeypatch.setenv("NNLIB_DEVICE", "cpu")
    monkeypatch.setattr(benchmark, "store", lambda *_: pytest.fail("something was stored"))
    with pytest.raises(SystemExit, match="measures a GPU.*CPU here: nothing was stored"):
        benchmark.main()


def test_what_the_benchmark_would_store_can_be_read_again(monkeypatch):
    """On the CPU in place of a GPU, with small sizes: the whole way."""
    monkeypatch.setattr(hardware, "COPIED", 2**20)
    monkeypatch.setattr(benchmark, "SIZES", [4, 8])
    monkeypatch.setattr(benchmark, "BATCHES", [1, 2])
    monkeypatch.setattr(benchmark, "STEPS", 2)
    with hardware.one_core():
        found = benchmark.measure("cpu", "no GPU at all")
    machine, points = hardware.from_measured(found["roofline"])
    assert machine.name == "no GPU at all" and math.isinf(machine.link)
    assert max(p.speed for p in points) == machine.peak
    assert all(len(v) == 2 for v in found["products"].values())
    assert found["cnn"]["largest_difference"]["nnlib, NumPy"] == 0
    assert found["cnn"]["largest_difference"]["PyTorch twin"] < 1e-4
    assert found["cnn"]["largest_difference"]["PyTorch twin, mixed"] > 1e-6  # it is another one


# ------------------------------------------------------------------- one network, three trainings


def batches(dtype, n=4):
    X = RNG.normal(size=(16 * n, 28, 28, 1)).astype(dtype)
    y = RNG.integers(0, 10, size=16 * n)
    return [(X[16 * k : 16 * k + 16], y[16 * k : 16 * k + 16]) for k in range(n)]


def test_three_trainings_of_a_cnn_have_the_same_losses():
    with hardware.one_core():
        steps = hardware.trainers(lambda: small_cnn(0).astype("float64"))
        losses = np.array([[step(x, y) for step in steps.values()] for x, y in batches("float64")])
    assert list(steps) == ["nnlib, NumPy", "nnlib, torch", "PyTorch twin"]
    assert np.ptp(losses, axis=1).max() < 1e-10
    assert np.ptp(losses, axis=0).min() > 1e-3  # they are trained, not only measured


def test_mixed_precision_is_near_and_not_equal():
    with hardware.one_core():
        steps = hardware.trainers(lambda: small_cnn(0), lr=0.01, mixed=True)
        plain, mixed = np.array(
            [[steps[n](x, y) for n in list(steps)[2:]] for x, y in batches("float32")]
        ).T
    assert 1e-5 < np.abs(plain - mixed).max() < 0.1


@pytest.mark.gpu
def test_a_gpu_trains_alike_and_is_measured():
    device = hardware.accelerator()
    if device is None:
        pytest.skip("torch tensors go to the CPU here")
    steps = hardware.trainers(lambda: small_cnn(0), device=device)
    losses = np.array([[s(x, y) for s in steps.values()] for x, y in batches("float32", 100)])
    assert np.ptp(losses, axis=1).max() < 1e-4
    machine, _ = hardware.measure(f"torch:{device}")
    assert 1e6 < machine.link < math.inf and machine.launch > 0


# ------------------------------------------------------------------------------------ the camera


def test_the_camera_is_the_formula_of_the_lecture_point_by_point():
    K, R = camera.intrinsics(700.0, 320.0, 240.0), camera.rotation(35, -20)
    T, X = np.array([0.3, -0.2, 6.0]), RNG.normal(size=(9, 3))
    M = camera.camera_matrix(K, R, T)
    uv, depth = camera.project(M, X)
    for k in range(9):
        right = K @ np.hstack([R, T[:, None]]) @ np.append(X[k], 1)
        np.testing.assert_allclose(depth[k] * np.append(uv[k], 1), right)
    theirs = camera.project(torch.tensor(M), torch.tensor(X))
    np.testing.assert_allclose(theirs[0], uv)


def test_rotations_turn_and_nothing_else():
    for yaw, pitch in RNG.uniform(-180, 180, size=(5, 2)):
        R = camera.rotation(yaw, pitch)
        np.testing.assert_allclose(R @ R.T, np.eye(3), atol=1e-12)
        assert np.linalg.det(R) == pytest.approx(1)
        # the place of the camera is what [R|T] sends to the origin
        T = RNG.normal(size=3)
        np.testing.assert_allclose(R @ camera.centre(R, T) + T, 0, atol=1e-12)
    np.testing.assert_allclose(camera.rotation(90) @ [0, 0, 1], [1, 0, 0], atol=1e-12)
    np.testing.assert_allclose(camera.rotation(0, 90) @ [0, 0, 1], [0, -1, 0], atol=1e-12)


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda: camera.intrinsics(0, 1, 1), ValueError, "focal .*above 0; got 0"),
        (lambda: camera.intrinsics("500", 1, 1), ValueError, "focal .*; got '500'"),
        (lambda: camera.intrinsics(500, math.nan, 1), ValueError, "u0 .*finite number; got nan"),
        (lambda: camera.rotation("a"), ValueError, "yaw .*; got 'a'"),
        (lambda: camera.rotation(0, math.inf), ValueError, "pitch .*; got inf"),
        (lambda: camera.camera_matrix(np.eye(2), np.eye(3), [0, 0, 1]), ValueError,
         r"K of shape \(3, 3\); got \(2, 2\)"),
        (lambda: camera.camera_matrix(np.eye(3), np.eye(3), [0, 1]), ValueError,
         r"T of shape \(3,\); got \(2,\)"),
        (lambda: camera.centre(np.eye(2), [0, 0, 0]), ValueError,
         r"R of shape \(3, 3\); got \(2, 2\)"),
        (lambda: precision.round_to("1", "float16"), TypeError, "x of numbers; got text"),
        (lambda: precision.add_up(1.0, -3, "float16"), ValueError, "count .*at least 0; got -3"),
        (lambda: precision.add_up(1.0, 2.5, "float16"), ValueError, "count .*; got 2.5"),
        (lambda: precision.add_up("x", 3, "float16"), ValueError, "term .*; got 'x'"),
    ],
)  # fmt: skip
def test_wrong_input_is_told_with_what_was_expected(call, error, said):
    with pytest.raises(error, match=said):
        call()


def test_project_says_what_it_expected():
    with pytest.raises(ValueError, match=r"M of shape \(3, 4\); got \(3, 3\)"):
        camera.project(np.eye(3), np.zeros((1, 3)))
    with pytest.raises(ValueError, match=r"X of shape \(N, 3\); got \(3, 5\)"):
        camera.project(np.zeros((3, 4)), np.zeros((3, 5)))


def test_only_what_is_in_front_is_kept_and_stays_on_its_line():
    segments = RNG.normal(size=(200, 2, 3))
    kept = camera.in_front(segments, near=0.1)
    whole = (segments[:, :, 2] >= 0.1).any(axis=1)
    assert len(kept) == whole.sum() < 200
    assert kept[:, :, 2].min() >= 0.1 - 1e-12
    direction = np.diff(segments[whole], axis=1)[:, 0]
    shift = kept[:, 0] - segments[whole][:, 0]
    np.testing.assert_allclose(np.cross(direction, shift), 0, atol=1e-9)


def test_the_points_of_the_house_lie_on_it():
    edges, points = camera.house()
    assert edges.keys() == points.keys()
    corners = np.concatenate(list(edges.values())).reshape(-1, 3)
    for part, cloud in points.items():
        assert 50 < len(cloud) and (cloud >= corners.min(axis=0)).all(), part
        assert (cloud <= corners.max(axis=0)).all(), part


# --------------------------------------------------------------------------------- few digits

FLOATS = np.concatenate(
    [
        RNG.normal(size=300),
        10.0 ** RNG.uniform(-9, 9, size=300),
        -(10.0 ** RNG.uniform(-45, 40, size=300)),
        [0.0, 1.0, 257.0, 65504.0, 65519.0, 65520.0, 1e39, 6e-8, 1e-45],
    ]
)


def test_rounding_is_that_of_numpy_and_of_pytorch():
    exact = FLOATS[np.abs(FLOATS) < 1e38].astype("float32").astype(float)
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(precision.round_to(FLOATS, "float32"), np.float32(FLOATS))
        np.testing.assert_array_equal(precision.round_to(FLOATS, "float16"), np.float16(FLOATS))
    # torch would round twice from float64, so it is given what float32 holds
    theirs = torch.tensor(exact, dtype=torch.float32).bfloat16().double()
    np.testing.assert_array_equal(precision.round_to(exact, "bfloat16"), theirs)


def test_spacing_is_the_way_to_the_next_number():
    x = np.abs(FLOATS[(FLOATS != 0) & (np.abs(FLOATS) < 6e4)])
    np.testing.assert_array_equal(
        precision.spacing(precision.round_to(x, "float16"), "float16"), np.spacing(np.float16(x))
    )
    numbers = precision.FORMATS.items()
    for form, largest in zip(
        dict(numbers), (np.finfo("f4").max, np.finfo("f2").max, torch.finfo(torch.bfloat16).max),
        strict=True,
    ):  # fmt: skip
        assert precision.FORMATS[form].largest == largest


@pytest.mark.parametrize(("form", "kind"), [("bfloat16", torch.bfloat16), ("float16", torch.half)])
@pytest.mark.parametrize("term", [1.0, 0.01, 0.37, 3e-7])
def test_sums_are_those_of_torch_step_by_step(form, kind, term):
    total, one = torch.zeros((), dtype=kind), torch.tensor(term, dtype=torch.float32).to(kind)
    wanted = [0.0]
    for _ in range(600):
        total = total + one
        wanted.append(total.item())
    np.testing.assert_array_equal(precision.add_up(np.float32(term), 600, form), wanted)


def test_formats_are_called_by_their_names():
    with pytest.raises(ValueError, match="expected one of float32, float16, bfloat16; got 'half'"):
        precision.round_to(1.0, "half")


def test_the_modules_are_there_without_an_import_of_their_own():
    assert nn.camera is camera and nn.hardware is hardware and nn.precision is precision
