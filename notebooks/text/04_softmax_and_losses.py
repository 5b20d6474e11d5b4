# %% [markdown]
# # 04 · Softmax and losses: from scores to probabilities to one number
#
# **The question:** a network ends in a few numbers. How do they become "I am 80 % sure that this is
# a 3", and how do we say with *one* number how wrong that was?
#
# **Afterwards you can**
#
# 1. turn scores into probabilities with softmax, and say what a constant and a temperature do to
#    them;
# 2. write down the Jacobian of softmax, check it numerically, and say why its rows add up to 0;
# 3. compute softmax and its logarithm for scores of ±1000 without a single `nan`;
# 4. explain the cross-entropy as the mean surprise, and why it, and not the squared error, is the
#    loss for classes;
# 5. train the answer to "Will I pass this class?", and read its loss student by student;
# 6. train a multinomial regression on real handwritten digits, look at its weights as pictures, and
#    read its confusion matrix;
# 7. use PyTorch's `CrossEntropyLoss` without the mistake that nearly everybody makes once.
#
# **Before you start:** a dense layer, Z = XW + b (notebooks 01 and 03), and the sigmoid.
# Derivatives help; gradient descent is used here and explained in notebook 05.
#
# **Time:** about 90 minutes with the exercises, 45 without.
#
# **Lecture points:** C1, D3 softmax · B12 its Jacobian · D12 its stable form · D13 cross-entropy ·
# D9 mean squared error and cross-entropy · E13 will I pass this class? · E15 quantifying the loss ·
# A1 multinomial regression.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · From scores to probabilities
#
# The last layer of a classifier gives one score for each class, and the scores can be anything:
# 2, 1, 0, or −17. They are called **logits** and written $z$. What we want to say is a probability
# for each class: nothing negative, and together 1.
#
# **Softmax** does that in two steps. *Exponentiate*, and every score is positive. *Divide by the
# sum*, and they add up to 1:
#
# $$p_i = \frac{e^{z_i}}{\sum_j e^{z_j}}$$
#
# Three logits, small enough to check on paper ($e^2 \approx 7.39$, $e^1 \approx 2.72$, $e^0 = 1$,
# together 11.11):

# %%
z = np.array([2.0, 1.0, 0.0])
e = np.exp(z)
p = e / e.sum()

print("logits         ", z)
print("exponentials   ", e.round(2), "sum", e.sum().round(2))
print("probabilities  ", p.round(3), "sum", p.sum().round(3))

# %% [markdown]
# > **Predict first.** (a) All three logits rise by 5. What happens to the probabilities? (b) All
# > three are *multiplied* by 5. And now? (c) Can a class ever get a probability of exactly 0?
#
# Drag the dots on the left. The table below follows the formula, step by step.

# %%
softmax_live = widgets.SoftmaxExplorer([2, 1, 0])
softmax_live

# %% [markdown]
# **What to notice**
#
# - **A constant changes nothing.** Move *add to all logits*: the bars on the left all rise, those
#   in the middle stand still. $e^{z_i + c} = e^c e^{z_i}$, and $e^c$ cancels. Only *differences* of
#   logits mean something: a lead of 1 makes a class $e \approx 2.72$ times as probable.
# - **The temperature** divides the logits, $p = \operatorname{softmax}(z/T)$. Below 1 the strongest
#   class takes nearly everything; that is the *max* in the name. Above 1 the classes come together;
#   that is the *soft*. The order never changes.
# - On paper, no probability is ever exactly 0 or 1. A class that is 10 behind still has $e^{-10}$,
#   one part in 22 000, of what the leader has.
#
# **Challenge:** set $z_1 = 3$ and $z_2 = 1$. Now let the first class have 95 % without touching
# these two dots again. Is it enough to push the third one down?
#
# <details><summary>Answer</summary>
#
# No. Even with the third class out of the race, a lead of 2 over the second is worth
# $e^2/(e^2 + 1) = 88$ %. Lower the temperature: with $T = 0.6$ the lead counts as 3.3.
#
# </details>
#
# With **two** classes softmax is the sigmoid you know, of the difference of the two logits:
#
# $$\frac{e^{z_1}}{e^{z_1} + e^{z_0}} = \frac{1}{1 + e^{-(z_1 - z_0)}} = \sigma(z_1 - z_0)$$

# %%
z0, z1 = 0.5, 2.0
two = np.exp([z0, z1]) / np.exp([z0, z1]).sum()
print("softmax of the two:     ", two.round(4))
print("sigmoid of the lead 1.5:", round(1 / (1 + np.exp(-(z1 - z0))), 4))


# %% [markdown]
# So a yes-or-no network needs only one output. Lecture C has softmax at the end of *multi-layer*
# networks, lecture D for *multi-class classification*: it is the same block, whatever stands before
# it. It does not look at the inputs at all, only at the scores that reach it.
#
# **Exercise 1.** Write softmax for a whole batch: Z has a row for each sample and a column for each
# class.

# %% tags=["exercise"]
def softmax(Z):
    return ...


check.softmax(softmax)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The sum runs over the classes, so along each row: `axis=1`. `keepdims=True` keeps the sums as a
# column, and the division goes row by row.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def softmax(Z):
#     E = np.exp(Z)
#     return E / E.sum(axis=1, keepdims=True)
#
# check.softmax(softmax)
# ```
#
# </details>

# %% [markdown]
# ## 2 · The Jacobian: each score moves every probability
#
# ReLU and the sigmoid work on each number by itself; lecture B calls softmax "more complicated, as
# it depends on activations of other units in the same layer". If $z_1$ rises, $p_1$ rises, and
# because all of them share one sum, *the others fall*. So there is not one derivative but a whole
# matrix of them, the **Jacobian**: row $i$, column $j$ says how fast $p_i$ changes with $z_j$.
#
# It is found most easily through the logarithm, $\log p_i = z_i - \log\sum_m e^{z_m}$. The first
# term changes with $z_j$ only if $j = i$; the second one at the rate
# $e^{z_j}/\sum_m e^{z_m} = p_j$. So $\partial\log p_i/\partial z_j = \delta_{ij} - p_j$, and since
# $\partial\log p_i = \partial p_i/p_i$,
#
# $$\frac{\partial p_i}{\partial z_j} = p_i(\delta_{ij} - p_j), \qquad\text{that is}\qquad
#   \frac{\partial p_i}{\partial z_i} = p_i(1 - p_i), \qquad
#   \frac{\partial p_i}{\partial z_j} = -p_i\,p_j \ \text{ for } i \ne j,$$
#
# where $\delta_{ij}$ is 1 for $i = j$ and 0 otherwise. As a matrix that is
# $\operatorname{diag}(p) - p\,p^\top$, one line of NumPy. Do not believe it; measure it. Move each
# logit by a hair, and see by how much the probabilities move:

# %%
def softmax_of(z):
    e = np.exp(z)
    return e / e.sum()


z = np.array([2.0, 1.0, 0.0])
p = softmax_of(z)
J = np.diag(p) - np.outer(p, p)

hair = 1e-5
measured = np.zeros((3, 3))
for j in range(3):
    step = hair * (np.arange(3) == j)
    measured[:, j] = (softmax_of(z + step) - softmax_of(z - step)) / (2 * hair)

print("formula\n", J.round(4) + 0.0)
print("largest difference from the measurement below 1e-9:", np.abs(J - measured).max() < 1e-9)
print("rows add up to", J.sum(axis=1).round(6) + 0.0, "columns to", J.sum(axis=0).round(6) + 0.0)

# %% [markdown]
# ### Two letters on the slide
#
# Lecture B writes the part off the diagonal as $f_i'(z_j) = -f_i(z_i)\,f_i(z_j)$. Read as it
# stands, the index $i$ is there twice, and it would say $-p_i^2$. The second factor belongs to the
# *other* class: $-f_i f_j$. It is a slip of the pen that is easy to make and easy to test:

# %%
as_written = np.diag(p * (1 - p)) - (1 - np.eye(3)) * (p**2)[:, None]
for name, matrix in (("−fᵢ fⱼ", J), ("−fᵢ fᵢ, as written", as_written)):
    off = np.abs(matrix - measured).max()
    print(f"{name:20} differs from the measurement by {off:.4f} at most; "
          f"row sums {matrix.sum(axis=1).round(2) + 0.0}")  # fmt: skip

# %% [markdown]
# Two quick tests would have caught it, and they catch many other slips: the rows must add up to 0
# (a constant on all logits changes nothing), and so must the columns (the probabilities always add
# up to 1).
#
# > **Predict first.** Where is the Jacobian *large*: where softmax is sure, or where it is torn
# > between two classes? Go back to the explorer above. Its right-hand side is this matrix; a click
# > on a column draws, as arrows in the middle, where that logit would push the probabilities.
#
# **Challenge:** make the whole Jacobian nearly 0. What does that mean for learning?
#
# <details><summary>Answer</summary>
#
# Drag one dot to the top and the others to the bottom: $p \approx (1, 0, 0)$, and every entry has a
# factor that is nearly 0. No small step of any logit changes anything: the network is *saturated*.
# If it is sure and right, fine. If it is sure and wrong, we need a loss that pulls hard in spite of
# that. That is section 5.
#
# </details>

# %%
torn = widgets.SoftmaxExplorer([1.5, 1.5, -3, -3])
torn


# %% [markdown]
# Here two classes share nearly everything. A nudge to $z_1$ takes from class 2 alone; the other two
# hardly notice.
#
# **Exercise 2.** Write the Jacobian as a function of the probabilities.

# %% tags=["exercise"]
def softmax_jacobian(p):
    return ...


check.softmax_jacobian(softmax_jacobian)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `np.outer(p, p)` has $p_ip_j$ in row i, column j. `np.diag(p)` has p on the diagonal.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def softmax_jacobian(p):
#     return np.diag(p) - np.outer(p, p)
#
# check.softmax_jacobian(softmax_jacobian)
# ```
#
# </details>

# %% [markdown]
# ## 3 · When numbers overflow
#
# A float64 holds numbers up to about $1.8\cdot10^{308}$. $e^{709}$ still fits; $e^{710}$ does not.
#
# > **Predict first.** The logits are (1000, 999, 998). The differences are those of (2, 1, 0), so
# > the probabilities must be the same. What does the formula give when a computer follows it?

# %%
z = np.array([1000.0, 999.0, 998.0])
with np.errstate(all="ignore"):  # NumPy would warn; we want to see what comes out
    e = np.exp(z)
    print("naive:  exp(z) =", e, " p =", e / e.sum())

shifted = z - z.max()
e = np.exp(shifted)
print("stable: exp(z − max) =", e.round(3), " p =", (e / e.sum()).round(3))


# %% [markdown]
# `inf / inf` is `nan`, *not a number*, and a single nan in a loss turns every weight of the network
# into nan with the next step. The cure costs one subtraction. A constant changes nothing, so choose
# the one that takes the **largest logit to 0**. Then the largest exponential is 1, nothing can
# overflow, and the sum is at least 1, so that nothing is divided by 0 either.
#
# Move the constant, and watch the naive formula break at both ends: above there is too much, below
# there is nothing left to divide by.

# %%
def overflow(stage, constant, dtype):
    z = (np.array([2.0, 1.0, 0.0]) + constant).astype(dtype)
    with np.errstate(all="ignore"):
        e = np.exp(z)
        naive = e / e.sum()
    stable = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    for k, (name, p) in enumerate((("naive", naive), ("minus the maximum", stable))):
        panel = stage.panel(
            name, box=(k / 2, 0, 0.5, 1), x=(-0.6, 2.6), y=(0, 1.1), title=name,
            xticks=[(i, f"z = {v:.0f}".replace("-", "−")) for i, v in enumerate(z)],
            ylabel="probability p",
        )  # fmt: skip
        fine = np.isfinite(p)
        panel.bars("p", np.arange(3)[fine], p[fine], classes=np.arange(3)[fine])
        words = [f"{v:.2f}" if np.isfinite(v) else "nan" for v in p]
        panel.text("words", range(3), np.where(fine, p, 0.3) + 0.06, words, size=17, bold=True)
    naive_says = "no number (“nan”)" if np.isnan(naive).any() else f"{naive[0]:.2f} for the first"
    return (f"Logits {z[0]:.0f}, {z[1]:.0f}, {z[2]:.0f}: the naive formula gives {naive_says}; "
            f"with the maximum subtracted it is {stable[0]:.2f}.")  # fmt: skip


overflow_live = widgets.Live(
    overflow, width=760, height=330,
    constant=widgets.slider("add to all logits", 0, -800, 800, 1),
    dtype=widgets.buttons("stored as", ["float64", "float32"]),
)  # fmt: skip
overflow_live

# %% [markdown]
# **Challenge:** find the largest constant at which the naive formula still works, for float64 and
# for float32, which is what graphics cards prefer.
#
# <details><summary>Answer</summary>
#
# 707 for float64 and 86 for float32: with the logit 2 on top, that is $e^{709}$ and $e^{88}$.
# Logits of 90 are nothing unusual in the middle of a training that goes a bit wrong.
#
# </details>
#
# ### The logarithm has to be stable, too
#
# A loss needs $\log p$. Take the logits (1000, 0, −1000). Softmax is now fine, $p = (1, 0, 0)$, but
# only because $e^{-1000}$ is rounded to 0, and $\log 0 = -\infty$. The way out is not to take
# the exponential in the first place. Logarithm and exponential cancel:
#
# $$\log p_i = \log\frac{e^{z_i}}{\sum_j e^{z_j}} = z_i - \log\sum_j e^{z_j}
#   = (z_i - m) - \log\sum_j e^{z_j - m}, \qquad m = \max_j z_j$$

