# %% [markdown]
# # 05 · Gradient descent: downhill, and how long the steps should be
#
# **The question:** a network has thousands of weights and one number that says how wrong it is.
# How does it find better weights, and what can go wrong on the way?
#
# **Afterwards you can**
#
# 1. write down what a network is to learn as one number to be made small, $J$, and see it as a
#    landscape over the weights;
# 2. compute a gradient by hand, check it numerically, and follow it downhill, step by step;
# 3. say before you run it whether a learning rate is too small, right, or too large: you will have
#    found the limit $2/L$ yourself;
# 4. explain why a ravine makes gradient descent zig-zag, and why inputs are standardised;
# 5. write the whole algorithm with a test for when to stop, and know how such a test is fooled;
# 6. choose between all samples, a mini-batch and a single sample for each step, and say what it
#    costs;
# 7. do the same in PyTorch, and get the same path.
#
# **Before you start:** what a neuron computes (notebook 01) and what a loss is (notebook 04). You
# should know what a derivative says. Where the gradient of a whole network comes from is the next
# notebook; here it comes from formulas short enough to write down.
#
# **Time:** about 100 minutes with the exercises, 45 without.
#
# **Lecture points:** B4 training set, target values, fit · B5 minimise the squared error by
# following −∇J · B10 gradient descent w ← w − λ ∂J/∂w · D6 the learning rate · C19 the algorithm ·
# D10 learning rate, activation function, batch size, epoch.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, descent, surfaces, widgets

# %% [markdown]
# ## 1 · What is to be made small
#
# Lecture B begins with a **training set**: inputs $x_1, \dots, x_n$, and for each the **target
# value** $f(x_i)$ that we would like to hear. (The slide counts the inputs
# from 0 and the target values from 1; the same samples are meant.) The network says
# $\Theta(W, x_i)$, which depends on its weights $W$. Wanted are weights for which
#
# $$\Theta(W, x_i) = f(x_i) \quad\text{for all } i.$$
#
# In practice this is too much to ask. Here is the smallest example in which it is: three samples,
# and a network that is one linear neuron, $\Theta = wx + b$, a straight line. No line goes through
# all three points. So one asks for the next best thing, and makes the **squared error** small:
#
# $$J(w, b) = \sum_i \bigl(f(x_i) - \Theta(W, x_i)\bigr)^2 = \sum_i \bigl(\hat y_i - y_i\bigr)^2,
# \qquad \hat y_i = w x_i + b,\quad y_i = f(x_i).$$

# %%
x = np.array([0.0, 1.0, 2.0])
y = np.array([1.0, 3.0, 2.0])  # the target values


def J(w, b):
    return np.sum((w * x + b - y) ** 2)


print("the line ŷ = 0:        J =", J(0.0, 0.0), " = 1² + 3² + 2²")
print("the line ŷ = x + 1:    J =", J(1.0, 1.0), " = 0² + 1² + 1²")

# %% [markdown]
# > **Predict first.** Every pair $(w, b)$ is a line, and every line has a $J$. Think of $(w, b)$ as
# > a place on a map, and of $J$ as the height there. What does the landscape look like? How many
# > lowest places does it have?
#
# In the picture, **left** the points and the line. Each squared error is drawn as what it is, a
# square; $J$ is the purple area (where squares overlap, it counts twice). **Right** the map of all
# lines: the bluer the lower, and along each thin line $J$ stays the same. Drag the orange dot: the
# line follows. Drag a point: the whole landscape follows.

# %%
fit = widgets.LineFitExplorer()
fit


# %% [markdown]
# **Challenge:** make the purple area as small as you can, first with the sliders $w$ and $b$, then
# by dragging the dot to the plus sign.
#
# **What to notice**
#
# - There is one lowest place, and the landscape round it is a bowl, long and lying askew. It is
#   askew because $w$ and $b$ can make up for each other: a steeper line with a smaller $b$ fits
#   nearly as well.
# - The arrow at the dot is the way downhill. It stands at a right angle to the line of equal $J$ on
#   which it starts: that is the direction in which $J$ falls fastest.
# - Drag all three points two units to the right: the bowl gets much longer and thinner. This will
#   matter later.
#
# ## 2 · Downhill: the gradient
#
# With two weights one can look at the map. With two thousand there is no map, and computing $J$
# everywhere is out of the question. But one can always find out **which way is down** at the place
# where one stands. That is what the derivatives say. By the chain rule,
#
# $$\frac{\partial J}{\partial w} = \sum_i 2(\hat y_i - y_i)\,x_i, \qquad
# \frac{\partial J}{\partial b} = \sum_i 2(\hat y_i - y_i),$$
#
# and together they are the **gradient** $\nabla J = (\partial J/\partial w,\ \partial J/\partial
# b)$. It points uphill; so one goes along $-\nabla J$. (A slide of lecture B says "find ΔJ(w)"; ∇J
# is meant.)
#
# By hand, at $w = b = 0$, where the line says 0 everywhere:
#
# | $x_i$ | $y_i$ | $\hat y_i$ | residual $r_i = \hat y_i - y_i$ | $2 r_i x_i$ | $2 r_i$ |
# |---|---|---|---|---|---|
# | 0 | 1 | 0 | −1 | 0 | −2 |
# | 1 | 3 | 0 | −3 | −6 | −6 |
# | 2 | 2 | 0 | −2 | −8 | −4 |
# | | | | **sum** | **−14** | **−12** |
#
# Both are negative: $J$ falls if $w$ grows, and if $b$ grows. The same in NumPy, and a check that
# needs no calculus at all: move $w$ by a little, and see how much $J$ changes.

# %%
def gradient(w, b):
    r = w * x + b - y  # residuals
    return np.array([np.sum(2 * r * x), np.sum(2 * r)])


h = 1e-5
for w, b in ((0.0, 0.0), (1.0, 1.0), (0.5, 1.5)):
    numeric = [
        (J(w + h, b) - J(w - h, b)) / (2 * h),
        (J(w, b + h) - J(w, b - h)) / (2 * h),
    ]
    print(f"at ({w}, {b}): formula {gradient(w, b)}, numeric {np.round(numeric, 6) + 0.0}")


