"""The explorers of notebook 01: every control moves the picture, every click does what it says."""

import asyncio
import itertools
import time

import numpy as np
import pytest

from nnlib.perceptron import McCullochPitts, Perceptron
from nnlib.separable import mistake_bound, parted
from nnlib.widgets import BoundaryExplorer, GateExplorer, PerceptronExplorer, UnitsExplorer
from nnlib.widgets.gates import GATES, NAMES, OWN_GATE
from nnlib.widgets.perceptron import CORNERS, OWN, PARTED, SPEEDS
from tests.explorers import is_button, picture, settings


def test_every_control_of_every_explorer_at_its_ends():
    for make in (GateExplorer, PerceptronExplorer, UnitsExplorer):
        for name in (n for n, c in make().controls.items() if not is_button(c)):
            fresh = make()
            start = fresh[name]
            before = picture(fresh)
            for value in settings(fresh.control(name)):
                fresh.update(**{name: value})
                if value != start and name not in SILENT:
                    assert picture(fresh) != before, (make.__name__, name, value)
            fresh.stage.png()


SILENT = {
    "speed",  # shows when it plays
    "point_class",  # shows with the next click
    "live",  # shows with the next change
}
HIDDEN = {"w3", "x3"}  # of a gate of two inputs
SILENT |= HIDDEN


# ------------------------------------------------------------------------------- gates


def test_gate_names_are_those_of_their_truth_tables():
    for n, names in NAMES.items():
        assert all(len(table) == 2**n for table in names)
    for n in (1, 2):
        assert set(NAMES[n]) == set(itertools.product((0, 1), repeat=2**n))
    says = {
        "AND": lambda a, b: a and b,
        "OR": lambda a, b: a or b,
        "XOR": lambda a, b: a != b,
        "XNOR": lambda a, b: a == b,
        "NAND": lambda a, b: not (a and b),
        "NOR": lambda a, b: not (a or b),
        "x₁ and not x₂": lambda a, b: a and not b,
        "x₂ and not x₁": lambda a, b: b and not a,
        "x₁ or not x₂": lambda a, b: a or not b,
        "x₂ or not x₁": lambda a, b: b or not a,
        "not x₁": lambda a, b: not a,
        "not x₂": lambda a, b: not b,
        "a copy of x₁": lambda a, b: a,
        "a copy of x₂": lambda a, b: b,
        "“never”": lambda a, b: False,
        "“always”": lambda a, b: True,
    }
    corners = list(itertools.product((0, 1), repeat=2))
    for table, (name, _) in NAMES[2].items():
        assert table == tuple(int(says[name](*x)) for x in corners), name
    of_three = {
        "AND of three": lambda x: all(x),
        "OR of three": lambda x: any(x),
        "NAND of three": lambda x: not all(x),
        "NOR of three": lambda x: not any(x),
        "the majority of three": lambda x: sum(x) > 1,
        "the minority of three": lambda x: sum(x) < 2,
        "“never”": lambda x: False,
        "“always”": lambda x: True,
    }
    for table, (name, _) in NAMES[3].items():
        cube = itertools.product((0, 1), repeat=3)
        assert table == tuple(int(of_three[name](x)) for x in cube), name


def test_the_sliders_reach_fourteen_gates_of_two_inputs_and_all_of_one():
    explorer = GateExplorer()
    steps = np.arange(-3, 3.5, 1.0)
    for w1, w2, theta in itertools.product(steps, steps, np.arange(-4, 4.5, 0.5)):
        explorer.set_quietly(w1=w1, w2=w2, threshold=theta)
        explorer.found[2].add(tuple(explorer.neuron.truth_table()[1].tolist()))
    assert set(NAMES[2]) - explorer.found[2] == {(0, 1, 1, 0), (1, 0, 0, 1)}
    assert explorer.update(w1=1, w2=1, threshold=0.5).endswith(
        "14 of 16 gates of two inputs \
found so far."
    )
    explorer.update(n=1)
    for w1, theta in itertools.product((-1, 1), (-2, 0, 1, 2)):
        explorer.update(w1=w1, threshold=theta)
    assert explorer.found[1] == set(NAMES[1])


@pytest.mark.parametrize("name", GATES)
def test_show_me_a_gate(name):
    explorer = GateExplorer("AND" if name != "AND" else "OR")
    said = explorer.update(gate=name)
    assert explorer.neuron.truth_table()[1].tolist() == GATES[name].truth_table()[1].tolist()
    assert name.split()[0].lower() in said.lower()
    assert explorer["gate"] == name


