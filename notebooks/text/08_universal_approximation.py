# %% [markdown]
# # 08 · Universal approximation: any function, from bumps
#
# **The question:** what can a network with a *single* hidden layer compute, if it may be as wide as
# you like?
#
# **Afterwards you can**
#
# 1. write down, without any training, the weights of a network that follows a function of your
#    choice as closely as you choose;
# 2. say exactly what the universal approximation theorem promises, and with which activations;
# 3. show why a polynomial activation fails, whatever the width;
# 4. explain why the same thing is less direct with two inputs, and what it costs with many;
# 5. name four things the theorem does *not* promise, and show each of them.
#
# **Before you start:** hidden units, and networks written as $g(XW_1 + b_1)W_2 + b_2$
# (notebook 07).
#
# **Time:** about 80 minutes with the exercises, 40 without.
#
# **Lecture points:** C14 the universal approximation theorem.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · One hidden unit is a soft step
#
# One input, one sigmoid unit: $h = \sigma(w x + b)$. Two numbers, and they are not the ones one
# would like to turn. Where is the step? Where $wx + b = 0$, so at $t = -b/w$. How steep is it? As
# steep as $w$ is large. So let us name what we mean, the **place** $t$ and the **steepness** $s$,
# and compute the weights from that:
#
# $$\sigma\big(s\,(x - t)\big) = \sigma(wx + b) \qquad\text{with}\qquad w = s, \quad b = -s\,t.$$
#
# > **Predict first.** You make $w$ twice as large and leave $b$ alone. The step gets steeper. What
# > else happens to it?

# %%
sigma = nn.Sigmoid().value


def soft_step(stage, s, t):
    panel = stage.panel(
        "step", x=(-0.2, 1.2), y=(-0.3, 1.3), xlabel="x", ylabel="h = σ(wx + b)",
        title=f"w = s = {s},   b = −s·t = −{s * t:.1f}",
    )  # fmt: skip
    x = np.linspace(-0.2, 1.2, 500)
    z = s * (x - t)
    panel.line("tangent", x, 0.5 + z / 4, colour="green", dash=(6, 4), width=1.5)
    panel.line("h", x, sigma(z), colour="blue", width=3.5)
    panel.points("t", t, 0.5, size=9, drag=True, tip="drag the step")
    return f"A step at {t:.2f}, steepness {s}: w = {s}, b = −{s * t:.1f}; slope there {s / 4:.2f}."


def dragged(explorer, event):
    if event["type"] == "drag":
        explorer.set_quietly(t=event["x"])


step = widgets.Live(
    soft_step, height=330, on_event=dragged,
    s=widgets.slider("steepness s", 20, 1, 200, 1),
    t=widgets.slider("place t", 0.4, 0.0, 1.0, 0.01),
)  # fmt: skip
step

# %% [markdown]
# **What to notice**
#
# - The slope at the step is $s/4$: the green line is the tangent.
# - A step in the same place with twice the steepness needs twice the $w$ *and* twice the $b$. With
#   $w$ alone doubled, the step moves to half its place: $t = -b/w$.
# - A large $s$ makes the sigmoid as good as the step of 1943. From now on we choose $s$.
#
# ## 2 · Two make a bump
#
# > **Predict first.** A step up at 0.3, and a step *down* at 0.7. What is their sum?
#
# $$\text{bump}(x) = h\,\sigma\big(s(x - l)\big) - h\,\sigma\big(s(x - r)\big)$$
#
# Above, the two hidden units, each times its output weight. Below, what the output neuron makes of
# them: it adds. **Drag** the diamonds (the edges) and the dot (the height), and watch the numbers
# on the right: *this is the whole network*.

# %%
bump = widgets.BumpExplorer()
bump

# %% [markdown]
# **Challenges**
#
# 1. Make the bump stand on its head.
# 2. Move the two edges close together. From which distance on does the bump not get to its full
#    height any more? What does that have to do with $s$?
# 3. Turn the steepness down to 5. What is left of the bump?
#
# <details><summary>Answers</summary>
#
# 1. Drag the dot below zero: both output weights change their signs.
# 2. A sigmoid needs a distance of about $5/s$ from its middle to be on, so an edge is about $10/s$
#    wide. With $s = 60$ bumps narrower than about 0.17 lose height.
# 3. A flat hill: at the steepness 5 the first unit has not finished rising when the second begins
#    to fall.
#
# </details>
#
# By hand, small enough to check: a bump of height 3 from 0.2 to 0.6.

# %%
s, left, right, height = 50, 0.2, 0.6, 3
W1 = np.array([[s, s]])  # (1 input, 2 hidden units)
b1 = np.array([-s * left, -s * right])  # −10 and −30
W2 = np.array([[height], [-height]])  # up, and down again
b2 = np.array([0.0])

x = np.array([[0.0], [0.2], [0.4], [0.6], [1.0]])
H = 1 / (1 + np.exp(-(x @ W1 + b1)))
for row in np.column_stack([x, H, H @ W2 + b2]).round(3):
    print("x = {:.1f}: h₁ = {:.3f}, h₂ = {:.3f}, output {:.3f}".format(*row))