# %% [markdown]
# At $(0.5, 1.5)$ both derivatives are zero: there it is level, this is the lowest place. Notice
# what the gradient *does not* say: how far it is to there.
#
# **Exercise 1.** Write the gradient as a function of the data as well.

# %% tags=["exercise"]
def line_gradient(x, y, w, b):
    return ...  # ∂J/∂w, ∂J/∂b


check.line_gradient(line_gradient)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First the residuals $r_i$, an array. Then two sums; in one of them each residual is multiplied by
# its $x_i$ before it is added.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def line_gradient(x, y, w, b):
#     r = w * x + b - y
#     return 2 * np.sum(r * x), 2 * np.sum(r)
#
# check.line_gradient(line_gradient)
# ```
#
# </details>

# %% [markdown]
# ## 3 · One step, then the next
#
# Gradient descent is this, again and again, for every weight at once:
#
# $$w \leftarrow w - \eta\,\frac{\partial J}{\partial w}$$
#
# The number $\eta$ (*eta*) is the **learning rate**: how far to go for a given slope. It has many
# names, and they all mean the same thing:
#
# | where | how it is written |
# |---|---|
# | lecture B | $w_{i,j,k} = w_{i,j,k} - \lambda\,\partial J/\partial w_{i,j,k}$ |
# | lecture C, *tasa de aprendizaje* | $w^{(t+1)} = w^{(t)} - \eta\,\nabla_w\mathcal L(w^{(t)})$ |
# | lecture D | $w = w + \Delta w$, where $\Delta w = -\eta\,\nabla J(w)$ |
# | PyTorch, `nnlib` | `lr` |
# | elsewhere | $\alpha$, $\epsilon$, step size |
#
# In lecture B's $w_{i,j,k}$ the three indices say: from unit $i$ to unit $j$ in layer $k$. Every
# single weight of a network gets this same treatment. Five steps, with every number:

# %%
w, b, eta = 0.0, 0.0, 0.1
print("step      w       b       J      ∂J/∂w   ∂J/∂b")
for step in range(6):
    dw, db = gradient(w, b)
    print(f"{step:3d}  {w:7.3f} {b:7.3f} {J(w, b):8.3f}  {dw:7.3f} {db:7.3f}")
    w, b = w - eta * dw, b - eta * db

# %% [markdown]
# Check the first step on paper: $w = 0 - 0.1\cdot(-14) = 1.4$ and $b = 0 - 0.1\cdot(-12) = 1.2$.
#
# > **Predict first.** In row 1, $\partial J/\partial w$ has become positive. What has happened?
#
# Now press **Step** in the picture above and watch the same numbers (the first step leaps over the
# floor of the valley); then **Play**. It is worth
# trying $\eta = 0.01$ (patience) and $\eta = 0.15$ (no patience), each after **Reset**. The
# gradient gets shorter near the bottom, and the steps with it: nobody has to lower $\eta$ for
# that.
#
# **Exercise 2.** One weight, by hand: $J(w) = (w - 3)^2$, start $w = 0$, $\eta = 0.1$. Where are
# you after one step, and after two?

# %% tags=["exercise"]
w_1 = ...
w_2 = ...

check.two_steps(w_1, w_2)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The slope is $2(w - 3)$: at $w = 0$ it is −6. Minus 0.1 times −6 is a step to the right. At the
# new place the slope is a different one.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# w_1 = 0 - 0.1 * 2 * (0 - 3)
# w_2 = w_1 - 0.1 * 2 * (w_1 - 3)
#
# check.two_steps(w_1, w_2)
# ```
#
# </details>

# %% [markdown]
# ## 4 · How long should a step be?
#
# Lecture D shows two pictures. *Large learning rate: overshooting. Small learning rate: many
# iterations until convergence, and trapping in local minima.* Let us find both, and the border
# between them.
#
# The simplest landscape there is: one weight, and $J(w) = \tfrac12 L w^2$. Its slope is $Lw$; the
# number $L$ is its **curvature**, how quickly the slope changes. Left, the orange line follows the
# tangent as far as the step reaches; from there it drops (dashed) to the curve. Right, for *every*
# learning rate, how large the loss is after 50 steps, with yours as the dot.
#
# > **Predict first.** Below a certain $\eta$ it comes to rest in the valley, above it runs away.
# > With $L = 1$ that border lies at $\eta = 2$. Where will it be with $L = 2$? With $L = 4$?

# %%
slope = widgets.SlopeExplorer()
slope


# %% [markdown]
# **Challenges**
#
# 1. With $L = 1$ and 20 steps drawn, find three learning rates: one with which it does not arrive
#    in 50 steps, one with which it overshoots but arrives, one with which it diverges.
# 2. Find the $\eta$ that arrives in **one** step.
# 3. Find the border for $L = 1$, $2$, $4$ and $8$, and write the four numbers down. What is the
#    rule? Then switch **show 2/L** on.
#
# <details><summary>What we found</summary>
#
# 1\. For instance 0.01, 1.5 and 2.2. 2\. $\eta = 1$, that is $1/L$. 3\. 2, 1, ½ and ¼: the border
# is $2/L$.
#
# </details>

# %% [markdown]
# The same search, without eyes: for each curvature, halve the interval between a rate that
# converges and one that diverges until nothing is left between them.

# %%
def settles(eta, L, w=1.0, steps=400):
    for _ in range(steps):
        w = w - eta * L * w
    return abs(w) < 1


for L in (1, 2, 4, 8):
    low, high = 0.0, 10.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if settles(middle, L) else (low, middle)
    print(f"L = {L}: converges up to η = {high:.4f}")

