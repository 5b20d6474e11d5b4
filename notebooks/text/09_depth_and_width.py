# %% [markdown]
# # 09 · Depth and width: fold the paper before you cut it
#
# **The question:** with the same number of weights, is a network better wide or deep?
#
# **Afterwards you can**
#
# 1. find every straight piece of a ReLU network, and count them exactly, on a line and in the
#    plane;
# 2. show with scissors and paper why layers multiply where units of one layer only add;
# 3. say what Montúfar's theorem promises, and what it does not;
# 4. compare wide and deep networks fairly, and report an answer that depends on the task;
# 5. predict from the first weights whether a gradient will vanish or explode on its way back.
#
# **Before you start:** multilayer networks (notebook 07) and what a gradient is. It helps to have
# seen that one wide layer can approximate everything (notebook 08), but it is not needed.
#
# **Time:** about 100 minutes with the exercises, 45 without.
#
# **Lecture points:** C15 wide against deep · C16 the number of linear regions · C17 space folding.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · A ReLU network is made of straight pieces
#
# A ReLU is two straight lines with a kink between them. A sum of ReLUs is straight wherever none of
# them has its kink, and a ReLU of *that* is straight again, with some more kinks. So a network of
# `Dense` and ReLU layers, however large, is one straight piece beside the next. Nothing in it is
# curved.
#
# Take one input and three hidden units,
#
# $$f(x) = \max(0, x) - 2\max(0, x - 1) + \max(0, 2 - x).$$
#
# Unit $j$ computes $w_j x + b_j$ and switches where that is zero, at $x = -b_j / w_j$.
#
# > **Predict first.** At which x does f have a kink, how many straight pieces are there, and what
# > is the slope of each?

# %%
w = np.array([1.0, 1.0, -1.0])
b = np.array([0.0, -1.0, 2.0])
v = np.array([1.0, -2.0, 1.0])

kinks = np.sort(-b / w) + 0.0  # which makes 0 of −0
between = np.array([-1.0, 0.5, 1.5, 3.0])  # one x in each piece
on = between[:, None] * w + b > 0  # which units are on there
print("kinks at", kinks)
for x, row in zip(between, on, strict=True):
    print(f"x = {x:4.1f}: on {row.astype(int)}, slope {(v * w)[row].sum():4.1f}")


# %% [markdown]
# Three units, three kinks, **four pieces**. One unit more gives one kink more: with one input, a
# hidden layer of n ReLUs has at most n + 1 pieces. On each piece some units are on and the others
# off; this **activation pattern**, the rows of 0 and 1 above, decides the slope.
#
# **Exercise 1.** Write `switch_points(w, b)`: where do the units of one hidden layer switch, in
# order?

# %% tags=["exercise"]
def switch_points(w, b):
    return ...


check.switch_points(switch_points)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Solve $w x + b = 0$ for x. `np.sort` puts numbers in order.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def switch_points(w, b):
#     return np.sort(-b / w)
#
#
# check.switch_points(switch_points)
# ```
#
# </details>

# %% [markdown]
# ### Counted, not looked for
#
# In a deep network the same rule works layer by layer. Between two breakpoints every unit of the
# next layer is again of the form $a t + c$, so its zero is known, $t = -c/a$; if it lies between
# the two breakpoints, it is a new one. `nn.regions.on_segment` does this and returns every piece.
#
# Why not try a fine grid and count how often the pattern changes? Because a piece may be shorter
# than any grid you choose.

