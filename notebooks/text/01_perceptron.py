# %% [markdown]
# # One neuron: the perceptron
#
# **What can a single artificial neuron decide, and how can it find its weights by itself?**
#
# After this notebook you can
#
# - build logic gates from a sum and a threshold, and say which gates *cannot* be built so;
# - compute the output of a neuron in three notations, and get one number;
# - look at weights and bias and see a line: where it lies, which way it points, how far away a
#   point is;
# - run Rosenblatt's learning rule by hand, and say how many mistakes it can make at most;
# - say why one neuron is not enough, and what many of them look like.
#
# **Before you start:** [00 Start here](00_start_here.ipynb) for how to use the moving pictures.
# From mathematics: the dot product of two vectors, and the length of a vector.
#
# **Time:** about 75 minutes; 30 if you only move the pictures.
#
# **Lecture points:** C3, C4 (the neuron of 1943, and how unlike a brain it is), E9, E4 (the
# forward pass), E7, E8 (a neuron is a line), C8 (the normal vector), B3 (the sigmoid neuron), D1
# (Rosenblatt's rule), B2 (many units, densely connected).

# %%
import numpy as np

import nnlib as nn
from nnlib import check, widgets

# %% [markdown]
# ## A neuron of zeros and ones
#
# In 1943 Warren McCulloch, who studied nerves, and Walter Pitts, a logician of twenty, asked what
# a nerve cell could compute if one knew nothing about it except this: it adds up what comes in,
# and it *fires* when the sum is large enough.
#
# $$y = \begin{cases} 1 & \text{if } \sum_j w_j x_j \ge \theta \\ 0 & \text{otherwise} \end{cases}$$
#
# The inputs $x_j$ are 0 or 1. Each has a **weight** $w_j$: positive weights excite, negative ones
# inhibit. The **threshold** $\theta$ (theta) says how much is enough. Here is one by hand, with
# three inputs.

# %%
x = np.array([1, 0, 1])  # what comes in
w = np.array([1, 1, 1])  # what each input counts
theta = 2  # how much is enough

total = np.sum(w * x)  # 1·1 + 1·0 + 1·1
y = int(total >= theta)
print(f"The sum is {total}, the threshold {theta}: y = {y}.")

# %% [markdown]
# A sum that *equals* the threshold is enough. Two of the three inputs are 1 here, and the neuron
# fires; with one of them it would not. So it takes the **majority** vote.
#
# Other weights and thresholds make other gates. `nn.McCullochPitts` is the line above as a class;
# it can write its whole truth table.

# %%
gates = {
    "AND": nn.McCullochPitts([1, 1], threshold=2),
    "OR": nn.McCullochPitts([1, 1], threshold=1),
    "NOT": nn.McCullochPitts([-1], threshold=0),
    "majority": nn.McCullochPitts([1, 1, 1], threshold=2),
}
for name, neuron in gates.items():
    inputs, outputs = neuron.truth_table()
    rows = [f"{''.join(map(str, x))}→{y}" for x, y in zip(inputs, outputs, strict=True)]
    print(f"{name:9s}", "  ".join(rows))

# %% [markdown]
# > **Predict first.** Two inputs have four combinations, and a gate answers 0 or 1 to each, so
# > there are $2^4 = 16$ gates of two inputs. How many of them can you get by choosing $w_1$, $w_2$
# > and $\theta$? All 16?
#
# Move the three sliders. Click the inputs, the rows of the table or the corners of the square to
# see the neuron answer. Below, every gate that you have built lights up.

# %%
gate = widgets.GateExplorer("AND")
gate

# %% [markdown]
# **Challenge.** Light up as many of the 16 as you can. Leave no slider unturned before you go on.
#
# **What to notice.**
#
# - Changing the threshold moves the line; changing the weights turns it. The arrow **w** always
#   points to the side where the neuron fires.
# - The neuron knows nothing of AND or OR. It draws one straight line, and the gate is which
#   corners end up on which side.
# - With one input the line is a point; with three it is a plane that cuts a cube (try *majority of
#   3*).

# %% [markdown]
# Did you get stuck? Let the computer turn the sliders: all whole weights from −3 to 3, and every
# threshold that makes a difference. Then light up in the collection what it has found.

# %%
found = {}
for n in (1, 2, 3, 4):
    inputs, _ = nn.McCullochPitts(np.ones(n), 1).truth_table()
    found[n] = set()
    for weights in np.ndindex(*[7] * n):
        sums = inputs @ (np.array(weights) - 3)
        for theta in (*sums, sums.max() + 1):
            found[n].add(tuple((sums >= theta).astype(int).tolist()))
    print(f"n = {n}: {len(found[n]):4d} of {2**2**n:5d} gates")

all_of_two = set(np.ndindex(2, 2, 2, 2))
print("Missing, as outputs for 00, 01, 10, 11:", sorted(all_of_two - found[2]))

# %%
gate.found[2] |= found[2]  # the gates of two inputs that the search has found
gate.update(gate="OR")
gate

