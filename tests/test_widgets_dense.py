"""The explorers of notebook 03: what is special about each of them."""

import itertools

import numpy as np
import pytest

from nnlib import data
from nnlib.dense import Dense
from nnlib.widgets import (
    BottleneckExplorer,
    CollapseExplorer,
    LinearFitExplorer,
    MatrixProductExplorer,
    ParametersExplorer,
    PlaneMapExplorer,
    ShapePuzzle,
)
from nnlib.widgets.bottleneck import bottleneck
from nnlib.widgets.matrix_product import CELL, HIGH
from nnlib.widgets.plane_map import MAPS
from nnlib.widgets.shape_puzzle import PUZZLES, Matrix


def happen(explorer, **event):
    explorer._happened({"type": "drag", "index": 0, "x": 0.0, "y": 0.0, **event})


def drawn(explorer, panel, item):
    return explorer.stage.scene[panel].items[item]


# ------------------------------------------------------------------------- the matrix product


def in_cell(explorer, name, row, column):
    """Where in the picture a number stands."""
    left, top, _, _ = explorer.tables[name]
    at = {"x": left + (column + 0.5) * CELL, "y": top - (row + 0.5) * HIGH}
    return {"panel": "numbers", **at}


def test_outputs_are_those_of_a_dense_layer():
    rng = np.random.default_rng(0)
    X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 4)), rng.normal(size=4)
    layer = Dense(3, 4)
    layer.W.value[...], layer.b.value[...] = W, b
    explorer = MatrixProductExplorer(X, W, b, samples=4, inputs=3, units=4)
    np.testing.assert_allclose(explorer.parts()[3], layer.forward(X), atol=1e-12)
    shown = drawn(explorer, "numbers", "Z").arrays["values"]
    np.testing.assert_allclose(shown, layer.forward(X), atol=1e-6)


@pytest.mark.parametrize("form", ["rows", "torch", "column"])
def test_the_sum_that_is_written_out_adds_up(form):
    explorer = MatrixProductExplorer(samples=5, inputs=4, units=4, form=form)
    Z = explorer.parts()[3]
    for row, column in itertools.product(range(5), range(4)):
        explorer.update(row=row + 1, column=column + 1)
        letters, numbers = explorer._sum()
        terms, result = numbers.split(" = ")[1:]
        as_python = terms.replace("·", "*").replace("−", "-")
        assert eval(as_python) == Z[row, column] == float(result.replace("−", "-"))
        assert letters.count("·") == 4


def test_indices_of_w_follow_the_convention():
    explorer = MatrixProductExplorer()
    explorer.update(column=2)
    assert "x₁,₃·w₃,₂" in explorer._sum()[0]  # from input 3 to unit 2
    explorer.update(form="torch")
    assert "x₁,₃·w₂,₃" in explorer._sum()[0]
    explorer.update(form="column")
    assert "w₂,₃·x₃" in explorer._sum()[0]


def test_pointing_at_an_output_explains_it():
    explorer = MatrixProductExplorer(samples=5, inputs=4, units=4)
    happen(explorer, type="hover", **in_cell(explorer, "Z", 3, 2))
    assert (explorer["row"], explorer["column"]) == (4, 3)
    happen(explorer, type="hover", panel="numbers", x=1.0, y=1.0)  # nothing there
    assert (explorer["row"], explorer["column"]) == (4, 3)
    explorer.update(form="column")
    happen(explorer, type="hover", **in_cell(explorer, "Z", 1, 0))
    assert (explorer["row"], explorer["column"]) == (4, 2)


@pytest.mark.parametrize("form", ["rows", "torch", "column"])
def test_clicking_a_number_takes_it_and_its_slider_changes_it(form):
    explorer = MatrixProductExplorer(samples=5, inputs=4, units=3, form=form)
    explorer.update(row=2)
    for name in explorer.tables:
        if name == "Z":
            continue
        _, _, rows, columns = explorer.tables[name]
        for r, c in itertools.product(range(rows), range(columns)):
            explorer._happened({"type": "click", **in_cell(explorer, name, r, c)})
            shown = drawn(explorer, "numbers", name).arrays["values"]
            assert explorer["value"] == shown[r, c]
            new = -5.0 if explorer["value"] > 0 else 5.0
            before = explorer.parts()[3].copy()
            explorer.update(value=new)
            assert drawn(explorer, "numbers", name).arrays["values"][r, c] == new
            # Outputs outlined as depending on it, and no others, can have changed.
            changed = explorer.parts()[3] != before
            assert not (changed & ~explorer.depends()).any()
            assert changed.any() or explorer["number"][0] in "xw"