# %% [markdown]
# At an edge the sigmoid says ½, so the bump is half as high there: 1.5.
#
# **Exercise 1.** Write the weights of a bump of height 2 from 0.3 to 0.7, with a steepness of 100.

# %% tags=["exercise"]
W1_mine = ...  # two numbers
b1_mine = ...  # two numbers
W2_mine = ...  # two numbers
b2_mine = ...  # one number

check.bump_by_hand(W1_mine, b1_mine, W2_mine, b2_mine)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# σ(s (x − t)) is σ(wx + b) with w = s and b = −s t. The first unit stands at 0.3, the second at 0.7
# and takes away what the first one has put there.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# W1_mine = [100, 100]
# b1_mine = [-30, -70]
# W2_mine = [2, -2]
# b2_mine = 0
#
# check.bump_by_hand(W1_mine, b1_mine, W2_mine, b2_mine)
# ```
#
# </details>

# %% [markdown]
# ## 3 · Many bumps: a bar chart is a network
#
# Now put bumps side by side. Any bar chart is a sum of bumps, and any function looks like a bar
# chart if the bars are narrow. That is nearly the whole proof.
#
# > **Predict first.** A bump takes two hidden units. How many do six bumps side by side take?

# %%
bars = widgets.BumpExplorer(bumps=6, target="sine", steepness=100, single=True)
bars

# %% [markdown]
# **Challenge:** drag the six heights so that the blue line follows the orange one as well as it
# can; the title says how large the largest error still is. Then press **Heights from the target**,
# and see whether the machine did better. (Yours may well be the better one: the button takes the
# value of the target in the middle of each bump.)
#
# **What to notice**
#
# - Six bumps, and *seven* units, not twelve. Where one bump ends the next one begins, and both
#   happen at the same place: one unit is enough, and its output weight is the *difference* of the
#   two heights. If the bumps reach to both ends, the outer two edges are out of sight; then the
#   bias can set the first height, and six bumps need five units.
# - Play with the **steepness**. Too small, and the bumps run into each other; very large, and the
#   line becomes stairs. In between the sigmoids *overlap*, and the corners are rounded off.
#
# How much overlap is best? Seventeen strips, sixteen units, and only the steepness changes:

# %%
sine = nn.theory.TARGETS["sine"]
strips, middle = 17, np.linspace(0.2, 0.8, 601)
for per_strip in (1, 2, 4, 8, 16, 64):
    weights = nn.theory.bumps(sine, strips - 1, steepness=per_strip * strips)
    error, at = nn.theory.sup_error(sine, lambda x, w=weights: w.values(x, "sigmoid"))
    inside, _ = nn.theory.sup_error(sine, lambda x, w=weights: w.values(x, "sigmoid"), middle)
    print(
        f"steepness × strip = {per_strip:2}: largest error {error:.3f} (at x = {at:.2f}), "
        f"on [0.2, 0.8] {inside:.3f}"
    )


# %% [markdown]
# Look at the last column. With sharp stairs (64) the error is 0.15, half a stair. With an overlap
# of about a strip (4) it is seven times smaller, with the same number of units: soft steps blend
# into each other and follow the slope. Only at the ends, where a neighbour is missing, nobody
# rounds the corner, and that is where the largest error stays. (Two more edges, one beyond each
# end, would cure that.)
#
# **Exercise 2.** Write a function that turns a bar chart into a network: given the $n + 1$ levels
# from left to right, the output weights of the $n$ edges, and the bias. (The edges themselves are
# in $W_1$ and $b_1$, as before.)

# %% tags=["exercise"]
def stair_weights(levels):
    return ...  # W2 (n numbers), b2


check.stair_weights(stair_weights)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Left of all edges every unit is off: who says the first level? At each edge one more unit is on,
# and stays on for the rest of the way.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def stair_weights(levels):
#     return np.diff(levels), levels[0]
#
# check.stair_weights(stair_weights)
# ```
#
# </details>

# %% [markdown]
# ## 4 · The same with ReLU: straight pieces
#
# A ReLU unit does not step, it *bends*: $\max(0, x - t)$ is flat up to $t$ and then goes up with
# slope 1. Times an output weight, it changes the slope of the sum at $t$ by that much.
#
# > **Predict first.** How many hinges does a triangle on flat ground need, a hat? And which output
# > weights, if both sides have the slopes 5 and −5?

# %%
hat = widgets.BumpExplorer(activation="relu")
hat


# %% [markdown]
# Three: the slope goes from 0 to 5, from 5 to −5, and from −5 back to 0; the changes are 5, −10
# and 5. Drag the three dots. Then raise the number of bumps, choose a target and let the button
# set the heights: hats side by side, each with its top where its neighbours touch the ground, add
# up to a line from point to point. Switch **show the bumps** on to see them.
#
# **Exercise 3.** Write a function that gives the output weights and the bias of the ReLU network
# that joins the points $(x_0, y_0), \dots, (x_n, y_n)$ by straight lines. Its $n$ hinges stand at
# $x_0, \dots, x_{n-1}$.

# %% tags=["exercise"]
def hinge_weights(x, y):
    return ...  # W2 (n numbers), b2