def test_moving_a_slider_leaves_the_gate_and_coming_back_finds_it():
    explorer = GateExplorer("AND")
    explorer.update(threshold=1.5)
    assert explorer["gate"] == OWN_GATE and "it is AND" in explorer.summary()
    explorer.update(threshold=1)
    assert explorer["gate"] == "OR"


def test_clicks_choose_the_input():
    explorer = GateExplorer("AND")
    heights = explorer.stage.scene["neuron"].items["inputs"].arrays["y"]
    explorer._happened({"type": "click", "panel": "neuron", "x": 1.5, "y": float(heights[1])})
    assert explorer.x == [1, 0] and "For x = (1, 0) the sum is 1: silent." in explorer.summary()
    explorer._happened({"type": "click", "panel": "plane", "x": 0.1, "y": 0.8})
    assert explorer.x == [0, 1]
    # The first row of the table is just under its upper edge.
    table = explorer.stage.scene["table"].items["inputs"].props
    explorer._happened({"type": "click", "panel": "table", "x": 1, "y": table["y"] - 0.5})
    assert explorer.x == [0, 0]
    explorer._happened({"type": "click", "panel": "table", "x": 1, "y": table["y"] - 3.5})
    assert explorer.x == [1, 1]
    explorer.update(gate="majority of 3")
    explorer._happened({"type": "click", "panel": "plane", "x": 0.42, "y": 1.3})  # 0 1 1, behind
    assert explorer.x == [0, 1, 1]


def test_the_table_lights_up_where_the_neuron_fires():
    explorer = GateExplorer("OR")
    item = explorer.stage.scene["table"].items["outputs"]
    assert item.arrays["values"].ravel().tolist() == [0, 1, 1, 1] and item.props["vmax"] == 1
    corners = explorer.stage.scene["plane"].items["corners"].arrays
    for x, y, c in zip(corners["x"], corners["y"], corners["classes"], strict=True):
        assert c == (x + y >= 1)
    tiles = explorer.stage.scene["found"].items["tiles"].arrays["level"]
    lit = np.abs(tiles).max(axis=(1, 2)) == 127
    assert [name for name, on in zip(NAMES[2].values(), lit, strict=True) if on] == [("OR", "OR")]
    # In its tile, too, (0, 0) is the lower left corner.
    assert (tiles[lit][0] > 0).tolist() == [[False, True], [True, True]]
    # ... and (1, 0), the only input for which this one fires, is the lower right one.
    explorer.update(w1=1, w2=-1, threshold=1)
    tiles = explorer.stage.scene["found"].items["tiles"].arrays["level"]
    assert (tiles[2] > 0).tolist() == [[False, True], [False, False]]


@pytest.mark.parametrize(
    ("w", "theta"), [((1, 1, 1), 1.5), ((2, 1, 0), 1.5), ((1, 0, 0), 0.5), ((1, -1, 2), 0.5)]
)
def test_the_plane_that_cuts_the_cube_is_where_the_sum_is_the_threshold(w, theta):
    explorer = GateExplorer("majority of 3")
    explorer.update(**{f"w{k + 1}": v for k, v in enumerate(w)}, threshold=theta)
    cut = explorer.stage.scene["plane"].items["cut"].arrays
    assert len(cut["x"]) >= 4 and cut["x"][0] == cut["x"][-1]
    from nnlib.widgets.gates import _cut

    edges = [
        (np.array(a), np.array(b))
        for a, b in itertools.combinations(itertools.product((0, 1), repeat=3), 2)
        if sum(map(abs, np.subtract(a, b))) == 1
    ]
    polygon = _cut(edges, np.array(w), theta)
    np.testing.assert_allclose(polygon @ w, theta)
    explorer.update(threshold=4)
    if sum(v for v in w if v > 0) < 4:
        assert len(explorer.stage.scene["plane"].items["cut"].arrays["x"]) == 0


def test_a_gate_without_weights_has_no_line():
    explorer = GateExplorer("AND")
    said = explorer.update(w1=0, w2=0)
    assert "“never”" in said
    assert len(explorer.stage.scene["plane"].items["boundary"].arrays["x"]) == 0
    with pytest.raises(ValueError, match="unknown gate 'XOR'"):
        GateExplorer("XOR")


# ------------------------------------------------------------------------- Rosenblatt's rule