# %% [markdown]
# ### Why 2/L
#
# One line explains it. On this curve a step is
#
# $$w \leftarrow w - \eta\,Lw = (1 - \eta L)\,w,$$
#
# so every step multiplies the distance from the minimum by the same number, $1 - \eta L$.
#
# | $\eta$ | $1 - \eta L$ | what one sees |
# |---|---|---|
# | much smaller than $1/L$ | a little below 1 | **too small**: it creeps, and does not arrive |
# | up to $1/L$ | between 1 and 0 | **converges**, from one side |
# | $1/L$ | 0 | there in one step |
# | from $1/L$ to $2/L$ | between 0 and −1 | **overshoots**, to the other side, but nearer |
# | $2/L$ | −1 | for ever to and fro |
# | larger than $2/L$ | below −1 | **diverges**: every step lands further away |
#
# **The moment to remember: not the slope decides how large a learning rate may be, but the
# curvature. The steeper the walls of the valley, the smaller the step.**
#
# ### Caught
#
# Real losses have more than one valley. Below, the start lies above the shallower of two. Watch the
# right picture: from about 0.1 to 1.4 the curve is level. All these rates end in the *shallower*
# valley, and no number of further steps would help.

# %%
caught = widgets.SlopeExplorer("two valleys", start=2.2, learning_rate=0.1, steps=20)
caught

# %% [markdown]
# **Challenge:** with this start, find a learning rate that ends in the deeper valley. Then drag the
# start a little. Does your learning rate still do it?
#
# You will have found that it can be done (with $\eta$ from about 1.5 to 2, where the first step
# leaps over the hill) and that one cannot rely on it: from $w = 2$ hardly any rate does it. How
# often does it work? Try 201 starts, evenly spaced over the picture:

# %%
valleys = descent.Curve("two valleys", curvature=1.0)
starts = np.linspace(-2.5, 2.5, 201)
print("   η     deeper valley   shallower valley")
for eta in (0.01, 0.1, 0.5, 1.0, 1.5, 1.9):
    end = valleys.descend(starts, eta, 5000)[-1]
    deep, shallow = (np.abs(end - m) < 0.02 for m in valleys.minima)
    print(f"{eta:5.2f}   {deep.mean():10.0%}   {shallow.mean():15.0%}")

# %% [markdown]
# So the lecture's sentence needs a small addition. A small learning rate is caught in the valley
# above which it starts, that is right; but so is one that is fifty times as large. The start
# decides. Only towards the limit do the steps get long enough to leap over the hill, from a few
# starts, and not always in the right direction. Better cures are other starts, noise (section 8)
# and momentum (notebook 10).
#
# ## 5 · When it diverges
#
# Divergence is no accident. It has a growth rate, and it can be computed. Each step multiplies $w$
# by $1 - \eta L$, and $J = \tfrac12 L w^2$ by its square:
#
# $$J \leftarrow (1 - \eta L)^2\,J.$$

# %%
L, eta, w = 4.0, 0.55, 1.0
print("factor predicted: (1 − ηL)² =", round((1 - eta * L) ** 2, 4))
for step in range(5):
    new = w - eta * L * w
    print(f"step {step}: w = {w:8.4f}, J = {L * w**2 / 2:8.4f}, next J / J = {new**2 / w**2:.4f}")
    w = new

# %% [markdown]
# The weight changes sides with every step, and the loss grows by a factor of 1.44 each time. It
# does not look so dangerous at first. But growth by a factor never stops:

# %%
w = np.float64(1.0)
with np.errstate(over="ignore", invalid="ignore"):  # NumPy would warn; here we want to see it
    for step in range(1, 4001):
        w = w - eta * L * w
        if step in (10, 100, 1000) or not np.isfinite(w):
            print(f"step {step:4d}: w = {w:9.3g}, J = {L * w**2 / 2:.3g}")
        if not np.isfinite(w):
            break
    print("then w − η L w = ∞ − ∞ =", w - eta * L * w)

# %% [markdown]
# First the loss becomes `inf`, too large for a floating-point number, and then `nan`, *not a
# number*, because infinity minus infinity is nothing. **A loss of `nan` nearly always means: the
# learning rate was too large, some time ago.** From there no step leads back.
#
# What to do about it:
#
# 1. **Divide the learning rate by 3 or 10**, and start again from fresh weights. This is nearly
#    always the cure.
# 2. Look at the *first* losses. If they go up and down or grow from the start, it is the learning
#    rate. If they fall for long and then explode, a single step went wrong: a `log(0)`, a division
#    by zero, one sample with a huge input.
# 3. **Standardise the inputs** (section 6): large inputs make large curvatures.
# 4. Take the mean over the samples and not the sum: with the sum, $L$ grows with the number of
#    samples, and yesterday's learning rate diverges on today's larger data set.
# 5. Cut gradients off at a certain length (*gradient clipping*), where single steep places cannot
#    be avoided, as in recurrent networks.
#
# **Exercise 3.** $J = \tfrac12\cdot 4\cdot w^2$, $\eta = 0.6$. By which factor does a step multiply
# $w$, and by which $J$?

# %% tags=["exercise"]
of_w = ...
of_J = ...

check.loss_growth(of_w, of_J)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Mind the sign of the first one. The second one has no sign to mind.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# of_w = 1 - 0.6 * 4
# of_J = (1 - 0.6 * 4) ** 2
#
# check.loss_growth(of_w, of_J)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Two weights: bowls, ravines, several minima
#
# With two weights a curve becomes a surface, and one curvature becomes many: it may be steep in one
# direction and flat in another. The second derivatives form a matrix, the **Hessian** $H$; its
# eigenvalues are the curvatures $\lambda$ along its axes. (From here on $\lambda$ is a curvature,
# no longer lecture B's learning rate.) The largest of them is the $L$ of the limit $2/L$.
#
# For a bowl $J = \tfrac12 w^\top H w$ the gradient is $Hw$. Along an eigenvector with eigenvalue
# $\lambda$ it is $\lambda w$, and everything is as with one weight: a step multiplies the distance
# in this direction by $1 - \eta\lambda$. **All directions share one $\eta$**, and each of them
# diverges from its own $2/\lambda$ on; the steepest one goes first.

# %%
landscape = widgets.DescentExplorer("ravine", learning_rate=0.01)
landscape


