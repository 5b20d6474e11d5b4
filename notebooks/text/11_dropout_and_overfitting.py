# %% [markdown]
# # 11 · Dropout and overfitting: when a network learns its samples by heart
#
# **The question:** a network gets every training sample right. How do you know whether it has
# understood anything, and what can you do if it has not?
#
# **Afterwards you can**
#
# 1. make a network memorise pure noise, and say why its training curve does not give that away;
# 2. read train and test curves, and foresee how they move with the number of samples, the width
#    and the noise;
# 3. split an error into bias², variance and noise, in a picture and in numbers;
# 4. use early stopping, weight decay and dropout, each written by hand in a few lines;
# 5. explain dropout's mask, its inverted scaling, and in which sense it trains an ensemble;
# 6. say from measurements, with error bars, when dropout helps, and when it does not.
#
# **Before you start:** networks with a hidden layer and how they are trained (notebook 07). Adam
# (notebook 10) is used here, but nothing depends on how it works.
#
# **Time:** about 100 minutes with the exercises, 45 without.
#
# **Lecture points:** A12 dropout · D14 dropout: the standard network, and after dropout.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · A network that memorises noise
#
# Take 200 pictures of handwritten digits, throw their labels into a hat, mix, and deal them out
# again. Now a 3 may be called 7, and another 3 may be called 0. There is nothing left to learn.
#
# > **Predict first.** A network with 128 hidden units trains on these pictures. Which share of them
# > will it get right, after 120 epochs? And which share of new pictures?

# %%
digits, rng = data.digits(), np.random.default_rng(4)
order = rng.permutation(len(digits))
X, y = digits.X[order].astype("float32"), digits.y[order]

for name, labels in (("right labels", y), ("shuffled labels", rng.permutation(y))):
    hidden = nn.Dense(64, 128, rng=1, init="he", dtype="float32")
    net = nn.Sequential(hidden, nn.ReLU(), nn.Dense(128, 10, rng=2, dtype="float32"))
    loss, adam = nn.SoftmaxCrossEntropy(), nn.Adam(net.parameters(), lr=0.005)
    for _ in range(120):
        nn.step(net, loss, adam, X[:200], labels[:200])
    seen = nn.accuracy(loss, net.forward(X[:200]), labels[:200])
    new = nn.accuracy(loss, net.forward(X[200:]), labels[200:])
    print(f"{name}: {seen:.0%} of the training pictures right, {new:.0%} of 1597 new ones")

# %% [markdown]
# A hundred per cent, both times. The network has 9610 weights and 200 pictures to remember; it can
# write all labels down, sensible or not. On new pictures the first network is good, and the second
# one guesses: with ten digits, about a tenth is what guessing gets.
#
# **The moment to remember: the training curve cannot tell whether anything was understood. Only
# samples that were not learned from can.**
#
# Here is the same in the plane, where one can see it. The 60 samples come from two moons, and the
# slider **share shuffled** says how many of the labels were dealt out anew. Press **Play**.

# %% tags=["nbval-ignore-output"]
memory = widgets.MemoryExplorer()
memory

# %% [markdown]
# **What to notice**
#
# - Drag **share shuffled** to 0 and watch the blue curve on the right: it gets to 100 % there, too,
#   only sooner. Real patterns are learned faster than noise, since one bend serves many samples.
# - With everything shuffled the network draws an island round every odd one. Press **Other
#   samples**: other islands. They say something about these 60 samples and nothing about the next.
# - The orange curve hardly leaves one half, whatever the blue one does.
#
# **Challenges**
#
# 1. Everything shuffled: find the smallest width that still learns all 60 by heart.
# 2. Shuffle 20 %. At which epoch is the network at its best on new samples, and what does it do
#    afterwards? (This is how most real data are: mostly right.)
#
# <details><summary>What we found</summary>
#
# 1. Two layers of 16 units learn all 60; two layers of 8 miss one.
# 2. Near epoch 30 it gets almost 90 % of the new samples right, which is nearly all there is to
#    get: a tenth of the new labels is wrong, too. It has found the moons, and has not yet begun
#    with the exceptions. Then it learns those by heart, and falls to about 75 %.
#
# </details>
#
# In 2017 Zhang, Bengio, Hardt, Recht and Vinyals did this with a million photographs and the large
# networks of the day. Those, too, learned random labels without a mistake. So "it is too small to
# memorise" is not why such networks work on new pictures.
#
# ## 2 · Train and test: two curves that part
#
# Now a case in which everything is known. The truth is one wave, $f(x) = \sin \pi x$. The network
# sees $n$ samples of it, each shifted by **noise** with standard deviation σ:
# $y = f(x) + \text{noise}$. It has one hidden layer of tanh units, and learns for 3000 epochs.
#
# The **test loss** is what new samples would cost on average. As we know the truth, we need not
# draw any:
#
# $$\text{test loss} = \overline{\big(\hat f(x) - f(x)\big)^2} + \sigma^2 .$$
#
# The first term is how far the network is from the truth. The second is the noise of the new
# samples, which nobody can foresee: no network gets below it.
#
# > **Predict first.** The training loss falls and falls. What will the test loss do meanwhile?