check.hinge_weights(hinge_weights)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The slope of piece k is (y[k+1] − y[k]) / (x[k+1] − x[k]). Before the first hinge it is 0.
# `np.diff(..., prepend=0)` gives the changes.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def hinge_weights(x, y):
#     slopes = np.diff(y) / np.diff(x)
#     return np.diff(slopes, prepend=0), y[0]
#
# check.hinge_weights(hinge_weights)
# ```
#
# </details>

# %% [markdown]
# ## 5 · The theorem, as a game
#
# Someone who does not believe you chooses a continuous function $f$ on $[0, 1]$, as wild as they
# like, and a number $\varepsilon > 0$, as small as they like. You answer with a number $n$ and the
# weights of $n$ hidden units. You win if the network stays in the tube: $|f(x) - N(x)| \le
# \varepsilon$ *everywhere*. The **universal approximation theorem** says: you can always win.
#
# In the words of lecture C: *for every continuous function from a hypercube $[0,1]^d$ to the real
# numbers, an activation function that is non-constant, bounded and continuous, and for every
# positive $\varepsilon$, there is a network with one hidden layer with that activation whose error
# is at most $\varepsilon$.* The error meant is the largest one, the **sup error** (supremum)
#
# $$\|f - N\|_\infty = \sup_{x \in [0,1]^d} |f(x) - N(x)|.$$
#
# The output neuron has no activation; it adds. Below, the tube is orange, the network blue, and the
# red bar stands where the error is largest. On the right is that error against $n$.
#
# > **Predict first.** You halve ε. How many more units will the stairs of sigmoids need: twice as
# > many, four times, ten times?

# %%
game = widgets.ApproximationExplorer()
game

# %% [markdown]
# **Challenges**
#
# 1. Raise $n$ until the network stays in the tube. Halve ε, and again. Then with **relu**.
# 2. Choose **draw your own**, drag the points, and try to draw something that the network cannot
#    follow. Which drawings are expensive?
# 3. *A city skyline* is continuous, but its walls are steep. How small an ε can you win with 128
#    units? Where does the red bar stand?
# 4. *Steps* jump. Raise $n$ as far as you like. What is the smallest ε you can win with, and which
#    word of the theorem is missing?
#
# <details><summary>What we found</summary>
#
# 1. For the sigmoid, half the error takes twice the units. For ReLU the same ε takes far fewer, and
#    a quarter of the error takes twice the units, because the sine is smooth: see below.
# 2. The steep ones. What is expensive is the steepest slope, not how often it goes up and down.
# 3. At the walls, always.
# 4. At the jump a continuous network has to pass through all values in between, so on one side or
#    the other it is off by half the jump at least: the jump from 0.9 to −0.2 costs 0.55. Three
#    sigmoid units get there, because their edges stand at the jumps; of 128 none does, and the
#    error is larger. The theorem speaks about *continuous* functions.
#
# </details>
#
# ### How many units are enough
#
# Suppose $f$ is nowhere steeper than $L$: $|f(x) - f(x')| \le L\,|x - x'|$ (it is **Lipschitz**).
#
# *Stairs.* With $n$ edges there are $n + 1$ strips, each $w = 1/(n+1)$ wide. In its strip $x$ is
# never farther than $w/2$ from the middle, where the stair is exact. So the error is at most
# $L/(2(n+1))$.
#
# *Sigmoids* blur the edges. There is a way to see what that costs. The network is
# $N(x) = \sum_k p_k(x)\,f(m_k)$ with $p_k(x) = \sigma(s(x - t_k)) - \sigma(s(x - t_{k+1}))$: an
# *average* of the values in the middles $m_k$, since the $p_k$ are not negative and add up to 1.
# They are the chances that $x$, shaken by noise with the logistic distribution of scale $1/s$,
# falls into strip $k$; the mean size of such noise is $2 \ln 2 / s$. So the middles that count are
# on average not farther away than $w/2 + 2\ln 2/s$:
#
# $$\|f - N\|_\infty \le L\left(\frac{1}{2(n+1)} + \frac{2\ln 2}{s}\right).$$
#
# *Straight pieces* between $n + 1$ points are off by at most $L/(2n)$; if $f$ has a second
# derivative of at most $M$, by at most $M/(8n^2)$. Do the formulas hold? For the sine
# $L = 2\pi$ and $M = 4\pi^2$; the steepness is $s = 8(n+1)$, which `bumps` takes by default.

# %%
print("  n | sigmoid  bound | ReLU     L/(2n)  M/(8n²)")
for n in (4, 8, 16, 32, 64, 128):
    errors = []
    for g in ("sigmoid", "relu"):
        weights = nn.theory.bumps(sine, n, g)  # W1, b1, W2, b2: written down, not learned
        errors.append(nn.theory.sup_error(sine, lambda x, w=weights, g=g: w.values(x, g)).error)
    L, M = 2 * np.pi, 4 * np.pi**2
    bound = L * (1 / (2 * (n + 1)) + 2 * np.log(2) / (8 * (n + 1)))
    print(
        f"{n:3} |  {errors[0]:.4f}  {bound:.4f} |"
        f" {errors[1]:.5f}  {L / (2 * n):.4f}  {M / (8 * n**2):.5f}"
    )