# %% [markdown]
# **Fourteen, not sixteen**, and no patience will find the other two. The two that stay dark are
# **XOR** (outputs 0, 1, 1, 0: "one or the other, not both") and its opposite, **XNOR** ("both the
# same"). Suppose there were weights for XOR. Then the four rows of its table say
#
# $$0 < \theta, \qquad w_2 \ge \theta, \qquad w_1 \ge \theta, \qquad w_1 + w_2 < \theta .$$
#
# Add the two in the middle: $w_1 + w_2 \ge 2\theta$, and $2\theta > \theta$ because $\theta > 0$.
# That contradicts the last one. In the picture: the two corners that should fire lie across from
# each other, and so do the two that should not. No line keeps such pairs apart.
#
# And look how the share falls: all 4 gates of one input, 14 of 16, 104 of 256, 1882 of 65,536. For
# many inputs a single neuron can do almost none of what could be asked. Keep that in mind; it is
# why networks exist ([07 Multilayer networks](07_multilayer_networks.ipynb)).

# %% [markdown]
# ### Exercise: one and not the other
#
# Choose two weights and a threshold so that the neuron fires for $x_1 = 1$, $x_2 = 0$ only.

# %% tags=["exercise"]
weights = [..., ...]
threshold = ...

check.and_not(weights, threshold)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# When both inputs are 1 the second must hold the first back. What sign does its weight have? Then
# write down the four sums: the threshold has to lie above three of them.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# The sums for 00, 01, 10, 11 are 0, −1, 1, 0. Only the third reaches the threshold 1.
#
# ```python
# weights = [1, -1]
# threshold = 1
#
# check.and_not(weights, threshold)
# ```
#
# </details>

# %% [markdown]
# ### Exercise: a casting vote
#
# A committee of three. The motion passes when the chair, $x_1$, is for it, and also when both
# others are. Choose three weights and a threshold.

# %% tags=["exercise"]
weights = [..., ..., ...]
threshold = ...

check.casting_vote(weights, threshold)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The chair alone must count as much as the two others together, and each of the two alone must not
# be enough.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# A weight twice as large is two votes.
#
# ```python
# weights = [2, 1, 1]
# threshold = 2
#
# check.casting_vote(weights, threshold)
# ```
#
# </details>

# %% [markdown]
# ### Careful with the brain
#
# The word *neuron* invites you to think of brains. The lecture warns: be very careful with that
# analogy. Real nerve cells differ from our formula in ways that matter.
#
# - **There are many types of neuron**, with different shapes, chemistry and jobs. We have one.
# - **Dendrites compute.** The branches that carry input do not only pass it on to a sum; they
#   perform complex non-linear computations of their own. In 2020 Gidon and colleagues reported
#   that dendrites of single human neurons can compute XOR, which you have just seen our whole
#   neuron fail at.
# - **A synapse is not one number.** It is a non-linear dynamical system: how it answers depends on
#   what happened to it in the last milliseconds, hours and days. Our weight is a constant.
#
# Also, a real neuron answers in time, with spikes, and does not wait for a clock. Even in 1943 the
# model was a deliberate caricature (and McCulloch and Pitts's own version was stricter than the
# one here: one active inhibiting input silenced the neuron whatever the others said; weights of
# any size came later).
#
# So read "neuron" in these notebooks as the name of a formula: *a weighted sum, then a
# non-linearity.* It is a good formula. It needs no brain to be useful.

# %% [markdown]
# ## The neuron as it is written today
#
# Two small changes lead from 1943 to the neuron of every network today.
#
# **The threshold becomes a bias.** "The sum reaches $\theta$" is the same as "the sum minus
# $\theta$ reaches 0". Write $w_0$ for $-\theta$, the **bias** (many texts, and we too, also call
# it $b$):
#
# $$z = w_0 + \sum_{j=1}^{m} x_j w_j, \qquad w_0 = -\theta .$$
#
# **The step becomes a function $g$**, the **activation**: $\hat y = g(z)$. The hat on $\hat y$
# means "what the neuron says", as opposed to $y$, what is true. With the step, $\hat y$ is 0 or 1.
# With the **sigmoid**
#
# $$\sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# it is any number in between: near 0 for very negative $z$, exactly ½ at $z = 0$, near 1 for large
# $z$. You can read it as how sure the neuron is of class 1.

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for z in (-6, -2, 0, 2, 6):
    print(f"z = {z:2d}:  step {int(z >= 0)},  sigmoid {sigmoid(z):.5f}")

# %% [markdown]
# ### Three ways to write it, one number
#
# Lecture E has a neuron with $w_0 = 1$ and weights $3$ and $-2$, and asks it about the point
# $(-1, 2)$. It writes the forward pass in three ways.
#
# > **Predict first.** Do it on paper: what is $z$? Is $\hat y$ near 0, near ½ or near 1?
#
# **As a sum over everything**, $\hat y = g\left(\sum_i x_i w_i\right)$. The bias is hidden in it
# as the weight of an extra input $x_0$ that is always 1:

# %%
x = [1, -1, 2]  # x₀ = 1, then x₁ and x₂
w = [1, 3, -2]  # w₀, w₁, w₂

z = sum(x[i] * w[i] for i in range(3))  # 1·1 + (−1)·3 + 2·(−2)
print(f"z = {z}, ŷ = {sigmoid(z):.5f}")