# %% [markdown]
# **Challenges.** Drag the start; change $\eta$; the title tells how $\eta$ compares with $2/L$.
#
# 1. *bowl*: go through all regimes: too slow, converges, there in one step, zig-zags, diverges. In
#    a round bowl the path never zig-zags sideways. Why?
# 2. *ravine*: find the $\eta$ that arrives after the fewest steps. Is it nearer to $1/L$ or to
#    $2/L$?
# 3. *local minima*: find a start that ends in the deepest well, and one that is caught, without
#    changing $\eta$. Then raise $\eta$ above 0.32 from a start that was caught. What does it do
#    instead?
# 4. *saddle*: start exactly on the line $w_2 = 0$, then 0.01 beside it. Count the steps.
# 5. *Rosenbrock*: $\eta = 0.001$, 500 steps. The path finds the floor of the valley at once, and
#    then? (Notebook 10 is about what helps there.)
#
# <details><summary>What we found</summary>
#
# 1\. The gradient points straight through the middle, so the path stays on one line. 2\. At 0.095,
# close to $2/L = 0.1$; the next picture shows why. 3\. The two small wells are narrow,
# their walls steep: their own limit $2/L$ is about 0.31. Above it the path cannot come to rest in
# them; mostly it keeps jumping about there and does *not* find the deepest well. 4\. Exactly on the
# line it creeps to the saddle and stops: there the gradient is zero, though it is no minimum. A
# hair beside the line it gets away, after a long rest. 5\. Along the floor it is nearly flat,
# across it is steep, and the steep direction dictates $\eta$.
#
# </details>

# %% [markdown]
# **Exercise 4.** Write the rule: from the Hessian of a bowl, the learning rate above which it
# diverges. (`np.linalg.eigvalsh(H)` gives the eigenvalues of a symmetric matrix, smallest first.)

# %% tags=["exercise"]
def largest_rate(H):
    return ...


check.largest_rate(largest_rate)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# For $H = \begin{pmatrix}5&3\\3&5\end{pmatrix}$ the curvatures are 2 and 8, along the two diagonals
# of the plane. The limit is 0.25.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def largest_rate(H):
#     return 2 / np.linalg.eigvalsh(H)[-1]
#
# check.largest_rate(largest_rate)
# ```
#
# </details>

# %% [markdown]
# ### A ravine: one learning rate for two directions
#
# The largest curvature of a valley divided by the smallest is its **condition number** $\kappa$; it
# is $\sqrt\kappa$ times as long as wide. In the picture, $\lambda = 1$ along the valley (blue) and
# $\lambda = \kappa$ across (orange). Right: the share of the distance that one step leaves, in each
# of the two directions, for every $\eta$. The worse of the two (the grey band) decides how long it
# takes.
#
# > **Predict first.** Set $\kappa$ to 1, 10, 100 and switch **take the best η** on. How does the
# > number of steps in the title grow?

# %%
ravine = widgets.RavineExplorer()
ravine

# %% [markdown]
# **What to notice**
#
# - The orange V reaches 1 again at $2/L$: that is the cliff. Up to there the blue line has come
#   down only a little. The steep direction forbids larger steps, and the flat one pays for it.
# - The best compromise is where the two lines meet, $\eta = 2/(1 + \kappa)$. There each step leaves
#   the share $(\kappa - 1)/(\kappa + 1)$: the path zig-zags *and* creeps. The number of steps grows
#   in proportion to $\kappa$.
# - Zig-zag is therefore no mistake. At the fastest $\eta$ there is always some.
#
# ### Where ravines come from, and a cure
#
# Fit a line to something measured in the years 2000 to 2019. The Hessian of $J$, the mean of the
# squared errors, depends on the inputs only:
#
# $$H = \frac2N\begin{pmatrix}\sum x_i^2 & \sum x_i\\ \sum x_i & N\end{pmatrix}$$

# %%
year = np.arange(2000.0, 2020.0)
inputs = {
    "the year, 2000 ... 2019": year,
    "years since 2000": year - 2000,
    "less the mean": year - year.mean(),
    "standardised": (year - year.mean()) / year.std(),
}
print(f"{'input x':25s} {'condition number':>17s} {'limit 2/L':>11s} {'steps':>9s}")
for name, t in inputs.items():
    H = 2 / len(t) * np.array([[t @ t, t.sum()], [t.sum(), len(t)]])
    flat, steep = np.linalg.eigvalsh(H)
    kappa = steep / flat
    steps = 1 if kappa < 1 + 1e-9 else np.log(1000) * kappa / 2
    print(f"{name:25s} {kappa:17.2g} {2 / steep:11.2g} {steps:9.2g}")

# %% [markdown]
# (*Steps*: about $\tfrac12\kappa\ln 1000$ until a thousandth of the distance is left, with the best
# learning rate there is.) The same data, the same line, the same algorithm: with the raw year it
# needs $1.7\cdot10^{12}$ steps, with standardised input a single one. **Subtract the mean of each
# input and divide by its standard deviation**, and the ravine becomes a bowl. Try it in
# section 1: drag the three points to the right, then to both sides of $x = 0$.
#
# ### 2/L where nothing is quadratic
#
# Bowls have one curvature everywhere. What is the rule worth for a real neuron on real data? Take
# handwritten threes and eights, and tell them apart by a single number, the ink in the left half of
# the picture (an eight is closed there), standardised. The neuron is $p = \sigma(wx + b)$, its loss
# the cross-entropy of notebook 04.

# %%
pictures = data.three_or_eight()
ink, is_eight = pictures.X[:, 0], pictures.y
neuron = descent.neuron_loss(ink, is_eight)
print(f"{len(ink)} pictures; the lowest loss is at (w, b) =", neuron.minima[0].round(2))
print("curvatures there:", neuron.curvatures().round(3), f" so 2/L = {neuron.limit:.2f}")
print("curvatures at the start (−1.5, 2.2):", neuron.curvatures((-1.5, 2.2)).round(3))
for eta in (12, 18, 18.7, 19.1, 20, 22):
    path = surfaces.descend(neuron, (-1.5, 2.2), 3000, lambda p, eta=eta: nn.SGD(p, lr=eta))
    away = np.linalg.norm(path[-1] - neuron.minima[0])
    print(f"η = {eta:4.1f}: after 3000 steps {away:.3f} from the minimum")


