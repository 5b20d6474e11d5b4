# %% [markdown]
# # 13 · Pooling and CNNs: networks that read pictures
#
# **The question:** a convolution finds the same thing wherever it is. How does one build a whole
# network from it, what do its layers see, and is it really better than a multi-layer perceptron?
#
# **Afterwards you can**
#
# 1. pool a grid of numbers by hand, with the maximum and with the average, and say who gets the
#    gradient on the way back;
# 2. follow the shapes, the parameters and the receptive field through a convolutional network;
# 3. watch kernels and feature maps develop while a network learns digits;
# 4. say when a CNN beats a perceptron, when it loses, and what it does *not* do about shifts;
# 5. find out what a unit responds to, and what a network looked at;
# 6. move a CNN from nnlib to PyTorch without falling into the trap of the flattened order.
#
# **Before you start:** convolution, kernels, padding and stride (notebook 12), and how a network is
# trained (notebook 07).
#
# **Time:** about 90 minutes with the exercises, 45 without.
#
# **Lecture points:** D16 multi-layer perceptron against CNN · D20 convolutional feature maps ·
# D21 pooling, max-pooling · and again D22 important terms · E2 low-, mid- and high-level features.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · Pooling: one number for each window
#
# A feature map says where something was found, and how strongly. To read a digit one rarely needs
# to know that to the pixel. **Pooling** makes the map smaller: a window slides over it, as in a
# convolution, and leaves *one* number behind. It has no weights. There is nothing to learn.
#
# $$y_{ij} = \max_{a, b}\; x_{si + a,\; sj + b} \quad\text{(max pooling)}, \qquad
#   y_{ij} = \frac{1}{k^2}\sum_{a, b} x_{si + a,\; sj + b} \quad\text{(average pooling)}$$
#
# Here $k$ is the **pool size**, so that $a$ and $b$ run from 0 to $k - 1$, and $s$ is the stride.
# Mostly $s = k = 2$: the windows lie side by side, and each one turns four numbers into one.

# %%
x = np.array([[1.0, 5, 2, 0], [3, 4, 1, 2], [0, 1, 7, 7], [2, 1, 6, 3]])

windows = x.reshape(2, 2, 2, 2)  # (place down, row in the window, place across, column in it)
print("max\n", windows.max(axis=(1, 3)))
print("average\n", windows.mean(axis=(1, 3)))

# %% [markdown]
# > **Predict first.** (a) In the window on the lower right there are two sevens. Does it matter?
# > (b) Max pooling with windows of 2 × 2: how many of the input's numbers can be changed a little
# > without changing the output at all?
#
# Move the window with the slider, or click a number on the right. Click a number on the left and it
# grows by one (with the shift key it shrinks). A dot marks each winner.

# %%
pooling = widgets.PoolingExplorer(x, padding=0)
pooling

# %% [markdown]
# **What to notice**
#
# - Under max pooling only the dots count. The other twelve numbers could be anything, as long as
#   they stay smaller.
# - With stride 1 the windows overlap, and one large number wins in several of them.
# - If the windows do not fit, the last rows and columns are left out: choose $k = 3$, $s = 2$. The
#   size follows the formula you know from convolution, $\lfloor (n + 2p - k)/s \rfloor + 1$.
# - Padding adds places, but it never wins a maximum: nnlib, like PyTorch, fills it with $-\infty$
#   there. For the average it counts as zeros, and the edge gets smaller values.
#
# **Challenge:** change *one* number on the left, by clicks, so that *four* outputs change. Which
# window and stride does it take?
#
# <details><summary>Answer</summary>
#
# Windows that overlap, for instance $k = 2$, $s = 1$. A number inside the grid then lies in four
# windows, and if it becomes the largest of all of them, four outputs change.
#
# </details>
#
# ### On a picture
#
# The same with a real digit. Both poolings make it smaller; they lose different things.

# %%
digits = data.mnist()
X, y = digits.X.reshape(-1, 28, 28, 1), digits.y


