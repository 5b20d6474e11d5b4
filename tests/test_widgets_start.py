"""The pictures of notebook 00, moved without a browser."""

import numpy as np
import pytest

from nnlib.widgets import CourseMap, Fields, Growth, Timeline
from nnlib.widgets.course import course
from nnlib.widgets.fields import EXAMPLES, FIELDS, NAMES_AT, field_at
from nnlib.widgets.timeline import EVENTS, FIRST, LAST, SIZES
from tests.explorers import is_button, picture, settings


def growth():
    """Ten test digits, read better and better, in two runs; a second curve of another kind."""
    rng = np.random.default_rng(0)
    y = np.arange(10)
    predictions = np.repeat(y[None, None], 3, axis=0).repeat(2, axis=1).copy()
    predictions[0, :, :6] = 9  # 4 of 10 right, then 7, then all
    predictions[1, :, :3] = 9
    predictions[1, 1, 3] = 0  # the second run makes one more mistake
    return Growth(
        rng.uniform(size=(10, 64)),
        y,
        {
            "more data": ("samples", [10, 100, 1000], predictions),
            "more units": ("units", [1, 4], predictions[:2]),
        },
    )


EXPLORERS = {"timeline": Timeline, "fields": Fields, "map": CourseMap, "growth": growth}


@pytest.fixture(params=EXPLORERS, ids=str)
def make(request):
    return EXPLORERS[request.param]


def test_every_control_changes_the_picture(make):
    for name, control in make().controls.items():
        explorer = make()  # so that no control depends on where another one was left
        if is_button(control):
            before = picture(explorer)
            explorer.press(name)
            assert picture(explorer) != before, name
            continue
        seen = []
        for value in dict.fromkeys(settings(control)):
            sentence = explorer.update(**{name: value})
            assert sentence and "nan" not in sentence
            seen.append(picture(explorer))
        assert all(a != b for a, b in zip(seen, seen[1:], strict=False)), name


def test_sentences_and_pictures_are_the_same_each_time(make):
    assert make().summary() == make().summary() and picture(make()) == picture(make())
    assert make().stage.png("dark")[:4] == b"\x89PNG"


# ---------------------------------------------------------------------------------- timeline


def _words(explorer, panel, item):
    return explorer.stage.scene[panel].items[item].props["text"]


def test_timeline_lights_up_what_has_happened():
    timeline = Timeline(1968)
    count = lambda name: len(timeline.stage.scene["events"].items[name].arrays["x"])  # noqa: E731
    total = len(EVENTS)
    assert (count("happened"), count("latest"), count("to come")) == (2, 1, total - 3)
    assert "3 of 17" in timeline.summary() and "Adaline" in timeline.summary()
    timeline.update(year=1969)
    assert (count("happened"), count("latest"), count("to come")) == (3, 1, total - 4)
    assert "Minsky" in timeline.summary()
    timeline.update(year=FIRST)
    assert count("to come") == total and timeline.latest == []
    assert "0 of 17" in timeline.summary()
    timeline.update(year=1989)
    assert count("latest") == 2  # two events share the year


def test_timeline_steps_from_event_to_event():
    timeline = Timeline(FIRST)
    years = sorted({e.year for e in EVENTS})
    for year in years:
        timeline.press("on")
        assert timeline["year"] == year
    timeline.press("on")
    assert timeline["year"] == LAST
    for year in reversed(years):
        timeline.press("back")
        assert timeline["year"] == year
    timeline.press("back")
    assert timeline["year"] == FIRST


@pytest.mark.parametrize(("item", "index", "year"), [("happened", 0, 1943), ("to come", 2, 1986)])
def test_timeline_goes_to_the_event_that_is_clicked(item, index, year):
    timeline = Timeline(1969)
    timeline._happened({"type": "click", "panel": "events", "item": item, "index": index})
    assert timeline["year"] == year


def test_timeline_shows_only_the_sizes_of_its_past():
    timeline = Timeline(1990)
    at = timeline.stage.scene["sizes"].items["weights"].arrays
    assert at["x"].tolist() == [1960, 1987, 1989] and at["y"].tolist() == [17, 18629, 9760]
    names = [w for side in ("above", "below") for w in _words(timeline, "sizes", side)]
    assert names == ["Adaline", "NETtalk", "zip reader"]


def test_history_is_in_order_and_tied_to_notebooks():
    assert [e.year for e in EVENTS] == sorted(e.year for e in EVENTS)
    assert [s[0] for s in SIZES] == sorted(s[0] for s in SIZES)
    numbers = {n.number for n in course().values()}
    assert {e.notebook for e in EVENTS} <= numbers
    # The dates of lecture B, each at its place.
    assert {1957: "01", 1969: "07", 1986: "06", 1989: "12", 2006: "09"}.items() <= {
        e.year: e.notebook for e in reversed(EVENTS)
    }.items()


@pytest.mark.parametrize("year", sorted({e.year for e in EVENTS}))
def test_words_beside_the_timeline_stay_in_their_panel(year):
    panel = Timeline(year).stage.scene["words"]
    for item in panel.items.values():
        assert item.arrays["y"].min() > panel.looks["y"][0]
        assert max(map(len, item.props["text"])) * 0.52 * item.props["size"] < panel.frame()[2]


# ------------------------------------------------------------------------------------ fields