# %% [markdown]
# The change comes between 18.7 and 19.1, where $2/L = 18.9$ says, on a loss that is no bowl. Two
# things are different, though. Above the limit the path does not run away: far out this loss grows
# like a straight line, without curvature, so the path jumps to and fro across the minimum for ever,
# the wider the larger $\eta$. And at the start the curvature is larger, with a limit of only 10.3,
# yet $\eta = 18$ gets past it. On real losses $2/L$ belongs to a *place*. It says at which minima a
# learning rate can come to rest.
#
# ## 7 · The algorithm, and when to stop
#
# Lecture C writes the whole algorithm in three lines: *initialise the weights at random; in each
# iteration compute the gradient and update the weights; repeat until convergence.* The first two we
# have. What does **until convergence** mean? The minimum is unknown, so one cannot ask how far it
# is. Two things can be asked:
#
# - is the gradient short, $\lVert\nabla J\rVert < \text{tolerance}$?
# - has the last step changed the loss by little, $|J_{t+1} - J_t| < \text{tolerance}$?
#
# Ten lines, with the first of the two, and with a bound on the number of steps, because the
# tolerance may never be reached:

# %%
def descend(gradient, w, lr=0.1, tolerance=1e-3, most=10_000):
    for step in range(most):
        g = gradient(w)
        length = np.sqrt(np.sum(g**2))
        if length < tolerance:
            return w, f"converged after {step} steps"
        if not np.isfinite(length):
            return w, f"diverged within {step} steps"
        w = w - lr * g
    return w, f"not converged in {most} steps"


rng = np.random.default_rng(0)
start = rng.normal(size=2)  # initialise at random
with np.errstate(over="ignore", invalid="ignore"):
    for lr in (1e-5, 0.01, 0.1, 0.2):
        found, how = descend(lambda w: gradient(*w), start, lr)
        print(f"η = {lr:7g}: {how:28s} w, b =", found.round(2) if lr < 0.2 else "–")

# %% [markdown]
# > **Predict first.** Both tests with the same tolerance, on the ravine. Which one stops first? And
# > which of them can be fooled by a very small learning rate?

# %%
stop = widgets.ConvergenceExplorer()
stop


# %% [markdown]
# **What to notice**
#
# - The two tests do not ask for the same thing. A step changes the loss by about
#   $\eta\lVert\nabla J\rVert^2$, so the change (green) is far below the gradient (blue), and its
#   test stops much earlier: here with the loss still 0.05 too high.
# - Choose the *bowl* and lower $\eta$ to 0.0002: the change test stops after a single step. It
#   takes slowness for arrival. So does every eye that looks at a flat loss curve.
# - *saddle*, $\eta = 0.1$, tolerance 0.25: now it is the gradient test that stops too early, beside
#   the saddle, which is no minimum. A short gradient says "level here", not "lowest here".
# - In practice, with noisy gradients (next section) neither gets small. Then one watches the loss
#   on samples that are not trained on, and stops when it has not fallen for a while: *early
#   stopping*, notebook 11.
#
# **Exercise 5.** Write it yourself: follow minus the gradient until its length is *below* the
# tolerance, or for `most` steps, and return $w$ and the number of steps taken. The gradient is
# tested before each step; where the start is good enough, there are 0 steps.

# %% tags=["exercise"]
def descend_until(gradient, w, lr, tolerance, most):
    ...
    return ...  # w, steps


check.descend_until(descend_until)


# %% [markdown] tags=["hint"]
# <details><summary>Hint 1</summary>
#
# `for step in range(most):` counts the steps taken so far; in it first `return` if the gradient is
# short, else step.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `np.linalg.norm(g)` is the length of g. What is returned when the loop has come to its end?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def descend_until(gradient, w, lr, tolerance, most):
#     for step in range(most):
#         g = gradient(w)
#         if np.linalg.norm(g) < tolerance:
#             return w, step
#         w = w - lr * g
#     return w, most
#
# check.descend_until(descend_until)
# ```
#
# </details>

# %% [markdown]
# ## 8 · All samples, some samples, one sample
#
# So far every step looked at *all* samples. With a million pictures that is a million forward
# passes for one small step. Is that necessary? The mean loss is a mean of single losses, so
#
# $$\nabla J = \frac1N\sum_{i=1}^N \nabla J_i \approx \frac1B\sum_{i\in\text{batch}}\nabla J_i.$$
#
# This is an opinion poll: ask a few, drawn at random, in place of all. On average the answer is the
# right one. Such a group of $B$ samples is a **mini-batch**; to go once through all samples, batch
# after batch, is an **epoch**.
#
# | | samples for a step | steps in an epoch |
# |---|---|---|
# | **(full) batch** gradient descent | all $N$ | 1 |
# | **mini-batch** gradient descent | $B$ | $\lceil N/B\rceil$ |
# | **stochastic** gradient descent, SGD, in the strict sense | 1 | $N$ |
#
# (Nowadays *SGD* mostly means mini-batches: `torch.optim.SGD` does not know how many samples its
# gradient comes from.) How far is such a poll off? At one place, the gradient of many batches:

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


N = len(ink)
w, b = -1.5, 2.2
error = sigmoid(w * ink + b) - is_eight
each = np.stack([error * ink, error], axis=1)  # ∇Jᵢ, one row for each sample
full = each.mean(axis=0)

print("gradient of all samples:", full.round(3))
rng = np.random.default_rng(0)
for B in (1, 4, 16, 64):
    batches = each[rng.integers(0, N, (20_000, B))].mean(axis=1)  # 20 000 batches of B
    off = np.sqrt(np.mean(np.sum((batches - full) ** 2, axis=1)))
    print(f"B = {B:2d}: mean {batches.mean(axis=0).round(2)}, off by {off:.3f},"
          f" times √B: {off * np.sqrt(B):.2f}")  # fmt: skip

# %% [markdown]
# On average every batch size is right, and the error falls like $1/\sqrt B$: **four times the work
# halves the error.** So large batches are a poor bargain far from the minimum, where a rough
# direction will do. That is the whole case for small batches.
#
# > **Predict first.** Three paths from one start, through the same samples: all 256 at a time, 16
# > at a time, one at a time. Which one is near the minimum first? Which one stays there?

# %%
batches = widgets.BatchExplorer()
batches