# %% [markdown]
# No error is above its bound, and each time $n$ doubles, the error of the stairs is about halved,
# that of the straight pieces divided by four.
#
# And the proof of the theorem, for one input? A continuous function on $[0,1]$ may have no $L$ (as
# $\sqrt x$ at 0), but it is *uniformly* continuous: for every ε there is a width $w$ such that it
# changes by less than ε within $w$, wherever you look. Cut strips that narrow, build the stairs,
# make them steep. That is all. $\blacksquare$
#
# **Exercise 4.** With *steps* as hidden units the bound is $L/(2(n+1))$. Write a function that says
# how many units are enough for a given $L$ and ε: the smallest $n \ge 1$ for which the bound is at
# most ε.

# %% tags=["exercise"]
def units_needed(L, epsilon):
    return ...  # a whole number


check.units_needed(units_needed)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Solve L / (2 (n + 1)) ≤ ε for n. Which way do you have to round? `int(np.ceil(...))`. And at least
# one unit there must be.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def units_needed(L, epsilon):
#     return max(1, int(np.ceil(L / (2 * epsilon))) - 1)
#
# check.units_needed(units_needed)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Three ways to come by the weights
#
# The theorem says that good weights *exist*. We have written them down for one input. Nobody does
# that in practice, so let us compare, for the same number of hidden units:
#
# - **by hand**: the stairs and the straight pieces from above;
# - **random, then solved**: the hidden layer is drawn at random and stays as it is. The network is
#   *linear* in $W_2$ and $b_2$, so the best of them, in the sense of least squares, come from a
#   system of linear equations;
# - **trained**: from the same random hidden layer, 2000 steps of Adam on all weights, with the mean
#   squared error.
#
# > **Predict first.** Which of the three will come closest to a sine with 16 tanh units? And which
# > with 16 ReLU units?
#
# The lines are medians; the bands reach from the best to the worst of 20 random draws (10 for the
# trained ones). It takes some minutes, so it was measured beforehand, by
# `python -m benchmarks.universal_approximation`.

# %%
measured = data.measured("universal_approximation")
n = np.array(measured["widths"])
solved, trained = measured["solved_seeds"], measured["trained_seeds"]
print(f"{solved} random hidden layers solved, {trained} trained for {measured['steps']} steps,")
print(f"at each of the widths {', '.join(map(str, n))}")


# %%
def against_width(stage, target, show):
    panel = stage.panel(
        "widths", x=(0.9, 150), y=(1e-9, 5), xscale="log", yscale="log", xlabel="hidden units n",
        xticks=[(int(k), str(k)) for k in n], ylabel="largest error on [0, 1]",
        title=f"{target}: {show}", legend="lower left",
    )  # fmt: skip
    rows = {k: v for k, v in measured["errors"][target].items() if show in k}
    words = []
    for k in range(8):
        panel.remove(f"band {k}", f"line {k}", f"dots {k}")
    for k, (name, spread) in enumerate(rows.items()):
        colour = nn.plot.palette.CLASS_COLOURS[k]
        low, middle, high = np.maximum(np.array(spread).T, 1e-9)
        both = np.r_[n, n[::-1]], np.r_[low, high[::-1]]
        panel.line(f"band {k}", *both, fill=True, width=1, colour=colour)
        panel.line(f"line {k}", n, middle, width=2.5, colour=colour, label=name)
        panel.points(f"dots {k}", n, middle, classes=[k] * len(n), size=5)
        words.append(f"{name} {middle[4]:.2g}")
    return f"Largest error on {target} with 16 units, median: {', '.join(words)}."


widgets.Live(
    against_width, width=760, height=460,
    target=widgets.choice("target", list(measured["errors"])),
    show=widgets.choice(
        "show", ["tanh", "relu", "sigmoid", "sin", "z²", "z³", "solved", "trained"]
    ),
)  # fmt: skip

# %%
for target, rows in measured["errors"].items():
    print(f"{target:18} n = 4       16       64      128   (median of the largest errors)")
    for name in ("by hand: sigmoid", "by hand: relu", "solved: tanh", "solved: relu",
                 "trained: tanh", "trained: relu", "trained: sin"):  # fmt: skip
        middle = dict(zip(n, np.array(rows[name])[:, 1], strict=True))
        print(f"{name:16}", *(f"{middle[k]:8.2g}" for k in (4, 16, 64, 128)))

# %% [markdown]
# **What was found**
#
# - *The sine, tanh:* solving wins by far. 16 random smooth units and a system of equations get to
#   0.0008, the 16 hinges written by hand to 0.019. Sums of smooth units make very good smooth
#   functions, so the error falls faster than any straight line in this picture.
# - *ReLU:* the hand wins from 8 units on. Its hinges are spread evenly; random ones leave gaps.
#   The band of *solved* is wide, and on the wild one the median even rises at 128 units: least
#   squares looks at 401 places, and what a pair of steep hinges does between two of them it does
#   not see.
# - *Trained:* with few units, moving the hidden ones pays: 4 tanh units get to 0.07, and to 0.65 if
#   the hidden layer stays random. With many units it is the other way round. The error stops near
#   0.01, whatever the width, though solving shows that the very hidden layer it started from can do
#   a hundred thousand times better (64 units of tanh). That floor belongs to 2000 steps of Adam,
#   and not to the network.
# - *The wild one:* no way is fast. It is rough at many scales, and smooth units have no advantage
#   from being smooth; with 128 units the hand is ahead of all.
# - *z²:* a horizontal line. That is the next section.
#
# So the curve of a *measured* error against width shows the method as much as the theorem. Only the
# curves by hand come with a proof.
#
# ## 7 · Why a polynomial will not do
#
# Take $g(z) = z^2$ as activation. It is continuous and not constant, and it is certainly not
# linear. So why not?
#
# > **Predict first.** Below are 8 units with $z^2$ and random hidden weights; the output weights
# > are the best there are. What will the sine look like with 8, with 32, with 128 of them?