# %%
z = np.array([1000.0, 0.0, -1000.0])
s = z - z.max()
with np.errstate(all="ignore"):
    print("log of the stable softmax:", np.log(np.exp(s) / np.exp(s).sum()))
print("log-softmax:              ", s - np.log(np.exp(s).sum()))
print("nnlib:                    ", nn.LogSoftmax()(z))

loss = nn.SoftmaxCrossEntropy("none")
print("loss if class 0, 1, 2 is right:", loss(np.tile(z, (3, 1)), [0, 1, 2]) + 0.0)


# %% [markdown]
# The last logit is 2000 behind, and the loss says 2000, neither `inf` nor `nan`. That is why every
# framework has a loss that takes *logits*, and why softmax is usually not a layer of the network
# that is trained: it hides inside the loss.
#
# **Exercise 3.** Write log-softmax for a batch. It is tested with logits of ±1000.

# %% tags=["exercise"]
def log_softmax(Z):
    return ...


check.log_softmax(log_softmax)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First `S = Z - Z.max(axis=1, keepdims=True)`: each row loses its own maximum. Then the formula,
# with S in place of z − m.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def log_softmax(Z):
#     S = Z - Z.max(axis=1, keepdims=True)
#     return S - np.log(np.exp(S).sum(axis=1, keepdims=True))
#
# check.log_softmax(log_softmax)
# ```
#
# </details>

# %% [markdown]
# ## 4 · Surprise: the cross-entropy
#
# The network said: rain 90 %, sun 10 %. It rains. Were you surprised? Hardly. Had the sun come out,
# you would have been. The **surprise** of something that had the probability $p$ is
#
# $$s(p) = -\log p$$
#
# What was certain ($p = 1$) is no surprise at all, $s = 0$. The less probable it was, the larger
# the surprise, without any limit. And two independent surprises add up, because probabilities
# multiply: $-\log(p\,q) = -\log p - \log q$.
#
# With the natural logarithm it is counted in *nats*; with $\log_2$ in *bits*, the number of coin
# flips that would surprise as much.

# %%
print("   p     nats   bits")
for p in (1, 0.9, 0.5, 0.25, 0.1, 0.01, 0.001):
    print(f"{p:6}  {-np.log(p) + 0:5.2f}  {-np.log2(p) + 0:5.2f}")

# %% [markdown]
# The **cross-entropy** is the surprise of *what was right*, on average over the samples. For two
# classes, with $\hat p$ the probability of "yes" and $y$ 1 for yes and 0 for no, and for several
# classes:
#
# $$L = -\frac1N\sum_n y_n\log\hat p_n + (1 - y_n)\log(1 - \hat p_n), \qquad\quad
#   L = -\frac1N\sum_n \log p_{n,\,y_n}$$
#
# The first looks longer but is the same: of its two terms, one is always 0. $y$ picks which.
#
# > **Predict first.** Six answers, of which five are quite good and one is confident and wrong.
# > What helps the mean more: to make the five good ones perfect, or to make the bad one merely
# > unsure?

# %%
surprise = widgets.SurpriseExplorer()
surprise

# %% [markdown]
# **What to notice**
#
# - Sample 6 alone makes up three quarters of the mean. Drag it to ½ ("I don't know"), and the
#   cross-entropy falls from 0.86 to 0.32; making all five others perfect would gain less than half
#   as much.
# - Choose **one of four** and move *rest goes to one*: the bars of the wrong classes change, the
#   surprise does not. The cross-entropy looks at the right class alone; what the others get matters
#   only through the sum.
# - Set every dot to ½ in the yes-or-no question: 0.69 nats = ln 2 = 1 bit, the price of a coin
#   flip. With four classes, saying ¼ to everything costs ln 4 = 1.39 nats = 2 bits. Before you
#   believe that a network has learned something, compare its loss with $\ln k$.
#
# ### Why the minus, why the log?
#
# The probability of getting *all six* right is the product of the six. The network that makes it
# largest is the one that makes its logarithm largest, which is a sum; and with a minus sign and
# divided by N, a loss to make small. Nothing else has happened: *minimising the cross-entropy is
# maximising the probability of what was observed.*

# %%
given = np.array([0.95, 0.9, 0.8, 0.7, 0.6, 0.02])  # what the right answers got, as above
print("product of the six:               ", given.prod().round(6))
print("mean surprise:                    ", -np.log(given).mean().round(2))
print("mean, if sample 6 said ½:         ", -np.log([*given[:5], 0.5]).mean().round(2))
print("mean, if the five were perfect:   ", (-np.log(0.02) / 6).round(2))
print("exp(−6 · mean), the product again:", np.exp(6 * np.log(given).mean()).round(6))


# %% [markdown]
# **Exercise 4.** Write the cross-entropy of a matrix P of probabilities (a row for each sample) and
# the labels y.

# %% tags=["exercise"]
def mean_surprise(P, y):
    return ...


check.mean_surprise(mean_surprise)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `P[np.arange(len(y)), y]` takes from row 0 the column y[0], from row 1 the column y[1], and so on.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def mean_surprise(P, y):
#     return -np.log(P[np.arange(len(y)), y]).mean()
#
# check.mean_surprise(mean_surprise)
# ```
#
# </details>

# %% [markdown]
# ## 5 · Why not the squared error?
#
# Lecture D names two losses, *mean squared error* and *cross-entropy*. The squared error is older,
# and nothing forbids $(1 - p)^2$ for a probability. Let us see what it does to a network that is
# **confidently wrong**: the right class has $p = 0.0025$.
#
# What counts for learning is not the loss itself but how hard it *pulls*, its gradient. For one
# sigmoid, $p = \sigma(z)$, with $y = 1$ right:
#
# | loss | value | gradient with respect to $z$ |
# |---|---|---|
# | cross-entropy | $-\log p$ | $p - 1$ |
# | squared error | $(1 - p)^2$ | $-2\,(1 - p)\;p(1 - p)$ |
#
# The factor $p(1 - p)$ is the slope of the sigmoid (in several dimensions, the Jacobian of section
# 2). In the cross-entropy the $1/p$ of the logarithm cancels it. In the squared error it stays, and
# where the sigmoid is flat, it is nearly 0:

# %%
for z in (-10.0, -6.0, -2.0, 0.0, 2.0):
    p = 1 / (1 + np.exp(-z))
    print(f"z = {z:5.1f}: p = {p:.5f}  pull of cross-entropy {1 - p:.4f}, "
          f"of squared error {2 * (1 - p) * p * (1 - p):.6f}")  # fmt: skip

# %% [markdown]
# > **Predict first.** Both go downhill from $z = -6$ with the same learning rate. Cross-entropy
# > needs 7 steps until $p > \frac12$. How many does the squared error need?

# %%
wrong = widgets.ConfidentlyWrongExplorer(start=-6)
wrong

# %% [markdown]
# **What to notice**
#
# - On the left the squared error is *flat* where the network is confidently wrong: it cannot be
#   more than 1, so it has nowhere to rise to. The cross-entropy becomes a straight ramp.
# - In the middle the pulls. Cross-entropy pulls hardest where the answer is worst. The squared
#   error pulls hardest in the middle, and *not at all* where it is needed most.
# - Drag the start from −6 to −8 and read the sentence below the picture: two steps more for one,
#   more than a thousand for the other. Each further unit to the left multiplies the steps that the
#   squared error needs by about $e$.
#
# **Challenge:** can a larger learning rate save the squared error? Try 10. Then start at −10.
#
# **The moment to remember: the worse the answer, the harder the cross-entropy pulls. The squared
# error gives up on exactly the samples that need it most.**
#
# ### In a real neuron, from many bad starts
#
# One sample and one logit is a cartoon. Here is a neuron with two inputs and 80 samples (those of
# the next section, shifted and scaled to mean 0 and standard deviation 1). It starts with weights
# of the *wrong sign*, small, medium, large; 30 starts each. How many steps until 85 % of the
# samples are right: with the learning rate 1 for both, and with the best of 1, 10 and 100 for each?

# %%
students = data.will_i_pass()
S = (students.X - students.X.mean(axis=0)) / students.X.std(axis=0)


def steps_until_right(squared, how_wrong, lr, starts=30, most=2000):
    rng = np.random.default_rng(0)
    W, b = -how_wrong * rng.uniform(0.5, 1.5, (starts, 2)), np.zeros(starts)
    needed = np.full(starts, most)
    for t in range(most):
        P = np.exp(-np.logaddexp(0, -(W @ S.T + b[:, None])))  # σ, stable: (starts, samples)
        right = ((P > 0.5) == students.y).mean(axis=1) >= 0.85
        needed = np.where(right & (needed == most), t, needed)
        if (needed < most).all():
            break
        dZ = (P - students.y) / len(S)
        if squared:
            dZ = 2 * dZ * P * (1 - P)
        W, b = W - lr * dZ @ S, b - lr * dZ.sum(axis=1)
    return needed


for how_wrong in (1, 2, 4):
    for name, squared in (("cross-entropy", False), ("squared error", True)):
        tries = [steps_until_right(squared, how_wrong, lr) for lr in (1, 10, 100)]
        low, middle, high = np.percentile(tries[0], (10, 50, 90))
        best = min(np.median(steps) for steps in tries)
        print(f"weights about −{how_wrong}, {name:13}: η = 1: median {middle:5.1f} steps (80 % "
              f"between {low:.0f} and {high:.0f});  best η: median {best:.1f}")  # fmt: skip

# %% [markdown]
# The more confident the mistake, the wider the gap: from a factor of about 3 to one of about 30 at
# the same learning rate. A rate of 100 makes up for much of it *here*, where all samples are wrong
# in the same way. A real network has some confident mistakes among many good answers, and one
# learning rate for all of them.
#
# ### The gradient of softmax and cross-entropy
#
# For several classes the same cancelling takes the whole Jacobian away. Let $c$ be the right class
# and $y$ its **one-hot** row (1 at $c$, 0 elsewhere). The loss $-\log p_c$ depends on $p_c$ alone,
# so
#
# $$\frac{\partial L}{\partial z_i}
#   = \frac{\partial L}{\partial p_c}\,\frac{\partial p_c}{\partial z_i}
#   = -\frac{1}{p_c}\;p_c\,(\delta_{ci} - p_i) = p_i - \delta_{ci} = p_i - y_i$$
#
# *Predicted minus actual.* Two lines of NumPy, checked against the Jacobian and against `nnlib`:

# %%
z, right = np.array([2.0, 1.0, 0.0]), 2
p, y = softmax_of(z), np.array([0.0, 0.0, 1.0])
J = np.diag(p) - np.outer(p, p)
dL_dp = -y / p

loss = nn.SoftmaxCrossEntropy()
loss(z[None], [right])
print("chain rule, J · dL/dp:", (J @ dL_dp).round(4))
print("predicted − actual:   ", (p - y).round(4))
print("nnlib:                ", loss.backward()[0].round(4))


# %% [markdown]
# **Exercise 5.** Write this gradient for a batch: L is the *mean* over the N rows of Z.

# %% tags=["exercise"]
def softmax_gradient(Z, y):
    return ...


check.softmax_gradient(softmax_gradient)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Compute P as in exercise 1. Then take 1 from one entry of each row, the one of the right class:
# `P[np.arange(len(y)), y]`. What does the mean do?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def softmax_gradient(Z, y):
#     E = np.exp(Z - Z.max(axis=1, keepdims=True))
#     P = E / E.sum(axis=1, keepdims=True)
#     P[np.arange(len(y)), y] -= 1
#     return P / len(y)
#
# check.softmax_gradient(softmax_gradient)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Will I pass this class?
#
# Lecture E's example. Two features: $x_1$ is the number of lectures you attend, $x_2$ the hours you
# spend on the final project. You have attended **4** lectures and spent **5** hours. Will you pass?
#
# The lecture shows other students, who passed or failed, as a picture. Ours are made up, by a rule
# we know: $P(\text{pass}) = \sigma(x_1 + x_2 - 8)$. So the honest answer for (4, 5) is
# $\sigma(1) = 0.73$, and we can see how near a neuron comes to it from 80 students.

# %%
students = data.will_i_pass()
print(students)
for x, y in list(zip(students.X, students.y, strict=True))[:4]:
    print(f"  {x[0]:.0f} lectures, {x[1]:.1f} hours: {students.classes[y]}")

W, b = data.untrained()
z = data.QUERY @ W + b
p = 1 / (1 + np.exp(-z[0, 0]))
print(f"untrained, for 4 lectures and 5 hours: z = {z[0, 0]:.1f}, P(pass) = {p:.1f}")