# %% [markdown]
# **What to notice**
#
# - After 500 samples looked at the full batch has made a single step; one at a time has made 500,
#   and was near the minimum long ago.
# - Nobody but the full batch comes to rest. Each sample pulls its own way, and at the minimum these
#   pulls cancel only on average. What remains is a cloud, the **noise ball**. The dashed ring shows
#   its size. (In the first epochs it also holds the way there.)
# - Lower $\eta$: the ring shrinks, and everything takes longer. Larger batches: the ring shrinks,
#   and there are fewer steps.
# - Choose *cost counted in: updates*: at first all three fall about alike. An exact direction is
#   worth hardly more than a rough one, and costs 256 times as much.
#
# **Challenges:** with $\eta = 3$ and 5 epochs, which batch size reaches the lowest loss? With
# $\eta = 0.3$? For one sample at a time, find the $\eta$ with the lowest loss after 5 epochs; is it
# the same for all seeds?
#
# <details><summary>What we found</summary>
#
# 64 for $\eta = 3$, 8 for $\eta = 0.3$ (seed 0). One at a time: about 0.05, and for some seeds 0.1;
# luck decides at the end.
#
# </details>

# %% [markdown]
# ### What a step costs
#
# In samples a step costs $B$. In time it costs less, because a computer multiplies a matrix of 64
# rows faster than 64 single rows. A network for the digits, steps of different size, on this
# computer (your numbers will differ):

# %% tags=["nbval-ignore-output"]
import timeit

digits = data.digits()
network = nn.Sequential(nn.Dense(64, 32, rng=0), nn.ReLU(), nn.Dense(32, 10, rng=1))
loss, sgd = nn.SoftmaxCrossEntropy(), nn.SGD(network.parameters(), lr=0.1)
with nn.backend.one_thread():
    for B in (1, 16, 64, 256, 1024):
        X_B, y_B = digits.X[:B], digits.y[:B]
        step = "nn.step(network, loss, sgd, X_B, y_B)"
        took = 1e6 * min(timeit.repeat(step, globals=globals(), number=1, repeat=60))
        print(f"B = {B:4d}: {took:6.0f} µs a step, {took / B:6.1f} µs a sample")


# %% [markdown]
# A single sample costs many times more when it comes alone. This is why batches of about 16 to 256
# are usual: rough enough to be cheap, large enough to keep the processor busy. (Notebook 15 looks
# at this more closely, and at graphics cards.)
#
# ### Thirty seeds
#
# One seed is an anecdote. Here are 30, for three learning rates and five batch sizes: how far the
# loss is above the least after each epoch, as median and as the range from the lowest tenth to the
# highest tenth.

# %%
def in_batches(B, lr, epochs=20, seeds=30):
    """Loss above the least, shape (epochs + 1, seeds): all seeds are trained at once."""
    rng = np.random.default_rng(0)
    path = [np.tile((-1.5, 2.2), (seeds, 1))]
    for _ in range(epochs):
        w = path[-1]
        order = rng.permuted(np.tile(np.arange(N), (seeds, 1)), axis=1)  # every seed its own
        for k in range(0, N, B):
            i = order[:, k : k + B]
            error = sigmoid(w[:, :1] * ink[i] + w[:, 1:]) - is_eight[i]
            w = w - lr * np.stack([(error * ink[i]).mean(axis=1), error.mean(axis=1)], axis=1)
        path.append(w)
    return neuron.value(np.array(path)) - neuron.value(neuron.minima[0])


sizes = (1, 4, 16, 64, 256)
found = {}  # (learning rate, batch size) -> the three quantiles after each epoch
for lr in (0.1, 0.3, 1.0):
    for B in sizes:
        found[lr, B] = np.quantile(in_batches(B, lr), (0.1, 0.5, 0.9), axis=1)


# %%
def thirty(stage, lr):
    panel = stage.panel(
        "loss", x=(0, 20), y=(1e-5, 30), yscale="log", legend="upper right",
        xlabel="epoch", ylabel="loss above the least", title=f"30 seeds, η = {lr}",
    )  # fmt: skip
    epochs, words = np.arange(21), []
    for B, colour in zip(sizes, ("green", "sky", "vermillion", "purple", "ink"), strict=True):
        low, median, high = np.maximum(found[lr, B], 1e-5)
        around = np.r_[epochs, epochs[::-1]], np.r_[low, high[::-1]]
        panel.line(f"band {B}", *around, colour=colour, width=1, fill=True)
        panel.line(f"median {B}", epochs, median, colour=colour, width=3, label=f"B = {B}")
        words.append(f"{B}: {median[1]:.4f}, {median[-1]:.5f}")
    return (
        f"With η = {lr}, median loss above the least after 1 and after 20 epochs, for batches of "
        + "; ".join(words) + "."
    )  # fmt: skip


rates = widgets.choice("learning rate η", (0.1, 0.3, 1.0), 0.3)
widgets.Live(thirty, width=760, height=430, lr=rates)

# %%
print(f"at the start the loss is {found[0.3, 1][1, 0]:.2f} above the least")
for lr in (0.1, 0.3, 1.0):
    print(f"η = {lr}                after 1 epoch                 after 20 epochs")
    for B in sizes:
        low, median, high = found[lr, B]
        text = [f"{median[k]:.5f} ({low[k]:.5f} – {high[k]:.5f})" for k in (1, -1)]
        print(f"   B = {B:3d}:  " + "   ".join(text))

# %% [markdown]
# What picture and table say, spread included:
#
# - **After one epoch** small batches are ahead by far: with $\eta = 0.3$ single samples are at
#   0.008, the full batch still at 1.44. It has made one step, they have made 256.
# - **Too small can be too small.** With $\eta = 1$ batches of 4 are ahead of single samples after
#   one epoch already. And after twenty, single samples are about where they were after one: they
#   have reached their noise ball, and it is larger for the larger $\eta$.
# - **After twenty epochs** the middle has won: batches of 4 for $\eta = 0.1$, of 16 for
#   $\eta = 0.3$, of 64 for $\eta = 1$. The larger $\eta$, the larger the batch that suits it.
#
# This is why training often starts with a large learning rate and lowers it: far away the speed
# counts, near the minimum the noise (schedules: notebook 10).
#
# ### The good side of noise
#
# Remember the local minima: with exact gradients the start decides where one ends. Take the surface
# with three wells of section 6, 100 starts all over the window, and add random numbers to every
# gradient, in place of what mini-batches do to it. For the last steps the noise is switched off, so
# that all come to rest.
#
# > **Predict first.** Without noise half of the starts end in the deepest well. With noise: more,
# > fewer, or as many?