# %% tags=["nbval-ignore-output"]
measured = data.measured("overfitting")
overfit = widgets.OverfittingExplorer(measured=measured)
overfit

# %% [markdown]
# **What to notice**
#
# - **Left**: the blue curve goes through the noise; the thin green one, from the best epoch, was
#   close to the dashed truth. Press **Play** to watch it leave.
# - **Middle**: both losses fall together at first; that part was the wave. Then the test loss turns
#   up while the training loss goes on falling, to below σ²: from there on, what it learns is noise.
#   Drag the dot.
# - **Right**: the two losses at the end of the training, against one of the controls, with bands
#   that hold the middle half of 40 trainings on other samples. Drag the orange square. All other
#   things stand where the bands were measured as long as you leave them there.
#
# **Challenges**
#
# 1. How many samples does it take until the network at its last epoch is nearly as good as at its
#    best?
# 2. 15 samples, no noise at all. Does it overfit? Why does the test loss still not get to zero?
# 3. Find a width that is too small for the wave. Which two curves tell you, and how?
#
# <details><summary>What we found</summary>
#
# 1. With 80 the last epoch costs about 0.12 and the best one 0.10. With 15 it is 0.4 against 0.12.
# 2. Hardly. The network goes through all samples, and they are all true; but what the wave does
#    between them, and beyond the outermost ones, nobody told it.
# 3. One unit: train and test loss lie close together, and both far above σ². It cannot even follow
#    the samples it is shown, so it is no wonder that it fails on others.
#
# </details>
#
# The numbers behind the bands, test loss at the end (median) with the best epoch's beside it,
# measured by `python -m benchmarks.overfitting`:

# %%
for what, name in (("n", "samples"), ("noise", "noise σ"), ("width", "hidden units")):
    found = measured["waves"][what]
    print(f"{name:>13}", *(f"{v:6g}" for v in found["values"]))
    for row in ("train", "test", "best"):
        print(f"{row:>13}", *(f"{median:6.3f}" for _, median, _ in found[row]))

# %% [markdown]
# - **More samples**: train and test approach each other, one from below, one from above. With 80
#   there is little noise left to be learned by heart, since every bend would have to serve several
#   samples.
# - **More noise**: the gap between train and test grows as σ² does, and is about four times as
#   large. Without noise there is hardly any.
# - **Width**: one unit is too few for a wave, two are enough. From there on more width makes the
#   end of the training worse (up to 64 units), but not its best epoch: that gets *better*. The wide
#   network is not wrong; it is trained for too long.
#
# > That the error must rise with the width is no law. Belkin and others found in 2019 that for very
# > wide networks the test error can fall again ("double descent"). Measure your own case.
#
# **Exercise 1.** Four losses of two trainings: one without dropout, one with a dropout rate of 0.3.
# Which curve is which? Watch them grow with **Play**. With **Other samples** the numbers stay with
# what they stand for: is your rule always true?

# %% tags=["nbval-ignore-output"]
puzzle = widgets.CurvePuzzle()
puzzle

# %% tags=["exercise"]
train = ...  # without dropout: the number of the curve
test = ...
train_dropout = ...
test_dropout = ...

check.which_curve(train, test, train_dropout, test_dropout)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Without dropout the two losses part, with it they stay together. And of each pair the training
# loss is the lower one, at the end.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# train = 4
# test = 1
# train_dropout = 2
# test_dropout = 3
#
# check.which_curve(train, test, train_dropout, test_dropout)
# ```
#
# </details>

# %% [markdown]
# ## 3 · Bias and variance: a bundle of fits
#
# Had the samples been others, the network would have become another one. So let twenty networks
# learn, each from fifteen samples of its own, and draw all twenty. Two things can be wrong with the
# bundle. Its **mean** $\bar f$ can be off the truth, as that of networks that cannot bend enough:
# that is the **bias**. And its members can be far from their mean, since each believed its own
# noise: that is the **variance**. With M fits,
#
# $$\underbrace{\frac1M\sum_m \overline{(\hat f_m - f)^2}}_{\text{each fit to the truth}}
# = \underbrace{\overline{(\bar f - f)^2}}_{\text{bias}^2}
# + \underbrace{\frac1M\sum_m \overline{(\hat f_m - \bar f)^2}}_{\text{variance}} ,$$
#
# and the test loss has σ² on top. By hand, at one place where the truth is 1, with three fits:

# %%
fits, truth = np.array([2.0, 1.0, 3.0]), 1.0
mean = fits.mean()
print("mean of the fits:", mean)
print("bias²    =", (mean - truth) ** 2)
print("variance =", ((fits - mean) ** 2).mean().round(4), " from", (fits - mean) ** 2)
print("together =", ((fits - truth) ** 2).mean().round(4), " from", (fits - truth) ** 2)

# %% [markdown]
# > **Predict first.** As training goes on, which of the two falls, and which one rises?

# %% tags=["nbval-ignore-output"]
bundle = widgets.VarianceExplorer()
bundle

# %% [markdown]
# **What to notice**
#
# - Drag the dot to the right: the mean finds the wave early, and stays. It is the bundle that
#   opens. Overfitting is variance.
# - Now **weight decay** and **dropout**: both tighten the bundle. Turn either up too far, and the
#   mean gets flatter than the wave: less variance, paid for with bias.
# - **hidden units** at 1: the bundle is far off the wave, and all its members are wrong in a
#   similar way. That is bias.
#
# **Challenge:** make the sum (the black line) at the *last* epoch as small as you can, without
# touching samples and noise. Below 0.05 is good. Is weight decay with dropout better than one
# alone?
#
# <details><summary>What we found</summary>
#
# Weight decay of λ = 0.01 alone gives 0.048, at 16 units as well as at 128. With dropout of 0.2 in
# addition it is 0.19: both pull at the same thing, and together they pull too much.
#
# </details>
#
# Measured with 40 networks at the last epoch, by `python -m benchmarks.overfitting`:

# %%
for what, name in (("width", "hidden units"), ("l2", "weight decay"), ("rate", "dropout rate")):
    found = measured["waves"][what]
    print(f"{name:>13}", *(f"{v:6g}" for v in found["values"]))
    for row in ("bias2", "variance"):
        print(f"{row:>13}", *(f"{v:6.3f}" for v in found[row]))


# %% [markdown]
# The mean over all networks is itself from 40 networks, so a little of the variance (a fortieth)
# still sits in the bias²: that is why it, too, grows with the width.
#
# **Exercise 2.** Write bias² and variance as a function of a whole bundle: `fits` has a row for
# each network and a column for each place.

# %% tags=["exercise"]
def bias_variance(fits, truth):
    bias2 = ...
    variance = ...
    return bias2, variance


check.bias_variance(bias_variance)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `fits.mean(axis=0)` is the mean of the networks, a number for each place. Square before you take
# the mean over the places.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def bias_variance(fits, truth):
#     mean = fits.mean(axis=0)
#     bias2 = ((mean - truth) ** 2).mean()
#     variance = ((fits - mean) ** 2).mean()
#     return bias2, variance
#
# check.bias_variance(bias_variance)
# ```
#
# </details>

# %% [markdown]
# ## 4 · Early stopping
#
# The network was at its best long before the end. So stop there! The trouble is that the test loss
# must not be asked: whoever chooses by the test samples has learned from them. Put a few of the
# training samples aside instead, as **validation** samples; look at their loss after every epoch,
# keep the weights that were best, and stop when there was nothing better for some epochs. How many
# epochs, is the **patience**.
#
# > **Predict first.** Why have patience at all? Why not stop at the first epoch that is worse than
# > the one before?

# %% tags=["nbval-ignore-output"]
stopping = widgets.PatienceExplorer()
stopping


# %% [markdown]
# **What to notice**
#
# - Patience 3 stops at a bump: the loss goes up for a few epochs, and down again after that. With
#   20 it gets over the bumps and finds the valley.
# - The grey part of the curve is what nobody ever computes: stopping early also saves time.
# - **put aside** has a price. Those samples are not learned from; and with only two of them, it is
#   chance which epoch looks best. Press **Other samples** a few times with 2, and with 12.
#
# **Exercise 3.** Write early stopping: go through the losses; once there was no new best for
# `patience` epochs, stop there.

# %% tags=["exercise"]
def early_stopping(losses, patience):
    stop = ...  # the epoch at which it stops, from 0; the last one if it never does
    best = ...  # the best epoch up to there
    return stop, best