def pooled(stage, digit, k):
    x, shapes = X[8000 + digit][None], []
    for j, layer in enumerate((None, nn.MaxPool2D(k), nn.AvgPool2D(k))):
        picture = (x if layer is None else layer(x))[0, ::-1, :, 0]
        n = len(picture)
        title = ("input", "max pooling", "average pooling")[j] + f": {n} × {n}"
        panel = stage.panel(title[:5], box=(j / 3, 0, 1 / 3, 1), x=(0, n), y=(0, n), equal=True,
                            axes=False, title=title)  # fmt: skip
        panel.heat("picture", picture, (0, n, 0, n), colours="grey", smooth=False)
        shapes.append(f"{title}, mean ink {picture.mean():.2f}")
    return f"A {y[8000 + digit]} before and after pooling. " + "; ".join(shapes) + "."


pooled_live = widgets.Live(
    pooled, width=900, height=330, k=widgets.slider("pool size k", 2, 1, 7, 1),
    digit=widgets.slider("digit held back", 1, 0, 99, 1),
)  # fmt: skip
pooled_live


# %% [markdown]
# Max pooling keeps every stroke, and makes it thicker. Average pooling keeps the amount of ink, and
# makes it paler. For a map that says "found it here" the maximum is the natural question: *was it
# found anywhere in this window?*
#
# **Exercise 1.** Write max pooling with 2 × 2 windows and stride 2 for one grid with an even number
# of rows and of columns.

# %% tags=["exercise"]
def max_pool(x):
    return ...


check.max_pool(max_pool)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Look at `windows` above. For a grid with h rows and w columns the shape is
# `(h // 2, 2, w // 2, 2)`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def max_pool(x):
#     h, w = x.shape
#     return x.reshape(h // 2, 2, w // 2, 2).max(axis=(1, 3))
#
# check.max_pool(max_pool)
# ```
#
# </details>

# %% [markdown]
# ## 2 · Backward: who gets the gradient?
#
# Pooling has no weights, but gradients must get *through* it to the convolution before it.
#
# > **Predict first.** The largest of (1, 5, 3, 4) is 5. If the 3 grows by 0.01, by how much does
# > the maximum grow? And if the 5 does? What are the four derivatives?
#
# The maximum follows the winner one to one, and ignores the others: the derivatives are
# (0, 1, 0, 0). The average follows each by a quarter.
#
# $$\text{max:}\quad \mathrm{d}x = \begin{cases}\mathrm{d}y & \text{where the largest was}\\
#   0 & \text{elsewhere}\end{cases} \qquad\qquad
#   \text{average:}\quad \mathrm{d}x = \frac{\mathrm{d}y}{k^2} \text{ everywhere in the window}$$
#
# ($\mathrm{d}x$ is short for $\partial L/\partial x$, as in notebook 06.) The windows in numbers,
# with a gradient of 10, 20, 30 and 40 arriving:

# %%
picture, dy = x[None, :, :, None], np.array([[10.0, 20], [30, 40]])[None, :, :, None]
for layer in (nn.MaxPool2D(2), nn.AvgPool2D(2)):
    layer(picture)
    print(layer, "\n", layer.backward(dy)[0, :, :, 0])

# %% [markdown]
# Of the two sevens only one got the 40. At a tie the maximum has a corner, as ReLU has one at 0:
# any share would do, and everybody agrees on "the first one". In trained networks a tie hardly
# ever happens, except between zeros that ReLU made.
#
# Now with windows that overlap. On the right stands what each number gets; the arriving gradients
# are numbered 1, 2, 3, … so that you see what came from where.

# %%
backward = widgets.PoolingExplorer(show="backward", window=3, stride=1)
backward