# %% [markdown]
# An untrained network says 0.1, as in the lecture. Is it a pessimist? No: it has not seen a single
# student. Its weights are what they happened to be.
#
# > **Predict first.** After *one* step of gradient descent, will the answer for (4, 5) be a little
# > above 0.1, or somewhere else altogether? And which students will change it most?
#
# In the picture a student is the larger the more the network is surprised by what became of him or
# her. Press **Step** once, and look. Then **Play**.

# %%
passing = widgets.PassExplorer()
passing

# %% [markdown]
# **What to notice**
#
# - One step takes the answer from 0.10 to 0.80. Nearly everybody who passed was a surprise, all in
#   the same direction, and the cross-entropy pulls with full strength.
# - Then it gets slow. The boundary has to *turn and move*; whatever step helps those on its one
#   side hurts some on the other.
# - In the end the loss does not go to 0, and it should not. Around the boundary some pass and some
#   fail, by luck; a network that says 0.7 there is right to be surprised at times.
# - Raise the learning rate to 1 and press **Reset** and **Play**: the loss jumps about. (Notebook
#   05 is about that.)
#
# **Challenge:** drag the star. How many hours does somebody need who attended 5 lectures, to pass
# with 90 %? Does the neuron think that a lecture is worth as much as an hour of work?
#
# The same training as a program, with `nnlib`:

# %%
neuron = nn.Sequential(nn.Dense(2, 1))
neuron[0].W.value[...], neuron[0].b.value[...] = data.untrained()
loss, sgd = nn.BinaryCrossEntropy(), nn.SGD(neuron.parameters(), lr=0.1)


def p_pass(X):
    return 1 / (1 + np.exp(-neuron.forward(X)))


for t in range(10_001):
    if t in (0, 1, 10, 100, 1000, 10_000):
        J = loss(neuron.forward(students.X), students.y)
        print(f"step {t:5}: loss {J:.3f}, P(pass | 4, 5) = {p_pass(data.QUERY)[0, 0]:.2f}")
    nn.step(neuron, loss, sgd, students.X, students.y)

w1, w2 = neuron[0].W.value[:, 0]
hours = (np.log(9) - neuron[0].b.value[0] - 5 * w1) / w2  # where z = ln 9, σ(z) = 0.9
print(f"z = {w1:.2f}·x₁ + {w2:.2f}·x₂ − {-neuron[0].b.value[0]:.2f}; the rule was x₁ + x₂ − 8")
print(f"after 5 lectures it takes {hours:.1f} hours to pass with 90 %")

# %% [markdown]
# The trained answer is 0.71, the truth 0.73. From 80 students more cannot be expected: draw 80
# others from the same rule, and the answer moves.

# %%
answers = []
for seed in range(20):
    others, fresh = data.will_i_pass(rng=seed), nn.Sequential(nn.Dense(2, 1, init="zeros"))
    loss, adam = nn.BinaryCrossEntropy(), nn.Adam(fresh.parameters(), lr=0.3)
    for _ in range(400):
        nn.step(fresh, loss, adam, others.X, others.y)
    answers.append(1 / (1 + np.exp(-fresh.forward(data.QUERY)[0, 0])))
low, high = np.percentile(answers, (10, 90))
print(f"from 20 classes of 80: mean {np.mean(answers):.2f}, 80 % between {low:.2f} and {high:.2f}")

# %% [markdown]
# ## 7 · Quantifying the loss
#
# Lecture E builds it up in three steps, and the explorer above shows all three.
#
# **The loss of one sample**, $\mathcal L\big(f(x^{(i)}; W),\, y^{(i)}\big)$, compares what was
# *predicted* with what is *actual*: a bar in the upper right picture. **The loss of the network**
# is the mean over the data, the dashed line:
#
# $$J(W) = \frac1n\sum_{i=1}^n \mathcal L\big(f(x^{(i)}; W),\, y^{(i)}\big)$$
#
# **Which $\mathcal L$** depends on the question. For *yes or no* the binary cross-entropy:

# %%
untrained, trained = nn.Sequential(nn.Dense(2, 1)), neuron
untrained[0].W.value[...], untrained[0].b.value[...] = data.untrained()

each = nn.BinaryCrossEntropy("none")
print("lectures hours  actual | untrained: says, loss | trained: says, loss")
for i in range(5):
    x, y = students.X[[i]], students.y[[i]]
    row = []
    for network in (untrained, trained):
        z = network.forward(x)
        row.append(f"{1 / (1 + np.exp(-z[0, 0])):.2f}  {each(z, y)[0, 0]:.2f}")
    actual = students.classes[y[0]]
    print(f"{x[0, 0]:5.0f} {x[0, 1]:8.1f}   {actual}   |       {row[0]}      |    {row[1]}")

for name, network in (("untrained", untrained), ("trained", trained)):
    J = each(network.forward(students.X), students.y).mean()
    print(f"mean over {len(students)} students, {name}: {J:.3f}")

# %% [markdown]
# **Exercise 6.** The untrained network says P(pass) = 0.1. What is its loss, in nats, if that
# student passes, and what if the student fails?

# %% tags=["exercise"]
loss_if_passes = ...
loss_if_fails = ...

check.untrained_loss(loss_if_passes, loss_if_fails)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The loss is the surprise of what happened. Which probability did the network give to passing, and
# which to failing?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# loss_if_passes = -np.log(0.1)
# loss_if_fails = -np.log(0.9)
#
# check.untrained_loss(loss_if_passes, loss_if_fails)
# ```
#
# </details>

# %% [markdown]
# ### When the answer is a number
#
# "Which *grade* will I get?" is another question about the same students. There is nothing to
# exponentiate: the output is the number itself, and the loss is the **mean squared error**
#
# $$J(W) = \frac1n\sum_{i=1}^n \big(f(x^{(i)}; W) - y^{(i)}\big)^2$$
#
# Its gradient, $\frac2n(f - y)$, is *predicted minus actual* again. For numbers without a sigmoid
# behind them nothing is flat, and the squared error is the right choice. Grades in percent, made up
# here: 50 at the boundary, 4 more for each lecture or hour, and a good or bad day of about 7.

# %%
rng = np.random.default_rng(3)
grade = 50 + 4 * (students.X.sum(axis=1) - 8) + 7 * rng.normal(size=len(students))

predictor = nn.Sequential(nn.Dense(2, 1, init="zeros"))
mse, sgd = nn.MSE(), nn.SGD(predictor.parameters(), lr=0.01)
said = {}
for t in range(2001):
    if t % 40 == 0:
        said[t] = predictor.forward(students.X)[:, 0]
    J = nn.step(predictor, mse, sgd, students.X, grade)
    if t in (0, 40, 400, 2000):
        print(f"step {t:4}: mean squared error {J:7.1f}, its root {J**0.5:4.1f} %")
print(f"grade for 4 lectures and 5 hours: {predictor.forward(data.QUERY)[0, 0]:.0f} %")