check.early_stopping(early_stopping)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Keep `best`, the epoch with the smallest loss so far. At each epoch: is this loss smaller than
# `losses[best]`? If not, has it been `patience` epochs since `best`?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def early_stopping(losses, patience):
#     best = 0
#     for epoch, loss in enumerate(losses):
#         if loss < losses[best]:
#             best = epoch
#         if epoch - best == patience:
#             return epoch, best
#     return len(losses) - 1, best
#
# check.early_stopping(early_stopping)
# ```
#
# </details>

# %% [markdown]
# ## 5 · Weight decay: a pull towards zero
#
# To go through every sample, a network has to bend sharply, and for that it needs large weights. So
# charge for them:
#
# $$J(w) = L(w) + \tfrac{\lambda}{2} \sum_i w_i^2, \qquad
# \frac{\partial J}{\partial w_i} = \frac{\partial L}{\partial w_i} + \lambda w_i, \qquad
# w_i \leftarrow w_i - \eta\,\Big(\frac{\partial L}{\partial w_i} + \lambda w_i\Big).$$
#
# Where L has no say, $w_i \leftarrow (1 - \eta\lambda)\,w_i$: each step takes the same share off
# every weight. Hence the name **weight decay**; the penalty itself is called **L2**. One step by
# hand:

# %%
w, dw, lr, decay = np.array([2.0, -1.0, 0.1]), np.array([0.5, 0.5, 0.0]), 0.1, 0.3
print("pull of the loss   ", -lr * dw)
print("pull towards zero  ", -lr * decay * w)
print("w after the step   ", w - lr * (dw + decay * w))

parameter = nn.Parameter(w.copy())
sgd = nn.SGD([parameter], lr=lr, l2=decay)
parameter.grad[...] = dw
sgd.step()
print("nnlib, SGD(l2=0.3) ", parameter.value)

# %% [markdown]
# > **Predict first.** A loss of two weights has a long, flat valley, and its lowest point is far
# > from zero. Does weight decay pull that point straight towards zero?

# %% tags=["nbval-ignore-output"]
decay_view = widgets.WeightDecayExplorer()
decay_view


# %% [markdown]
# **What to notice**
#
# - **Left**: no. Along the *steep* direction, where the samples have much to say, the point hardly
#   moves. Along the *flat* one, where they say little, it slides to zero. What remains after
#   shrinking are shares $a/(a + \lambda)$, with $a$ the steepness. The two arrows, the pull of the
#   loss and that of the penalty, are equal and opposite there.
# - **Middle and right**: the same with the 64 hidden weights of the network of section 2, which say
#   how steep each unit is. With larger λ they crowd round zero, and only those stay large that many
#   samples ask for; so the fit calms down. At λ = 0.1 it is *too* calm: it no longer reaches the
#   wave. That is the bias of section 3.
#
# **Challenge:** drag the star so that the path is a straight line. There are two directions.
#
# > With Adam, λw added to the gradient is not quite the same as shrinking the weights: Adam divides
# > it by the gradient's usual size. `AdamW` (Loshchilov and Hutter, 2019) shrinks. Our `Adam` adds.
#
# **Exercise 4.** Write one step of gradient descent with weight decay.

# %% tags=["exercise"]
def weight_decay_step(w, dw, lr, decay):
    return ...  # the new weights