def test_steps_are_those_of_the_perceptron():
    X, y = parted(20, 0.1, rng=7)
    explorer = PerceptronExplorer(X, y)
    p = Perceptron(2)
    for update in p.steps(X, y, epochs=3):
        explorer.press("step")
        assert explorer.last.mistakes == update.mistakes and explorer.last.index == update.index
        np.testing.assert_array_equal(explorer.perceptron.w, update.w)


def test_what_the_arrows_show():
    """The old w plus or minus the sample is the new w, and the new line is that of the new w."""
    explorer = PerceptronExplorer(margin=0.15, seed=60)
    for _ in range(3):
        explorer.press("next")
    assert explorer.last.b != 0 and explorer.last.y == 0
    weights = explorer.stage.scene["weights"].items
    old, new, step = (weights[name].arrays for name in ("before", "after", "x"))
    for a, b, c in (("x1", "x1", "x0"), ("y1", "y1", "y0")):
        np.testing.assert_allclose(old[a], step[c])
        np.testing.assert_allclose(new[b], step[a])
    last = explorer.last
    sign = 1 if last.y else -1
    moved = [float(step["x1"][0] - step["x0"][0]), float(step["y1"][0] - step["y0"][0])]
    np.testing.assert_allclose(moved, sign * last.x, atol=1e-6)
    plane = explorer.stage.scene["plane"].items
    in_plane = plane["x"].arrays
    np.testing.assert_allclose([in_plane["x1"][0], in_plane["y1"][0]], sign * last.x, atol=1e-6)
    before = plane["before"].arrays
    w, b = last.w - last.dw, last.b - last.db
    np.testing.assert_allclose(before["x"] * w[0] + before["y"] * w[1] + b, 0, atol=1e-5)
    line = plane["boundary"].arrays
    ends = np.column_stack([line["x"], line["y"]])
    np.testing.assert_allclose(ends @ last.w + last.b, 0, atol=1e-5)
    np.testing.assert_allclose([plane["current"].arrays["x"][0]], last.x[:1], atol=1e-6)
    arrow = plane["w arrow"].arrays
    direction = np.array([arrow["x1"] - arrow["x0"], arrow["y1"] - arrow["y0"]]).ravel()
    assert direction @ last.w == pytest.approx(np.linalg.norm(direction) * np.linalg.norm(last.w))


@pytest.mark.parametrize("margin", [0.05, 0.3])
def test_the_length_stays_between_the_two_lines(margin):
    explorer = PerceptronExplorer(margin=margin, seed=55)
    said = explorer.press("finish")
    assert said.startswith("Finished") and explorer.done
    assert (explorer.perceptron.predict(explorer.X) == explorer.y).all()
    R, gamma = explorer.bound.R, explorer.bound.gamma
    for k, length in explorer.lengths:
        assert k * gamma - 1e-9 <= length <= np.sqrt(k) * R + 1e-9
    assert len(explorer.lengths) == explorer.perceptron.mistakes <= explorer.bound.bound
    items = explorer.stage.scene["lengths"].items
    for name, grows in (("above", lambda k: R * np.sqrt(k)), ("below", lambda k: gamma * k)):
        drawn = items[name].arrays
        np.testing.assert_allclose(drawn["y"], grows(drawn["x"]), rtol=1e-6)
    star = explorer.stage.scene["lengths"].items["meet"].arrays
    assert star["x"][0] == pytest.approx((R / gamma) ** 2, rel=1e-6)
    assert star["y"][0] == pytest.approx(R**2 / gamma, rel=1e-6)
    assert f"at most {int(explorer.bound.bound)}" in explorer.stage.scene["lengths"].looks["title"]
    before = picture(explorer)
    explorer.press("step")  # nothing is left to do
    assert picture(explorer) == before


def test_xor_never_ends_and_goes_round():
    explorer = PerceptronExplorer(data="XOR")
    explorer.advance(200)
    assert not explorer.done and explorer.bound is None
    weights = {tuple(w) for w in explorer.path}
    assert len(weights) < 10 < len(explorer.path)
    assert "no line separates" in explorer.summary()
    explorer.press("finish")
    assert not explorer.done and len(explorer.path) <= 1001
    assert "no bound" in explorer.stage.scene["lengths"].looks["title"]
    explorer.stage.png("dark")


@pytest.mark.parametrize("data", ["AND", "OR"])
def test_gates_are_learned(data):
    explorer = PerceptronExplorer(data=data)
    explorer.press("finish")
    gate = {"AND": McCullochPitts.and_(), "OR": McCullochPitts.or_()}[data]
    assert explorer.perceptron.predict(CORNERS).tolist() == gate.truth_table()[1].tolist()