# %%
def random_network(sizes, seed, bias=0.5):
    rng, layers = np.random.default_rng(seed), []
    for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
        dense = nn.Dense(n_in, n_out, rng=rng, init="he")
        dense.b.value[...] = bias * rng.normal(size=n_out)
        layers += [dense, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


net = random_network([1, 16, 16, 16, 1], seed=3)
found = nn.regions.on_segment(net, [-2], [2])
print(f"exact: {len(found)} pieces; the shortest has length {4 * np.diff(found.t).min():.1e}")

for n in (30, 100, 1000, 10_000):
    x = np.linspace(-2, 2, n)[:, None]
    on = np.concatenate([h > 0 for h in net.trace(x)[1::2]], axis=1)
    print(f"grid of {n:6}: {1 + (on[1:] != on[:-1]).any(axis=1).sum()} pieces")

# %% [markdown]
# ## 2 · Folding the line
#
# Two ReLUs make the absolute value: $|x| = \max(0, x) + \max(0, -x)$. It *folds* the line at zero:
# −3 and 3 come to lie on one another, and whatever the next layer does with the one it does with
# the other, too.
#
# Fold the interval $[0, 1]$ in its middle and pull it back to its old length. This is the **tent
# map**, one layer of two ReLUs:
#
# $$t(x) = 1 - |2x - 1| = 2\max(0, x) - 4\max\!\left(0, x - \tfrac12\right)
# \quad\text{on } [0, 1].$$
#
# > **Predict first.** Put a second tent layer behind the first. How many straight pieces has
# > $t(t(x))$? And with ten layers?

# %%
tent = widgets.TentExplorer()
tent

# %% [markdown]
# Drag the **square** on the left up and down, and add layers.
#
# **What to notice**
#
# - Each layer has two ReLUs, and each *doubles* the number of pieces.
# - On the right, read backwards: the one point at the end has two sources, each of these has two,
#   and so on. The network has not learned $2^L$ levels. It has one, at the end, and $2^L$ inputs
#   that end up there.
# - The green diamonds are where each layer creases the line. There are L of them, not $2^L$.
#
# **Challenge:** find a height at which two neighbouring inputs of the $2^L$ nearly touch. Where do
# they sit on the zigzag?
#
# Counted exactly, beside the most that a single layer of as many ReLUs could have:

# %%
print(" L  ReLUs  pieces  one layer of as many ReLUs: at most")
for depth in (1, 2, 3, 5, 8, 10):
    pieces = nn.regions.on_segment(nn.regions.folding(depth), [0], [1]).n_linear
    print(f"{depth:2} {2 * depth:6} {pieces:7} {2 * depth + 1:10}")

# %% [markdown]
# **Exercise 2.** You need a function with at least 1000 straight pieces on $[0, 1]$. How many tent
# layers, with how many ReLUs in all? And how many ReLUs does a single hidden layer need at least?

# %% tags=["exercise"]
layers = ...
relus_deep = ...
relus_wide = ...

check.tent_network(layers, relus_deep, relus_wide)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $2^L \ge 1000$. A layer of n ReLUs has n kinks; how many pieces is that?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# layers = 10
# relus_deep = 20
# relus_wide = 999
#
# check.tent_network(layers, relus_deep, relus_wide)
# ```
#
# </details>

# %% [markdown]
# ## 3 · Folding the plane
#
# Fold a sheet of paper a few times, cut a shape out of it, unfold it: the shape is there many
# times, mirrored. You cut once.
#
# A fold is one ReLU. Let the crease be the line $n^\top x = c$, with a normal $n$ of length 1. The
# point $x$ is $z = n^\top x - c$ in front of the crease. Where z is negative, turn it over:
#
# $$x \;\mapsto\; x + 2\max(0, -z)\, n.$$
#
# (A network of nothing but `Dense` and ReLU also has to carry the point itself along. It takes a
# few more units for that, $x = \max(0, x) - \max(0, -x)$, or folds one axis at a time, as in
# section 2.)
#
# > **Predict first.** The sheet below has been folded along both axes, and an F is drawn on it. How
# > many Fs are on the unfolded sheet? Which of them can you read?

# %%
paper = widgets.FoldingExplorer()
paper


# %% [markdown]
# Move **folded so far** slowly and watch the flap turn over. Drag the corners of the F, or all of
# it by the large dot. Then choose **anyhow**, four folds along four lines in any direction, and
# turn the first crease. And then **a snowflake** with *draw it yourself*.
#
# **What to notice**
#
# - The more of the sheet lies on one another, the stronger the tint: many inputs that are the same
#   thing for all layers to come.
# - With *anyhow*, look at the creases on the unfolded sheet. The first one is a straight line. The
#   second is mirrored in the first, so it has a bend there; the fourth has bends at all the others.
#   The copies are turned in all directions, and some are cut off at the edge of the paper. The
#   figure 3 on the lecture's slide is such a folding.
#
# **The moment to remember: a deep network learns a shape once and gets its copies for nothing, if
# its folds are where the symmetries of the problem are.** That *if* is a large one. Nobody tells
# the network where to fold.
#
# **Exercise 3.** Write the fold.

# %% tags=["exercise"]
def fold_plane(X, n, c):
    return ...


check.fold_plane(fold_plane)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `z = X @ n - c` is one number for each row. To add a multiple of n to each row, make z a column:
# `z[:, None] * n`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def fold_plane(X, n, c):
#     z = X @ n - c
#     return X + 2 * np.maximum(0, -z)[:, None] * n
#
#
# check.fold_plane(fold_plane)
# ```
#
# </details>

# %% [markdown]
# ## 4 · Counting regions
#
# In the plane a unit switches along a straight line, and the pieces are polygons. We count
# **activation regions**: connected sets of inputs on which no unit changes between on and off. On
# each of them the network is one plane, tilted one way. (Two neighbours may by chance be the same
# plane: then they are one **linear region**, but two activation regions. `nnlib` counts both; with
# random weights they are nearly always the same number.)
#
# ### One layer: straight lines
#
# Three lines in general position make 7 regions: one before any line, one more for each of 3 lines,
# one more for each of 3 crossings. In general, for n hyperplanes in d dimensions (Zaslavsky 1975):
#
# $$R(n, d) = \sum_{k=0}^{d} \binom{n}{k}, \qquad\text{in the plane}\quad 1 + n + \frac{n(n-1)}2 .$$
#
# This is a polynomial in n of degree d. So **the regions of one layer grow polynomially with its
# width**.

# %%
from math import comb

for n in (1, 2, 3, 4, 8, 16):
    layer = random_network([2, n, 1], seed=n)
    window = (-1e4, 1e4)  # so large that all crossings are inside
    counted = len(nn.regions.on_plane(layer, window, window))
    formula = comb(n, 0) + comb(n, 1) + comb(n, 2)
    print(f"{n:2} units: {counted:3} regions counted, {formula:3} by the formula")

# %% [markdown]
# **Exercise 4.** Into how many regions do 5 lines in general position cut the plane? Use paper and
# pencil first.

# %% tags=["exercise"]
regions = ...

check.regions_of_lines(regions)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Begin with 4 lines, 11 regions. The fifth line crosses the other four, so it runs through five
# regions. Each of them becomes two.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# regions = 16
#
# check.regions_of_lines(regions)
# ```
#
# </details>

# %% [markdown]
# ### Many layers: lines that bend
#
# > **Predict first.** On each region of the first layer, a unit of the second layer switches along
# > a straight line. What does its line do where it comes to a line of the first layer?

# %%
plane = widgets.RegionsExplorer()
plane

# %% [markdown]
# The colour of a line says which layer drew it: black the first
# (white on a dark screen), then vermillion, green, purple,
# blue. The colour of a region says which way the network rises there, and how steeply. Drag the two
# square ends of the segment; above right is the network along it, with every breakpoint.
#
# **What to notice**
#
# - Lines of the second layer are straight inside a region and bend at the black ones; those of the
#   third bend at both. A line may end nowhere: it closes, or it leaves the window.
# - Move **layers so far** from 1 up: nothing is ever redrawn, only cut again.
# - Set **size of the biases** to 0. All lines of all layers now run through the origin: without
#   biases a ReLU network is a fan of wedges.
# - Choose **weights by hand: fold**. The second layer's lines run through *all* regions of the
#   first, because these lie on one another.
#
# **Challenges**
#
# 1. With **weights by hand: fold** and 4 units in a layer: how many layers does it take until the
#    folded network has more regions than any network with one layer of as many units can have?
# 2. With **random weights**, find a network whose count exceeds the blue line, the most that one
#    layer of as many units can have. How far beyond it can you get?
#
# <details><summary>What we found</summary>
#
# 1. Four: 256 regions with 16 units, where one layer has at most 137. With three layers it is 64
#    against 79. Exponential growth starts slowly.
# 2. It is rare, and not by much. Of 2700 we tried, the best had 106 regions against 79: two layers
#    of six units, seed 5, biases of size 0.20. See below.
#
# </details>
#
# ### What the theorem says
#
# Montúfar, Pascanu, Cho and Bengio (2014): with the *best* weights, a network with d inputs and
# hidden layers of $n_1, \dots, n_L \ge d$ ReLUs has at least
#
# $$\left(\prod_{l=1}^{L-1} \left\lfloor \frac{n_l}{d} \right\rfloor^{d}\right)
# \sum_{k=0}^{d} \binom{n_L}{k}$$
#
# linear regions. The proof is the explorer you have just seen: use each layer but the last to fold
# every axis $\lfloor n_l/d \rfloor$ times, and let the last one draw its lines on the folded sheet.
# The number of layers stands in the exponent, the width in the base: **exponential in depth,
# polynomial in width**, as the lecture says. There is an upper bound as well: no layer can cut a
# region into more parts than $R(n_l, d)$, so there are at most $\prod_l R(n_l, d)$.

# %%
print("24 units in all, 2 inputs     at least, with the best weights    at most")
for widths in ([24], [12, 12], [8, 8, 8], [6, 6, 6, 6], [4] * 6):
    least, most = nn.regions.lower_bound(widths, 2), nn.regions.upper_bound(widths, 2)
    print(f"{str(widths):28} {least:28} {most:15}")

# %% [markdown]
# Do not believe it, build it: two layers that fold (four units each, two for each axis), a third
# one whose four lines all cross near the middle of the folded sheet, and count.

# %%
angle = np.linspace(0.2, 0.2 + np.pi, 4, endpoint=False)
lines = nn.Dense(2, 4)  # four lines that pass the point (0.5, 0.5) at a small distance
lines.W.value[...] = [np.cos(angle), np.sin(angle)]
lines.b.value[...] = 0.03 - 0.5 * lines.W.value.sum(axis=0)

montufar = nn.regions.folding(2, n_in=2, folds=2, last=lines)
built = nn.regions.on_plane(montufar, (0, 1), (0, 1))
print("widths", [layer.n_out for layer in montufar if isinstance(layer, nn.Dense)][:-1])
print("regions after each layer:", built.counts)
print("the theorem promises:    ", nn.regions.lower_bound([4, 4, 4], 2))


# %% [markdown]
# 16 squares of the folded sheet, 11 regions on each: 176, to the last one.
#
# **Exercise 5.** Write the lower bound.

# %% tags=["exercise"]
def best_regions(widths, d):
    return ...


check.best_regions(best_regions)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1</summary>
#
# `widths[:-1]` are all hidden layers but the last, `n // d` rounds down, and `comb(n, k)` is
# $\binom{n}{k}$.
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# For widths [4, 4] and d = 2 by hand: $\lfloor 4/2\rfloor^2 \cdot (1 + 4 + 6) = 44$.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def best_regions(widths, d):
#     folds = 1
#     for n in widths[:-1]:
#         folds *= (n // d) ** d
#     return folds * sum(comb(widths[-1], k) for k in range(d + 1))
#
#
# check.best_regions(best_regions)
# ```
#
# </details>

# %% [markdown]
# ### What it does not say
#
# The theorem is about the *best* weights. What do networks have that nobody has folded by hand?
#
# > **Predict first.** Again 24 units, in one to six layers, now with random weights. Will the deep
# > ones have more regions than the wide one?

# %%
print("24 units, random weights: regions in the window, 20 seeds (least, median, most)")
for widths in ([24], [12, 12], [8, 8, 8], [6, 6, 6, 6], [4] * 6):
    counts = [len(nn.regions.on_plane(random_network([2, *widths, 1], seed))) for seed in range(20)]
    print(f"{str(widths):20} {min(counts):4} {np.median(counts):6.0f} {max(counts):4}")


# %% [markdown]
# No more; rather fewer. Hanin and Rolnick (2019) prove that with random weights the number of
# regions is, on average, bounded by a power of the number of units, however many layers they stand
# in, and they see little change of that in training. Depth makes an exponential number *possible*.
# It does not make it happen.
#
# So the number of regions cannot be the whole reason why deep networks work. Let us measure
# instead.
#
# ## 5 · Wide or deep, with as many parameters
#
# Lecture C: deep networks reach the same expressiveness with fewer parameters, and fewer parameters
# overfit less. Let us keep the parameters the same and change nothing but the shape: 128 units in
# one layer, 2 layers of 20, 4 of 12, 8 of 8.
#
# **Exercise 6.** Check that this is fair: write `deep_parameters(n_in, width, depth)`, the number
# of weights and biases of a network with `depth` hidden layers of `width` units and one output.

# %% tags=["exercise"]
def deep_parameters(n_in, width, depth):
    return ...


check.deep_parameters(deep_parameters)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# A layer of m inputs and n units has $(m + 1)\,n$ numbers. There is the first layer, there are
# depth − 1 from hidden to hidden, and there is the output. By hand for 2 inputs and 2 layers of 3:
# 9 + 12 + 4 = 25.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def deep_parameters(n_in, width, depth):
#     return (n_in + 1) * width + (depth - 1) * (width + 1) * width + (width + 1)
#
#
# check.deep_parameters(deep_parameters)
# ```
#
# </details>

# %% [markdown]
# Three tasks, the same budget for each network: 3000 steps of Adam on all samples, for every
# network the best of five learning rates (chosen on samples set aside for that), 12 seeds. One dot
# is one training; the error is the share of the variance that is left unexplained, so 1 is as good
# as always saying the mean.
#
# - **ripple**: rings round the origin, $\cos(3\pi\sqrt{x_1^2 + x_2^2})$. Something has to be
#   computed first (the radius), and then something else from it: a *composition*.
# - **sawtooth**: 16 straight pieces up and down, exactly what four tent layers make with eight
#   ReLUs.
# - **noisy wave**: one gentle wave, 60 samples, much noise.
#
# > **Predict first.** Which shape wins on which task?

# %%
measured = data.measured("depth_and_width")
tasks = measured["tasks"]
print(f"{measured['seeds']} seeds, {measured['steps']} steps, rates {measured['rates']}")


def shape(net):
    widths = net["widths"]
    return f"{len(widths)} × {widths[0]}"


# %%
def wide_or_deep(stage, task, show):
    networks = tasks[task]["networks"]
    key = {"test error": "test", "training error": "train"}.get(show, "regions_after")
    values = [np.array(net[key], dtype=float) for net in networks.values()]
    low, high = np.log10([np.min(values) * 0.9, np.max(values) * 1.1])
    names = [shape(net) for net in networks.values()]
    panel = stage.panel(
        "runs", yscale="log", x=(-0.6, 3.8), y=(10 ** np.floor(low), 10 ** np.ceil(high)),
        xticks=list(enumerate(names)), xlabel="hidden layers × units in each", ylabel=show,
        title=f"{task}: {show}, {measured['seeds']} trainings of each network",
    )  # fmt: skip
    said = []
    for k, (v, name) in enumerate(zip(values, names, strict=True)):
        beside = k + 0.24 * np.sin(2.4 * np.arange(len(v)))  # so that dots do not hide one another
        panel.points(f"runs {k}", beside, v, classes=np.full(len(v), k), size=5, tip="{y}")
        panel.line(f"median {k}", [k - 0.32, k + 0.32], np.median(v) * np.ones(2), width=4)
        mid = np.median(v)
        number = f"{mid:.0f}" if mid > 999 else f"{mid:.3g}"
        panel.text(f"number {k}", k + 0.36, mid, number, align="left", bold=True, halo=True)
        said.append(f"{name}: {number}")
    return f"{task}, {show}, medians of {measured['seeds']} seeds: {'; '.join(said)}."


runs = widgets.Live(
    wide_or_deep, width=820, height=430, task=widgets.choice("task", tasks),
    show=widgets.buttons("show", ["test error", "training error", "regions after training"]),
)  # fmt: skip
runs

# %%
print("medians, and the middle half of the seeds: test error")
for task, about in tasks.items():
    print(task)
    for net in about["networks"].values():
        low, mid, high = np.quantile(net["test"], [0.25, 0.5, 0.75])
        print(f"  {shape(net):7} {net['parameters']} parameters, rate {net['rate']:5}: "
              f"{mid:.3f} ({low:.3f} to {high:.3f})")  # fmt: skip

# %% [markdown]
# (Measured by `python -m benchmarks.depth_and_width`.)
#
# **What we found**
#
# - **ripple**: depth helps, up to a point. Four layers of 12 have a third of the error of one
#   single layer. The best training of all is one of eight layers, but most of these get stuck, and
#   one learned nothing: look at the spread, and at the training error.
# - **sawtooth**: here theory promises most, and the promise is seldom kept. Four tent layers would
#   do it without any error, with eight ReLUs. A few deep trainings come close to that, and no wide
#   one does (the cell below counts them); but in the middle of the seeds the wide layer, which can
#   put a kink wherever one is missing, does better. That a good network *exists* does not mean that
#   gradient descent *finds* it.
# - **noisy wave**: a gentle function needs no depth. One layer wins, and each further step in depth
#   makes it worse: for two and four layers the training error is lower and the test error higher,
#   so they follow the noise. (All three do best with the smallest rate we tried, which amounts to
#   stopping early. Several trainings of the eight layers learned nothing at all.)
#
# So: depth pays where the task is a composition, and only as deep as can be trained.

# %%
print("sawtooth: trainings that leave less than 1 % unexplained")
for net in tasks["sawtooth"]["networks"].values():
    print(f"  {shape(net):7} {np.sum(np.array(net['test']) < 0.01)} of {measured['seeds']}")

print("ripple: linear regions in the window, median before and after training; test error")
for net in tasks["ripple"]["networks"].values():
    before, after = np.median(net["regions_before"]), np.median(net["regions_after"])
    print(f"  {shape(net):7} {before:6.0f} {after:6.0f} {np.median(net['test']):9.3f}")

# %% [markdown]
# Look at the last table. With as many parameters the wide network has *more than five times as many
# regions* as the winner, and three times its error. What counts is not how many regions there are,
# but where they are. See for yourself: here are the two, after a short training on the ripple. The
# segment shows how each of them climbs over the rings.

# %% tags=["nbval-ignore-output"]
X = np.random.default_rng(0).uniform(-1, 1, (400, 2))
y = np.cos(3 * np.pi * np.hypot(*X.T))[:, None]

trained = {}
for name, widths in (("trained: 4 × 12", [12] * 4), ("trained: 1 × 128", [128])):
    net = random_network([2, *widths, 1], seed=2)
    loss, adam = nn.MSE(), nn.Adam(net.parameters())
    for step in range(800):
        adam.lr = 0.01 * (1 - step / 800)
        nn.step(net, loss, adam, X, y)
    trained[name] = net

rings = widgets.RegionsExplorer(network="trained: 4 × 12", networks=trained)
rings.update(colour="height")
rings

# %% [markdown]
# Now choose **trained: 1 × 128** from the list. One layer has nothing but straight lines from
# border to border, and a line that is needed at one place runs on through all others. It has many
# more pieces along the segment, and yet (in the training stored here) misses the hill in the
# middle. Go back to the four layers, and move **layers so far** from 1 to 4: the first lines are
# few and straight, the last ones bend round the middle, along the rings. (One seed shows what *can*
# happen; how often, the dots above say.)
#
# ### Depth as a regulariser
#
# Lecture C quotes Goodfellow and colleagues (2014), whose shallow models for house numbers stopped
# improving however many parameters they got, "primarily due to overfitting", while deeper ones went
# on improving. And it says that more layers are *a certain form of regularisation, because later
# layers are restricted by what earlier ones do*. What can be said about it?
#
# - *True as a statement about sets:* a network of 4 × 12 units is a narrower set of functions than
#   "anything with 500 parameters". If the task looks like that set, as pictures do (edges, parts,
#   objects), the restriction is a help: that is what the house numbers and our ripple suggest.
# - *Known in a special case:* for deep **linear** networks, gradient descent from small weights
#   prefers simple solutions (low rank), the more so the deeper (Arora et al. 2019).
# - *Not a law:* on our noisy wave two and four layers overfit more than one, with as many
#   parameters. A restriction that does not fit the task is no help. Ba and Caruana (2014) taught
#   shallow networks to imitate deep ones and got nearly as far, so some of the difference is how
#   they are trained, not what they can express.
#
# ## 6 · The price of depth: gradients that vanish or explode
#
# "However, more layers → exploding or vanishing gradients," says the same slide. On its way back
# the gradient goes through every layer:
#
# $$\delta_l = \frac{\partial L}{\partial h_l} \odot g'(z_l), \qquad
# \frac{\partial L}{\partial h_{l-1}} = \delta_l W_l^\top, \qquad
# \frac{\partial L}{\partial W_l} = h_{l-1}^\top \delta_l .$$
#
# Each layer multiplies its length by some factor. A factor of 0.7, twenty times, is 0.0008; a
# factor of 1.5, twenty times, is 3325. **A product of many factors vanishes or explodes, unless
# they are very nearly 1.**
#
# Which factor? If the weights are random, with mean 0 and variance $\sigma_w^2 / n$, one layer
# changes the mean square of the gradient by $\sigma_w^2 \cdot \overline{g'^2}$. The slope of ReLU
# is 1 for half of the inputs and 0 for the others: $\sigma_w^2 / 2$, and that is 1 for $\sigma_w =
# \sqrt2$. This is He's start. The slope of tanh is nearly 1 for small z: $\sigma_w = 1$, Glorot's
# start. The slope of the sigmoid is at most ¼.
#
# > **Predict first.** Below are 20 layers of sigmoids with Glorot's start, ten networks with
# > different random weights. How much of the gradient reaches the first layer?

# %%
gradients = widgets.GradientsExplorer()
gradients

# %% [markdown]
# **What to notice**
#
# - *sigmoid*: the signal arrives, as large as ever. The gradient does not come back. The first
#   layers learn nothing, and training looks as if it had started from a random picture of the data.
# - *relu* with spread 1: now signal and gradient both shrink. Look at the right picture: *all*
#   layers get gradients of about the same, tiny, size. Of a layer's two factors in $\partial L /
#   \partial W_l$ the one has shrunk on its way forwards, the other on its way back.
# - *relu* with He's start: neither shrinks nor grows, on the whole, but the band gets wider with
#   every layer. More **units in a layer** make it narrower.
# - *tanh* with spread 2: the signal stays below 1, because tanh keeps it there, and the gradient
#   explodes all the same.
# - *step*: the slope is 0, and so is the gradient.
#
# **Challenges**
#
# 1. 50 layers of relu: find the spread, to two digits, at which a layer multiplies the gradient by
#    1.00 (the sentence under the picture says it).
# 2. The same for tanh. Is it 1?
# 3. Is there a spread at which 50 layers of sigmoids let the gradient through?
#
# <details><summary>What we found</summary>
#
# 1. 1.45, close to √2 = 1.41; with ten networks of 32 units a little is left to chance.
# 2. 1.15 to 1.2. It is a little more than 1, because tanh is not straight: its slope is below 1
#    wherever z is not 0.
# 3. Not on this slider: at spread 3 the factor is 0.52. Larger weights drive the sigmoids to
#    their ends, where the slope is nearly 0.
#
# </details>
#
# **Exercise 7.** What is left of a gradient after 10 sigmoid layers, if each of them multiplies it
# by the largest slope a sigmoid has?

# %% tags=["exercise"]
left = ...

check.gradient_left(left)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The slope of the sigmoid is $\sigma(z)(1 - \sigma(z))$, and it is largest at z = 0.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# left = 0.25**10
#
# check.gradient_left(left)
# ```
#
# </details>

# %% [markdown]
# ### Does it matter?
#
# The ring of notebook 07, learned by plain gradient descent, 200 steps, with 2 and with 20 hidden
# layers of 16 units. Five seeds each; 0.5 is guessing.

# %%
def deep_network(g, spread, depth, seed):
    rng = np.random.default_rng(seed)
    start = lambda n_in, n_out, rng: spread / np.sqrt(n_in) * rng.normal(size=(n_in, n_out))  # noqa: E731
    sizes, layers = [2, *[16] * depth], []
    for a, b in zip(sizes[:-1], sizes[1:], strict=True):
        layers += [nn.Dense(a, b, rng=rng, init=start), nn.activation(g)]
    return nn.Sequential(*layers, nn.Dense(16, 1, rng=rng))


ring = data.circle(120)
print("share right (median of five)   2 layers  20 layers")
for g, spread in (("sigmoid", 1.0), ("relu", 0.6), ("relu", np.sqrt(2)), ("tanh", 1.0)):
    medians = []
    for depth in (2, 20):
        shares = []
        for seed in range(5):
            net = deep_network(g, spread, depth, seed)
            loss, sgd = nn.BinaryCrossEntropy(), nn.SGD(net.parameters(), lr=0.1)
            for _ in range(200):
                nn.step(net, loss, sgd, ring.X, ring.y)
            shares.append(nn.accuracy(loss, net.forward(ring.X), ring.y))
        medians.append(np.median(shares))
    print(f"{g:8} spread {spread:.2f} {medians[0]:18.1f} {medians[1]:10.1f}")

# %% [markdown]
# With two layers a poor start is made good by training. With twenty it is not: the first steps are
# too small to leave it. What helps, in the order in which it was found: other activations than the
# sigmoid, a start that suits the activation, optimisers that scale every step by the size of recent
# gradients (notebook 10), clipping a gradient that explodes; and, beyond these lectures,
# normalisation between the layers and connections that skip some of them.
#
# ## 7 · The same in PyTorch
#
# The same 20 layers in PyTorch, with the same weights: what autograd finds as the gradient of each
# layer's weights, beside ours.

# %%
import torch

net = deep_network("sigmoid", 1.0, 20, seed=0)
twin = torch.nn.Sequential()  # the same network with the same weights
for layer in net:
    if isinstance(layer, nn.Dense):
        linear = torch.nn.Linear(layer.n_in, layer.n_out, dtype=torch.float64)
        with torch.no_grad():
            linear.weight.copy_(torch.tensor(layer.W.value.T))
            linear.bias.copy_(torch.tensor(layer.b.value))
        twin.append(linear)
    else:
        twin.append(torch.nn.Sigmoid())

# %%
target = torch.tensor(ring.y, dtype=torch.float64)[:, None]
torch.nn.functional.binary_cross_entropy_with_logits(twin(torch.tensor(ring.X)), target).backward()
loss = nn.BinaryCrossEntropy()
loss(net.forward(ring.X), ring.y)
net.backward(loss.backward())

ours = [np.linalg.norm(p.grad) for p in net.parameters() if p.name == "W"]
theirs = [m.weight.grad.norm().item() for m in twin if isinstance(m, torch.nn.Linear)]
for k in (0, 5, 10, 15, 20):
    print(f"layer {k + 1:2}: ours {ours[k]:.2e}, PyTorch {theirs[k]:.2e}")
print("all layers equal:", np.allclose(ours, theirs, rtol=1e-6, atol=0))

# %% [markdown]
# And the pieces of section 1: PyTorch's ReLUs on a grid that is finer than the shortest piece, with
# as many changes of pattern as `on_segment` has found breakpoints.

# %%
net = random_network([1, 16, 16, 16, 1], seed=3)
at, patterns = torch.linspace(-2, 2, 200_001, dtype=torch.float64)[:, None], []
for layer in net:
    if isinstance(layer, nn.Dense):
        at = at @ torch.tensor(layer.W.value) + torch.tensor(layer.b.value)
    else:
        at = torch.relu(at)
        patterns.append(at > 0)
on = torch.cat(patterns, dim=1)
found = nn.regions.on_segment(net, [-2], [2])
pieces = 1 + int((on[1:] != on[:-1]).any(dim=1).sum())
print(f"PyTorch, 200 001 points: {pieces} pieces; exact: {len(found)}")

# %% [markdown]
# ## Summary
#
# - A ReLU network is straight piece beside straight piece. Which piece, the activation pattern
#   says. The pieces can be computed and counted exactly, layer by layer.
# - One layer of n ReLUs: at most n + 1 pieces on a line, $1 + n + \binom n2$ in the plane, a
#   polynomial in n. L tent layers: $2^L$ pieces with $2L$ ReLUs.
# - A fold is one ReLU. What later layers do in one place of the folded sheet, they do in all places
#   that lie there: depth multiplies.
# - Montúfar's theorem says how many regions the *best* weights have: exponential in depth,
#   polynomial in width. Random weights have hardly more than one layer would.
# - With as many parameters, deep won on a composition, wide on a gentle noisy wave; and on the
#   sawtooth, where theory promised most of depth, few trainings found what was there to be found.
# - A gradient is multiplied by a factor in each layer. Only a factor of very nearly 1 survives many
#   layers; He's and Glorot's starts are made for that.
#
# ## Quiz
#
# 1. A network has one input and a single hidden layer of 50 ReLUs. How many straight pieces has it
#    at most?
# <details><summary>Answer</summary>
#
# 51: each unit switches at one place, and 50 places cut a line into 51 parts.
#
# </details>
#
# 2. Why is the line of a second-layer unit bent where it meets one of the first layer?
# <details><summary>Answer</summary>
#
# On the two sides of it one first-layer unit is on here and off there, so the second layer's unit
# is a different affine function of the input, with a zero line of another direction. The function
# is continuous, so the two lines meet.
#
# </details>
#
# 3. "Ten tent layers make 1024 pieces, so deep networks are always better." What is wrong?
# <details><summary>Answer</summary>
#
# That the pieces can be there does not mean that the task needs them in that (very regular) place,
# nor that training finds them. On the sawtooth it hardly ever did.
#
# </details>
#
# 4. Folded four times, one shape drawn: why can there be fewer than 16 copies on the sheet?
# <details><summary>Answer</summary>
#
# Where fewer than 16 layers of paper lie on one another, there are fewer inputs that come to that
# place. And what is drawn behind a crease is drawn on no paper.
#
# </details>
#
# 5. In a deep ReLU network with weights that are too small, all layers get equally small gradients.
#    With sigmoids the first layers get much smaller ones than the last. Why the difference?
# <details><summary>Answer</summary>
#
# The gradient of a weight is (signal that comes in) times (gradient that comes back). With ReLU
# both shrink from layer to layer, one forwards, one backwards, so the product is alike everywhere.
# The sigmoid keeps the signal at about ½, so only the second factor changes.
#
# </details>
#
# ## Terms
#
# - **activation pattern**: which units are on, which are off.
# - **activation region**: a largest connected set of inputs with one activation pattern.
# - **linear region**: a largest connected set of inputs on which the network is one affine
#   function.
# - **breakpoint, kink**: where a unit switches along a line.
# - **general position**: no two lines parallel, no three through one point.
# - **folding**: a map that takes several places to the same one; here with a ReLU for each crease.
# - **tent map, sawtooth**: one fold of [0, 1]; many of them, one after the other.
# - **expressiveness**: what functions a network can be, with the best weights.
# - **regularisation**: whatever keeps a network from following the noise.
# - **vanishing, exploding gradient**: one that shrinks, or grows, by a factor in every layer.
# - **He's start, Glorot's start**: first weights of variance 2/n and (in a layer of n inputs and n
#   outputs) 1/n, so that the factor is near 1 for ReLU and for tanh.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | C15 | wide against deep: expressiveness, parameters, depth as regulariser; gradients | 5, 6 |
# | C16 | linear regions: exponential in depth, polynomial in width | 1, 4 |
# | C17 | space folding | 2, 3 |
#
# The slide's two sentences about regions are about what is possible with the best weights; section
# 4 adds what is usual.
#
# ## Further reading
#
# - G. Montúfar, R. Pascanu, K. Cho and Y. Bengio, "On the number of linear regions of deep neural
#   networks", 2014: the theorem, and the figure of the folded sheet.
# - M. Telgarsky, "Benefits of depth in neural networks", 2016: the sawtooth, and why shallow
#   networks cannot keep up with it.
# - R. Eldan and O. Shamir, "The power of depth for feedforward neural networks", 2016: functions of
#   the radius, like our ripple, that one hidden layer cannot do with few units in high dimensions.
# - B. Hanin and D. Rolnick, "Deep ReLU networks have surprisingly few activation patterns", 2019.
# - I. Goodfellow et al., "Multi-digit number recognition from Street View imagery using deep
#   convolutional neural networks", 2014: the plot on the lecture's slide.
# - J. Ba and R. Caruana, "Do deep nets really need to be deep?", 2014.
# - S. Arora, N. Cohen, W. Hu and Y. Luo, "Implicit regularization in deep matrix factorization",
#   2019: what depth does to linear networks.
# - X. Glorot and Y. Bengio, "Understanding the difficulty of training deep feedforward neural
#   networks", 2010; K. He et al., "Delving deep into rectifiers", 2015: the two starts.