def test_examples_stand_in_their_own_ring():
    for example in EXAMPLES:
        assert field_at(*example.at) == example.field, example.name
    assert [field_at(*at) for at in NAMES_AT] == list(FIELDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
@pytest.mark.parametrize("field", FIELDS)
def test_a_guess_is_judged(example, field):
    fields = Fields()
    fields.update(example=example.name)
    x, y = NAMES_AT[FIELDS.index(field)]
    fields._happened({"type": "drag", "item": "star", "index": 0, "x": x, "y": y})
    assert field in fields.summary() and fields.verdict == ""
    fields.press("judge")
    right = field == example.field
    assert fields.verdict.startswith("Yes" if right else f"Not {field}")
    assert (example.name in fields.placed) == right
    if not right:
        inwards = FIELDS.index(example.field) > FIELDS.index(field)
        assert fields.verdict.endswith("further in." if inwards else "further out.")
        assert example.why not in fields.summary()  # says which way, not the answer


def test_the_star_outside_is_sent_inside_and_stays_in_the_drawing():
    fields = Fields()
    assert "outside" in fields.press("judge") and not fields.placed
    fields._happened({"type": "drag", "item": "star", "index": 0, "x": -50, "y": 99})
    assert 0 < fields.star[0] < 10 and 0 < fields.star[1] < 7


def test_show_me_and_next_go_through_all_examples():
    fields = Fields()
    for k, example in enumerate(EXAMPLES):
        assert fields["example"] == example.name
        assert example.why in fields.press("show") and len(fields.placed) == k + 1
        fields.press("next")
        assert fields.star == fields.start and fields.verdict == ""
    assert fields["example"] == EXAMPLES[0].name
    assert len(fields.stage.scene["fields"].items["placed"].props["text"]) == len(EXAMPLES)


# ------------------------------------------------------------------------------------ growth


def test_growth_counts_right_answers():
    explorer = growth()
    np.testing.assert_allclose(explorer.accuracy("more data"), [[0.4, 0.4], [0.7, 0.6], [1, 1]])
    assert "samples 10: 40 % of 10" in explorer.summary() and "6 are misread" in explorer.summary()
    assert "samples 100: 65 % of 10" in explorer.update(place=2)
    assert "0 are misread" in explorer.update(place=3)
    frames = explorer.stage.scene["digits"].items["frames"].arrays["x"]
    assert len(frames) == 0


def test_growth_frames_the_digits_that_are_misread():
    items = growth().stage.scene["digits"].items
    assert len(items["frames"].arrays["x"]) == 6 * 6  # five corners and a gap for each
    assert items["wrong"].props["text"] == ["9"] * 6
    assert items["right"].props["text"] == ["6", "7", "8", "9"]


def test_growth_follows_a_dragged_dot_and_a_shorter_curve():
    explorer = growth()
    explorer._happened({"type": "drag", "item": "here", "index": 0, "x": 400.0, "y": 0.1})
    assert explorer["place"] == 3  # 400 is nearer to 1000 than to 100 on a logarithmic axis
    explorer.update(grow="more units")
    assert explorer["place"] == 2 and explorer.control("place").max == 2
    curve = explorer.stage.scene["curve"]
    assert "more data" not in curve.items and curve.looks["xlabel"] == "units"


def test_growth_shows_all_its_digits():
    panel = growth().stage.scene["digits"]
    lowest = panel.items["images"].arrays["extent"][:, 2].min()
    assert panel.looks["y"][0] < lowest < -1.35  # ten digits: the second row is seen as well


def test_growth_says_which_shape_it_expects():
    with pytest.raises(ValueError, match=r"predictions of shape \(2, runs, 4\).*got \(2, 4\)"):
        Growth(np.zeros((4, 64)), np.zeros(4), {"a": ("n", [1, 2], np.zeros((2, 4), dtype=int))})


# --------------------------------------------------------------------------------------- map


def test_map_shows_what_a_notebook_needs_and_leads_to():
    chart = CourseMap("07_multilayer_networks")
    assert "It needs: 01." in chart.summary()
    assert {n.name for n in chart.next} == {
        name for name, n in course().items() if "07_multilayer_networks" in n.needs
    }
    heads = chart.stage.scene["map"].items["leads to: heads"].arrays["x1"]
    assert len(heads) == len(chart.next)
    assert set(chart.points) == set(chart.chosen.points)
    chart.update(lecture="E")
    assert set(chart.points) == {id for id in chart.chosen.points if id[0] == "E"}


def test_map_goes_to_the_notebook_that_is_clicked():
    chart = CourseMap("01_perceptron")
    names = list(course())
    chart._happened({"type": "click", "panel": "map", "item": "notebooks", "index": 15})
    assert chart["notebook"] == names[15]


def test_map_refuses_a_notebook_that_is_not_there():
    with pytest.raises(ValueError, match="unknown notebook '99'.*: 00_start_here, 01"):
        CourseMap("99")


def test_arrows_end_outside_the_circles():
    for name in course():
        chart = CourseMap(name)
        items = chart.stage.scene["map"].items
        for arrows in ("needs: heads", "leads to: heads"):
            tips = np.stack([items[arrows].arrays["x1"], items[arrows].arrays["y1"]], axis=1)
            distance = np.linalg.norm(tips[:, None] - chart.at[None], axis=2)
            assert (distance > 0.2).all()
            assert np.isfinite(tips).all()


@pytest.mark.parametrize("name", course())
def test_words_beside_the_map_stay_in_their_panel(name):
    panel = CourseMap(name).stage.scene["words"]
    lowest = min(item.arrays["y"].min() for item in panel.items.values())
    assert lowest > panel.looks["y"][0]