# %% [markdown]
# **What to notice**
#
# - A number that wins in several windows gets the **sum** of their gradients.
# - Most numbers get exactly nothing. Switch to *average*: everybody gets something, and with
#   $s = k$ everybody gets the same share of a window.
# - No gradient is lost: the sum of all dx is the sum of all dy (for the average, as long as no part
#   of a window lies in the padding).
#
# **Challenge:** find a setting in which more than half of the inputs never get a gradient under
# *average* pooling.
#
# <details><summary>Answer</summary>
#
# $k = 1$ with $s = 2$ or 3: the windows leave gaps, and nobody looks at what lies in the gaps.
#
# </details>
#
# Formulas are tested, not believed. Move each input by a hair and measure:

# %%
layer, rng = nn.MaxPool2D(3, stride=2, padding=1), np.random.default_rng(0)
x, hair = rng.normal(size=(1, 5, 5, 1)), 1e-6
dy = rng.normal(size=layer(x).shape)
measured = np.zeros_like(x)
for at in np.ndindex(x.shape):
    step = np.zeros_like(x)
    step[at] = hair
    measured[at] = ((layer(x + step) - layer(x - step)) * dy).sum() / (2 * hair)
layer(x)
print("formula and measurement agree:", np.allclose(layer.backward(dy), measured, atol=1e-7))


# %% [markdown]
# **Exercise 2.** Write the way back through 2 × 2 max pooling with stride 2, for one grid. Of
# equally large numbers the first one, row by row, gets the gradient.

# %% tags=["exercise"]
def max_pool_backward(x, dy):
    return ...


check.max_pool_backward(max_pool_backward)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Two loops over the places (i, j) are fine. `window = x[2*i : 2*i + 2, 2*j : 2*j + 2]` is what
# place (i, j) sees, and `divmod(window.argmax(), 2)` is the row and column of its winner; `argmax`
# takes the first of several.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def max_pool_backward(x, dy):
#     dx = np.zeros(x.shape)
#     for i, j in np.ndindex(dy.shape):
#         window = x[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]
#         a, b = divmod(window.argmax(), 2)
#         dx[2 * i + a, 2 * j + b] = dy[i, j]
#     return dx
#
# check.max_pool_backward(max_pool_backward)
# ```
#
# </details>

# %% [markdown]
# ## 3 · A convolutional network, block by block
#
# All the parts are there. A **convolutional neural network** (CNN) is a chain of them: convolution,
# ReLU, pooling, the same again, then **Flatten**, which makes one long row of all maps, and a dense
# layer that decides.

# %%
def cnn(rng):
    rng = np.random.default_rng(rng)
    return nn.Sequential(
        nn.Conv2D(1, 8, 5, rng=rng, init="he", dtype="float32"),
        nn.ReLU(),
        nn.MaxPool2D(2),
        nn.Conv2D(8, 16, 5, rng=rng, init="he", dtype="float32"),
        nn.ReLU(),
        nn.MaxPool2D(2),
        nn.Flatten(),
        nn.Dense(256, 10, rng=rng, dtype="float32"),
    )


# %% [markdown]
# > **Predict first.** A picture of 28 × 28 goes in. Which shape leaves each layer? Where are most
# > of the parameters? Then look:

# %%
model, shape = cnn(0), (28, 28, 1)
fields = {id(row["layer"]): row["field"] for row in nn.windows.receptive_field(model)}
print(f"{'layer':20}{'shape after it':18}{'parameters':>10}{'one number has seen':>22}")
for layer in model:
    shape = layer.output_shape(shape)
    count = sum(p.size for p in layer.parameters())
    field = f"{fields[id(layer)]} × {fields[id(layer)]}" if id(layer) in fields else ""
    print(f"{layer!s:20}{' × '.join(map(str, shape)):18}{count:10}{field:>22}")
print("parameters in all:", model.n_parameters)