# %% [markdown]
# **With the bias in sight**, $\hat y = g\left(w_0 + \sum_{j=1}^m x_j w_j\right)$:

# %%
x = [-1, 2]
w0, w = 1, [3, -2]

z = w0 + sum(x[j] * w[j] for j in range(2))  # 1 + (−1)·3 + 2·(−2)
print(f"z = {z}, ŷ = {sigmoid(z):.5f}")

# %% [markdown]
# **As vectors**, $\hat y = g(w_0 + \mathbf{x}^\top \mathbf{w})$. The loop is gone; `@` is the dot
# product:

# %%
x, w = np.array([-1, 2]), np.array([3, -2])

z = w0 + x @ w
print(f"z = {z}, ŷ = {sigmoid(z):.5f}")

# %% [markdown]
# All three say $z = -6$ and $\hat y = \sigma(-6) \approx 0.00247$: class 0, almost for certain.
# (The lecture prints 0.002: the same, to three decimals.)
#
# The third way is the one to keep, because it works unchanged for many points at once: the points
# are the **rows** of a matrix $X$, and $Xw + w_0$ has one $z$ for each row. That is the convention
# of all these notebooks, $Z = XW + b$. The lecture writes one point as a column instead, hence its
# $\mathbf{X}^\top \mathbf{W}$: the same sum.

# %%
X = np.array([[-1, 2], [0, 0], [1, 1], [1, 3]])  # four points, one in each row
print(sigmoid(X @ w + w0).round(3))

# %% [markdown]
# ### Exercise: ask the neuron
#
# What does the neuron $\hat y = \sigma(1 + 3x_1 - 2x_2)$ say about the point $(0.5, 1.5)$?

# %% tags=["exercise"]
answer = ...

check.neuron_output(answer)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First $z = 1 + 3 \cdot 0.5 - 2 \cdot 1.5$, on paper. Then `sigmoid(z)`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# $z = 1 + 1.5 - 3 = -0.5$.
#
# ```python
# answer = sigmoid(1 + 3 * 0.5 - 2 * 1.5)
#
# check.neuron_output(answer)
# ```
#
# </details>

# %% [markdown]
# ## A neuron is a line
#
# The neuron cannot decide where $z = 0$. For the neuron of the lecture that is
#
# $$1 + 3x_1 - 2x_2 = 0 ,$$
#
# and "this is just a line in 2D", as the slide says. On one side $z > 0$ and the neuron says more
# than ½; on the other it says less. Here they are, with the point $(-1, 2)$ as a star.
#
# > **Predict first.** The vector $\mathbf{w} = (3, -2)$: does it point *along* the line or
# > *across* it? To the side of class 1 or of class 0?

# %%
neuron = widgets.BoundaryExplorer(w=(3, -2), b=1, query=(-1, 2))
neuron

# %% [markdown]
# **Challenges.** (1) Drag the star to a place where the neuron says 0.5. (2) Make the neuron say
# more than 0.9 about $(-1, 2)$ using the bias alone. (3) Drag the tip of the arrow until the two
# colours have changed sides.
#
# **What to notice.**
#
# - **w** stands at right angles to the line, and points to where $\hat y$ grows: the side of class
#   1 (orange). It is the line's **normal vector**. Why: for two points $p$ and $q$ on the line
#   $\mathbf{w}^\top p + b = 0 = \mathbf{w}^\top q + b$, so $\mathbf{w}^\top(p - q) = 0$, and a dot
#   product of 0 means a right angle.
# - The bias moves the line without turning it.
# - A longer **w** leaves the line where it is when $b$ grows with it; only the change from blue to
#   orange becomes more sudden.

# %% [markdown]
# ### How far is it to the line?
#
# Take a step of length $d$ from the line in the direction $\mathbf{w}/\lVert\mathbf{w}\rVert$.
# Then $z$ grows from 0 to
# $d\,\mathbf{w}^\top\mathbf{w}/\lVert\mathbf{w}\rVert = d\,\lVert\mathbf{w}\rVert$. Turned round:
#
# $$d = \frac{\mathbf{w}^\top \mathbf{x} + b}{\lVert \mathbf{w} \rVert}$$
#
# is the **signed distance** of $\mathbf{x}$ from the line, positive on the side that **w** points
# to. By hand, with numbers that come out even:

# %%
w, b = np.array([3.0, 4.0]), -5.0
length = np.sqrt(w @ w)  # √(3² + 4²) = 5
for x in ([2, 1], [0, 0], [-1, 2]):
    print(f"{x}: z = {np.array(x) @ w + b:5.1f}, distance {(np.array(x) @ w + b) / length:5.2f}")

# %% [markdown]
# > **Predict first.** Now double everything: $\mathbf{w} = (6, 8)$, $b = -10$. What happens to
# > $z$, to the distances, to the line, to $\sigma(z)$?

# %%
for factor in (1, 2, 10):
    z = factor * (w @ [2, 1] + b)
    distance = z / (factor * length)
    print(f"{factor:2d} times: z = {z:4.0f}, distance {distance:.2f}, ŷ = {sigmoid(z):.7f}")