# %%
def squared_errors(stage, step):
    predicted = said[step]
    panel = stage.panel(
        "grades", x=(-5, 105), y=(-5, 125), xlabel="actual grade y, %", ylabel="predicted f(x), %",
        title="Each upright line is an error; the loss is its mean square",
    )  # fmt: skip
    panel.line("right", [-5, 125], [-5, 125], colour="grey", dash=(7, 5))
    gaps = np.stack([grade, grade, np.full(len(grade), np.nan)], axis=1).ravel()
    ends = np.stack([grade, predicted, np.full(len(grade), np.nan)], axis=1).ravel()
    panel.line("errors", gaps, ends, colour="vermillion", width=1.5)
    panel.points("students", grade, predicted, colour="blue", size=5, tip="{y} predicted for {x}")
    J = np.mean((predicted - grade) ** 2)
    words = f"mean squared error {J:.0f}, its root {J**0.5:.1f} %"
    panel.text("loss", 0, 115, words, size=17, bold=True, align="left", halo=True)
    return f"After {step} step{'s' * (step != 1)}: {words}."


grades_live = widgets.Live(
    squared_errors, width=720, height=420, step=widgets.slider("training step", 0, 0, 2000, 40)
)
grades_live

# %% [markdown]
# The root of it, in percent, can be read as "it is usually off by so much". What remains at the end
# is the size of the good and bad days, which nobody can predict.
#
# | question | last block | loss | in nnlib | in PyTorch |
# |---|---|---|---|---|
# | a number | none | mean squared error | `MSE` | `MSELoss` |
# | yes or no | sigmoid, 1 output | cross-entropy | `BinaryCrossEntropy` | `BCEWithLogitsLoss` |
# | one of k | softmax, k outputs | cross-entropy | `SoftmaxCrossEntropy` | `CrossEntropyLoss` |
#
# The last two take logits: their block is inside the loss.
#
# ## 8 · Multinomial regression: ten scores for a digit
#
# Everything so far, on real data. Lecture A opens with the **multinomial regression model**,
#
# $$X \rightarrow XW + b \rightarrow f(h) \rightarrow Y \rightarrow S(Y) \rightarrow P$$
#
# One dense layer and a softmax. $S(Y)$ is the softmax, $Y$ what we call the logits $Z$. The $f(h)$
# in the middle is the place for an activation; in the plain model it does nothing, $f(h) = h$.
# (With a ReLU there and a second layer behind it, it is the multi-layer network of lecture C,
# notebook 07. The end stays the same.)
#
# The data are 1797 digits that 13 people wrote, 8 × 8 pixels each. We learn from the first 1200 and
# hold the other 597 back.

# %%
digits = data.digits()
X, y = digits.X[:1200], digits.y[:1200]
X_test, y_test = digits.X[1200:], digits.y[1200:]
Y = np.eye(10)[y]  # one-hot: row 3 of the identity stands for the digit 3
print("X", X.shape, " y", y.shape, " Y", Y.shape, " held back", X_test.shape)
print("a label and its one-hot row:", y[3], Y[3])

# %% [markdown]
# Training, from scratch. Forward is one line of section 3, backward is *predicted minus actual*
# from section 5, and the loop keeps the weights of every epoch (one pass through all 1200).

# %%
W, b = np.zeros((64, 10)), np.zeros(10)
rng, film = np.random.default_rng(0), {0: (W, b)}

for epoch in range(1, 31):
    order = rng.permutation(1200)
    for batch in np.split(order, 40):  # 40 batches of 30 digits
        Z = X[batch] @ W + b  # (30, 64) (64, 10) + (10,) → (30, 10)
        E = np.exp(Z - Z.max(axis=1, keepdims=True))
        P = E / E.sum(axis=1, keepdims=True)
        dZ = (P - Y[batch]) / 30
        W, b = W - 0.5 * X[batch].T @ dZ, b - 0.5 * dZ.sum(axis=0)
    film[epoch] = W, b

says = (X_test @ W + b).argmax(axis=1)
learned = ((X @ W + b).argmax(axis=1) == y).mean()
print(f"after 30 epochs: {learned:.1%} of the 1200 right, {(says == y_test).mean():.1%} of the 597")

# %% [markdown]
# 650 numbers, learned in a fraction of a second, read nine digits of ten that they never saw. Here
# is the pipeline with the real numbers in it, and the shapes at every arrow. Click a row or a
# column.
#
# > **Predict first.** If you double the batch, which of the five shapes change?

# %%
pipeline = widgets.PipelineExplorer(X_test, W, b)
pipeline

# %% [markdown]
# **What to notice:** a row stays a row. Sample 3 goes through as row 3 of X, of Z and of P, and no
# other row has any say in it. A column of W belongs to a class, and gives that column of Z. The
# batch changes X, Z and P; W and b do not know how many samples there are.
#
# ### What the weights look like, and who votes for what
#
# Column $c$ of W has one weight for each pixel, so it can be looked at *as a picture*. Ink on an
# orange pixel speaks for the class, ink on a blue one against it. The logit is the sum of all those
# votes, plus the bias:
#
# $$z_c = \sum_{\text{pixels}} x_{\text{pixel}}\,w_{\text{pixel},c} + b_c$$
#
# > **Predict first.** What will the weights of class 0 look like in the middle, where every 0 is
# > white?

# %%
votes = widgets.VotesExplorer(X_test, y_test, film)
votes

# %% [markdown]
# **What to notice**
#
# - The picture of class 0 is a ring of orange round a *blue hole*: ink in the middle is the best
#   argument against a 0.
# - Drag **epoch** from 0 on. At 0 all weights are 0, all logits are 0, and softmax says 0.1 to
#   each. After one single epoch most of the pictures are there.
# - Choose **those it misreads** and go through some. Often you will see *why*, pixel by pixel.
#
# **Challenges:** press **White paper** and draw. Can you draw a 7 that it takes for a 7? Then set
# *test digit* to 367, a clear 3 that it reads as a 3. A single dab of ink in the right place makes
# it say
# 8. Where? The weights of the two classes tell you.
#
# <details><summary>Answer</summary>
#
# Lower left, on the third and fourth pixel of the sixth row, where an 8 is closed and a 3 is open.
# You would still call it a 3. The network has no idea of a shape; it adds up votes.
#
# </details>
#
# In numbers, for one digit:

# %%
x, c = X_test[0], y_test[0]
vote = x * W[:, c]
print(f"a {c}: votes for {vote[vote > 0].sum():.2f}, against {vote[vote < 0].sum():.2f}, "
      f"bias {b[c]:.2f}, logit {vote.sum() + b[c]:.2f} = {(x @ W + b)[c]:.2f}")  # fmt: skip

