"""Exercises of notebook 11, dropout and overfitting."""

import numpy as np

from .exercise import Exercise

# ------------------------------------------------------------------------------------- curves

which_curve = Exercise(
    "The numbers of the four curves: train and test loss without dropout, then train and test loss "
    "with dropout.",
    right=(4, 1, 2, 3),
    parts=("train", "test", "train_dropout", "test_dropout"),
    says="Dropout gives up on the samples it learns from, and gains on new ones.",
    mistakes={
        "Train and test are the wrong way round: the network is fitted to the training samples, so "
        "their loss is the smaller one of each pair.": (1, 4, 3, 2),
        "Dropout is on the wrong pair: it keeps train and test together, and it is without it that "
        "they part.": (2, 3, 4, 1),
        "All four are the wrong way round: train and test, and also with dropout and without.": (
            3,
            2,
            1,
            4,
        ),
        "The two test curves are exchanged: the one that turns up belongs to the network that "
        "learned its samples by heart.": (4, 3, 2, 1),
        "The two training curves are exchanged: the one that falls without end belongs to the "
        "network without dropout.": (2, 1, 4, 3),
    },
)


def _bias2_variance(fits, truth):
    mean = fits.mean(axis=0)
    return ((mean - truth) ** 2).mean(), ((fits - mean) ** 2).mean()


bias_variance = Exercise(
    "A function bias_variance(fits, truth) that gives bias² and variance; row m of fits is what "
    "network m says at the G places, truth is what would be right there.",
    right=lambda fits, truth: _bias2_variance(fits, truth),
    parts=("bias2", "variance"),
    cases=lambda rng: [
        (np.array([[1.0, 4.0], [3.0, 6.0]]), np.array([0.0, 1.0])),
        *((rng.normal(size=(m, g)), rng.normal(size=g)) for m, g in ((5, 8), (3, 3), (20, 6))),
    ],
    says="Together they are the mean squared distance of the fits from the truth.",
    mistakes={
        "Your variance is the distance of the fits from the truth, and so the sum of the two: "
        "measure from their mean.": lambda fits, truth: (
            _bias2_variance(fits, truth)[0],
            ((fits - truth) ** 2).mean(),
        ),
        "Your bias² is the distance of every fit from the truth: take the mean of the fits "
        "first.": lambda fits, truth: (
            ((fits - truth) ** 2).mean(),
            _bias2_variance(fits, truth)[1],
        ),
        "You took the mean over the places. Row m is a network: the mean over the networks is "
        "axis=0.": lambda fits, truth: (
            ((fits.mean(axis=1).mean() - truth) ** 2).mean(),
            ((fits - fits.mean(axis=1, keepdims=True)) ** 2).mean(),
        ),
        "You squared after the mean over the places: there the errors to both sides cancel. "
        "Square first.": lambda fits, truth: (
            (fits.mean(axis=0) - truth).mean() ** 2,
            _bias2_variance(fits, truth)[1],
        ),
        "That is the bias, not its square.": lambda fits, truth: (
            np.abs(fits.mean(axis=0) - truth).mean(),
            _bias2_variance(fits, truth)[1],
        ),
        "That is the standard deviation: the variance is its square.": lambda fits, truth: (
            _bias2_variance(fits, truth)[0],
            fits.std(axis=0).mean(),
        ),
        "The two are exchanged: bias² comes first.": lambda fits, truth: _bias2_variance(
            fits, truth
        )[::-1],
    },
)


def _stop(losses, patience, *, tolerant=False, before=False, late=0):
    """(epoch where training stops, best epoch so far)."""
    best, since = 0, 0
    for epoch, loss in enumerate(losses):
        against = losses[max(epoch - 1, 0)] if before else losses[best]
        if epoch == 0 or loss < against or (tolerant and loss == against):
            since = 0
        else:
            since += 1
        best = epoch if loss < losses[best] else best
        if since == patience + late:
            return epoch, best
    return len(losses) - 1, best


_LOSSES = [
    ([0.9, 0.6, 0.5, 0.55, 0.45, 0.5, 0.52, 0.51, 0.4, 0.3], 3),
    ([1.0, 0.8, 0.7, 0.71, 0.72, 0.6, 0.65, 0.63, 0.66, 0.7], 2),
    ([0.5, 0.6, 0.55, 0.52, 0.51], 4),
    ([0.9, 0.8, 0.7, 0.6], 2),
    ([0.9, 0.7, 0.8, 0.75, 0.73, 0.65, 0.7, 0.75, 0.8, 0.9], 4),
]