# %%
three = surfaces.SURFACES["local minima"]
grid = np.stack(np.meshgrid(np.linspace(*three.x, 10), np.linspace(*three.y, 10)), axis=-1)
print("noise   in the deepest well (of five seeds the least, the median, the most)")
for noise in (0, 1, 2, 4):
    rng = np.random.default_rng(0)
    w = np.tile(grid.reshape(1, 100, 2), (5, 1, 1))  # five seeds at once
    for step in range(1200):
        wrong = noise * rng.normal(size=w.shape) * (step < 1000)
        w = w - 0.1 * (three.gradient(w) + wrong)
    deepest = (np.linalg.norm(w - three.minima[0], axis=-1) < 0.05).mean(axis=1)
    print(f"{noise:5d}   {deepest.min():4.0%} {np.median(deepest):6.0%} {deepest.max():6.0%}")


# %% [markdown]
# The right amount of noise shakes nearly everybody out of the narrow wells, and not out of the wide
# and deep one. Too much of it, and all places become alike. Exact gradients are not what one wants
# most.
#
# **Exercise 6.** How many updates does a training make, with `n` samples and `epochs` epochs? The
# last batch of an epoch has what is left.

# %% tags=["exercise"]
def updates_in_training(n, batch_size, epochs):
    return ...


check.updates_in_training(updates_in_training)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# 10 samples in batches of 4 are three batches, of 4, 4 and 2. `int(np.ceil(a / b))` rounds up.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def updates_in_training(n, batch_size, epochs):
#     return epochs * int(np.ceil(n / batch_size))
#
# check.updates_in_training(updates_in_training)
# ```
#
# </details>

# %% [markdown]
# **Exercise 7.** Write one epoch for the line $\hat y = wx + b$: take the samples in the given
# `order`, `batch_size` at a time (the last batch may be smaller), and for each batch make one step
# on the *mean* squared error of that batch.

# %% tags=["exercise"]
def sgd_epoch(x, y, w, b, lr, order, batch_size):
    ...  # for each batch: a part of the order, two derivatives, a step
    return ...  # w, b


check.sgd_epoch(sgd_epoch)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1</summary>
#
# `order[k : k + batch_size]` ends at the end of the order by itself. `x[batch]` are the inputs of
# the batch.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# It is Exercise 1 on a part of the data, with `np.mean` in place of `np.sum`. Compute both
# derivatives, then change both weights.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def sgd_epoch(x, y, w, b, lr, order, batch_size):
#     for k in range(0, len(order), batch_size):
#         batch = order[k : k + batch_size]
#         r = w * x[batch] + b - y[batch]
#         dw, db = 2 * np.mean(r * x[batch]), 2 * np.mean(r)
#         w, b = w - lr * dw, b - lr * db
#     return w, b
#
# check.sgd_epoch(sgd_epoch)
# ```
#
# </details>

# %% [markdown]
# ## 9 · The same in PyTorch
#
# PyTorch computes the gradient by itself (how: notebook 06), and `torch.optim.SGD` makes the step.
# Same start, same $\eta$: the same path as in section 3, and as with `nnlib`?

# %%
import torch

ours, theirs = [], []
w, b = 0.0, 0.0
weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
optimiser = torch.optim.SGD([weights], lr=0.1)
x_t, y_t = torch.tensor(x), torch.tensor(y)
for _ in range(20):
    dw, db = gradient(w, b)
    w, b = w - 0.1 * dw, b - 0.1 * db
    ours.append((w, b))

    optimiser.zero_grad()  # gradients add up until they are cleared
    loss = torch.sum((weights[0] * x_t + weights[1] - y_t) ** 2)
    loss.backward()
    optimiser.step()
    theirs.append(weights.detach().numpy().copy())

print("after 20 steps, by hand:   ", np.round(ours[-1], 4))
print("after 20 steps, in PyTorch:", theirs[-1].round(4))
print("all 20 places are equal:   ", np.allclose(ours, theirs, atol=1e-12))

# %% [markdown]
# In `nnlib`, with a layer and a loss. One trap on the way: `nnlib.MSE`, like `torch.nn.MSELoss`,
# takes the **mean** over the samples, where section 1 took the sum. For three samples the gradient
# is a third, so $\eta$ must be three times as large for the same path.

# %%
layer = nn.Dense(1, 1, init="zeros")
loss, sgd = nn.MSE(), nn.SGD(layer.parameters(), lr=0.3)
same = []
for w, b in ours:
    nn.step(layer, loss, sgd, x[:, None], y[:, None])
    same.append(np.allclose([layer.W.value.item(), layer.b.value.item()], [w, b], atol=1e-12))
print("nnlib with the mean and three times the η takes the same path:", all(same))

# %% [markdown]
# Mini-batches in PyTorch come from a `DataLoader`. With the samples in the same order, it makes the
# same epoch as the solution of Exercise 7, written here once more:

# %%
from torch.utils.data import DataLoader, TensorDataset

x_7, y_7 = np.linspace(-1, 1, 7), np.array([0.1, -0.4, 0.3, 0.2, 0.9, 0.6, 1.2])
loader = DataLoader(TensorDataset(torch.tensor(x_7), torch.tensor(y_7)), batch_size=3)
weights = torch.zeros(2, dtype=torch.float64, requires_grad=True)
optimiser = torch.optim.SGD([weights], lr=0.2)
w, b = 0.0, 0.0
for x_batch, y_batch in loader:  # 3, 3 and 1 samples; shuffle=True would mix them anew each epoch
    optimiser.zero_grad()
    torch.mean((weights[0] * x_batch + weights[1] - y_batch) ** 2).backward()
    optimiser.step()

    xs, ys = x_batch.numpy(), y_batch.numpy()
    r = w * xs + b - ys
    w, b = w - 0.2 * 2 * np.mean(r * xs), b - 0.2 * 2 * np.mean(r)