# %%
squares = widgets.ApproximationExplorer(
    width=8, method="random, then solved", activation="z²", epsilon=0.3
)
squares

# %% [markdown]
# **Challenge:** move the slider of the hidden units from 1 to 128. From which width on does nothing
# move any more? Then do the same with **z³**, and with **trained** in place of *solved*.
#
# Nothing moves after the second unit (the third for $z^3$). Multiply out what a unit says:
#
# $$(w x + b)^2 = w^2 \cdot x^2 + 2wb \cdot x + b^2 \cdot 1 .$$
#
# However many units you add up, the sum is $\alpha x^2 + \beta x + \gamma$, a parabola. Two units
# and the bias of the output can already make every parabola there is; further units add the same
# three functions once more. For the sine the best parabola happens to be a straight line, since
# what a bend would help the hill it would cost the valley. And it never gets better:

# %%
x = np.linspace(0, 1, 1001)
parabola = np.polyval(np.polyfit(x, sine(x), 2), x)
print(f"parabola fitted by polyfit: largest error {np.abs(parabola - sine(x)).max():.3f}")
for units in (2, 8, 32, 128):
    z2 = nn.theory.COMPARED["z²"]
    W1, b1 = nn.theory.random_hidden(units, rng=1)
    weights = nn.theory.least_squares(x, sine(x), W1, b1, z2)
    error = np.abs(weights.values(x, z2) - sine(x)).max()
    print(f"{units:3} units of z²:              largest error {error:.3f}")

# %% [markdown]
# **Exercise 5.** Fifty units $(w_jx + b_j)^2$ with random weights, at a thousand values of $x$: the
# matrix $H$ has 50 columns, and one more of ones for the bias of the output. What is its rank?
# (You may ask `np.linalg.matrix_rank`; say first what you expect.)

# %% tags=["exercise"]
rank = ...

check.square_rank(rank)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The rank counts how many columns are not sums of multiples of others. All of them are made of 1, x
# and x².
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# rng = np.random.default_rng(0)
# x = np.linspace(0, 1, 1000)[:, None]
# H = (x * rng.normal(size=50) + rng.normal(size=50)) ** 2
# rank = np.linalg.matrix_rank(np.column_stack([H, np.ones(1000)]))
#
# check.square_rank(rank)
# ```
#
# </details>

# %% [markdown]
# ### Which activations will do
#
# | who | condition on $g$ | covers ReLU? |
# |---|---|---|
# | Cybenko 1989 | continuous, from 0 at $-\infty$ to 1 at $+\infty$ (sigmoidal) | no |
# | Hornik 1991, and lecture C | continuous, bounded, not constant | no |
# | Leshno, Lin, Pinkus and Schocken 1993 | *not a polynomial* (jumps are allowed) | yes |
#
# The lecture's condition is enough, but more than is needed. **ReLU is not bounded**, and yet you
# have built with it yourself in section 4. Bounded and not constant is one way of not being a
# polynomial, since every polynomial that is not constant goes to infinity. Leshno's theorem is
# sharp: it works for *every* activation that is not a polynomial, and for none that is.
#
# One more thing that is easy to overlook: the theorem needs the biases. Without them, a network of
# tanh units is an odd function, $N(-x) = -N(x)$ (up to $b_2$).
#
# **Exercise 6.** With which of these activations does one hidden layer approximate every continuous
# function on $[0, 1]$? Write 1 for yes and 0 for no. (softplus is $\ln(1 + e^z)$; cube is $z^3$;
# step is 0 or 1.)

# %% tags=["exercise"]
sigmoid = ...
relu = ...
linear = ...
sin = ...
cube = ...
step = ...
softplus = ...

check.universal(sigmoid, relu, linear, sin, cube, step, softplus)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# One question is enough for each: is it a polynomial?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# sigmoid = 1
# relu = 1
# linear = 0
# sin = 1
# cube = 0
# step = 1
# softplus = 1
#
# check.universal(sigmoid, relu, linear, sin, cube, step, softplus)
# ```
#
# </details>

# %% [markdown]
# ## 8 · With two inputs: towers
#
# The theorem speaks of $[0, 1]^d$. With two inputs a hidden unit $\sigma(w_1x_1 + w_2x_2 + b)$ is a
# step along one direction, and the same for ever along the other: a cliff. Two cliffs make a
# **ridge**. A tower would be what we need in place of a bump. (The window below is $[-1, 1]^2$;
# shifting and scaling is left to the weights.)
#
# > **Predict first.** Two ridges that cross, four sigmoids in all, each ridge ½ high. Where is the
# > sum 1, where ½, where 0? Is it a tower?

# %%
tower = widgets.TowerExplorer()
tower