check.weight_decay_step(weight_decay_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The derivative of ½λw² is λw. Add it to dw, then take the usual step.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def weight_decay_step(w, dw, lr, decay):
#     return w - lr * (dw + decay * w)
#
# check.weight_decay_step(weight_decay_step)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Dropout: the standard network, and after dropout
#
# Lecture D shows two networks side by side, and lecture A names where they come from: they are
# figure 1 of Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014): *(a) standard
# neural net* and *(b) after applying dropout*. In (b) some units are crossed out, and with them all
# their links. The rule:
#
# - **In training**, for every sample and in every step anew, each hidden unit is dropped with
#   probability $p$: it says 0. A unit can then not count on any other one to be there, so none can
#   be part of an elaborate arrangement that fits one odd sample.
# - **In evaluation**, when the network is used, all units are there.
#
# That leaves a sum that is smaller in training than in evaluation. **Inverted** dropout makes up
# for it at once, in training, by dividing what is kept by the share that is kept:
#
# $$\tilde h = \frac{h \cdot m}{1 - p}, \qquad m = \begin{cases} 0 & \text{with probability } p \\
# 1 & \text{otherwise,} \end{cases} \qquad
# \operatorname{E}[\tilde h] = \frac{h \cdot (1 - p) + 0 \cdot p}{1 - p} = h .$$
#
# By hand, with four units and p = 0.5:

# %%
h, w, p = np.array([2.0, 1.0, 4.0, 3.0]), np.array([1.0, -1.0, 0.5, 1.0]), 0.5
for keep in ([1, 1, 0, 1], [0, 1, 1, 0], [1, 0, 1, 1]):
    kept = h * keep / (1 - p)
    print(f"keep {keep}: h becomes {kept}, and the output w·h is {w @ kept}")

every = np.array(list(np.ndindex(2, 2, 2, 2)))  # all 16 masks, equally probable as p = 0.5
print("mean over all 16 masks:", (every * h / (1 - p) @ w).mean(), " evaluation:", w @ h)

# %% [markdown]
# > **Predict first.** In the network below, two hidden layers lose half of their units at random.
# > Will its output be about half as large? And the mean output over very many masks?

# %%
dropout = widgets.DropoutExplorer()
dropout


# %% [markdown]
# **What to notice**
#
# - **Above**: press **New mask** a few times. Click a unit to drop it, or to take it back. What is
#   kept gets larger by 1/(1 − p), and the sum at the bottom is that of this moment.
# - Raise **p** slowly: the units go one by one, and those that remain speak up.
# - **mode: evaluation** brings all units back, and (b) says what (a) says.
# - **scaling**: *× (1 − p) in evaluation* is how the paper did it: mask in training, shrink in
#   evaluation. (In the paper p is the probability of *keeping* a unit; here, as in PyTorch, that of
#   dropping it.) *none: forgotten* is the usual bug: see below how far the two lines part.
#
# **Exercise 5.** Write inverted dropout, forward. (`keep` is the mask of 0 and 1.)

# %% tags=["exercise"]
def dropout_forward(h, keep, p, train):
    return ...


check.dropout_forward(dropout_forward)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Two cases: in training `h * keep`, scaled up; in evaluation h as it is.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def dropout_forward(h, keep, p, train):
#     if not train:
#         return h
#     return h * keep / (1 - p)
#
# check.dropout_forward(dropout_forward)
# ```
#
# </details>

# %% [markdown]
# **Exercise 6.** An output neuron has the bias b = 1 and the weights w = (1, −1, 0.5) on three
# hidden units that say h = (2, 1, 4). Each unit is dropped with p = 0.25. What is the *expected*
# output in training without any scaling, in training with inverted scaling, and what does
# evaluation with inverted dropout say?

# %% tags=["exercise"]
unscaled = ...
inverted = ...
evaluation = ...

check.expected_output(unscaled, inverted, evaluation)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The expectation of a sum is the sum of the expectations, and each term is there with probability
# 0.75. The bias is no unit.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# w·h = 2 − 1 + 2 = 3.
#
# ```python
# unscaled = 0.75 * 3 + 1
# inverted = 0.75 * 3 / 0.75 + 1
# evaluation = 3 + 1
#
# check.expected_output(unscaled, inverted, evaluation)
# ```
#
# </details>

# %% [markdown]
# ### The way back
#
# Once the mask is drawn, dropout is a multiplication by fixed numbers, so the gradient is
# multiplied by the same ones. A unit that was dropped gets none: who said nothing learns nothing.
#
# **Exercise 7.** Write the backward pass of $y = x \cdot m / (1 - p)$.

# %% tags=["exercise"]
def dropout_backward(dy, keep, p):
    return ...  # dx


check.dropout_backward(dropout_backward)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# What is the derivative of c·x? Here c is `keep / (1 - p)`, a number for each unit.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def dropout_backward(dy, keep, p):
#     return dy * keep / (1 - p)
#
# check.dropout_backward(dropout_backward)
# ```
#
# </details>

# %% [markdown]
# Is the gradient of `nn.Dropout` right? A numerical check moves each weight a little and looks at
# the loss. That works only if the mask stays the same meanwhile. So here is a dropout layer that
# draws the same mask every time:

# %%
class SameMask(nn.Dropout):
    def forward(self, x, *, train=False):
        self.rng = np.random.default_rng(0)
        return super().forward(x, train=True)


rng = np.random.default_rng(1)
some_X, some_y = rng.normal(size=(6, 3)), rng.normal(size=6)
net = nn.Sequential(nn.Dense(3, 5, rng=1), nn.Tanh(), SameMask(0.4), nn.Dense(5, 1, rng=2))
error = nn.gradcheck(net, some_X, some_y, nn.MSE())
print("the mask of the first sample:", net[2].mask[0].round(3))
print("largest relative error of all gradients below 1e-7:", error < 1e-7)

# %% [markdown]
# ## 7 · 2ⁿ networks in one
#
# Each mask makes another network, a **thinned** one. With $n$ hidden units there are $2^n$ of them,
# and all of them share one set of weights. Each training step trains some of them a little. That is
# why dropout is called an **ensemble**: many networks, of which each is asked, and the mean of the
# answers counts.
#
# In the explorer of section 6 all $2^{10}$ = 1024 are small enough to be asked, every single one:
# the histogram at the bottom left.
#
# > **Predict first.** Is the mean of the 1024 answers (the purple line) equal to what one pass with
# > all units says (the green one)?

# %%
for where in ("the last hidden layer", "both hidden layers"):
    for p in (0.1, 0.5, 0.8):
        found = dropout.update(where=where, rate=p, mode=True, scaling="÷ (1 − p) in training")
        mean, one_pass = dropout.found["mean"], dropout.found["evaluation"][3][0]
        print(f"{where}, p = {p}: mean of all {mean:.2f}, evaluation {one_pass:.2f}")
text = dropout.update(where="both hidden layers", rate=0.5)

# %% [markdown]
# **What to notice**
#
# - Dropout in the *last* hidden layer alone: equal, in every digit. What follows is a sum, and the
#   mean of a sum is the sum of the means.
# - Dropout in *both*: not equal. Between them stands a ReLU, and the mean of max(0, z) is not
#   max(0, mean of z). One pass with all units is an *approximation* of the ensemble there; a good
#   one for small p, a worse one for large p.
# - At the bottom right: drag the dot. The mean over random masks tends to the purple line, not to
#   the green one, and slowly: to halve its wobble takes four times as many masks.
#
# **Exercise 8.** Two hidden layers of 5 units, any of which may be dropped. How many thinned
# networks are there? And how probable is the full network, if p = 0.2?

# %% tags=["exercise"]
networks = ...
full = ...

check.count_thinned(networks, full)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Each of the ten units is there or not: 2 · 2 · … · 2. In the full network all ten are there, each
# with probability 0.8.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# networks = 2**10
# full = 0.8**10
#
# check.count_thinned(networks, full)
# ```
#
# </details>

# %% [markdown]
# ### Ask the ensemble: Monte-Carlo dropout
#
# If the thinned networks are an ensemble, one may leave dropout on when the network is *used*, ask
# M thinned networks, and take their mean as the answer and their spread as a measure of how unsure
# the network is. Gal and Ghahramani proposed this in 2016, as **Monte-Carlo dropout**.
#
# > **Predict first.** Below, there are no samples in the middle. Will the networks disagree more
# > there than elsewhere?

# %% tags=["nbval-ignore-output"]
ensemble = widgets.MonteCarloExplorer()
ensemble

# %% [markdown]
# **What to notice**
#
# - One hidden layer and a sum: so the mean of the thinned networks tends to the one pass, and the
#   distance falls as $1/\sqrt M$ (right).
# - One pass is as good as hundreds of thinned networks, here, and costs as much as one. That is why
#   nobody averages over masks unless for the spread.
# - The spread does **not** open in the gap.
#
# Is that this one case? Measured for 12 choices of samples, with 20 thinned networks each; and, to
# compare, with 20 networks *trained apart*, from other first weights, with a little weight decay,
# on the same samples:

# %%
for who in ("thinned", "apart"):
    for what in ("spread", "error"):
        found = measured["gap"][f"{who}: {what}"]
        gap, samples = np.array(found["gap"]), np.array(found["samples"])
        wider = int((gap > samples).sum())
        print(f"{who:>7}, {what}: {gap.mean():.3f} in the gap, {samples.mean():.3f} where samples "
              f"are; larger in the gap {wider} times of 12")  # fmt: skip

# %% [markdown]
# The networks that were trained apart disagree about twice as much in the gap as elsewhere, each
# time: they say that they do not know. The thinned networks do not: they share all their weights,
# and are as sure in the gap as beside it. (The *real* error of both is no larger there: from one
# side to the other the wave goes straight. Being unsure and being wrong are two things.) Osband
# warned in 2016 that the spread of dropout is not what a network does not know. So take the spread
# of Monte-Carlo dropout as a hint, and measure whether it means anything for your network.
#
# ## 8 · Does it help? Measured, with error bars
#
# One training proves nothing: another choice of samples moves the test accuracy by more than most
# tricks do. So: twelve trainings each, on handwritten digits, on other samples and from other first
# weights; and since each kind of help gets the *same* twelve, they can be compared pair by pair.
#
# - Networks of 256 hidden ReLU units (in the last situation 12), Adam, 600 epochs (many
#   samples: 300, and 2000 for the small network), 500 test digits with their right labels.
# - *Few* samples are 150, *many* are 1200. In the first situation a fifth of the training labels is
#   wrong.
# - Early stopping puts a fifth of the samples aside, and keeps the best of what it sees every fifth
#   epoch.
#
# > **Predict first.** In which of the four situations will dropout help most, and in which will it
# > do harm?

# %%
effect = widgets.EffectExplorer()
effect

# %% [markdown]
# The bars are two standard errors of the mean to each side: if they do not reach zero, the mean
# gain is hardly chance. The same as a table, measured by `python -m benchmarks.overfitting`:

# %%
for situation, rows in measured["digits"].items():
    none = np.array(rows["none"])
    print(f"{situation}: {none.mean():.1%} without help, gain in percentage points")
    for name in ("early stopping", "rate 0.2", "rate 0.5", "rate 0.8", "l2 0.003", "l2 0.03"):
        gain = 100 * (np.array(rows[name]) - none)
        error = 2 * gain.std(ddof=1) / np.sqrt(len(gain))
        words = name.replace("rate", "dropout").replace("l2", "weight decay")
        print(f"   {words:18} {gain.mean():+6.1f} ± {error:.1f}")

# %% [markdown]
# **What was found**
#
# - *Few samples, wrong labels*: everything helps, because there is something wrong to be kept from
#   learning. Dropout helps, the more the higher p; but the right weight decay and early stopping,
#   both older and cheaper, help more than p = 0.5.
# - *Few samples, right labels*: the network learns all by heart, and yet there is next to nothing
#   to gain. Dropout adds half a point. Early stopping does *harm*: it gives away thirty samples.
#   "Learned by heart" and "bad on new samples" are two things.
# - *Many samples*: dropout of 0.5 adds 0.4 ± 0.2 points. Small, but hardly chance.
# - *Many samples, 12 units*: dropout does harm, the more the higher p, even with 2000 epochs to
#   make up for it. This network was never too large for its samples; half of it is too small. A
#   little weight decay is the only thing that helps here.
# - *Weight decay* has a cliff: λ = 0.03 is the best of all in the first situation and among the
#   worst in the others. No strength is good everywhere; it has to be chosen, with validation
#   samples.
#
# So dropout is a means against overfitting, and where there is no overfitting it is none. Its great
# days were networks of many millions of weights on too few pictures (2012 to about 2015). It is
# still used, with small p, in large networks; other things (more data, changed copies of the
# samples, batch normalisation) have taken much of its place.
#
# ## 9 · The same in PyTorch
#
# `torch.nn.Dropout(p)` scales as ours does, in training. Whether it is training, it learns from the
# network: `net.train()` and `net.eval()` switch all its layers. Let PyTorch draw the mask, and use
# the same one by hand:

# %%
import torch

layer = torch.nn.Dropout(p=0.25)
x = torch.tensor([[1.0, 2.0, 4.0, -3.0, 0.5, 8.0]], dtype=torch.float64, requires_grad=True)

layer.train()
out = layer(x)
out.sum().backward()
keep = (out.detach().numpy() != 0) * 1.0
by_hand = x.detach().numpy() * keep / 0.75
print("training, equal by hand:", np.allclose(out.detach().numpy(), by_hand))
print("gradient, equal by hand:", np.allclose(x.grad.numpy(), keep / 0.75))

layer.eval()
print("evaluation changes nothing:", torch.equal(layer(x), x))

# %% [markdown]
# Now a whole network with the same mask in both, and one step of SGD with weight decay:

# %%
rng = np.random.default_rng(0)
batch, targets = rng.normal(size=(8, 3)), rng.normal(size=(8, 1))
hidden, out = nn.Dense(3, 6, rng=1), nn.Dense(6, 1, rng=3)
ours = nn.Sequential(hidden, nn.Tanh(), nn.Dropout(0.5, rng=2), out)
first, last = torch.nn.Linear(3, 6).double(), torch.nn.Linear(6, 1).double()
theirs = [*first.parameters(), *last.parameters()]
with torch.no_grad():
    for t, mine in zip(theirs, ours.parameters(), strict=True):
        t.copy_(torch.tensor(mine.value.T))  # W transposed

nn.step(ours, nn.MSE(), nn.SGD(ours.parameters(), lr=0.1, l2=0.01), batch, targets)

mask = torch.tensor(ours[2].mask)  # 0 and 1/(1 − p), as nnlib has drawn it
z = last(torch.tanh(first(torch.tensor(batch))) * mask)
optimizer = torch.optim.SGD(theirs, lr=0.1, weight_decay=0.01)
((z - torch.tensor(targets)) ** 2).mean().backward()
optimizer.step()
pairs = zip(theirs, ours.parameters(), strict=True)
same = [np.allclose(t.detach().numpy().T, mine.value) for t, mine in pairs]
print("same weights after the step:", all(same))

# %% [markdown]
# And the bug that everybody makes once: a network that is used without `eval()`.

# %%
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(3, 50), torch.nn.Tanh(), torch.nn.Dropout(0.5),
                          torch.nn.Linear(50, 1))  # fmt: skip