x = X_test[366]  # test digit 367: the explorer counts from 1
z = x @ W + b
gain = (1 - x) * (W[:, 8] - W[:, 3])  # what full ink on a pixel would do for 8 against 3
best = np.sort(np.argsort(gain)[-2:])
print(f"the 3: its lead over 8 is {z[3] - z[8]:.2f}; ink on two pixels, rows {best // 8}, columns "
      f"{best % 8}, makes it {z[3] - z[8] - gain[best].sum():.2f}")  # fmt: skip
print("weights of those two: for 3", W[best, 3].round(2), " for 8", W[best, 8].round(2))

# %% [markdown]
# ### Which digits are taken for which
#
# One number, 91 %, hides where the mistakes are. The **confusion matrix** counts them: row $i$,
# column $j$ is how often a digit $i$ was read as $j$. The diagonal is right.
#
# > **Predict first.** Which two digits will be confused most often?

# %%
C = nn.confusion_matrix(y_test, says)
print(C)
print(f"right: {C.trace()} of {C.sum()}")

# %%
confused = widgets.ConfusionExplorer(X_test, y_test, says)
confused

# %% [markdown]
# **What to notice:** the ten 1s that were read as 9 are the surprise. *Click that cell:* they all
# look alike, a 1 with a flag at the top and no foot. Where do they stand in the file? And what does
# the most similar of the 1200 training digits say?

# %%
flags = np.flatnonzero((y_test == 1) & (says == 9))
distance = np.linalg.norm(X_test[flags][:, None] - X[None], axis=2)  # (10, 1200)
print("places in the file:", flags + 1200)
print("their nearest training digits are:", y[distance.argmin(axis=1)])


# %% [markdown]
# Two lessons. **About the model:** for every one of them, the nearest training digit *is* a 1; the
# knowledge was there. But a linear model has one picture for the class 1, and two ways to write a 1
# do not fit into one picture. A hidden layer can have several (notebook 07).
#
# **About the data:** nine of the ten stand within a hundred places, as if they came from one hand.
# The digits of one writer stand together in this file, and our cut went between writers. Mix the
# digits first, so that everybody's hand is in both parts, and the same model looks much better:

# %%
def held_back(train, test):
    model = nn.Sequential(nn.Dense(64, 10, init="zeros"))
    sgd = nn.SGD(model.parameters(), lr=0.5)
    loss = nn.SoftmaxCrossEntropy()
    for _ in nn.fit(model, *train, loss=loss, optimizer=sgd, epochs=30, batch_size=30, rng=0):
        pass
    return nn.accuracy(loss, model.forward(test[0]), test[1])


in_order = held_back((X, y), (X_test, y_test))
mixed = []
for seed in range(5):
    train, test = digits.split(1200 / 1797, rng=seed)
    mixed.append(held_back((train.X, train.y), (test.X, test.y)))
print(f"cut in the order of the file: {in_order:.1%} right")
print(f"mixed, five times:            {min(mixed):.1%} to {max(mixed):.1%} right")


# %% [markdown]
# Which of the two is true? Both, for different questions. 96 % is what to expect for *more digits
# by the same people*; 91 % is nearer to what a stranger will get. Always ask how the test samples
# were held back.
#
# **Exercise 7.** Write the function that counts.

# %% tags=["exercise"]
def confusion(y, predicted, k):
    return ...


check.confusion(confusion)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Begin with zeros, `C = np.zeros((k, k), dtype=int)`. A loop over the pairs, `for right, said in
# zip(y, predicted)`, adds 1 to one cell each time.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def confusion(y, predicted, k):
#     C = np.zeros((k, k), dtype=int)
#     for right, said in zip(y, predicted):
#         C[right, said] += 1
#     return C
#
# check.confusion(confusion)
# ```
#
# </details>

# %% [markdown]
# ## 9 · The same in PyTorch
#
# `CrossEntropyLoss` is log-softmax and surprise in one, like `SoftmaxCrossEntropy`; it takes
# **logits** and whole-number labels. `BCEWithLogitsLoss` has the sigmoid inside. Equal to ours, and
# so are the gradients:

# %%
import torch

torch.set_num_threads(1)  # for matrices this small, sharing the work costs more than doing it

Z = np.array([[2.0, 1.0, 0.0], [1000.0, -1000.0, 0.0]])
labels = np.array([2, 0])
z = torch.tensor(Z, requires_grad=True)
theirs = torch.nn.CrossEntropyLoss()(z, torch.tensor(labels))
theirs.backward()
ours = nn.SoftmaxCrossEntropy()
print(f"cross-entropy: nnlib {ours(Z, labels):.4f}, PyTorch {theirs.item():.4f}; "
      f"gradients equal: {np.allclose(ours.backward(), z.grad)}")  # fmt: skip

logits, answers = np.array([[-2.2], [1000.0]]), np.array([[1.0], [0.0]])
z = torch.tensor(logits, requires_grad=True)
theirs = torch.nn.BCEWithLogitsLoss()(z, torch.tensor(answers))
theirs.backward()
ours = nn.BinaryCrossEntropy()
print(f"binary:        nnlib {ours(logits, answers):.4f}, PyTorch {theirs.item():.4f}; "
      f"gradients equal: {np.allclose(ours.backward(), z.grad)}")  # fmt: skip

# %% [markdown]
# And the digits: three epochs from the same zeros, with the same batches, must give the weights
# that our loop had after three.

# %%
linear = torch.nn.Linear(64, 10).double()
torch.nn.init.zeros_(linear.weight)
torch.nn.init.zeros_(linear.bias)
criterion = torch.nn.CrossEntropyLoss()
optimizer = torch.optim.SGD(linear.parameters(), lr=0.5)
inputs, targets, rng = torch.tensor(X), torch.tensor(y), np.random.default_rng(0)

for _ in range(3):
    for batch in np.split(rng.permutation(1200), 40):
        optimizer.zero_grad()
        criterion(linear(inputs[batch]), targets[batch]).backward()
        optimizer.step()

same = np.allclose(linear.weight.detach().numpy().T, film[3][0], atol=1e-8)
print("the weights of PyTorch are those of our loop:", same)


# %% [markdown]
# ### The mistake nearly everybody makes once
#
# The name *cross-entropy* suggests handing in probabilities. So people end their network with a
# softmax, and `CrossEntropyLoss` applies a second one. No error, no warning. It even learns, a bit:
#
# > **Predict first.** Probabilities lie between 0 and 1. What can the second softmax make of the
# > best row there is, (1, 0, 0, …, 0)?