# %% [markdown]
# $z$ doubles, but the distance and the line stay. **Only the direction of w and the ratio of $b$
# to its length say where the line is. The length itself says how sure the neuron is.**

# %% [markdown]
# ### Exercise: the line
#
# On which line $x_2 = \text{slope} \cdot x_1 + \text{intercept}$ does the neuron of the lecture
# say ½? Get both numbers from the weights, and compare with the picture.

# %% tags=["exercise"]
w0, w1, w2 = 1, 3, -2
slope = ...
intercept = ...

check.separating_line(slope, intercept)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Solve $w_0 + w_1 x_1 + w_2 x_2 = 0$ for $x_2$, with letters, then put the numbers in.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# slope = -w1 / w2
# intercept = -w0 / w2
#
# check.separating_line(slope, intercept)
# ```
#
# </details>

# %% [markdown]
# ### Exercise: the distance
#
# Write the formula above as a function of one point $x$.

# %% tags=["exercise"]
def signed_distance(w, b, x):
    return ...


check.signed_distance(signed_distance)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `w @ x` is $\mathbf{w}^\top\mathbf{x}$ and `np.sqrt(w @ w)` is $\lVert\mathbf{w}\rVert$. Mind the
# brackets.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def signed_distance(w, b, x):
#     return (w @ x + b) / np.sqrt(w @ w)
#
#
# check.signed_distance(signed_distance)
# ```
#
# </details>

# %% [markdown]
# ## How sure is it? One neuron with a sigmoid
#
# One input is enough to see what weight and bias do to a sigmoid neuron,
# $\hat y = \sigma(wx + b)$. It says ½ where $wx + b = 0$, that is at $x = -b/w$, and there it
# rises by $w/4$ for each unit of $x$ (the slope of $\sigma$ at 0 is ¼; notebook 02 has the proof).
#
# > **Predict first.** What does the curve become when $w$ gets very large and $-b/w$ stays where
# > it is? And when $w$ is negative?

# %% jupyter={"source_hidden": true}
def sigmoid_neuron(stage, w, b):
    x = np.linspace(-1, 5, 301)
    labels = dict(xlabel="input x", ylabel="output ŷ", title="ŷ = σ(w x + b); drag the dot")
    panel = stage.panel("curve", x=(-1, 5), y=(-0.05, 1.05), legend="lower right", **labels)
    panel.line("step", x, w * x + b >= 0, colour="muted", dash=(6, 5), label="the step of 1943")
    panel.line("sigmoid", x, sigmoid(w * x + b), colour="blue", width=4, label="the sigmoid")
    panel.points("asked", [1, 3], sigmoid(np.array([w + b, 3 * w + b])), colour="purple", size=7)
    middle = [-b / w] if w else []  # without a weight there is no such place
    panel.points("half", middle, [0.5] * len(middle), colour="vermillion", size=9, drag=True)
    at = f"It says ½ at x = {-b / w:.2f}" if w else "It says the same everywhere"
    said = f"ŷ(1) = {sigmoid(w + b):.2f} and ŷ(3) = {sigmoid(3 * w + b):.2f}"
    return f"σ({w:.1f}·x + {b:.1f}). {at}; {said}.".replace("-", "−").replace("+ −", "− ")


def drag_half(explorer, event):
    if event["type"] == "drag":  # the dot is where w x + b = 0
        explorer.set_quietly(b=-explorer["w"] * event["x"])


soft = widgets.Live(
    sigmoid_neuron,
    w=widgets.slider("weight w", 1.0, -20.0, 20.0, 0.1),
    b=widgets.slider("bias b", -2.0, -60.0, 60.0, 0.1),
    on_event=drag_half,
)
soft

# %% [markdown]
# **Challenge.** Make the neuron say 0.10 at $x = 1$ and 0.90 at $x = 3$ (the purple dots). Only
# one pair of $w$ and $b$ does it.
#
# **What to notice.** $w$ is how steep, $-b/w$ is where; a negative $w$ makes the curve fall
# instead of rise. With a very large $w$ the sigmoid neuron *is* the neuron of 1943. Why bother
# with anything softer? The step is flat wherever you look: it never says in which direction better
# weights would lie. The sigmoid does, and learning by gradients lives on that.
#
# <details><summary>The challenge, solved on paper</summary>
#
# By symmetry it says ½ at $x = 2$, so $b = -2w$. And $\sigma(w) = 0.9$ means
# $w = \ln(0.9/0.1) = \ln 9 \approx 2.2$, so $b \approx -4.4$.
#
# </details>

# %% [markdown]
# ## Who finds the weights?
#
# So far you chose them. Do it once more, with 24 samples of two classes: circles (class 0) and
# squares (class 1). Samples on the wrong side have a ring.

# %%
X, y = nn.separable.parted(n=24, margin=0.12, rng=11)
by_hand = widgets.BoundaryExplorer(w=(1, 0.5), b=0.3, X=X, y=y, activation="step", window=1.5)
by_hand