question = torch.ones(1, 3)
with torch.no_grad():
    answers = {round(net(question).item(), 4) for _ in range(20)}
    print("asked 20 times without eval():", len(answers), "different answers")
    net.eval()
    answers = {round(net(question).item(), 4) for _ in range(20)}
    print("asked 20 times with eval():   ", len(answers), "answer")

# %% [markdown]
# ## Summary
#
# - A network large enough learns any labels by heart, shuffled ones included. Only samples that it
#   did not learn from tell whether it understood anything.
# - Test loss = distance to the truth + σ². The distance is bias² + variance; overfitting is
#   variance.
# - More samples, less noise, less training: the two curves stay together.
# - Early stopping keeps the best epoch on samples put aside. Weight decay takes the same share off
#   every weight in each step. Dropout drops each unit with probability p and divides the others by
#   1 − p; in evaluation it does nothing.
# - Dropout trains $2^n$ thinned networks that share their weights. One pass with all units is their
#   mean exactly where a sum follows, and nearly elsewhere.
# - Measured: against wrong labels all three help; on right labels hardly anything does; a network
#   that is small already is harmed.
#
# ## Quiz
#
# 1. A network gets 100 % of its training samples right. What do you know about it?
# <details><summary>Answer</summary>
#
# That it is large enough, and was trained for long enough, to write their labels down. Nothing
# more: shuffled labels are learned as well.
#
# </details>
#
# 2. The training loss is 0.02 and the noise has σ² = 0.09. What has happened?
# <details><summary>Answer</summary>
#
# The network is closer to the samples than the truth itself is: it has learned noise.
#
# </details>
#
# 3. Train and test loss are both high and close together. Would dropout help?
# <details><summary>Answer</summary>
#
# No. That is bias: the network is too small, or was trained too little. Dropout makes it smaller
# still.
#
# </details>
#
# 4. Why is the kept part divided by 1 − p?
# <details><summary>Answer</summary>
#
# So that the expected sum in training is that of evaluation, where all units are there.
#
# </details>
#
# 5. Why may the test samples not be used to choose when to stop?
# <details><summary>Answer</summary>
#
# Whoever chooses by them has fitted to them, and their loss is then too good. Choose by validation
# samples, and ask the test samples once, at the end.
#
# </details>
#
# 6. Two answers of the same network to the same question differ. What was forgotten?
# <details><summary>Answer</summary>
#
# `net.eval()`: dropout is still on. (In `nnlib`, `train=True` was left in `forward`.)
#
# </details>
#
# ## Terms
#
# - **overfitting**: learning what is particular to the training samples, noise included.
# - **training, validation, test samples**: to learn from, to choose by, to measure with, once.
# - **bias**: how far the mean of many fits is from the truth. (The b of a neuron is called bias
#   too; the two have nothing to do with each other.)
# - **variance**: how far the fits are from their mean.
# - **early stopping, patience**: stop after so many epochs without a new best, and keep the best.
# - **weight decay, L2**: the penalty ½λΣw², which shrinks every weight by the same share.
# - **regularisation**: whatever keeps a network from overfitting.
# - **dropout**: in training, each unit is dropped with probability p.
# - **mask**: which units are kept.
# - **inverted dropout**: the scaling by 1/(1 − p) is done in training.
# - **thinned network**: what a mask leaves.
# - **ensemble**: many networks whose answers are averaged.
# - **Monte-Carlo dropout**: leaving dropout on in use, for the spread of the answers.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | A12 | dropout (Srivastava et al. 2014) | 6, 7, 8 |
# | D14 | dropout: (a) standard neural net, (b) after applying dropout | 6 |
#
# ## Further reading
#
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple
#   way to prevent neural networks from overfitting", *JMLR* 15, 2014.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, "Understanding deep learning requires
#   rethinking generalization", ICLR 2017: random labels.
# - S. Geman, E. Bienenstock and R. Doursat, "Neural networks and the bias/variance dilemma",
#   *Neural Computation* 4, 1992.
# - M. Belkin, D. Hsu, S. Ma and S. Mandal, "Reconciling modern machine-learning practice and the
#   classical bias–variance trade-off", *PNAS* 116, 2019: double descent.
# - Y. Gal and Z. Ghahramani, "Dropout as a Bayesian approximation", ICML 2016; and I. Osband, "Risk
#   versus uncertainty in deep learning: Bayes, bootstrap and the dangers of dropout", 2016.
# - I. Loshchilov and F. Hutter, "Decoupled weight decay regularization", ICLR 2019: AdamW.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapter 7.