# %% [markdown]
# It is a cross. In the middle the sum is 1, and the arms, ½ high, run on for ever. **This is why
# one hidden layer is not as direct here as with one input:** adding cannot say *and*.
#
# 1. Choose **a second hidden layer**: one more unit looks at the sum and fires where it is nearly
#    as high as it can be, where all ridges are. The arms are gone. Five units, two layers. Drag the
#    tower about.
# 2. The theorem, though, promises *one* layer. Go back to **added up** and raise the **directions**
#    to 24. The arms get lower, since each ridge now has only 1/24 of the height; but there are more
#    of them, and they melt into a haze. How high is it? Does it go away?
# 3. With 24 directions, choose **best output weights**. More units along each direction, and some
#    of the output weights are negative: they take the haze away. Now lower the directions again.
#    With how many is it still a tower?
#
# **The moment to remember: this is how a CT scanner works.** It knows a body only through sums
# along straight lines, from many directions; adding these up again gives a haze, and a filter with
# negative parts clears it. One hidden layer is a sum of ridges, and enough directions build
# anything.

# %%
two_digits = nn.plot.words.number
for directions in (2, 6, 12, 24):
    for output in ("added up", "best output weights", "a second hidden layer"):
        found = widgets.TowerExplorer(directions, output)
        low, high = found.ground()
        top = found.heights(np.zeros((1, 2)))[0]
        print(
            f"{directions:2} directions, {output:21} {found.units():4} units:"
            f" tower {two_digits(top)}, ground {two_digits(low)} to {two_digits(high)}"
        )


# %% [markdown]
# Two layers do with 5 units what one layer does with hundreds. That is a first glimpse of why
# networks are deep (notebook 09).
#
# ## 9 · What the theorem does not promise
#
# ### It does not say how many
#
# A bar chart with $k$ bars over one input becomes a grid of $k^d$ towers over $d$ inputs. Move
# the two sliders.

# %%
def count(stage, k, d):
    panel = stage.panel(
        "towers", x=(0.4, 12.6), y=(1, 1e19), yscale="log", xlabel="inputs d", ylabel="towers",
        title=f"{k} strips along each of {d} input{'s' * (d > 1)}: {k**d:,} towers",
        xticks=[(i, str(i)) for i in range(1, 13)],
    )  # fmt: skip
    dims = np.arange(1, 13)
    panel.bars("towers", dims, float(k) ** dims, classes=dims == d)
    panel.line("brain", [0.4, 12.6], [8.6e10] * 2, colour="vermillion", dash=(8, 5))
    panel.text("words", 0.6, 4e11, "neurons in a brain, 86 billion", align="left", halo=True)
    return f"{k} strips along each of {d} input{'s' * (d > 1)} make {k**d:,} towers."


widgets.Live(
    count, height=380, k=widgets.slider("strips k", 10, 2, 30, 1),
    d=widgets.slider("inputs d", 6, 1, 12, 1),
)  # fmt: skip

# %% [markdown]
# This is the **curse of dimension**, and it is no weakness of our construction: there are so many
# functions of which one knows nothing but how steep they are, that telling them apart within ε
# takes about $(1/\varepsilon)^d$ bits, with *any* method (Kolmogorov and Tikhomirov 1959). Networks
# work on pictures with thousands of inputs because those functions are not arbitrary. Andrew
# Barron (1993) named a class of functions, smooth in a certain sense, for which the mean squared
# error falls like $1/n$ in any dimension, if the hidden units may be chosen to fit.
#
# **Exercise 7.** Ten strips along each of six inputs: how many towers?

# %% tags=["exercise"]
towers = ...

check.towers_needed(towers)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# With two inputs it is a chess board of 10 by 10.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# towers = 10**6
#
# check.towers_needed(towers)
# ```
#
# </details>

# %% [markdown]
# ### It does not say that training finds them
#
# Here 64 ReLU units have been trained on the wild function. In the right picture the grey line is
# what is *known to be possible* with that many units: we can write the weights down.

# %% tags=["nbval-ignore-output"]
hard = widgets.ApproximationExplorer(
    "a wild one", width=64, activation="relu", method="trained", epsilon=0.1
)
hard

# %% [markdown]
# Look at the blue line: it has 64 hinges to spend, and you can count the bends it shows. It has
# found the slow waves of the target and none of the fast ones.
#
# **Challenge:** find a seed for which the trained network gets below the grey line. (Each move of a
# slider trains anew; watch it.) Then choose the sine: there gradient descent with a *few* units
# does well, and with many, worse than the hand.

# %%
for target, name, width in (
    ("a wild one", "by hand: relu", 64), ("a wild one", "trained: relu", 64),
    ("sine", "by hand: relu", 64), ("sine", "trained: relu", 64),
    ("sine", "trained: sin", 1), ("sine", "trained: sin", 2), ("sine", "trained: sin", 16),
):  # fmt: skip
    low, middle, high = measured["errors"][target][name][list(n).index(width)]
    print(f"{target}, {name}, n = {width}: {middle:.4f} (best {low:.4f}, worst {high:.4f})")