# %% [markdown]
# **Challenge.** Get all 24 right. What did you do, each time you saw a ring? Try to say it as a
# rule.
#
# In 1957 Frank Rosenblatt proposed a rule that any machine can follow, and called the neuron that
# follows it a **perceptron**. Go through the samples one after the other. If the neuron is right,
# change nothing. If it is wrong, **add the sample to the weights, or take it away**:
#
# $$\hat y = \begin{cases} 1 & \text{if } z \ge 0 \\ 0 & \text{otherwise}\end{cases} \qquad
#   \mathbf{w} \leftarrow \mathbf{w} + \eta\,(y - \hat y)\,\mathbf{x}, \qquad
#   b \leftarrow b + \eta\,(y - \hat y)$$
#
# $y - \hat y$ is 0 where the neuron is right, $+1$ where it should have fired, $-1$ where it
# should not. $\eta$ (eta) is the **learning rate**; starting from $\mathbf{w} = 0$ it only
# stretches the numbers, so let it be 1. One pass over all samples is an **epoch**.
#
# Why it helps: after adding $\mathbf{x}$ the sum at that very sample is larger by
# $\mathbf{x}^\top\mathbf{x} + 1 > 0$, so a neuron that should have fired is closer to firing.
#
# (Other texts label the classes $t = -1$ and $+1$ and write "if $t z \le 0$:
# $\mathbf{w} \leftarrow \mathbf{w} + t\,\mathbf{x}$". With $t = 2y - 1$ it is the same rule.)
#
# Let it learn OR, whose weights you know. All numbers are whole: follow them on paper.

# %%
X_or, y_or = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 1])
w, b = np.zeros(2), 0.0

for epoch in range(1, 10):
    mistakes = 0
    for x, y_true in zip(X_or, y_or, strict=True):
        z = x @ w + b
        y_hat = int(z >= 0)
        if y_hat != y_true:
            w, b = w + (y_true - y_hat) * x, b + (y_true - y_hat)
            mistakes += 1
            asked = f"epoch {epoch}: x = {x}, z = {z:2.0f}, ŷ = {y_hat}, y = {y_true}"
            print(f"{asked}  →  w = {w}, b = {b:2.0f}")
    if mistakes == 0:
        break
print(f"epoch {epoch}: no mistake. It fires when {w[0]:.0f}·x₁ + {w[1]:.0f}·x₂ ≥ {-b:.0f}.")

# %% [markdown]
# Five mistakes, and it has found $\mathbf{w} = (1, 1)$, $b = -1$: the very gate from above, with
# $\theta = -b = 1$. Nobody told it. `nn.Perceptron` is the same loop as a class.

# %%
perceptron = nn.Perceptron(2).fit(X_or, y_or)
print(perceptron)

# %% [markdown]
# > **Predict first.** Here are 20 samples, parted by a line with some room. Will the rule get all
# > of them right in the end? Can a mistake it has repaired come back?
#
# Three mistakes have been made already (**Reset** goes back to $\mathbf{w} = 0$). Press **Step** a
# few times, then **Next mistake**, and watch the arrow **w** in the middle: at a mistake the green
# arrow is added to it, which is the sample itself, or its opposite where the neuron should not
# have fired. Then press **To the end**.

# %%
rule = widgets.PerceptronExplorer(margin=0.15, seed=60)
for _ in range(3):
    rule.press("next")  # three mistakes have been made; Reset goes back to the start
rule

# %% [markdown]
# **Challenges.** (1) Make it need more than 50 mistakes, with the margin and the seed, or by
# dragging samples. (2) Switch on *learn again at once when a point moves*, press *To the end*, and
# drag a sample slowly towards the other class: what happens to the number of mistakes just before
# it becomes impossible? (3) Choose the samples *XOR* and press *Play*.
#
# **What to notice.**
#
# - Repairing one sample can spoil others. Mistakes come back, and still it ends.
# - A wide margin is learned with a few mistakes; a narrow one takes many.
# - With XOR, or with one flipped label in the wrong place, it **never** stops: look at the path of
#   **w** in the middle. It runs in circles.

# %% [markdown]
# ### Why it must stop
#
# In 1962 Albert Novikoff proved that the number of mistakes has a limit which has nothing to do
# with how many samples there are, or in what order they come. The picture on the right of the
# explorer is his proof. Treat the bias as one more weight, of an input that is always 1:
# $\tilde{\mathbf{x}} = (\mathbf{x}, 1)$, $\tilde{\mathbf{w}} = (\mathbf{w}, b)$. Let $R$ be the
# length of the longest $\tilde{\mathbf{x}}$, and suppose some direction $\tilde{\mathbf{u}}$ of
# length 1 has all samples on the right side with room $\gamma$ (gamma) to spare: the **margin**.
# Count the mistakes with $k$.
#
# - *At least* (green): each mistake adds $\pm\tilde{\mathbf{x}}$ to $\tilde{\mathbf{w}}$, always
#   with the sign that takes it $\gamma$ or more along $\tilde{\mathbf{u}}$. So after $k$ mistakes
#   $\lVert\tilde{\mathbf{w}}\rVert \ge k\,\gamma$.
# - *At most* (blue): what is added points backwards, or the neuron would have been right. So the
#   squared length grows by no more than $R^2$ at a time:
#   $\lVert\tilde{\mathbf{w}}\rVert \le \sqrt{k}\,R$.
#
# A straight line outgrows a square root. Where they cross, at the purple star, there is no room
# left:
#
# $$k\,\gamma \le \sqrt{k}\,R \quad\Longrightarrow\quad k \le \left(\frac{R}{\gamma}\right)^2 .$$
#
# `nn.separable.mistake_bound` computes it, with the best $\tilde{\mathbf{u}}$ there is. Measured
# against the bound, over 50 sets of 20 samples for each margin:

# %%
print("margin   mistakes: mean  most    bound: mean    most/bound, at worst")
for margin in (0.4, 0.2, 0.1, 0.05):
    made, allowed = [], []
    for seed in range(50):
        X, y = nn.separable.parted(n=20, margin=margin, rng=seed)
        made.append(nn.Perceptron(2).fit(X, y, epochs=10_000).mistakes)
        allowed.append(nn.separable.mistake_bound(X, y).bound)
    made, allowed = np.array(made), np.array(allowed)
    worst = (made / allowed).max()
    print(f"{margin:5.2f} {made.mean():15.1f} {made.max():5d} {allowed.mean():13.0f} {worst:19.2f}")

# %% [markdown]
# The last column never reaches 1: the theorem holds. It is far from 1 as well: the bound is for
# the worst order of the worst samples, and most are kinder.
#
# Here is an unkind set, learned to the end. In the middle **w** zigzags: nearly every mistake
# undoes much of the one before, and only the small rest adds up. On the right its length stays
# between the two lines. Move the **margin** and watch the star: the narrower the gap, the further
# out it lies. ($\gamma$ is measured for the *best* line and with the bias's 1 as a third
# coordinate, so it is not quite the number on the slider.)

# %%
narrow = widgets.PerceptronExplorer(margin=0.05, seed=55)
narrow.press("finish")
narrow

# %% [markdown]
#
# ### When no line exists
#
# The proof needs a $\tilde{\mathbf{u}}$ that gets everything right. For XOR there is none, as you
# have seen. Then $\tilde{\mathbf{w}}$ can come back to where it was, and from there everything
# repeats:

# %%
y_xor = np.array([0, 1, 1, 0])
p = nn.Perceptron(2)
for update in p.steps(X_or, y_xor, epochs=6):
    if update.index == 3:  # the last sample of an epoch
        weights = f"w = {update.w}, b = {update.b:2.0f}"
        print(f"epoch {update.epoch}: {weights}, {update.mistakes} mistakes so far")

print("A line that separates XOR:", nn.separable.widest_margin(X_or, y_xor))

# %% [markdown]
# **From the second epoch on always the same weights, and soon four mistakes out of four, for
# ever.** Draw the path of **w**, and it is a closed loop:

# %%
loop = widgets.PerceptronExplorer(data="XOR")
loop.advance(40)
loop.refresh()
loop


# %% [markdown]
# The sentence "no line separates these samples" is not a guess after much trying. Write each
# sample as $\tilde{\mathbf{x}}$, with a 1 for the bias, give those of class 0 a minus sign, and
# add up all four:
#
# $$(0, 1, 1) + (1, 0, 1) - (0, 0, 1) - (1, 1, 1) = (0, 0, 0) .$$
#
# A line that is right about all four would have a $\tilde{\mathbf{w}}$ whose product with the
# first two terms is 0 or more, and with the last two more than 0: so with the sum, more than 0.
# But the sum *is* 0, whatever the weights. (`nn.separable.widest_margin` looks for such a sum of
# multiples of the samples. There is always one of the two: a sum that is 0, or a line.)
#
# In 1969 Marvin Minsky and Seymour Papert's book *Perceptrons* made limits like this one famous.
# The way out is to let one neuron look at what other neurons say.
#
# ### Exercise: one step of the rule
#
# Write Rosenblatt's rule for one sample $\mathbf{x}$ with label $y$ (0 or 1) and learning rate
# `lr`.

# %% tags=["exercise"]
def perceptron_update(w, b, x, y, lr):
    ...
    return ..., ...


check.perceptron_update(perceptron_update)


# %% [markdown] tags=["hint"]
# <details><summary>Hint 1</summary>
#
# Three lines: the prediction `y_hat`, the error `y - y_hat`, and the two new values. The error is
# 0 for a sample that is right, so you need no `if` for that.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# `y_hat = int(w @ x + b >= 0)`
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def perceptron_update(w, b, x, y, lr):
#     y_hat = int(w @ x + b >= 0)
#     error = y - y_hat
#     return w + lr * error * x, b + lr * error
#
#
# check.perceptron_update(perceptron_update)
# ```
#
# </details>

# %% [markdown]
# ### Exercise: is it finished?
#
# Write a function that counts how many rows of $X$ the neuron gets wrong. When it is 0, the rule
# may stop.

# %% tags=["exercise"]
def count_mistakes(w, b, X, y):
    return ...


check.count_mistakes(count_mistakes)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `X @ w + b` has one $z$ for each row. Comparing it with 0 gives `True` and `False`, which count
# as 1 and 0 when compared with `y` or summed.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def count_mistakes(w, b, X, y):
#     y_hat = X @ w + b >= 0
#     return np.sum(y_hat != y)
#
#
# check.count_mistakes(count_mistakes)
# ```
#
# </details>