print(f"{len(loader)} batches; by hand ({w:.4f}, {b:.4f}),"
      f" PyTorch ({weights[0].item():.4f}, {weights[1].item():.4f})")  # fmt: skip

# %% [markdown]
# ## Summary
#
# - What a network is to learn becomes one number, the loss $J$; weights are a place, $J$ the
#   height.
# - The gradient points uphill, at a right angle to the lines of equal loss. Go the other way:
#   $w \leftarrow w - \eta\,\partial J/\partial w$. Lecture B's $\lambda$ is this $\eta$, and so is
#   `lr`.
# - Along a direction of curvature $\lambda$ a step multiplies the distance by $1 - \eta\lambda$.
#   Above $\eta = 2/L$ the steepest direction diverges, and the loss grows by $(1-\eta L)^2$ a step.
# - In a ravine the steep direction dictates $\eta$ and the flat one pays: the steps needed grow
#   like $\kappa$. Standardise your inputs.
# - Stop when the gradient is short; do not trust a loss that hardly changes. Neither test knows a
#   saddle from a minimum.
# - Mini-batches give many rough steps for the price of one exact step. They end in a noise ball
#   that shrinks with $\eta$ and with larger batches.
#
# ## Quiz
#
# 1. At a certain place $\partial J/\partial w = 5$ and $\partial J/\partial b = 0$. Is it a
#    minimum? Which way does a step go?
# <details><summary>Answer</summary>
#
# No: in a minimum all derivatives are zero. The step makes $w$ smaller and leaves $b$.
#
# </details>
#
# 2. Your loss goes 0.9, 1.1, 1.6, 2.9, 6.3. What do you do?
# <details><summary>Answer</summary>
#
# It grows by a larger and larger factor: the learning rate is above $2/L$. Start again with a third
# or a tenth of it.
#
# </details>
#
# 3. A bowl has the curvatures 0.5 and 50. With which learning rate does it diverge, and about how
#    many times more steps does it need than a bowl with 50 and 50?
# <details><summary>Answer</summary>
#
# Above $2/50 = 0.04$. The condition number is 100, so it takes hundreds of steps
# ($\tfrac12\cdot 100\cdot\ln 1000 \approx 345$ for a thousandth), where the round bowl needs one.
#
# </details>
#
# 4. Someone trains with $\eta = 0.000001$ and stops when the loss changes by less than 0.0001 in a
#    step. It stops at once. Has it converged?
# <details><summary>Answer</summary>
#
# No. A step changes the loss by about $\eta\lVert\nabla J\rVert^2$, which is tiny for every
# gradient here. Test the gradient, or compare losses many steps apart.
#
# </details>
#
# 5. 50 000 samples, batch size 100, 10 epochs. How many updates? How many samples are looked at?
# <details><summary>Answer</summary>
#
# 500 in an epoch, 5 000 in all; 500 000 samples.
#
# </details>
#
# 6. The path with batches of 4 bounces around the minimum and gets no nearer. Name two cures.
# <details><summary>Answer</summary>
#
# A smaller learning rate (best: lowered in the course of training), or larger batches.
#
# </details>
#
# ## Terms, each with its control
#
# Lecture D closes with a list of terms. Those of this notebook, and where to take hold of them:
#
# | term | meaning | its control |
# |---|---|---|
# | **learning rate** $\eta$ | how far to step for a given slope | *learning rate η*, everywhere |
# | **activation function** | what a neuron does with its sum | *activation*, notebooks 02, 07 |
# | **batch size** $B$ | number of samples for one step | *batch size* in section 8 |
# | **epoch** | once through all samples, $\lceil N/B\rceil$ steps | *epochs* in section 8 |
# | **training set** | the samples to learn from | the points in section 1: drag one |
# | **target value** | what should be said about a sample | the height of such a point |
# | **loss, cost** $J$ | how wrong the weights are, in one number | the orange dot in section 1 |
# | **gradient** $\nabla J$ | all derivatives of $J$: uphill | the arrow in section 1, reversed |
# | **curvature** $L$ | how quickly the slope changes | *curvature L* in section 4 |
# | **condition number** $\kappa$ | largest by smallest curvature | *condition number*, section 6 |
# | **convergence, tolerance** | near enough, and how near that is | *tolerance* in section 7 |
# | **divergence** | every step leads further away | $\eta$ above $2/L$, anywhere |
# | **local minimum** | level, and higher all round | *surface*, section 6 |
# | **saddle** | level, and lower on some side | *surface*, section 6 |
# | **noise ball** | where stochastic gradients stay round a minimum | the ring in section 8 |
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | B4 | training set, target values, fit Θ(W, xᵢ) ≈ f(xᵢ) | 1 |
# | B5 | minimise J(w) = Σ (f(xᵢ) − Θ(W, xᵢ))² by following −∇J | 1, 2 |
# | B10 | gradient descent w ← w − λ ∂J/∂w | 3, 9 |
# | D6 | learning rate: large overshoots, small is slow and caught in local minima | 4, 5, 6 |
# | C19 | initialise, compute the gradient, update with η, repeat until convergence | 7 |
# | D10 | terms: learning rate, activation function, batch size, epoch | 8, Terms |
#
# ## Further reading
#
# - A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", *Comptes
#   rendus* 25, 1847: gradient descent, in three pages.
# - L. Bottou, F. Curtis and J. Nocedal, "Optimization methods for large-scale machine learning",
#   *SIAM Review* 60, 2018: why stochastic gradients, with proofs.
# - S. Boyd and L. Vandenberghe, *Convex Optimization*, Cambridge, 2004, section 9.3: the zig-zag.
# - Y. LeCun, L. Bottou, G. Orr and K.-R. Müller, "Efficient BackProp", 1998: standardised inputs,
#   curvatures, 2/L.
# - G. Goh, "Why Momentum Really Works", *Distill*, 2017: the ravine, in moving pictures.
# - J. Cohen et al., "Gradient descent on neural networks typically occurs at the edge of
#   stability", ICLR 2021: in deep networks L itself grows during training, until it reaches 2/η.