# %%
def train_torch(softmax_too, lr, epochs=10):
    torch.manual_seed(0)
    layers = [torch.nn.Linear(64, 10)] + ([torch.nn.Softmax(dim=1)] if softmax_too else [])
    model = torch.nn.Sequential(*layers).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    rng = np.random.default_rng(0)
    for _ in range(epochs):
        for batch in np.split(rng.permutation(1200), 40):
            optimizer.zero_grad()
            criterion(model(inputs[batch]), targets[batch]).backward()
            optimizer.step()
    with torch.no_grad():
        right = (model(torch.tensor(X_test)).argmax(dim=1).numpy() == y_test).mean()
        return criterion(model(inputs), targets).item(), right


for lr in (0.05, 0.5):
    for name, too in (("logits", False), ("probabilities", True)):
        J, right = train_torch(too, lr)
        print(f"learning rate {lr}, fed with {name:13}: loss {J:.2f}, {right:.0%} right")

# %% [markdown]
# 82 % does not look like a bug, which is why it can go unnoticed for months; and with the smaller
# rate it looks like "needs more epochs". Each pull goes through one Jacobian more, that of the
# extra softmax. The sign to look for is the *loss*: it cannot go below a certain number.
#
# **Exercise 8.** Below which number? Ten classes; the network says exactly (1, 0, …, 0), and that
# is right. What does a `CrossEntropyLoss` that takes this for logits report?

# %% tags=["exercise"]
smallest_loss = ...

check.double_softmax(smallest_loss)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Softmax of (1, 0, …, 0) gives the right class $e^1/(e^1 + 9\,e^0)$. The loss is the surprise.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# smallest_loss = -np.log(np.e / (np.e + 9))
#
# check.double_softmax(smallest_loss)
# ```
#
# </details>

# %% [markdown]
# ## Summary
#
# - **Softmax**, $p_i = e^{z_i}/\sum_j e^{z_j}$, turns logits into probabilities. Only differences
#   of logits count; the temperature makes it sharper or softer.
# - Its **Jacobian** is $\operatorname{diag}(p) - pp^\top$: $p_i(1 - p_i)$ on the diagonal,
#   $-p_ip_j$ off it. Rows and columns add up to 0.
# - Subtract the **largest logit** first, and compute $\log p$ without an exponential.
# - **Cross-entropy** is the mean surprise $-\log p$ of what was right. $\ln k$ is the price of
#   guessing.
# - Its gradient with respect to the logits is **predicted minus actual**. It pulls hardest where
#   the network is confidently wrong; the squared error does not pull there at all.
# - **Multinomial regression** is one dense layer and a softmax. Its weights are pictures, its
#   mistakes a confusion matrix, and its accuracy depends on how the test samples were held back.
# - `CrossEntropyLoss` and `BCEWithLogitsLoss` take **logits**.
#
# ## Quiz
#
# 1. Softmax of (5, 5, 5, 5)? And of (1000, 1000, 1000, 1000)?
# <details><summary>Answer</summary>
#
# Both times ¼ each. A constant changes nothing; the naive formula would make `nan` of the second.
#
# </details>
#
# 2. Why do the columns of the Jacobian add up to 0?
# <details><summary>Answer</summary>
#
# Column j says how all probabilities change when $z_j$ rises. They add up to 1 before and after, so
# the changes add up to 0.
#
# </details>
#
# 3. A classifier for 10 classes has a loss of 2.30. Is it good?
# <details><summary>Answer</summary>
#
# It is ln 10 = 2.30, what saying 1/10 to everything costs. It has learned nothing yet.
#
# </details>
#
# 4. The right class had p = 0.001. What are the gradients of the cross-entropy and of $(1-p)^2$,
#    with respect to the logit of a sigmoid?
# <details><summary>Answer</summary>
#
# $p - 1 = -0.999$ and $-2(1-p)^2p = -0.002$: a factor of 500.
#
# </details>
#
# 5. Two classes can be done with one output and a sigmoid, or with two outputs and a softmax. Which
#    says more?
# <details><summary>Answer</summary>
#
# They say the same: softmax of two logits is the sigmoid of their difference.
#
# </details>
#
# 6. A network reads 96 % of its test digits, and 91 % of those of new people. Who made a mistake?
# <details><summary>Answer</summary>
#
# Nobody, if it is said what was tested. The 96 % are about known writers.
#
# </details>
#
# 7. Training with `CrossEntropyLoss` on 10 classes stops at a loss of 1.46 and does not go lower.
#    What do you look for?
# <details><summary>Answer</summary>
#
# A softmax at the end of the model: the loss applies its own.
#
# </details>
#
# ## Terms
#
# - **logit**: a score before softmax or sigmoid; it can be any number.
# - **softmax**: exponentiate and divide by the sum; the probabilities of the classes.
# - **temperature**: the number the logits are divided by before softmax.
# - **Jacobian**: the matrix of all derivatives ∂pᵢ/∂zⱼ.
# - **overflow, underflow**: a number too large for a float becomes inf, one too small becomes 0.
# - **log-softmax**: the logarithm of softmax, computed without taking an exponential back.
# - **surprise**: −log p, in nats or bits.
# - **cross-entropy**: the mean surprise of what was right; binary for yes or no.
# - **mean squared error**: the mean of (predicted − actual)², for numbers.
# - **saturated**: where sigmoid or softmax is flat, and a squared error cannot pull.
# - **one-hot**: a row with 1 at the right class and 0 elsewhere.
# - **multinomial regression**: one dense layer and a softmax; also *softmax regression* or
#   *multinomial logistic regression*.
# - **confusion matrix**: how often each class was taken for which.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | C1 | multi-layer networks; softmax | 1, 8 |
# | D3 | softmax for several classes | 1 |
# | B12 | softmax and its Jacobian; the repeated index | 2 |
# | D12 | softmax, numerically stable | 3 |
# | D13 | cross-entropy as surprise | 4 |
# | D9 | mean squared error and cross-entropy | 5, 7 |
# | E13 | will I pass this class? the untrained 0.1 and the trained answer | 6 |
# | E15 | the loss of a sample, its mean, binary cross-entropy, mean squared error | 7 |
# | A1 | multinomial regression: X → XW + b → softmax → P | 8 |
#
# ## Further reading
#
# - C. Bishop, *Pattern Recognition and Machine Learning*, Springer, 2006, section 4.3: logistic and
#   multinomial regression, and their gradients.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, sections 4.1
#   (overflow) and 6.2 (output units and losses).
# - C. Shannon, "A Mathematical Theory of Communication", *Bell System Technical Journal* 27, 1948:
#   where surprise is measured first.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 3: cross-entropy against the
#   squared error, with a neuron that learns slowly.
# - J. Bridle, "Probabilistic Interpretation of Feedforward Classification Network Outputs", 1990:
#   the paper that gave softmax its name.