early_stopping = Exercise(
    "A function early_stopping(losses, patience) that gives the epoch at which training stops, and "
    "the best epoch up to there; epochs count from 0.",
    right=lambda losses, patience: _stop(losses, patience),
    parts=("stop", "best"),
    cases=_LOSSES,
    says="The weights to keep are those of the best epoch, not those of the last.",
    mistakes={
        "You looked into the future: the best epoch may only be one up to the stop.": (
            lambda losses, patience: (_stop(losses, patience)[0], int(np.argmin(losses)))
        ),
        "You gave the epoch where it stops twice: the best one lies earlier, by the "
        "patience.": lambda losses, patience: (_stop(losses, patience)[0],) * 2,
        "You stop at the first epoch that is no better: that is a patience of 1, whatever was "
        "asked for.": lambda losses, patience: _stop(losses, 1),
        "You compare each loss with the one before it. Compare with the best so far: a loss may go "
        "down again without being any good.": lambda losses, patience: _stop(
            losses, patience, before=True
        ),
        "You stop one epoch too late: after `patience` epochs without a new best the training is "
        "over.": lambda losses, patience: _stop(losses, patience, late=1),
        "You stop one epoch too early.": lambda losses, patience: _stop(losses, patience, late=-1),
        "Your epochs count from 1; here the first one is 0.": lambda losses, patience: tuple(
            e + 1 for e in _stop(losses, patience)
        ),
        "The two are exchanged: the stop comes first.": lambda losses, patience: _stop(
            losses, patience
        )[::-1],
        "Your training never stops early.": lambda losses, patience: (
            len(losses) - 1,
            int(np.argmin(losses)),
        ),
    },
)

# ------------------------------------------------------------------------------- weight decay

weight_decay_step = Exercise(
    "A function weight_decay_step(w, dw, lr, decay) that gives the weights after one step of "
    "gradient descent on L + ½·decay·Σw², where dw is the gradient of L alone.",
    right=lambda w, dw, lr, decay: w - lr * (dw + decay * w),
    cases=lambda rng: [
        (np.array([2.0, -1.0]), np.array([0.5, 0.5]), 0.1, 0.3),
        *(
            (rng.normal(size=n), rng.normal(size=n), rng.uniform(0.05, 0.5), rng.uniform(0.1, 0.6))
            for n in (2, 5, 8)
        ),
    ],
    says="Without L it would be w ← (1 − ηλ)w: each step takes the same share off every weight.",
    mistakes={
        "Your pull has the wrong sign: it makes the weights larger. The gradient of the penalty is "
        "+λw, and a step goes against it.": lambda w, dw, lr, decay: w - lr * (dw - decay * w),
        "The penalty carries ½, so its gradient is λw and not 2λw.": lambda w, dw, lr, decay: (
            w - lr * (dw + 2 * decay * w)
        ),
        "That kept the ½: the derivative of ½λw² is λw.": lambda w, dw, lr, decay: (
            w - lr * (dw + decay * w / 2)
        ),
        "The penalty is missing: that is a step on L alone.": lambda w, dw, lr, decay: w - lr * dw,
        "The learning rate is missing from the penalty's part of the step.": (
            lambda w, dw, lr, decay: w - lr * dw - decay * w
        ),
        "You added the penalty itself, ½λΣw², instead of its gradient.": (
            lambda w, dw, lr, decay: w - lr * (dw + decay * (w**2).sum() / 2)
        ),
        "That is the pull of L1, λ·sign(w): it takes the same amount off every weight. L2 takes "
        "the same share.": lambda w, dw, lr, decay: w - lr * (dw + decay * np.sign(w)),
        "You shrink the weights and forget to learn: the gradient of L is missing.": (
            lambda w, dw, lr, decay: w - lr * decay * w
        ),
        "You walk uphill: the step is minus the learning rate times the gradient.": (
            lambda w, dw, lr, decay: w + lr * (dw + decay * w)
        ),
        "That is the gradient; asked are the new weights.": lambda w, dw, lr, decay: dw + decay * w,
        "You shrank first and then took the step of L from there with the whole factor once more: "
        "the two parts are added.": lambda w, dw, lr, decay: (w - lr * dw) * (1 - lr * decay),
    },
)

# ------------------------------------------------------------------------------------ dropout


def _mask_cases(rng):
    by_hand = (np.array([[1.0, 2.0, 4.0, -3.0]]), np.array([[1, 0, 1, 0]]), 0.2)
    drawn = [
        (rng.normal(size=s), (rng.random(s) >= p) * 1, p)
        for s, p in (((3, 4), 0.3), ((2, 5), 0.6), ((6, 2), 0.1))
    ]
    return [by_hand, *drawn]