# %% [markdown]
# ### Exercise: the limit
#
# No $\tilde{\mathbf{x}}$ is longer than $R = 3$, and the margin is $\gamma = 0.5$. How many
# mistakes at most?

# %% tags=["exercise"]
answer = ...

check.mistake_limit(answer)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Where do $k\,\gamma$ and $\sqrt{k}\,R$ meet?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# answer = (3 / 0.5) ** 2
#
# check.mistake_limit(answer)
# ```
#
# </details>

# %% [markdown]
# ## Many units, densely connected
#
# Lecture B says what a neural network is in one sentence: *sets of simple units, densely
# interconnected*, where each unit takes real numbers, possibly the outputs of other units, and
# produces a real number. The unit is the sigmoid neuron from above. *Densely* means that every
# unit is connected to everything in the column before it.
#
# > **Predict first.** Two inputs, three neurons that look at them, and one that looks at the
# > three: how many numbers, weights and biases together, does that take?
#
# By hand, with random weights:

# %%
network = widgets.UnitsExplorer(units=3, seed=41)
W1, b1, W2, b2 = (parameter.value for parameter in network.model.parameters())

x = np.array([0.5, -0.5])
h = [sigmoid(b1[i] + sum(x[j] * W1[j, i] for j in range(2))) for i in range(3)]
y_hat = sigmoid(b2[0] + sum(h[i] * W2[i, 0] for i in range(3)))
print("The three say", np.round(h, 2), f"and the last one, which hears only them, {y_hat:.2f}.")

# %% [markdown]
# Each edge in the picture is one of those weights: orange is positive, blue negative, and the
# width is the size. In each neuron a small map shows what *it* says all over the plane; the number
# on it is what it says about the star.

# %%
network

# %% [markdown]
# **Challenge.** Each neuron in the middle draws one straight line. The output mixes them, and its
# boundary is not straight any more. Drag the star across it. Then click edges and change their
# weights until the orange region is a *band* between two blue ones. A band is what XOR needs.
#
# **What to notice.** It takes 13 numbers: 2 · 3 weights and 3 biases, then 3 weights and 1 bias.
# Whatever else the picture shows is the answer of a unit, and each unit computes
# $\sigma(w_0 + \sum_j x_j w_j)$, nothing else. What is new is only that units listen to units. How
# such weights are *learned* is the subject of notebooks 05 and 06 and of
# [07 Multilayer networks](07_multilayer_networks.ipynb).

# %% [markdown]
# ## The same in PyTorch
#
# PyTorch calls the weighted sum `Linear`. It stores $W$ with one *row* for each output, the
# transpose of ours. Here is the neuron of the lecture in `nnlib` and in PyTorch.

# %%
import torch

ours = nn.Sequential(nn.Dense(2, 1), nn.Sigmoid())
ours[0].W.value[:] = [[3.0], [-2.0]]
ours[0].b.value[:] = 1.0

theirs = torch.nn.Sequential(torch.nn.Linear(2, 1), torch.nn.Sigmoid()).double()
with torch.no_grad():
    theirs[0].weight[:] = torch.tensor([[3.0, -2.0]])
    theirs[0].bias[:] = 1.0

X = np.array([[-1.0, 2.0], [0.5, 1.5], [1.0, 1.0]])
print("nnlib  ", ours(X).ravel().round(6))
print("PyTorch", theirs(torch.tensor(X)).detach().numpy().ravel().round(6))

# %% [markdown]
# PyTorch has no Rosenblatt's rule. It has gradients, and the rule is hidden in them. Charge the
# neuron $\max(0, -t z)$ for a sample: nothing if it is right, and the more the deeper it lies on
# the wrong side. At a mistake the gradient of that with respect to $\mathbf{w}$ is
# $-t\,\mathbf{x}$, and stepping *against* the gradient adds $t\,\mathbf{x}$: Rosenblatt's rule.
# (Both start a little off 0, because exactly at $z = 0$ the gradient says 0 where our rule counts
# a mistake.)

# %%
X, y = nn.separable.parted(n=20, margin=0.05, rng=1)
p = nn.Perceptron(2)
p.w = np.array([0.1, -0.1])
for _ in range(5):  # epochs
    for x, y_true in zip(X, y, strict=True):
        p.step(x, y_true)

w = torch.tensor([0.1, -0.1], dtype=torch.float64, requires_grad=True)
b = torch.zeros((), dtype=torch.float64, requires_grad=True)
sgd = torch.optim.SGD([w, b], lr=1.0)
for _ in range(5):
    for x, t in zip(torch.tensor(X), torch.tensor(2 * y - 1), strict=True):
        sgd.zero_grad()
        torch.relu(-t * (x @ w + b)).backward()
        sgd.step()

np.testing.assert_allclose(w.detach().numpy(), p.w, atol=1e-12)
print(f"After {p.mistakes} mistakes both have w = {p.w.round(4)} and b = {p.b:.0f}.")