# %% [markdown]
# For the sine, ten trained ReLU networks of 64 units are all at least seven times worse than the
# weights written by hand. The last three lines are stranger. *One* unit of $\sin$ can be the sine
# exactly, and half of the starts or more find it. Give it more units, and the exact solution is
# still among all possible weights (set the output weights of the others to zero), but in 2000
# steps the typical training does not get there: the others do their part of the work, and stay in
# the way. A wider network *can* do more; what is *found* is another matter. The notebooks 05 and
# 10 are about finding.
#
# <details><summary>A seed that gets below the grey line?</summary>
#
# We tried the seeds 0 to 9, with 2000 steps: the best came to 0.095; by hand it is 0.059.
#
# </details>
#
# ### It says nothing outside of $[0, 1]^d$
#
# > **Predict first.** A network follows the sine on $[0, 1]$ to the width of a hair. What will it
# > say at $x = 2$: 0, as the sine does? Answer for tanh, ReLU, sin and $z^3$.

# %%
outside = widgets.ApproximationExplorer(
    width=24, method="by hand", activation="relu", outside=True, epsilon=0.06
)
outside

# %% [markdown]
# The grey dashed lines are the ends of $[0, 1]$. ReLU goes straight on with its last slope.
# Sigmoid and tanh, by hand, go on level. Choose *random, then solved*: what tanh and sin say out
# there depends on the seed, and sin oscillates, though not as the target does. None is wrong: the
# theorem made no promise, and nothing in the training said what should happen there.
#
# ### It says nothing about what was not shown
#
# In the game we knew $f$ everywhere. In life one has a few measurements with noise.
#
# > **Predict first.** Twelve measurements of a sine, with noise. You raise the number of tanh units
# > from 2 to 60. What happens to the error *at the measurements*? And to the largest error?

# %%
tanh, grid = nn.theory.COMPARED["tanh"], np.linspace(0, 1, 501)


def few_samples(stage, n, samples, noise, seed):
    rng = np.random.default_rng(seed)
    at = (np.arange(samples) + rng.uniform(0.2, 0.8, samples)) / samples
    y = sine(at) + noise * rng.normal(size=samples)
    weights = nn.theory.least_squares(at, y, *nn.theory.random_hidden(n, rng=seed), tanh)
    says, truth = weights.values(grid, tanh), sine(grid)
    seen = np.sqrt(np.mean((weights.values(at, tanh) - y) ** 2))
    worst = np.abs(says - truth).max()
    worst = f"{worst:.2f}" if worst < 100 else "above 100"
    panel = stage.panel(
        "fit", x=(0, 1), y=(-2.4, 2.4), xlabel="x", ylabel="y", legend="upper right",
        title=f"n = {n}: off by {seen:.2f} at the samples, by {worst} at worst",
    )  # fmt: skip
    panel.line("truth", grid, truth, colour="orange", dash=(8, 5), label="what is true")
    panel.line("network", grid, np.clip(says, -9, 9), colour="blue", width=3, label="network")
    panel.points("samples", at, y, size=6, label="measured")
    units = f"{n} tanh unit{'s' * (n != 1)}"
    return f"{units} on {samples} samples: off by {seen:.2f} there, by {worst} at worst."


c = widgets.slider
few = widgets.Live(
    few_samples, n=c("hidden units n", 5, 1, 60, 1), samples=c("samples", 12, 4, 200, 1),
    noise=c("noise", 0.2, 0.0, 0.5, 0.05), seed=c("seed", 3, 0, 99, 1),
)  # fmt: skip
few


# %% [markdown]
# **Challenge:** which number of units has the *worst* largest error? Is it the largest number?
#
# One draw proves nothing, so here are the medians of 40: other samples, other noise, another hidden
# layer each time. The last line is the same with 200 samples.

# %%
def errors(n, samples, seed, noise=0.2):
    rng = np.random.default_rng(seed)
    at = (np.arange(samples) + rng.uniform(0.2, 0.8, samples)) / samples
    y = sine(at) + noise * rng.normal(size=samples)
    weights = nn.theory.least_squares(at, y, *nn.theory.random_hidden(n, rng=seed), tanh)
    seen = np.sqrt(np.mean((weights.values(at, tanh) - y) ** 2))
    return seen, np.abs(weights.values(grid, tanh) - sine(grid)).max()


for units, samples in ((2, 12), (5, 12), (8, 12), (12, 12), (20, 12), (50, 12), (8, 200)):
    seen, worst = np.median([errors(units, samples, seed) for seed in range(40)], axis=0)
    print(f"{units:2} units, {samples:3} samples: at the samples {seen:.2f}, at worst {worst:.1f}")

# %% [markdown]
# With as many units as samples the network goes through every single measurement, noise and all:
# it *can*, says the theorem. Between them it does what it likes. That is **overfitting**, and
# notebook 11 is about it. The remedy is in the last line: more samples.
#
# Strangely, *many more* units than samples are less bad again. There are many networks then that go
# through all points, and least squares takes the one with the smallest output weights, which swings
# less. This is known as **double descent**, and it is a good reminder: how well a network does on
# what it has not seen is a question of its own, and the theorem is silent on it.
#
# ## 10 · The same in PyTorch
#
# `torch.nn.Linear` stores its weight as (outputs, inputs), the transpose of ours. Nothing else has
# to be done to hand the weights over.

# %%
import torch