# %% [markdown]
# **Shapes.** A 5 × 5 window without padding takes 4 away: 28 → 24; pooling halves it: 12; then 8,
# then 4. The picture gets smaller and the number of maps grows: *less where, more what*.
#
# **Parameters.** A kernel of the second convolution looks at all 8 maps at once, 5 · 5 · 8 = 200
# weights and a bias; there are 16 of them: 3216. Pooling, ReLU and Flatten have none.
#
# **Receptive field.** How much of the picture has one number seen? With each layer it grows by
# $(k - 1)$ times the distance between neighbours so far, and each stride $s$ multiplies that
# distance. After the first pooling, neighbours are 2 pixels apart, so the second 5 × 5 window
# reaches over $6 + 4 \cdot 2 = 14$ pixels. That is the second gift of pooling: later layers see
# *more* with kernels as small as before.
#
# **Exercise 3.** Another network: 28 × 28 × 1, convolution 3 × 3 to 12 maps, pooling 2, convolution
# 3 × 3 to 20 maps, pooling 2, Flatten, dense layer to 10 classes. No padding. How many numbers does
# Flatten give?

# %% tags=["exercise"]
numbers = ...

check.flatten_size(numbers)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Follow one side: 28 → 26 → … When a side is odd, the last row fills no pooling window.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# numbers = 5 * 5 * 20  # 28 → 26 → 13 → 11 → 5
#
# check.flatten_size(numbers)
# ```
#
# </details>

# %% [markdown]
# **Exercise 4.** How many parameters have its two convolutions and its dense layer?

# %% tags=["exercise"]
conv_1 = ...
conv_2 = ...
dense = ...

check.cnn_parameters(conv_1, conv_2, dense)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# A convolution: (height · width · maps that come in) weights and one bias, for each map that goes
# out.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# conv_1 = (3 * 3 * 1 + 1) * 12
# conv_2 = (3 * 3 * 12 + 1) * 20
# dense = (500 + 1) * 10
#
# check.cnn_parameters(conv_1, conv_2, dense)
# ```
#
# </details>

# %% [markdown]
# **Exercise 5.** How many pixels along one side has a number seen after convolution 3 × 3,
# pooling 2, convolution 5 × 5, pooling 2?

# %% tags=["exercise"]
side = ...

check.field(side)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Keep two numbers: the field (1 at first) and the distance between neighbours (1 at first). Field:
# add (k − 1) times the distance. Distance: times the stride, 2 for a pooling.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# side = 1 + 2 * 1 + 1 * 1 + 4 * 2 + 1 * 2
#
# check.field(side)
# ```
#
# </details>

# %% [markdown]
# ## 4 · Convolutional feature maps
#
# Here is that network, untrained. What leaves a convolution is a stack of pictures, the **feature
# maps**: each shows where *its* kernel found what it looks for. Orange is a large value, blue a
# negative weight.
#
# > **Predict first.** Press *Play*. Which will change first: the kernels, the maps, or the
# > probabilities? Will the kernels look like anything at the end?

# %%
live = widgets.CNNExplorer()
live


# %% [markdown]
# **What to notice**
#
# - The probabilities move within a few steps; the kernels change slowly, and after a few hundred
#   steps some have become strokes and edges of one direction. Not all: with 25 weights and a random
#   start, some stay speckled and are useful all the same.
# - The eight maps of the first layer still look like the digit: one may keep its upper edges,
#   another its slanted strokes. The sixteen of the second layer do not. Each says "something I know
#   is *here*".
# - Change the digit: the kernels stay, the maps change. **Kernels are learned, maps are computed.**
#   (The lecture's list has "feature maps = filters". One often speaks like that, because there is
#   exactly one map for each filter. Strictly, the filter is the kernel, and the map is what it
#   makes.)
# - Set η to 0.1 or more and press *Reset* and *Play*: the loss jumps, and soon all maps of a layer
#   may be empty. Dead ReLUs happen to kernels, too.
#
# **Challenge:** how many epochs does it take until 95 of 100 digits held back are read right? Is
# that the same from another start?
#
# Now train one that we keep, on the first 3,000 digits, and read the 2,000 held back:

# %%
def trained(model, X, y, epochs=4):
    adam = nn.Adam(model.parameters(), lr=0.003)
    run = nn.Run(model, nn.SoftmaxCrossEntropy(), adam, X, y, batch_size=64, rng=0)
    with nn.backend.one_thread():  # so small products gain nothing from several
        run.step(epochs * run.batches_per_epoch)
    return model