# %% [markdown]
# ## Summary
#
# - A neuron is a weighted sum and a non-linearity: $z = w_0 + \sum_j x_j w_j$, $\hat y = g(z)$.
#   With a step it is the neuron of McCulloch and Pitts, with $w_0 = -\theta$.
# - It is a line (in more dimensions a plane): **w** stands across it and points to class 1, $b$
#   shifts it, and $(\mathbf{w}^\top\mathbf{x} + b)/\lVert\mathbf{w}\rVert$ is the signed distance.
# - A sigmoid neuron also says how sure it is. The longer **w**, the surer.
# - Rosenblatt's rule adds or subtracts the samples it gets wrong. If a line exists it finds one,
#   after at most $(R/\gamma)^2$ mistakes; if none exists it never stops.
# - 14 of the 16 gates of two inputs are possible. XOR is not: it takes several units, connected.

# %% [markdown]
# ## Quiz
#
# **1.** A neuron has $\mathbf{w} = (1, 1, 1, 1, 1)$. Which threshold makes it the majority of
# five?
#
# <details><summary>Answer</summary>
#
# 3. (Anything above 2 and at most 3 does the same.)
#
# </details>
#
# **2.** You multiply all weights and the bias of a sigmoid neuron by −1. What changes?
#
# <details><summary>Answer</summary>
#
# The line stays. **w** points the other way, so the classes change sides, and
# $\sigma(-z) = 1 - \sigma(z)$.
#
# </details>
#
# **3.** The samples $(1, 0)$ and $(2, 0)$ have signed distances 0.5 and 1.5 from the line. What is
# the distance of $(3, 0)$?
#
# <details><summary>Answer</summary>
#
# 2.5. Along a straight line the signed distance grows evenly.
#
# </details>
#
# **4.** You add a thousand samples, none longer and none closer to the line than those you had. By
# how much does the limit on mistakes grow?
#
# <details><summary>Answer</summary>
#
# Not at all: $(R/\gamma)^2$ does not contain the number of samples.
#
# </details>
#
# **5.** The rule has run for ten epochs and still makes mistakes. Is the data not separable?
#
# <details><summary>Answer</summary>
#
# You cannot tell: the margin may be small and the limit large. Only if weights and bias come back
# to values they had before at the same place of an epoch is it certain that it will never stop.
#
# </details>
#
# **6.** Why does the sigmoid replace the step in networks that learn by gradients?
#
# <details><summary>Answer</summary>
#
# The step's slope is 0 wherever it has one, so it does not say in which direction the weights
# should change. The sigmoid's slope is positive everywhere.
#
# </details>

# %% [markdown]
# ## Terms met
#
# - **weight** $w_j$ — how much input $j$ counts; its sign says for or against.
# - **threshold** $\theta$ — the sum at which a McCulloch–Pitts neuron fires.
# - **bias** $w_0$ or $b$ — a constant added to the sum; $-\theta$.
# - **activation** $g$ — the function from the sum $z$ to the output $\hat y$.
# - **sigmoid** $\sigma(z) = 1/(1 + e^{-z})$ — the step, softened.
# - **normal vector** — at right angles to the line; for a neuron it is **w**.
# - **signed distance** — how far from the line, and on which side.
# - **separable** — a line exists that has each class on its own side.
# - **margin** $\gamma$ — the room the best such line leaves.
# - **epoch** — one pass over all samples.
# - **learning rate** $\eta$ — how large a step is.
# - **densely connected** — each unit hears everything in the layer before it.

# %% [markdown]
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | C3 | McCulloch–Pitts neuron: AND, OR, NOT, majority | A neuron of zeros and ones |
# | C4 | be careful with brain analogies | Careful with the brain |
# | E9 | $z = w_0 + \sum_j x_j w_j$ | The neuron as it is written today |
# | E4 | the forward pass written in three ways | Three ways to write it, one number |
# | E8 | at $(-1, 2)$: $g(-6) \approx 0.002$ | Three ways to write it, one number |
# | E7 | $\hat y = g(1 + 3x_1 - 2x_2)$ is a line | A neuron is a line |
# | C8 | the normal vector and the distance | A neuron is a line; How far is it to the line? |
# | B3 | one neuron with a sigmoid | How sure is it? One neuron with a sigmoid |
# | D1 | the perceptron and its rule | Who finds the weights? |
# | B2 | many simple units, densely connected | Many units, densely connected |

# %% [markdown]
# ## Further reading
#
# - W. McCulloch and W. Pitts, *A logical calculus of the ideas immanent in nervous activity*,
#   Bulletin of Mathematical Biophysics 5 (1943).
# - F. Rosenblatt, *The perceptron: a probabilistic model for information storage and organization
#   in the brain*, Psychological Review 65 (1958). The machine was announced in a report of 1957,
#   the year that lecture B gives.
# - A. Novikoff, *On convergence proofs on perceptrons*, Symposium on the Mathematical Theory of
#   Automata (1962).
# - M. Minsky and S. Papert, *Perceptrons* (1969).
# - A. Gidon and others, *Dendritic action potentials and computation in human layer 2/3 cortical
#   neurons*, Science 367 (2020): XOR in the dendrites.
# - C. Bishop, *Pattern Recognition and Machine Learning* (2006), section 4.1: lines, normal
#   vectors, distances, and the perceptron.