weights = nn.theory.bumps(sine, 32, "relu")
W1, b1, W2, b2 = (torch.tensor(a) for a in weights)

network = torch.nn.Sequential(
    torch.nn.Linear(1, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1)
).double()
network.load_state_dict({"0.weight": W1.T, "0.bias": b1, "2.weight": W2.T, "2.bias": b2})

grid = np.linspace(0, 1, 1001)
with torch.no_grad():
    says = network(torch.tensor(grid[:, None])).numpy()[:, 0]
ours = weights.model("relu").forward(grid[:, None])[:, 0]  # an nnlib.Sequential
print("equal to nnlib:", np.allclose(says, ours, atol=1e-12))
print(f"largest error:  {np.abs(says - sine(grid)).max():.4f}")

# %% [markdown]
# No data, no loss, no optimiser: a network is a formula, and whoever knows good weights may write
# them down.
#
# ## Summary
#
# - A sigmoid unit is a soft step at $t = -b/w$ with steepness $w$; two of them make a bump, and
#   bumps side by side any bar chart. Neighbours share an edge: $n$ units make $n + 1$ bars.
# - ReLU units are hinges; their output weights are changes of slope, and their sum joins points by
#   straight lines.
# - The theorem: for every continuous $f$ on $[0,1]^d$ and every $\varepsilon > 0$ there is *some*
#   width for which one hidden layer stays within ε of $f$ everywhere.
# - It holds for every activation that is not a polynomial, and for no polynomial: sums of
#   $(wx + b)^2$ are parabolas, whatever the width.
# - With several inputs a unit is a ridge. Adding ridges gives towers only with many directions;
#   a second layer does it with few units.
# - It does not say how many units, nor that training finds the weights, nor anything about what
#   lies outside of the cube or was never measured.
#
# ## Quiz
#
# 1. A unit $\sigma(80x - 20)$: where is its step?
# <details><summary>Answer</summary>
#
# Where 80x − 20 = 0: at x = 0.25.
#
# </details>
#
# 2. Someone says: "Since a network can approximate any function, mine will learn my data if only I
#    train it long enough." Which two steps are missing?
# <details><summary>Answer</summary>
#
# The theorem gives *some* width, not theirs; and it says that weights exist, not that gradient
# descent arrives there. (And whether what it learns is right on new data is a third matter.)
#
# </details>
#
# 3. Is bounded necessary?
# <details><summary>Answer</summary>
#
# No. ReLU is not bounded. What is necessary, and enough, is not to be a polynomial.
#
# </details>
#
# 4. Why can no network of sigmoids get closer than 0.55 to a function that jumps from 0.9 to −0.2?
# <details><summary>Answer</summary>
#
# It is continuous. Just left of the jump it should be near 0.9 and just right of it near −0.2; at
# the jump it has one value, and that is at least 0.55 away from one of the two.
#
# </details>
#
# 5. A network with $z^2$ and *two* hidden layers: what degree has it? Does the argument of section
#    7 still hold?
# <details><summary>Answer</summary>
#
# Degree 4. Still a polynomial whose degree the width does not change, so it still fails for a fixed
# depth. More layers raise the degree.
#
# </details>
#
# 6. How many hidden units make a tower over the plane?
# <details><summary>Answer</summary>
#
# With two hidden layers five. With one, none exactly: hundreds come close.
#
# </details>
#
# ## Terms
#
# - **universal approximation**: being able to come as close as one likes to every continuous
#   function.
# - **sup error** (sup norm, $\|\cdot\|_\infty$): the largest error, wherever it is.
# - **ε-tube**: all points that are at most ε above or below the function.
# - **bump**: the difference of two steps. **Ridge**: the same with two inputs. **Tower**: a bump
#   bounded on all sides.
# - **hinge**: a ReLU unit, seen as the place where the slope changes.
# - **Lipschitz**: nowhere steeper than some $L$.
# - **random features**: a hidden layer that is drawn and not trained; only the output weights are
#   solved for.
# - **curse of dimension**: a grid over $d$ inputs has $k^d$ cells.
# - **extrapolation**: what a model says outside of where it was fitted.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | C14 | universal approximation theorem: one hidden layer, any ε on $[0,1]^d$ | 5, and all of it |
#
# ## Further reading
#
# - G. Cybenko, "Approximation by Superpositions of a Sigmoidal Function", *Mathematics of Control,
#   Signals and Systems* 2, 1989.
# - K. Hornik, "Approximation Capabilities of Multilayer Feedforward Networks", *Neural Networks* 4,
#   1991: the form that lecture C states.
# - M. Leshno, V. Lin, A. Pinkus and S. Schocken, "Multilayer Feedforward Networks with a
#   Nonpolynomial Activation Function Can Approximate Any Function", *Neural Networks* 6, 1993.
# - A. Barron, "Universal Approximation Bounds for Superpositions of a Sigmoidal Function", *IEEE
#   Transactions on Information Theory* 39, 1993: how many units.
# - A. Kolmogorov and V. Tikhomirov, "ε-Entropy and ε-Capacity of Sets in Function Spaces", *Uspekhi
#   Matematicheskikh Nauk* 14, 1959: why no method escapes the curse.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapter 4: a visual proof with bumps and
#   towers.