def reads(model, X):
    parts = [model(X[k : k + 500]).argmax(axis=1) for k in range(0, len(X), 500)]
    return np.concatenate(parts)


test_X, test_y = X[8000:], y[8000:]
model = trained(cnn(0), X[:3000], y[:3000])
said = reads(model, test_X)
print("more than nine of ten held-back digits are read right:", (said == test_y).mean() > 0.9)

# %% [markdown]
# Which ones go wrong? Click a number beside the diagonal, and look at the digits it counts.

# %% tags=["nbval-ignore-output"]
confusion = widgets.ConfusionExplorer(digits.X[8000:], test_y, said)
confusion

# %% [markdown]
# ## 5 · Multi-layer perceptron against CNN
#
# A perceptron can learn digits as well. Is the CNN really better, or has it only more parameters?
# Four networks, all trained on the same 8,000 digits for five epochs, five times each with other
# first weights:
#
# - a **perceptron with 7 hidden units**: about as many parameters as our CNN;
# - a **perceptron with 100 hidden units**: thirteen times as many;
# - our **CNN**;
# - a CNN with **global average pooling** instead of Flatten: of each of its 27 maps only the mean
#   goes on to the dense layer. Again about as many parameters.
#
# > **Predict first.** Put the four in order, for (a) digits as they are, (b) digits moved by 4
# > pixels, though nobody trained on moved ones, (c) digits whose pixels were all shuffled, in the
# > same way for each picture, in training and test.

# %%
found = data.measured("cnn")["networks"]
print(f"{'':22} parameters   as they are    moved by 4      shuffled")
for name, row in found.items():
    plain, moved, shuffled = (
        f"{100 * np.median(v):.1f} ± {50 * np.ptp(v):.1f}"
        for v in (row["plain"], row["shifted"][4], row["permuted"])
    )
    print(f"{name:22} {row['parameters']:10} {plain:>13} {moved:>13} {shuffled:>13}")

work = 24 * 24 * 25 * 8 + 8 * 8 * 200 * 16 + 256 * 10, 784 * 7 + 7 * 10
print(f"multiplications for one digit: CNN {work[0]:,}, MLP with 7 hidden units {work[1]:,}")


# %% [markdown]
# Per cent of 2,000 digits held back that were read right: the median of five runs, ± half of the
# distance from the worst to the best. Measured by `python -m benchmarks.cnn`.
#
# **(a) As they are.** With the same number of parameters the CNN makes about a quarter of the
# perceptron's mistakes, and it also beats the one with thirteen times as many. Fair is fair,
# though: sharing weights saves parameters, *not work*. The CNN multiplies 322,560 times for each
# digit, the small perceptron 5,558 times.
#
# **(c) Shuffled.** Now every picture is noise to us. A perceptron does not mind: it never knew
# which pixels are neighbours, and its columns of weights can be shuffled along. For the CNN
# neighbours are everything. It falls *behind* the large perceptron, and the one with global
# pooling, which throws away all "where", falls deepest. The CNN is not better at learning. It is
# better at *pictures*: it assumes that near pixels belong together and that a stroke is a stroke
# anywhere, and for pictures that is true. Such a built-in assumption is called an **inductive
# bias**.
#
# **(b) Moved.** See for yourself. These are networks trained here, on 3,000 digits. Drag the digit;
# on the right is the large measurement, with the spread of five runs.

# %%
def small(hidden):
    return nn.Sequential(
        nn.Flatten(),
        nn.Dense(784, hidden, rng=0, init="he", dtype="float32"),
        nn.ReLU(),
        nn.Dense(hidden, 10, rng=0, dtype="float32"),
    )


def global_average(rng):
    body = list(cnn(rng))[:3]
    second = nn.Conv2D(8, 27, 5, rng=rng, init="he", dtype="float32")
    head = nn.GlobalAvgPool2D(), nn.Dense(27, 10, rng=rng, dtype="float32")
    return nn.Sequential(*body, second, nn.ReLU(), nn.MaxPool2D(2), *head)