def test_a_number_of_x_reaches_a_row_of_w_and_b_a_column():
    explorer = MatrixProductExplorer(samples=5, inputs=4, units=3)
    for number, count in {("x", 1, 2): 3, ("w", 2, 1): 5, ("b", 0, 1): 5}.items():
        explorer.update(number=number)
        assert explorer.depends().sum() == count


def test_matrices_that_do_not_fit_are_told():
    with pytest.raises(ValueError, match=r"X \(N, n\), W \(n, k\) and b \(k,\); got \(2, 3\)"):
        MatrixProductExplorer(np.ones((2, 3)), np.ones((2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="2 to 5 samples.*got 6, 3 and 2"):
        MatrixProductExplorer(np.ones((6, 3)), np.ones((3, 2)), np.ones(2))


# --------------------------------------------------------------------------- the shape puzzle


def solutions(title):
    """All orders and transpositions that solve a puzzle, and all that NumPy would multiply."""
    puzzle, right, fits = ShapePuzzle(title), [], []
    matrices = PUZZLES[title][0]
    for order in itertools.permutations(range(len(matrices))):
        for turned in itertools.product([False, True], repeat=len(matrices)):
            flags = {f"turn{k}": t for k, t in enumerate(turned)}
            puzzle.update(order=order, **flags)
            state = (order, turned)
            if puzzle.product() is not None:
                fits.append(state)
            if puzzle.right():
                right.append(state)
                assert "Solved" in puzzle.summary()
            else:
                assert "Solved" not in puzzle.summary()
    return right, fits


@pytest.mark.parametrize("title", PUZZLES)
def test_a_puzzle_has_one_solution_and_it_is_not_how_it_lies_there(title):
    right, fits = solutions(title)
    assert len(right) == 1
    assert right[0] != (tuple(range(len(PUZZLES[title][0]))), (False,) * len(PUZZLES[title][0]))
    # What the lesson says is what solves it.
    puzzle = ShapePuzzle(title)
    order, turned = right[0]
    puzzle.update(order=order, **{f"turn{k}": t for k, t in enumerate(turned)})
    formula = PUZZLES[title][2].split(":")[0].split(".")[0].split(" = ")[1]
    assert " ".join(m.name for m in puzzle.chain()) == formula
    # NumPy agrees about what can be multiplied.
    for order, turned in fits:
        parts = [np.ones(PUZZLES[title][0][k].shape) for k in order]
        parts = [p.T if turned[k] else p for k, p in zip(order, parts, strict=True)]
        np.linalg.multi_dot(parts)


def test_the_trap_fits_in_numbers_and_not_in_meaning():
    puzzle = ShapePuzzle("8 · the trap: as many units as inputs")
    assert puzzle.product().shape == puzzle.wanted.shape
    assert puzzle.meets() == ["by chance"] and not puzzle.right()
    assert "the numbers are wrong" in puzzle.summary()


def test_meeting_by_chance_inside_a_chain_solves_nothing(monkeypatch):
    a, b, c = (5, "a"), (3, "b"), (4, "c")
    middle = Matrix("M", (3, "something else"), c)
    monkeypatch.setitem(PUZZLES, "t", ((Matrix("L", a, b), middle), Matrix("R", a, c), "L M."))
    puzzle = ShapePuzzle("t")
    assert puzzle.meets() == ["by chance"] and not puzzle.right()


def test_feedback_names_what_does_not_meet():
    puzzle = ShapePuzzle()
    assert "W has 4 columns, but X has 5 rows" in puzzle.summary()
    puzzle.update(order=(0, 1), turn0=True, turn1=True)
    assert "that is Zᵀ" in puzzle.summary()


def test_dragging_changes_the_order_and_a_click_transposes():
    puzzle = ShapePuzzle("4 · two layers")
    assert puzzle["order"] == (0, 1, 2)
    at = drawn(puzzle, "puzzle", "move").arrays["x"]
    happen(puzzle, panel="puzzle", item="move", index=1, x=float(at[0]) - 20, y=0)
    assert puzzle["order"] == (1, 0, 2)
    happen(puzzle, type="click", panel="puzzle", item="turn", index=2)
    assert puzzle["turn2"] and puzzle.chain()[2].name == "W₀ᵀ"
    puzzle.update(puzzle="5 · two layers as in PyTorch")
    assert puzzle["order"] == (0, 1, 2) and not puzzle["turn2"]


def test_an_unknown_puzzle_is_told():
    with pytest.raises(ValueError, match="unknown puzzle 'x'.*nown: 1 · one layer"):
        ShapePuzzle("x")


# -------------------------------------------------------------------------------- parameters


@pytest.mark.parametrize("sizes", [[3, 2], [1, 1, 1], [8, 8, 8, 8], [4, 5, 3, 2]])
def test_counts_are_those_of_real_layers(sizes):
    for bias in (True, False):
        explorer = ParametersExplorer(sizes, bias=bias)
        layers = [Dense(n, k, bias=bias) for n, k in zip(sizes[:-1], sizes[1:], strict=True)]
        real = [
            (layer.W.value.size, 0 if layer.b is None else layer.b.value.size) for layer in layers
        ]
        assert explorer.counts() == real
        assert f"= {sum(map(sum, real))} parameters" in explorer.summary()


def test_as_many_links_are_drawn_as_there_are_weights():
    explorer = ParametersExplorer([4, 5, 3, 2])
    for name, count in {
        "others": 4 * 5 + 5 * 3 + 3 * 2 - 4,
        "weights": 4,
        "other biases": 10 - 1,
        "bias": 1,
    }.items():
        x = drawn(explorer, "network", name).arrays["x"]
        assert np.isnan(x).sum() == count, name


def test_a_hidden_layer_of_no_units_is_left_out_and_a_click_chooses_a_unit():
    explorer = ParametersExplorer([4, 5, 3, 2])
    explorer.update(hidden1=0)
    assert explorer.sizes == [4, 3, 2]
    happen(explorer, type="click", panel="network", item="units", index=4)
    assert explorer.chosen() == (2, 2)
    assert "Unit 2 of layer 2 has 3 weights and 1 bias." in explorer.summary()


def test_the_count_can_be_left_to_the_reader():
    explorer = ParametersExplorer([4, 5, 3, 2], count=False)
    words = explorer.summary() + repr(
        [item.props.get("text") for item in explorer.stage.scene["count"].items.values()]
    )
    for spoiler in ("51", "25", "18", "20", "weights"):
        assert spoiler not in words


def test_sizes_out_of_reach_are_told():
    with pytest.raises(ValueError, match=r"2 to 4 sizes from 1 to 8; got \[3, 9\]"):
        ParametersExplorer([3, 9])


# --------------------------------------------------------------------------------- the plane


def test_basis_vectors_go_to_rows_or_to_columns():
    W, b = np.array([[1.0, 2.0], [0.5, -1.0]]), np.array([0.25, -0.5])
    rows, columns = PlaneMapExplorer(W, b), PlaneMapExplorer(W, b, form="columns")
    np.testing.assert_allclose(rows.map(np.eye(2)), W + b)
    np.testing.assert_allclose(columns.map(np.eye(2)), W.T + b)
    x = np.array([0.3, -0.7])
    np.testing.assert_allclose(rows.map(x), x @ W + b)
    np.testing.assert_allclose(columns.map(x), W @ x + b)


def test_changing_the_convention_keeps_the_map():
    explorer = PlaneMapExplorer([[1.0, 2.0], [0.5, -1.0]])
    before = drawn(explorer, "after", "letter").arrays["x"].copy()
    explorer.update(form="columns")
    np.testing.assert_array_equal(explorer.W, [[1.0, 0.5], [2.0, -1.0]])
    np.testing.assert_array_equal(drawn(explorer, "after", "letter").arrays["x"], before)
    explorer.update(form="rows")
    np.testing.assert_array_equal(explorer.W, [[1.0, 2.0], [0.5, -1.0]])


@pytest.mark.parametrize("form", ["rows", "columns"])
def test_dragging_an_arrow_puts_its_image_there(form):
    explorer = PlaneMapExplorer(b=(0.5, 0.0), form=form)
    happen(explorer, panel="after", item="tips", index=1, x=-1.5, y=1.0)
    np.testing.assert_allclose(explorer.map(np.array([0.0, 1.0])), [-1.5, 1.0])
    happen(explorer, panel="after", item="b", x=1.0, y=1.0)
    np.testing.assert_allclose(explorer.b, [1.0, 1.0])
    happen(explorer, panel="before", item="x", x=0.5, y=0.25)
    np.testing.assert_allclose(explorer.x, [0.5, 0.25])


@pytest.mark.parametrize("name", MAPS)
def test_the_square_gets_the_area_that_the_determinant_says(name):
    explorer = PlaneMapExplorer()
    explorer.update(map=name)
    item = drawn(explorer, "after", "square").arrays
    x, y = item["x"][:-1].astype(float), item["y"][:-1].astype(float)
    area = 0.5 * np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
    assert area == pytest.approx(explorer.determinant(), abs=1e-5)
    assert explorer.rank() == np.linalg.matrix_rank(explorer.W, tol=1e-9)
    singular = "no way back" in explorer.summary() or "same place" in explorer.summary()
    assert singular == (explorer.rank() < 2)
    assert ("turned over" in explorer.summary()) == (explorer.determinant() < 0)


def test_a_map_half_way_is_half_way():
    explorer = PlaneMapExplorer([[3.0, 0.0], [0.0, -1.0]], (2.0, 0.0))
    explorer.update(share=0.5)
    np.testing.assert_allclose(explorer.map(np.eye(2)), [[3.0, 0.0], [1.0, 0.0]])
    explorer.update(share=0.0)
    np.testing.assert_allclose(explorer.map(np.eye(2)), np.eye(2))


def test_a_map_of_another_size_is_told():
    with pytest.raises(ValueError, match=r"W of shape \(2, 2\), no entry beyond ±3"):
        PlaneMapExplorer([[4.0, 0.0], [0.0, 1.0]])


# ---------------------------------------------------------------------- two layers and the one


def test_the_one_layer_says_what_the_two_say_in_whatever_size():
    explorer = CollapseExplorer(together=True)
    for m, n, o in itertools.product(range(1, 6), repeat=3):
        explorer.update(m=m, n=n, o=o)
        two, one = (drawn(explorer, "chain", k).arrays["values"] for k in ("two 6", "one 3"))
        np.testing.assert_array_equal(two, one)
        parts = explorer.parts()
        np.testing.assert_array_equal(parts["x"] @ parts["W₀"], parts["h"])
        np.testing.assert_array_equal(
            drawn(explorer, "chain", "two 3").arrays["values"], parts["h"]
        )
        rank = np.linalg.matrix_rank(parts["W"])
        assert rank <= n and f"of rank {rank}" in explorer.summary()
    explorer.update(together=False)
    assert "one 3" not in explorer.stage.scene["chain"].items


def test_layers_of_no_units_are_told():
    with pytest.raises(ValueError, match="n to be a whole number from 1 to 5; got 0"):
        CollapseExplorer(3, 0, 2)


# ---------------------------------------------------------------------------- the bottleneck


@pytest.mark.parametrize("k", [1, 2, 7, 30])
def test_no_other_weights_keep_more(k):
    X = data.digits().X
    total = np.sum((X - X.mean(axis=0)) ** 2)
    lost = {}
    for weights in ("best", "chance"):
        W0, b0, W1, b1 = bottleneck(k, weights)
        assert np.linalg.matrix_rank(W0 @ W1, tol=1e-8) == k
        out = (X @ W0 + b0) @ W1 + b1
        lost[weights] = np.sum((out - X) ** 2) / total
        explorer = BottleneckExplorer(k, weights=weights)
        assert explorer.kept() == pytest.approx(1 - lost[weights], abs=1e-6)
        # Neither can be bettered by a small change of its second layer.
        rng = np.random.default_rng(0)
        for _ in range(3):
            other = (X @ W0 + b0) @ (W1 + 0.01 * rng.normal(size=W1.shape)) + b1
            assert np.sum((other - X) ** 2) / total > lost[weights]
    S = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    assert lost["best"] == pytest.approx(np.sum(S[k:] ** 2) / total)
    assert lost["best"] < lost["chance"]


def test_with_as_many_units_as_pixels_nothing_is_lost():
    for weights in ("best", "chance"):
        explorer = BottleneckExplorer(64, weights=weights)
        np.testing.assert_allclose(explorer.out(), explorer.digits.X[:8], atol=1e-6)
        assert explorer.kept() == pytest.approx(1.0)


def test_outputs_are_mixtures_of_k_pictures():
    explorer = BottleneckExplorer(3, digit=2)
    assert np.linalg.matrix_rank(explorer.out() - explorer.b1, tol=1e-8) == 3
    before = explorer.out()
    happen(explorer, panel="knobs", item="tops", index=1, x=1.0, y=2.0)
    assert explorer["unit"] == 2 and explorer["value"] == 2.0
    after = explorer.out()
    h = explorer.hidden()[1]
    assert h[1] == 2.0
    np.testing.assert_allclose(after[1], explorer.b1 + h @ explorer.W1)
    np.testing.assert_array_equal(np.delete(after, 1, 0), np.delete(before, 1, 0))
    assert "(set by hand)" in explorer.summary()
    explorer.update(digit=3)  # another digit says its own numbers
    np.testing.assert_allclose(explorer.out(), before)


def test_a_click_on_a_digit_looks_into_it():
    explorer = BottleneckExplorer()
    happen(explorer, type="click", panel="digits", x=6.1, y=1.0)
    assert explorer["digit"] == 7
    assert "Digit 7, a 6" in explorer.summary()


def test_a_bottleneck_of_no_units_is_told():
    with pytest.raises(ValueError, match="k from 1 to 64; got 0"):
        bottleneck(0)
    with pytest.raises(ValueError, match="'best' or 'chance'; got 'luck'"):
        bottleneck(3, "luck")


# ----------------------------------------------------------------------------- the linear fit


@pytest.mark.parametrize(
    ("target", "w", "miss"),
    [
        ("x₁ + x₂", [1, 1, 0], 0),
        ("½ − x₁ + ¼ x₂", [-1, 0.25, 0.5], 0),
        ("x₁ · x₂", [0, 0, 0], 5 / 12),
        ("|x₁|", [0, 0, 5 / 9], np.sqrt(5 / 12 - (5 / 9) ** 2)),
    ],
)
def test_the_best_fit_by_hand(target, w, miss):
    """On the 9 × 9 points the mean of x₁² is 5/12 and that of |x₁| is 5/9."""
    explorer = LinearFitExplorer(target, best=True)
    np.testing.assert_allclose(explorer.w[:3], w, atol=1e-12)
    assert explorer._missed()[0] == pytest.approx(miss, abs=1e-12)
    assert ("goes through every point" in explorer.summary()) == (miss == 0)
    # No nearby sheet is better.
    for change in np.vstack([np.eye(4)[:3], -np.eye(4)[:3]]):
        other = LinearFitExplorer(target)
        other.w = explorer.w + 0.01 * change
        assert other._missed()[0] > explorer._missed()[0]


def test_a_column_of_its_own_makes_the_fit_exact():
    explorer = LinearFitExplorer("x₁ · x₂", best=True)
    explorer.update(column="x₁ · x₂")
    np.testing.assert_allclose(explorer.w, [0, 0, 0, 1], atol=1e-12)
    assert "every point" in explorer.summary()
    assert explorer.control("w3").layout.display == ""
    # The larger of two numbers is half their sum and half their distance.
    explorer.update(target="the larger of x₁ and x₂", column="|x₁ − x₂|")
    np.testing.assert_allclose(explorer.w, [0.5, 0.5, 0, 0.5], atol=1e-12)


@pytest.mark.parametrize("column", ["none", "|x₁|"])
def test_a_corner_can_be_dragged_up_and_the_fourth_follows(column):
    explorer = LinearFitExplorer(column=column)
    explorer.update(w3=0.5) if column != "none" else None
    corner = np.array([1.0, -1.0])
    up = explorer._see(corner, 1.5)
    others = explorer.says(np.array([[-1.0, -1.0], [-1.0, 1.0]]))
    happen(explorer, panel="sheet", item="held", index=1, x=float(up[0]), y=float(up[1]))
    assert explorer.says(corner[None])[0] == pytest.approx(1.5, abs=1e-6)
    np.testing.assert_allclose(explorer.says(np.array([[-1.0, -1.0], [-1.0, 1.0]])), others)
    a, b, c, d = explorer.says(np.array([[-1.0, -1], [1, -1], [-1, 1], [1, 1]]))
    assert a + d == pytest.approx(b + c)


def test_moving_a_weight_leaves_the_best_fit():
    explorer = LinearFitExplorer("x₁ + x₂", best=True)
    explorer.update(w1=-1.0)
    assert not explorer["best"] and explorer.w[0] == -1.0 and explorer.w[1] == pytest.approx(1.0)
    explorer.update(best=True)
    assert explorer["w1"] == pytest.approx(1.0)
