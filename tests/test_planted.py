"""Networks with a planted mistake: it is where `CASES` says, and nothing else gives it away."""

import numpy as np
import pytest

from nnlib import GradientError, gradcheck, planted
from nnlib.gradcheck import both_gradients
from nnlib.planted import CASES, LOSS, alone, report, suspect

pytestmark = pytest.mark.filterwarnings("error")
WRONG = [case for case in CASES if case != "none"]


def wrong(case, **options):
    """The names of the arrays of gradients that are wrong."""
    return {f"{f.layer}{f.name}" for f in report(suspect(case, **options)) if f.error > 1e-5}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("case", WRONG)
def test_wrong_from_the_mistake_to_the_input_and_right_behind_it(case, seed):
    kind, place = CASES[case]
    found = wrong(case, seed=seed)
    if kind == "bias":  # a gradient that nothing else is made of
        assert found == {f"{place}b"}
    else:
        before = {f"{k}{name}" for k in (0, 2, 4, 6) if k < place for name in "Wb"}
        assert found == before


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("case", CASES)
def test_checked_alone_the_one_layer_is_found(case, seed):
    verdicts = alone(suspect(case, seed=seed))
    assert len(verdicts) == LOSS + 1
    place = CASES[case][1]
    assert [k for k, right in enumerate(verdicts) if not right] == (
        [] if place is None else [place]
    )


@pytest.mark.parametrize("case", WRONG)
def test_gradcheck_catches_it(case):
    with pytest.raises(GradientError):
        gradcheck(*suspect(case))


def test_one_sample_hides_what_sums_over_samples():
    assert [case for case in WRONG if not wrong(case, samples=1)] == ["C", "D"]


@pytest.mark.parametrize("case", CASES)
def test_zero_matrices_hide_all_but_the_loss(case):
    found = suspect(case)
    for layer in found.model:
        for p in layer.parameters():
            if p.name == "W":
                p.value[...] = 0.0
    hidden = all(f.error < 1e-5 for f in report(found))
    assert hidden == (case != "D")


def test_no_printout_gives_it_away():
    plain = suspect("none")
    for case in WRONG:
        found = suspect(case)
        assert repr(found.model) == repr(plain.model) and repr(found.loss) == repr(plain.loss)
        np.testing.assert_array_equal(found.model.forward(found.X), plain.model.forward(plain.X))


def test_the_disguised_layers_are_not_offered_as_activations():
    from nnlib import ACTIVATIONS, ReLU, Tanh

    assert ACTIVATIONS["relu"] is ReLU and ACTIVATIONS["tanh"] is Tanh


def test_both_gradients_are_those_of_gradcheck():
    found = both_gradients(*suspect("D", samples=4))
    assert list(found)[:3] == ["x", "layers[0].W", "layers[0].b"]
    for received, expected in found.values():
        np.testing.assert_allclose(received, 4 * expected, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (dict(case="F"), "unknown case 'F'; known: A, B, C, D, E, none"),
        (dict(case="A", samples=0), "got 0"),
    ],
)
def test_what_cannot_be_made(arguments, said):
    with pytest.raises(ValueError, match=said):
        planted.suspect(**arguments)