def test_clicks_add_samples_and_drags_move_them():
    explorer = PerceptronExplorer(n=4)
    explorer.press("finish")
    click = {"type": "click", "panel": "plane", "x": 0.5, "y": -0.25}
    explorer._happened(click)
    assert len(explorer.X) == 5 and explorer.y[-1] == 0 and explorer["data"] == OWN
    assert explorer.X[-1].tolist() == [0.5, -0.25]
    assert explorer.perceptron.mistakes == 0, "the bound counts from w = 0"
    explorer._happened({**click, "shift": True, "y": 0.5})
    assert explorer.y[-1] == 1
    explorer.update(point_class=1)
    explorer._happened({**click, "x": 1.0})
    assert explorer.y[-1] == 1
    drag = {"type": "drag", "panel": "plane", "item": "samples", "index": 4, "x": 9.0, "y": 0.1}
    explorer._happened(drag)
    assert explorer.X[4].tolist() == [1.5, 0.1], "held at the edge of the picture"
    explorer.update(margin=0.4)
    assert explorer["data"] == PARTED and len(explorer.X) == 4
    explorer.update(data=OWN)
    assert len(explorer.X) == 7, "the reader's own samples come back"
    explorer.press("clear")
    assert len(explorer.X) == 0 and "click in the plane" in explorer.summary()
    for name in ("step", "next", "finish", "reset"):
        explorer.press(name)
    explorer._happened(click)
    assert len(explorer.X) == 1


def test_learning_again_at_once():
    explorer = PerceptronExplorer(margin=0.2, seed=3)
    explorer.update(live=True)
    assert explorer.done
    others = explorer.X[explorer.y == 1]
    index = int(np.argmin(explorer.y))
    drag = {"type": "drag", "panel": "plane", "item": "samples", "index": index}
    explorer._happened({**drag, "x": float(others[0, 0]), "y": float(others[0, 1])})
    assert not explorer.done and explorer.bound is None  # two classes in one place
    explorer._happened({**drag, "x": 0.0, "y": 0.0})
    assert explorer.perceptron.mistakes > 0


def test_reset_and_edits_start_from_nothing():
    explorer = PerceptronExplorer()
    start = picture(explorer)
    explorer.press("finish")
    assert picture(explorer) != start
    explorer.press("reset")
    assert picture(explorer) == start


def test_a_slider_that_is_shown_starts_nothing_anew():
    """The browser sends 0.15 back as 0.15000000000000002 when it first draws the slider."""
    explorer = PerceptronExplorer(margin=0.15)
    explorer.press("finish")
    mistakes = explorer.perceptron.mistakes
    explorer.control("margin").value = 0.15000000000000002
    assert explorer.perceptron.mistakes == mistakes > 0
    explorer.control("margin").value = 0.16
    assert explorer.perceptron.mistakes == 0


def test_the_bound_is_rounded_down():
    explorer = PerceptronExplorer(margin=0.2, seed=1)
    exact = mistake_bound(explorer.X, explorer.y).bound
    assert f"allows {int(exact)}." in explorer.summary()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: PerceptronExplorer([[1, 2, 3]], [1]), r"X of shape \(N, 2\).*got \(1, 3\)"),
        (lambda: PerceptronExplorer([[1, 2]], [2]), "labels 0 and 1"),
    ],
)
def test_perceptron_explorer_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_play_runs_to_the_end_and_twice_is_once():
    async def scenario():
        explorer = PerceptronExplorer(margin=0.2, seed=1)
        explorer.update(speed="as fast as it can")
        explorer.press("play")
        first = explorer.loop._run
        explorer.loop.play()  # pressing again pauses; asking the loop again changes nothing
        assert explorer.playing and explorer.loop._run == first
        assert explorer.control("play").description == "Pause"
        for _ in range(200):
            await asyncio.sleep(0.02)
            if not explorer.playing:
                break
        assert explorer.done and not explorer.playing
        assert explorer.control("play").description == "Play"

        endless = PerceptronExplorer(data="XOR")
        endless.update(speed="as fast as it can")
        endless.press("play")
        await asyncio.sleep(0.1)
        endless.press("play")
        stopped = endless.visited
        assert not endless.playing and stopped > 0
        await asyncio.sleep(0.1)
        assert endless.visited == stopped
        endless.press("play")
        endless._seen(0)  # the output was closed
        assert not endless.playing
        endless.press("play")
        endless.close()
        assert not endless.playing

    asyncio.run(scenario())