networks = {
    "MLP, 7 hidden units": trained(small(7), X[:3000], y[:3000]),
    "MLP, 100 hidden units": trained(small(100), X[:3000], y[:3000]),
    "CNN": model,
    "CNN, global average": trained(global_average(0), X[:3000], y[:3000]),
}

# %% tags=["nbval-ignore-output"]
curves = {name: found[name]["shifted"] for name in networks}
shifts = widgets.ShiftExplorer(networks, test_X[:100], test_y[:100], curves)
shifts

# %% [markdown]
# **What to notice**
#
# - The CNN holds out longer than the perceptrons, but it *falls*, too. One reads everywhere that
#   CNNs do not mind shifts. Half of that is true. Convolution is **equivariant**: if the digit
#   moves by two pixels, the maps move by two pixels. Pooling forgives a pixel. But then Flatten
#   ties each place to weights of its own, and the dense layer is surprised like any other.
# - Global average pooling drops the place altogether. It reads *worse* at home, where the place
#   does tell something, and it is far ahead abroad. (Towards 6 pixels even it loses: strokes leave
#   the picture.)
# - Everybody has their price. Which network is the best depends on what will be asked of it.
#
# **Challenge:** find a digit that all four read right where it is, and the smallest move with which
# all but one misread it.
#
# Equivariance, as numbers: move the picture by two pixels, and the maps of the first convolution
# move by two pixels.

# %%
digit = test_X[:1]
moved = np.roll(digit, 2, axis=2)
maps, maps_moved = model[0](digit), model[0](moved)
print("the maps moved along:", np.allclose(maps[:, :, :-2], maps_moved[:, :, 2:], atol=1e-5))
print("the outputs are equal:", np.allclose(model(digit), model(moved), atol=1e-2))

# %% [markdown]
# ## 6 · From low-level to high-level features
#
# Hand-made features are brittle, says lecture E: so learn them, low-level ones first, and higher
# ones from these. What did *ours* learn? Ask each unit which pictures it likes: of 2,000 digits
# that the network never saw, the twelve that make one number of a map largest, and there the part
# of the digit that this number can see: its receptive field.
#
# > **Predict first.** For a map of the first layer: will the twelve be the same digit? For a map of
# > the second? For an output?

# %% tags=["nbval-ignore-output"]
liked = widgets.PatchesExplorer(model, test_X, test_y, layer=1, unit=7)
liked

# %% [markdown]
# **What to notice**
#
# - **First convolution, 5 × 5:** the fields are a stroke, an edge, an end. The digits they come
#   from are mixed: a slanted stroke is a slanted stroke.
# - **Second convolution, 14 × 14:** parts of digits: the foot of a 2, the corner of a 7. Often two
#   or three digits share the part; some maps like one digit almost alone.
# - **Output:** whole digits, all of one class. Look also at the *least exciting*: which digits
#   speak most against a 0?
#
# Two convolutions are few. In networks with dozens of them, trained on millions of photographs, the
# same question gives edges, then textures, then eyes and wheels, then faces and cars (Zeiler and
# Fergus, below). And a caution: "it likes these twelve" does not mean "it means this". Look at *in
# the middle*, too: many maps respond to other things, only less.
#
# ## 7 · What did it look at?
#
# A way to ask the whole network, whatever it is made of: **cover a part** of the picture with a
# grey square, and see what happens to the probability of the right class. Where it falls, something
# was covered that counted. Drag the square.

# %% tags=["nbval-ignore-output"]
covered = widgets.OcclusionExplorer(model, test_X[:200], test_y[:200])
covered

