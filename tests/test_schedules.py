"""Learning-rate schedules: where they begin and end, and PyTorch's."""

import pytest

from nnlib import schedules
from nnlib.schedules import SCHEDULES
from tests.libraries import torch

STEPS = 40


def rates(schedule, steps=STEPS):
    return [schedule(k) for k in range(steps)]


def torch_rates(scheduler, lr, steps=STEPS):
    sgd = torch.optim.SGD([torch.zeros(1)], lr=lr)
    scheduler, found = scheduler(sgd), []
    for _ in range(steps):
        found.append(sgd.param_groups[0]["lr"])
        sgd.step()
        scheduler.step()
    return found


@pytest.mark.parametrize("name", SCHEDULES)
def test_none_goes_beyond_its_rate_or_below_zero(name):
    for steps in (1, 3, 40):
        found = rates(SCHEDULES[name](0.3, steps), steps)
        assert max(found) == pytest.approx(0.3)
        assert all(0 <= lr <= 0.3 + 1e-12 for lr in found)


@pytest.mark.parametrize("name", sorted(set(SCHEDULES) - {"constant"}))
def test_all_but_the_constant_one_end_far_below_where_they_began(name):
    assert SCHEDULES[name](0.3, STEPS)(STEPS - 1) < 0.05 * 0.3


def test_cosine_and_step_decay_are_those_of_pytorch():
    lr = torch.optim.lr_scheduler
    theirs = torch_rates(lambda o: lr.CosineAnnealingLR(o, STEPS), 0.3)
    assert rates(schedules.cosine(0.3, STEPS)) == pytest.approx(theirs, abs=1e-12)
    theirs = torch_rates(lambda o: lr.MultiStepLR(o, [STEPS // 2, 3 * STEPS // 4], 0.5), 0.3)
    assert rates(schedules.step_decay(0.3, STEPS, 0.5)) == pytest.approx(theirs)


def test_warming_up_rises_in_equal_steps():
    found = rates(schedules.cosine(1.0, STEPS, warmup=0.25))
    assert found[:10] == pytest.approx([(k + 1) / 10 for k in range(10)])
    assert all(a >= b for a, b in zip(found[10:], found[11:], strict=False))


def test_one_over_k_does_what_its_name_says():
    eta = schedules.inverse(0.5, 100)
    assert eta(8000) / eta(4000) == pytest.approx(0.5, rel=0.01)


def test_errors():
    with pytest.raises(
        ValueError, match="constant expects lr to be a number of at least 0; got -1"
    ):
        schedules.constant(-1, 10)
    with pytest.raises(ValueError, match="steps to be a whole number of at least 1; got 0"):
        schedules.cosine(0.1, 0)
    with pytest.raises(ValueError, match="warmup to be .* of at least 0 and below 1; got 1"):
        schedules.cosine(0.1, 10, warmup=1)