dropout_forward = Exercise(
    "A function dropout_forward(h, keep, p, train) that gives inverted dropout of h; keep is 1 "
    "where a unit is kept and 0 where it is dropped, p is the share dropped.",
    right=lambda h, keep, p, train: h * keep / (1 - p) if train else h,
    cases=lambda rng: [(*case, train) for case in _mask_cases(rng) for train in (True, False)],
    says="In evaluation nothing is left to do: that is why it is called inverted.",
    mistakes={
        "The scaling is missing: with 1/(1 − p) the sum stays as large, on average, as in "
        "evaluation.": lambda h, keep, p, train: h * keep if train else h,
        "You multiplied by 1 − p: what is kept has to stand in for what is dropped, so divide.": (
            lambda h, keep, p, train: h * keep * (1 - p) if train else h
        ),
        "You divided by p: p is the share that is dropped, and 1 − p is what is kept.": (
            lambda h, keep, p, train: h * keep / p if train else h
        ),
        "You drop what should be kept: keep is 1 where the unit stays.": (
            lambda h, keep, p, train: h * (1 - keep) / (1 - p) if train else h
        ),
        "You drop in evaluation, too: there all units are used.": lambda h, keep, p, train: (
            h * keep / (1 - p)
        ),
        "Training is right. In evaluation you scale as well: inverted dropout has done that "
        "already.": lambda h, keep, p, train: h * keep / (1 - p) if train else h * (1 - p),
        "That is the paper's way: mask in training, times 1 − p in evaluation. It works; inverted "
        "dropout does the scaling in training.": lambda h, keep, p, train: (
            h * keep if train else h * (1 - p)
        ),
        "Training and evaluation are the wrong way round.": lambda h, keep, p, train: (
            h if train else h * keep / (1 - p)
        ),
        "Nothing is dropped in training: multiply by keep.": lambda h, keep, p, train: h,
        "Everything is scaled up and nothing dropped: multiply by keep.": (
            lambda h, keep, p, train: h / (1 - p) if train else h
        ),
    },
)

dropout_backward = Exercise(
    "A function dropout_backward(dy, keep, p) that gives dx for the training pass y = x · keep / "
    "(1 − p), from the gradient dy.",
    right=lambda dy, keep, p: dy * keep / (1 - p),
    cases=_mask_cases,
    says="The way back goes through the same mask: who said nothing learns nothing.",
    mistakes={
        "The gradient goes through the same mask as the signal: a dropped unit gets 0.": (
            lambda dy, keep, p: dy / (1 - p)
        ),
        "The factor 1/(1 − p) is missing: y has it, so its derivative has it.": (
            lambda dy, keep, p: dy * keep
        ),
        "You undid the scaling instead of repeating it: the derivative of x · c is c, and not "
        "1/c.": lambda dy, keep, p: dy * keep * (1 - p),
        "You passed the gradient on as it was, which is right in evaluation alone.": (
            lambda dy, keep, p: dy
        ),
        "The gradient goes to those that were dropped: multiply by keep, not by 1 − keep.": (
            lambda dy, keep, p: dy * (1 - keep) / (1 - p)
        ),
        "You divided by p: p is the share that is dropped.": lambda dy, keep, p: dy * keep / p,
    },
)

# h = (2, 1, 4), w = (1, −1, 0.5), b = 1, and each unit is dropped with p = 0.25.
expected_output = Exercise(
    "The expected output in training without scaling, that with inverted scaling, and the output "
    "in evaluation with inverted scaling, for h = (2, 1, 4), w = (1, −1, 0.5), b = 1, p = 0.25.",
    right=(3.25, 4.0, 4.0),
    parts=("unscaled", "inverted", "evaluation"),
    says="w·h = 3. Three quarters of it are 2.25, and the bias is never dropped.",
    mistakes={
        "You scaled the bias as well: it is no unit, nothing drops it.": (3.0, 4.0, 4.0),
        "You took p = 0.25 for the share that is kept: it is the share that is dropped.": (
            1.75,
            4.0,
            4.0,
        ),
        "The bias is missing everywhere.": (2.25, 3.0, 3.0),
        "You scaled without dropping: on average the mask takes away what the scaling adds.": (
            3.25,
            5.0,
            4.0,
        ),
        "You scale in evaluation as well: inverted dropout does nothing there.": (3.25, 4.0, 3.25),
        "Without scaling the sum is smaller in training: each term is there with probability 0.75 "
        "only.": (4.0, 4.0, 4.0),
        "Inverted scaling is meant to make training agree with evaluation.": (3.25, 3.25, 4.0),
    },
)

count_thinned = Exercise(
    "How many thinned networks two hidden layers of 5 units have, and how probable the full one "
    "among them is if each unit is dropped with p = 0.2.",
    right=(1024, 0.8**10),
    parts=("networks", "full"),
    rtol=5e-4,  # 1023 is not 1024
    says="They share one set of weights: 1024 networks for the price of one.",
    mistakes={
        "You counted each layer by itself and added: the choices multiply, 32 · 32.": (64, 0.8**10),
        "You counted the units kept, from 0 to 10, and not which ones.": (11, 0.8**10),
        "That is ten squared; each of ten units is there or not, 2 · 2 · … · 2.": (100, 0.8**10),
        "That is twice ten: each further unit doubles the number.": (20, 0.8**10),
        "You left one out: the network without any hidden unit counts, too.": (1023, 0.8**10),
        "You gave the probability that all units are dropped: the full network keeps all ten.": (
            1024,
            0.2**10,
        ),
        "You made all networks equally probable, which is so at p = 0.5 only.": (1024, 1 / 1024),
        "That is the probability that one unit is kept; all ten have to be.": (1024, 0.8),
        "The probability is that of one layer of five.": (1024, 0.8**5),
    },
)