def test_speeds_are_speeds():
    explorer = PerceptronExplorer(data="XOR")
    for name, rate in SPEEDS.items():
        explorer.update(speed=name)
        explorer.press("reset")
        explorer._since, explorer._owed = time.monotonic() - 0.5, 0.0
        explorer._tick()
        wanted = 50 if rate is None else int(rate / 2)
        assert wanted <= explorer.visited <= wanted + 1


# -------------------------------------------------------------------------- connected units


def test_units_say_what_their_weights_say():
    explorer = UnitsExplorer(units=3, seed=41, query=(0.5, -0.5))
    W1, b1, W2, b2 = (p.value for p in explorer.model.parameters())
    h = 1 / (1 + np.exp(-(np.array([0.5, -0.5]) @ W1 + b1)))
    y_hat = 1 / (1 + np.exp(-(h @ W2 + b2)))
    words = explorer.stage.scene["network"].items["said"].props["text"]
    assert words == [f"{v:.2f}".replace("-", "−") for v in (0.5, -0.5, *h, *y_hat)]
    edges = explorer.stage.scene["network"].items["weights"].arrays["values"]
    np.testing.assert_allclose(edges, [*W1.ravel(), *W2.ravel()], rtol=1e-6)


def test_a_clicked_edge_can_be_changed():
    explorer = UnitsExplorer(units=2, seed=0)
    W1, _, W2, b2 = explorer.model.parameters()
    explorer._happened({"type": "click", "panel": "network", "item": "weights", "index": 5})
    assert explorer.control("edge").label == "layer 2, w₂,₁"
    assert explorer["value"] == W2.value[1, 0]
    before = picture(explorer)
    explorer.update(value=3.5)
    assert W2.value[1, 0] == 3.5 and picture(explorer) != before
    explorer._happened({"type": "click", "panel": "network", "item": "biases", "index": 2})
    explorer.update(value=-1)
    assert b2.value[0] == -1 and "layer 2, b₁ = −1.00" in explorer.summary()
    explorer.update(edge=("weights", 1))
    assert explorer["value"] == W1.value[0, 1]
    explorer._happened({"type": "drag", "item": "query", "panel": "plane", "x": -9, "y": 0.2})
    assert explorer.query == [-1.5, 0.2]


def test_choosing_an_edge_changes_no_number():
    explorer = UnitsExplorer(units=4, seed=5)
    numbers = [p.value.copy() for p in explorer.model.parameters()]
    for _, edge in explorer.control("edge")._options_full:
        explorer.update(edge=edge)
    for p, old in zip(explorer.model.parameters(), numbers, strict=True):
        np.testing.assert_array_equal(p.value, old)


def test_all_weights_fit_their_slider():
    explorer = UnitsExplorer(units=6)
    low, high = explorer.control("value").min, explorer.control("value").max
    for seed in range(100):
        explorer.update(seed=seed)
        numbers = np.concatenate([p.value.ravel() for p in explorer.model.parameters()])
        assert low <= numbers.min() and numbers.max() <= high


# ------------------------------------------------------------------------------ speed, shade


@pytest.mark.parametrize(
    ("make", "name", "values"),
    [
        (GateExplorer, "threshold", (0.5, 1.5)),
        (lambda: GateExplorer("majority of 3"), "threshold", (0.5, 1.5)),
        (PerceptronExplorer, "margin", (0.1, 0.3)),
        (UnitsExplorer, "value", (1.0, -1.0)),
    ],
)
def test_a_slider_redraws_at_once(make, name, values):
    explorer = make()
    took = []  # by this process: what others do on the machine does not count
    for k in range(15):
        start = time.process_time()
        explorer.update(**{name: values[k % 2]})
        took.append(time.process_time() - start)
    assert np.median(took) < 0.02


def test_a_step_shades_both_sides():
    explorer = BoundaryExplorer(w=(1, 0), activation="step")
    level = explorer.stage.scene["plane"].items["output"].arrays["level"][0]
    assert (level[:, :49] < -100).all() and (level[:, 51:] > 100).all()


def test_play_after_the_end_begins_again():
    async def hand():
        explorer = PerceptronExplorer(margin=1.0, seed=0)
        explorer.press("finish")
        assert explorer.done
        ended = explorer.perceptron.w.copy()
        explorer.press("play")
        assert explorer.playing and not explorer.done
        assert (explorer.perceptron.w == 0).all() and (ended != 0).any()
        explorer.close()

    asyncio.run(hand())