# %% [markdown]
# **What to notice**
#
# - In the map in the middle orange means "still sure", blue means "lost". The loss is rarely spread
#   over the digit: often *one* spot decides.
# - Cover it with *paper* instead of *grey*: the part is then missing, not hidden. With *ink* a
#   stroke is added. The map is another one each time: what one covers with is part of the
#   question.
# - Squares of 2 pixels hardly matter; those of 14 hide half of the digit.
#
# **Challenge:** find a digit and a place where the square makes the network *surer* than before,
# and one where it reads another digit, with more than 90 %.
#
# ## 8 · The same in PyTorch
#
# The same network with the same weights. Two orders differ:
#
# - **Pictures and maps.** PyTorch has channels first, (N, C, height, width); ours are channels
#   last. Kernels are (out, in, height, width) there and (height, width, in, out) here.
# - **Flatten** lists what it gets in its order. Ours goes through (row, column, channel), PyTorch's
#   through (channel, row, column). So the *inputs of the dense layer* come in another order, and
#   its weights must be reordered. Forget that, and no error appears: all shapes fit.

# %%
import torch


def to_torch(model, in_order=True):
    conv1, conv2, dense = model[0], model[3], model[7]
    W = dense.W.value.reshape(4, 4, 16, 10)  # (row, column, channel, class)
    W = W.transpose(3, 2, 0, 1) if in_order else W.transpose(3, 0, 1, 2)
    twin = torch.nn.Sequential(
        torch.nn.Conv2d(1, 8, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(8, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Linear(256, 10),
    )  # fmt: skip
    weights = [conv1.W.value.transpose(3, 2, 0, 1), conv1.b.value,
               conv2.W.value.transpose(3, 2, 0, 1), conv2.b.value,
               W.reshape(10, 256), dense.b.value]  # fmt: skip
    with torch.no_grad():
        for theirs, ours in zip(twin.parameters(), weights, strict=True):
            theirs.copy_(torch.tensor(ours))
    return twin


batch, labels = test_X[:64], test_y[:64]
first = torch.tensor(batch.transpose(0, 3, 1, 2))  # channels first
for in_order in (True, False):
    z = to_torch(model, in_order)(first).detach().numpy()
    print(f"dense weights reordered: {in_order!s:5}  equal logits: "
          f"{np.allclose(z, model(batch), atol=1e-3)}")  # fmt: skip

# %% [markdown]
# And backward, for the same loss on the same batch. PyTorch turns channels round; we turn its
# gradients back before comparing:

# %%
twin, loss = to_torch(model), nn.SoftmaxCrossEntropy()
torch.nn.functional.cross_entropy(twin(first), torch.tensor(labels)).backward()
loss(model(batch), labels)
model.backward(loss.backward())

theirs = [p.grad.numpy() for p in twin.parameters()]
for name, k, ours in (("first kernels", 0, model[0]), ("second kernels", 2, model[3])):
    same = np.allclose(theirs[k].transpose(2, 3, 1, 0), ours.W.grad, atol=1e-4)
    print(f"{name:15} equal gradients: {same}")
turned = theirs[4].reshape(10, 16, 4, 4).transpose(2, 3, 1, 0).reshape(256, 10)
print(f"{'dense weights':15} equal gradients: {np.allclose(turned, model[7].W.grad, atol=1e-4)}")


# %% [markdown]
# **Exercise 6.** Write the reordering for any network: W has shape (height · width · channels, n),
# `shape` is (height, width, channels); give PyTorch's (n, channels · height · width).

# %% tags=["exercise"]
def channels_first(W, shape):
    return ...


check.channels_first(channels_first)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Three steps: reshape to four axes, transpose them, reshape to two. The axes are (row, column,
# channel, class) at first; you want (class, channel, row, column).
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def channels_first(W, shape):
#     h, w, c = shape
#     return W.reshape(h, w, c, -1).transpose(3, 2, 0, 1).reshape(-1, c * h * w)
#
# check.channels_first(channels_first)
# ```
#
# </details>

# %% [markdown]
# ## Summary
#
# - Pooling leaves one number for each window, its largest or its mean. It has no weights; it makes
#   maps smaller and lets later layers see more.
# - Backward, max pooling gives the whole gradient to the winner, average pooling an equal share to
#   each. Where windows overlap, the gradients add up.
# - A CNN: convolution, ReLU, pooling, again, Flatten, dense. Less where, more what.
# - The receptive field grows by $(k - 1)$ times the distance so far; strides multiply the distance.
# - With equal parameters a CNN beats a perceptron on pictures, and not on shuffled ones: it has the
#   right assumptions, not more power.
# - Convolution moves along with the picture (equivariance). A network with Flatten is still
#   surprised by shifts; global average pooling is surprised less, and pays for it.
# - Early maps find strokes, later ones parts, the outputs digits. Covering parts of a picture shows
#   what counted.
#
# ## Quiz
#
# 1. How many parameters has a max pooling layer with a 3 × 3 window on 64 maps?
# <details><summary>Answer</summary>
#
# None.
#
# </details>
#
# 2. A window holds (−3, −1, −2, −5). What do max and average pooling say, and who gets the
#    gradient?
# <details><summary>Answer</summary>
#
# −1 and −2.75. Under max pooling the −1 gets all of it; under average pooling each gets a quarter.
#
# </details>
#
# 3. Could a convolution do average pooling? And max pooling?
# <details><summary>Answer</summary>
#
# Average: yes, a kernel of $1/k^2$ with stride $k$, on each channel by itself. Max: no, it is not
# linear.
#
# </details>
#
# 4. Somebody permutes the pixels of all pictures in the same way. Whose accuracy suffers?
# <details><summary>Answer</summary>
#
# That of the CNN. A perceptron learns as well as before: its first weights have no order.
#
# </details>
#
# 5. "CNNs are shift-invariant." Correct this sentence.
# <details><summary>Answer</summary>
#
# Convolution is shift-*equivariant*, up to the edges. Pooling forgives small shifts, and global
# pooling most of the rest. A network that flattens its maps is not invariant.
#
# </details>
#
# 6. You load a CNN's weights into another library. All shapes fit, the accuracy is 10 %. What will
#    you look at first?
# <details><summary>Answer</summary>
#
# The order in which Flatten lists the maps: channels first or last.
#
# </details>
#
# ## Terms
#
# - **pooling**: one number for each window, without weights. **Pool size** $k$: the side of the
#   window. **Max pooling**, **average pooling**, **global average pooling**: the largest, the mean,
#   the mean of a whole map.
# - **feature map**: what one kernel makes of a picture; where it found what it looks for.
#   **Filter**, **kernel**: the weights that are slid. **Kernel size**: their height and width.
# - **stride**: how far the window moves. **Padding**: what is added round the picture.
# - **channel**: one of the numbers at each place of a picture or stack of maps.
# - **Flatten**: all numbers of a sample as one row.
# - **receptive field**: the part of the picture that a number has seen.
# - **inductive bias**: what a model assumes before it has seen data.
# - **equivariant**: moves along with its input. **Invariant**: does not change when its input
#   moves.
# - **occlusion map**: the probability of a class, by what was covered.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | D16 | multi-layer perceptron against CNN | 5 |
# | D20 | convolutional feature maps | 4 |
# | D21 | pooling, max-pooling | 1 and 2 |
# | D22 | important terms: feature maps, kernel size, stride, padding, pool size | 1, 3, Terms |
# | E2 | learn low-level, mid-level and high-level features | 6 |
# | C13 | differentiable blocks, put together like bricks and trained by gradients | 3 |
#
# ## Further reading
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-Based Learning Applied to Document
#   Recognition", *Proceedings of the IEEE* 86, 1998: LeNet, the pattern of our network.
# - M. Zeiler and R. Fergus, "Visualizing and Understanding Convolutional Networks", *ECCV*, 2014:
#   what excites units, and occlusion.
# - M. Lin, Q. Chen and S. Yan, "Network in Network", *ICLR*, 2014: global average pooling.
# - R. Zhang, "Making Convolutional Networks Shift-Invariant Again", *ICML*, 2019: what strides do
#   to shifts.
# - Z. Wang and others, [CNN Explainer](https://poloclub.github.io/cnn-explainer/), 2020: a CNN in
#   the browser, number by number.
