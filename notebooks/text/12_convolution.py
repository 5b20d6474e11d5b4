# %% [markdown]
# # 12 · Convolution: one small window of weights, slid over a picture
#
# **The question:** an edge is an edge, wherever in a picture it lies. How can a network learn what
# an edge looks like *once*, and find it everywhere, with ten numbers in place of half a million?
#
# **Afterwards you can**
#
# 1. say what local connectivity and shared weights are, and count the parameters they save;
# 2. compute a convolution by hand, number by number, and write it with loops and as a matrix
#    product;
# 3. tell the size of the output from size, kernel, stride and padding, and what does not fit;
# 4. read a kernel: what it blurs, sharpens, or finds;
# 5. derive the gradient of a shared weight, and watch gradient descent find a kernel by itself;
# 6. use the terms feature map, channel, kernel size, stride, padding, pool size and receptive
#    field, and convert weights between `nnlib` and PyTorch.
#
# **Before you start:** dense layers and matrix products (notebook 03); for sections 5 and 7, the
# gradient of a layer (notebook 06).
#
# **Time:** about 90 minutes with the exercises, 45 without.
#
# **Lecture points:** D17 local connectivity and weight sharing · D18 the convolution operation ·
# D19 padding and stride · D22 feature maps, kernel size, stride, padding, pool size · E2 hand-made
# features are brittle: learn them.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets
from nnlib.kernels import handmade

# %% [markdown]
# ## 1 · Local connectivity and shared weights
#
# A dense layer knows nothing about pictures. To it, two neighbouring pixels are as far apart as two
# opposite corners, and what it has learned about the left upper corner is of no use in the right
# lower one. A picture deserves two assumptions:
#
# - **Local connectivity:** an output looks at a small window of the input only, for what belongs
#   together lies together.
# - **Shared weights:** all outputs use *the same* weights in their windows, for an edge is an edge
#   wherever it lies.
#
# Both are drawn below for a row of inputs. The coloured tiles are a short signal (squares) and what
# the outputs make of it (circles).
#
# > **Predict first.** Move the signal by one place to the right, with the slider *place of the
# > signal*. What will the outputs do in each of the three layers?

# %%
connections = widgets.ConnectionsExplorer()
connections

# %% [markdown]
# **What to notice**
#
# - In the convolution the outputs *move along* with the signal and stay otherwise the same. This is
#   called **equivariance**: shift the input, and the output shifts. In the two others every
#   place answers in its own way, so each would have to learn the signal anew.
# - Lines of one colour are one weight. The count of a convolution depends on $k$ alone: make the
#   input longer, and it stays.
# - For pictures the difference is no longer one of taste. Move *picture: side* to 256.
#
# **Challenge:** how large must the kernel be for a dense layer and a convolution to be the same
# thing?
#
# <details><summary>Answer</summary>
#
# As large as the input: then there is one place for the window, one output, and nothing to share.
#
# </details>
#
# The numbers for a picture of $28 \times 28$ pixels and one output picture, by hand:

# %%
n, k = 28, 3
m = n - k + 1  # places of the window along a side
dense = (n * n) * (m * m) + m * m
local = (k * k) * (m * m) + m * m
shared = k * k + 1
print(f"{n} × {n} pixels, {m} × {m} outputs, weights and biases:")
print(f"dense {dense}, locally connected {local}, convolution {shared}")
print("by nnlib:", sum(p.value.size for p in nn.Conv2D(1, 1, 3).parameters()))

# %% [markdown]
# ## 2 · The convolution operation
#
# Lay the kernel $w$ on the picture $x$. Multiply each pixel by the weight that lies on it. Add up.
# Then move the window on by one. With rows $i$ and columns $j$ counted from 0:
#
# $$z_{ij} = b + \sum_{a=0}^{k-1} \sum_{c=0}^{k-1} x_{i+a,\; j+c}\; w_{ac}$$
#
# These are the input and the kernel of the lecture's table (a). Point at a number of the output, or
# press **Step** or **Play**.
#
# > **Predict first.** The smallest number of the output is the 6 in its last row. Which pixels are
# > to blame?

# %%
table_a = widgets.ConvolutionExplorer("lecture (a)")
table_a

# %% [markdown]
# **What to notice**
#
# - The output is the lecture's table, to the number: 12 12 17 / 10 17 19 / 9 6 14.
# - It is smaller than the input: a window of 3 has only 3 places along 5 pixels.
# - Click a **weight** and change it: every output moves. Click a **pixel** and change it: at most 9
#   outputs move, those whose windows hold it.
#
# **Challenges:** (a) find a kernel that copies the input. (b) Choose *an upright edge* as input and
# a kernel that answers with zeros everywhere but at the edge.
#
# <details><summary>Answers</summary>
#
# (a) A 1 in the middle, zeros round it: *the picture itself*. (b) *upright edges*, or any kernel
# whose rows sum to zero and whose left and right differ.
#
# </details>
#
# The same in NumPy, one window by hand:

# %%
x = np.array([[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]])
w = np.array([[0, 1, 2], [2, 2, 0], [0, 1, 2]])

window = x[0:3, 0:3]
print("products:\n", window * w, "\ntheir sum:", (window * w).sum())

layer = nn.Conv2D(1, 1, 3)
layer.W.value[:, :, 0, 0] = w
z = layer(x[None, :, :, None])  # one picture, one channel: shape (1, 5, 5, 1)
print("all places, by nnlib:\n", z[0, :, :, 0].astype(int))

# %% [markdown]
# **Exercise 1.** What is the output of table (a) in row 3, column 2? On paper, then check.

# %% tags=["exercise"]
answer = ...

check.one_output(answer)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The window covers rows 3 to 5 and columns 2 to 4: 1 2 2 / 0 0 2 / 0 0 0.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# answer = 0 * 1 + 1 * 2 + 2 * 2 + 2 * 0 + 2 * 0 + 0 * 2 + 0 * 0 + 1 * 0 + 2 * 0
#
# check.one_output(answer)
# ```
#
# </details>

# %% [markdown]
# **Exercise 2.** Now all places, for an input and a kernel of any shape: no padding, stride 1.

# %% tags=["exercise"]
def correlate2d(x, w):
    return ...


check.correlate2d(correlate2d)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The output has `x.shape[0] - w.shape[0] + 1` rows. In the inner loop, cut the window out with
# `x[i : i + rows, j : j + columns]`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def correlate2d(x, w):
#     rows, columns = w.shape
#     z = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1))
#     for i in range(z.shape[0]):
#         for j in range(z.shape[1]):
#             z[i, j] = (x[i : i + rows, j : j + columns] * w).sum()
#     return z
#
#
# check.correlate2d(correlate2d)
# ```
#
# </details>

# %% [markdown]
# ### Is this a convolution?
#
# Strictly, no. In mathematics a convolution turns the kernel round before it slides it; what the
# lecture shows, and what every library computes, is called *cross-correlation* there. All the same
# everyone says convolution. For learning it makes no difference: if the turned kernel were better,
# the network would learn the turned kernel.

# %%
signal, kernel = np.array([0, 0, 1, 0, 0]), np.array([1, 2, 3])
print("as libraries do it:  ", np.correlate(signal, kernel, "valid"))
print("as mathematics does: ", np.convolve(signal, kernel, "valid"))
print("with the kernel turned round:", np.convolve(signal, kernel[::-1], "valid"))

# %% [markdown]
# ## 3 · Padding and stride
#
# Two numbers change how the window moves:
#
# - **Padding** $p$: rows and columns of zeros round the picture, $p$ on every side. So the window
#   can also stand on the border. *valid* is no padding; *same* is as much as it takes to keep the
#   size (at stride 1).
# - **Stride** $s$: the window moves by $s$ pixels, so only every $s$-th place is computed.
#
# Along a side of $n$ pixels a window of $k$ has this many places:
#
# $$\left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# In words: from the first place the window can still move $n + 2p - k$ pixels, in steps of $s$; and
# the first place counts too. The brackets round *down*: what is left of a step is no step.
#
# > **Predict first.** Below, $n = 6$, $k = 3$, $s = 2$, $p = 0$. How many places? And which pixels
# > does no window ever see?

# %%
moving = widgets.ConvolutionExplorer("upright edges", "digits at random", size=6, stride=2)
moving

# %% [markdown]
# **What to notice**
#
# - The last column and the last row, shaded grey, are never looked at. Nothing warns you; in a
#   network they are lost. Padding 1 brings the column back.
# - Padding 1 with $k = 3$ and stride 1 keeps the size: $p = (k - 1)/2$ does so for every odd $k$.
# - With much padding, zeros are what the window sees near the border. An edge filter finds an edge
#   there that is not in the picture.
#
# **Challenges:** (a) make the output exactly as large as the input with a kernel of 5. (b) Find
# settings at which the window does not fit even once.
#
# <details><summary>Answers</summary>
#
# (a) Padding 2, stride 1, or *same*. (b) An input of 3, a kernel of 5, padding 0.
#
# </details>

# %%
for n, k, s, p in ((5, 3, 1, 0), (5, 3, 2, 1), (6, 3, 2, 0), (28, 5, 1, 2), (224, 7, 2, 3)):
    places = (n + 2 * p - k) // s + 1
    left = (n + 2 * p - k) % s
    print(f"n {n:3}, k {k}, s {s}, p {p}: {places:3} places, {left} columns left over")


# %% [markdown]
# **Exercise 3.** Write it as a function.

# %% tags=["exercise"]
def output_size(n, k, s, p):
    return ...


check.output_size(output_size)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `//` divides and rounds down. Is the padding on one side or on both?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def output_size(n, k, s, p):
#     return (n + 2 * p - k) // s + 1
#
#
# check.output_size(output_size)
# ```
#
# </details>

# %% [markdown]
# ### The lecture's table (b)
#
# The lecture's second table has padding 1 and stride 2. Here it is, with the numbers as the slide
# prints them:

# %%
table_b = widgets.ConvolutionExplorer("lecture (b)", padding=1, stride=2, place=3)
table_b

# %%
x_b = np.array(
    [[2, 2, 3, 3, 3], [0, 1, 3, 0, 3], [2, 3, 0, 1, 3], [3, 3, 2, 1, 2], [3, 3, 0, 2, 3]]
)
w_b = np.array([[2, 0, 1], [1, 0, 0], [0, 1, 1]])
slide = np.array([[1, 6, 5], [7, 10, 9], [7, 10, 8]])


def convolve(x, w, stride=1, padding=0):
    layer = nn.Conv2D(1, 1, len(w), stride, padding)
    layer.W.value[:, :, 0, 0] = w
    return layer(x[None, :, :, None])[0, :, :, 0].astype(int)


for name, kernel in (("as printed", w_b), ("turned round", w_b[::-1, ::-1])):
    print(f"kernel {name:12}:", convolve(x_b, kernel, 2, 1).tolist())
print("the slide:          ", slide.tolist())

padded = np.pad(x_b, 1)
places = [padded[i : i + 3, j : j + 3].ravel() for i in (0, 2, 4) for j in (0, 2, 4)]
print("the one kernel that gives the slide's result from this input:")
print(np.linalg.solve(places, slide.ravel()).reshape(3, 3).round(2))

# %% [markdown]
# The slide's result is 1 6 5 / 7 10 9 / 7 10 8; its own printed input and kernel give 1 5 6 /
# 7 8 3 / 3 10 4. The size is right, and three of the nine numbers agree. Turning the kernel round
# does not explain the others, nor does another kernel: nine windows leave only one that would give
# the slide's result, and its numbers are not whole. So numbers of the *input* must have changed
# after the result was computed. It happens to everyone, and it is the reason why this course
# computes every number it prints. The point of the slide, how padding and stride move the window,
# stands.
#
# ## 4 · Over a photograph
#
# Now the picture is a photograph. Each pixel is a number from 0 (black) to 1 (white), and the
# kernel slides over all of them.
#
# > **Predict first.** The kernel below is negative on its left and positive on its right. Where
# > will the result be 0, where positive, where negative?

# %%
photo = widgets.FilterExplorer("upright edges")
photo

# %% [markdown]
# **What to notice**
#
# - Weights that sum to 0 answer 0 to an even patch: the sky vanishes. What is left are
#   *differences*: edges. Orange is where it gets brighter to the right, blue where it gets darker.
# - *level edges* is the same kernel, transposed. It finds the roofs, and misses the columns.
# - Weights that sum to 1 keep the brightness: blur, sharpen, emboss. *Blur* is the mean of the
#   window, and *sharpen* is the picture plus what blurring would take away.
# - Drag the ring over an edge and watch the products: on one side the sum stays small, on the edge
#   it jumps.
#
# **Challenge:** start from *the picture itself* and change one weight, so that an even patch gives
# 0 and edges which fall from top left to bottom right come out strongest.
#
# <details><summary>Answer</summary>
#
# −1 in the upper right or the lower left corner: then each pixel is compared with a neighbour
# *across* such an edge. Edges along the direction in which one compares give 0.
#
# </details>
#
# Three of these kernels in numbers, and what they make of three patches:

# %%
even = np.full((3, 3), 0.5)
upright = np.array([[0.2, 0.2, 0.9]] * 3)
patches = {"even": even, "upright edge": upright, "level edge": upright.T}
for name in ("blur (the mean)", "upright edges", "level edges", "sharpen"):
    answers = {p: round(float((handmade(name) * x).sum()), 2) for p, x in patches.items()}
    print(f"{name:15} sum {handmade(name).sum():4.1f}  {answers}")

# %% [markdown]
# **Exercise 4.** Invent a $3 \times 3$ kernel of your own that finds upright edges: positive where
# it is dark on the left and bright on the right, and 0 on even patches and on level edges. There
# are many; try one that is not in the list.

# %% tags=["exercise"]
kernel = ...

check.edge_kernel(kernel)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Right minus left. What must each row sum to, so that nothing is left of a patch whose rows are
# constant?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# kernel = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
#
# check.edge_kernel(kernel)
# ```
#
# </details>

# %% [markdown]
# ## 5 · Hand-made features are brittle: learn them
#
# For decades people made features by hand, as we just did: a kernel, then a threshold ("an edge is
# where the answer is above 1"). Lecture E says why that did not carry far: hand-made features are
# time-consuming, brittle, and do not scale. Here is how they break. The same photograph, taken with
# less light:

# %%
china = widgets.filters.grey_photo()
for name, picture in (
    ("as it is", china),
    ("half the light", 0.5 * china),
    ("a fifth of the light", 0.2 * china),
):
    answer = widgets.filters.filtered(picture, handmade("upright edges"))
    print(f"{name:20} {(np.abs(answer) > 1).mean():6.1%} of the pixels are edges")

# %% [markdown]
# Not one stone of the temple has moved, but with a fifth of the light the rule sees no edge at all.
# One can add a rule that looks at the brightness first. And then one for noise, and one for blur,
# and one for each thing that is no edge. The alternative: *let the weights be found from examples.*
#
# ### A kernel found from pictures alone
#
# Below, a convolution with nine random weights sees a photograph, and beside it the same photograph
# through a hidden kernel. Nobody tells it the kernel. It makes its own picture, compares, and
# follows the gradient.
#
# > **Predict first.** Will it find the very same nine numbers, or others that look alike?

# %%
search = widgets.KernelSearchExplorer()
search

# %% [markdown]
# Press **Play**. To have it in numbers, here are 200 steps of the same:

# %%
found = widgets.KernelSearchExplorer()
found.descend(200)
print("loss:", " → ".join(f"{found.losses[t]:.4f}" for t in (0, 50, 200)))
print(found.layer.W.value[:, :, 0, 0].round(2) + 0.0)

# %% [markdown]
# It found Sobel's kernel. Nothing about edges is in the code: they were in the pictures. From other
# first weights it takes longer, but it gets there:

# %%
off = []
for seed in range(3):
    trial = widgets.KernelSearchExplorer(seed=seed)
    trial.descend(600)
    off.append(np.abs(trial.layer.W.value[:, :, 0, 0] - trial.hidden).max())
print("three starts, at most 600 steps; all weights within 0.05 of the hidden:", max(off) < 0.05)

# %% [markdown]
# **What to notice**
#
# - Long before the numbers agree, the pictures do: what the layer still gets wrong is what the
#   photograph hardly shows.
# - Choose *random noise* and *gradient descent*. Noise is a better teacher than a photograph, in
#   which neighbours are nearly equal and so say nearly the same about their weights: a ravine, as
#   in notebook 10.
#
# **Challenge:** find a learning rate at which gradient descent on the photograph leaves every
# bound, and one that works with noise but not with the photograph.
#
# <details><summary>Answer</summary>
#
# 0.3 does both. On the photograph the loss leaves the picture within ten steps; on noise 50 steps
# are enough to find the kernel.
#
# </details>

# %%
for source in ("photo", "noise"):
    trial = widgets.KernelSearchExplorer(optimizer="sgd", source=source, learning_rate=0.3)
    trial.descend(50)
    off = np.abs(trial.layer.W.value[:, :, 0, 0] - trial.hidden).max()
    steps = len(trial.losses) - 1
    print(f"{source}: {'diverged' if off > 1 else f'off by {off:.3f}'} after {steps} steps")

# %% [markdown]
# ### Hand-made filters beside learned ones
#
# In a real task nobody has the filtered pictures. All there is are digits and their names. We train
# a small network on 2000 of them: eight kernels of $5 \times 5$, ReLU, max-pooling, a dense layer.
# The kernels begin close to zero, so that what is seen in them afterwards was learned, and is not
# left over from the random start. It takes a few seconds.

# %%
digits = data.mnist()
pictures = digits.X.reshape(-1, 28, 28, 1)
X, y = pictures[:2000], digits.y[:2000]

model = nn.Sequential(
    nn.Conv2D(1, 8, 5, rng=0), nn.ReLU(), nn.MaxPool2D(4), nn.Flatten(), nn.Dense(288, 10, rng=10)
).astype("float32")
model[0].W.value[...] *= 0.1
criterion, adam = nn.SoftmaxCrossEntropy(), nn.Adam(model.parameters(), lr=0.01)
rng = np.random.default_rng(0)
for _ in range(4):
    order = rng.permutation(2000)
    for batch in order.reshape(40, 50):
        nn.step(model, criterion, adam, X[batch], y[batch])

right = (model.forward(pictures[8000:9000]).argmax(axis=1) == digits.y[8000:9000]).mean()
print(f"more than 85 % of 1000 new digits right: {right > 0.85}")

# %% tags=["nbval-ignore-output"]
bank = widgets.FilterBankExplorer(
    digits.X[9000:9012].reshape(-1, 28, 28),
    {"made by hand": widgets.filters.hand_bank(), "learned": model[0].W.value[:, :, 0, :]},
)
bank

# %% [markdown]
# **What to notice**
#
# - The learned kernels are not as tidy, but several are orange on one side and blue on the other,
#   as those above them: they find edges in some direction. Nobody asked for edges. All that was
#   given were the names of the digits.
# - Others are orange nearly everywhere: they blur, and find ink. Learning takes what serves the
#   task, and not what people would have thought of.
# - Choose *after ReLU*. Then each picture says where *its* pattern is. Such a picture is a
#   **feature map**.
# - Shift the digit: all maps shift along. This is what sharing weights is for.
#
# That these eight kernels differ from the hand-made ones does not say that they are better. That is
# a question for a measurement, and notebook 13 takes it up, where the layers are stacked: edges
# first, then corners and loops, then whole digits.
#
# ## 6 · Convolution is a matrix product
#
# Write each window as a row. Nine places, nine pixels each: a matrix of $9 \times 9$. Write the
# kernel as a column. Then
#
# $$Z = \text{columns} \cdot W + b$$
#
# This is a dense layer that sees the windows as its samples. With $m$ kernels, $W$ has $m$ columns.

# %%
windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3))  # (3, 3, 3, 3): place, then window
columns = windows.reshape(9, 9)
print(columns)
product = columns @ w.reshape(9, 1)
print("Z =", product.ravel(), " as a picture:", product.reshape(3, 3).tolist())

# %% [markdown]
# Three ways, one result, here for a larger picture, several channels and kernels:

# %%
rng = np.random.default_rng(0)
X, layer = rng.normal(size=(2, 8, 9, 3)), nn.Conv2D(3, 4, 3, rng=1)
W = layer.W.value  # (3, 3, 3, 4): height, width, channels in, channels out

loops = np.zeros((2, 6, 7, 4))
for i in range(6):
    for j in range(7):
        loops[:, i, j] = np.tensordot(X[:, i : i + 3, j : j + 3], W, axes=3)

places = np.lib.stride_tricks.sliding_window_view(X, (3, 3), axis=(1, 2))  # (2, 6, 7, 3, 3, 3)
columns = places.transpose(0, 1, 2, 4, 5, 3).reshape(2 * 6 * 7, 27)
matrix = (columns @ W.reshape(27, 4)).reshape(2, 6, 7, 4)
print("loops = nnlib:", np.allclose(loops, layer(X)), " matrix = nnlib:",
      np.allclose(matrix, layer(X)))  # fmt: skip
print(f"the picture has {X.size} numbers, its columns {columns.size}")

# %% [markdown]
# The price is memory: each pixel is copied into every window it lies in. The gain is speed, for
# nothing is computed as fast as a matrix product (notebook 15).
#
# ## 7 · The gradient of the kernel
#
# Weight $w_{ac}$ is used at *every* place $(i, j)$, each time with another pixel. Each place tells
# it what it wants, $\partial L/\partial z_{ij}$, times the pixel it met there. A number that is
# used several times gets the **sum** (notebook 06):
#
# $$\frac{\partial L}{\partial w_{ac}} = \sum_{i,j} \frac{\partial L}{\partial z_{ij}}\;
# x_{i+a,\; j+c}$$
#
# Compare with section 2: it is a convolution again. $\partial L/\partial z$ slides over $x$.
#
# By hand, for table (a). If $L$ is the sum of all outputs, each $\partial L/\partial z_{ij}$ is 1,
# and $\partial L/\partial w_{00}$ is the sum of the pixels that lay under the upper left weight:

# %%
dz = np.ones((3, 3))
print("pixels under the upper left weight:\n", x[0:3, 0:3], "sum", x[0:3, 0:3].sum())

dw = np.array([[(dz * x[a : a + 3, c : c + 3]).sum() for c in range(3)] for a in range(3)])
print("dw by hand:\n", dw)

layer = nn.Conv2D(1, 1, 3)
layer.W.value[:, :, 0, 0] = w
layer(x[None, :, :, None])
layer.backward(dz[None, :, :, None])
print("equal to nnlib:", np.array_equal(layer.W.grad[:, :, 0, 0], dw), " db:", layer.b.grad)

# %% [markdown]
# In matrices it is the rule of the dense layer: $dW = \text{columns}^\top dZ$. And the check by
# differences, which knows nothing of formulas:

# %%
layer = nn.Conv2D(2, 3, 3, stride=2, padding=1, rng=0)
error = nn.gradcheck(layer, np.random.default_rng(1).normal(size=(2, 6, 5, 2)))
print(f"gradients of W, b and x agree with differences to one in a million: {error < 1e-6}")


# %% [markdown]
# **Exercise 5.** The gradient of the kernel for any $x$ and $dz$ (one channel, stride 1, no
# padding).

# %% tags=["exercise"]
def kernel_gradient(x, dz):
    return ...


check.kernel_gradient(kernel_gradient)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# You have written it already. What slides over what?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def kernel_gradient(x, dz):
#     rows, columns = dz.shape
#     dw = np.zeros((x.shape[0] - rows + 1, x.shape[1] - columns + 1))
#     for a in range(dw.shape[0]):
#         for c in range(dw.shape[1]):
#             dw[a, c] = (x[a : a + rows, c : c + columns] * dz).sum()
#     return dw
#
#
# check.kernel_gradient(kernel_gradient)
# ```
#
# </details>

# %% [markdown]
# ## 8 · Channels, feature maps, receptive field: the terms
#
# A colour picture has three **channels**. A kernel then has a slice for each of them, and adds
# up all products of all channels: $k \times k \times 3$ weights and *one* number per place. Each
# kernel makes one **feature map**; $m$ kernels make $m$ maps, and these are the channels of the
# next layer.

# %%
layer = nn.Conv2D(3, 16, 5)
colour = data.photo("flower")[None]  # (1, 213, 320, 3): pictures are channels last
print("W", layer.W.shape, " b", layer.b.shape)
print("from", colour.shape, "to", layer(colour).shape)

# %% [markdown]
# **Exercise 6.** How many parameters does `nn.Conv2D(3, 16, 5)` have? Would it be more for a
# larger picture?

# %% tags=["exercise"]
parameters = ...

check.conv_parameters(parameters)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# How many numbers lie under one window, over all channels? How many kernels are there? And one bias
# for each.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# parameters = 5 * 5 * 3 * 16 + 16
#
# check.conv_parameters(parameters)
# ```
#
# </details>

# %% [markdown]
# All terms of the lecture at once. The rows below are one side of the feature maps of a small
# network: convolution, max-pooling (the largest number of each window, notebook 13), convolution.
# Point at a square of the top row.
#
# > **Predict first.** A number of the top row is computed by a window of 3. How many *pixels* along
# > a side does it depend on?

# %%
field = widgets.ReceptiveFieldExplorer()
field

# %% [markdown]
# **What to notice**
#
# - The **receptive field** grows from layer to layer: each adds $(k - 1)$ times the distance of its
#   neighbours, and pooling or a stride doubles this distance. So deep layers see much with small
#   kernels.
# - A pool size that does not divide the size loses pixels, as in section 3.
# - Near the border the field reaches into the padding: zeros.
#
# **Challenge:** make one number see at least 20 × 20 pixels. How large would a single kernel have
# to be for that, and how many weights would it have?
#
# <details><summary>Answer</summary>
#
# For instance a first kernel of 7, pool size 4 and a second kernel of 4: the field is 22. A single
# kernel of 22 has 484 weights; the two have 49 + 16.
#
# </details>

# %%
layers = [nn.Conv2D(1, 8, 3, padding=1), nn.MaxPool2D(2), nn.Conv2D(8, 16, 3)]
size = 28
for layer, row in zip(layers, nn.windows.receptive_field(layers), strict=True):
    k, s = (layer.kernel_size, layer.stride) if hasattr(layer, "W") else (
        layer.pool_size, layer.stride)  # fmt: skip
    p = layer.padding[0]
    size = (size + 2 * p - k[0]) // s[0] + 1
    print(f"{layer!s:28} size {size:2} × {size:2}, sees {row['field']} × {row['field']} pixels")

# %% [markdown]
# ## 9 · The same in PyTorch
#
# Two things are other than here: pictures are **channels first**, $(N, C, H, W)$, and the weights
# are stored as (channels out, channels in, height, width). The numbers are the same.

# %%
import torch

a = torch.tensor(x, dtype=torch.float64)[None, None]  # (1, 1, 5, 5)
kernel = torch.tensor(w, dtype=torch.float64)[None, None].requires_grad_()
z = torch.nn.functional.conv2d(a, kernel)
z.sum().backward()
print("table (a):", z[0, 0].int().tolist())
print("gradient of the kernel as by hand:", np.allclose(kernel.grad[0, 0], dw))

b = torch.tensor(x_b, dtype=torch.float64)[None, None]
kernel_b = torch.tensor(w_b, dtype=torch.float64)[None, None]
z_b = torch.nn.functional.conv2d(b, kernel_b, stride=2, padding=1)
print("table (b):", z_b[0, 0].int().tolist())

# %% [markdown]
# A whole layer with three channels in and four out, with our weights:

# %%
ours = nn.Conv2D(3, 4, 3, stride=2, padding=1, rng=0)
theirs = torch.nn.Conv2d(3, 4, 3, stride=2, padding=1).double()
print("ours", ours.W.shape, " PyTorch", tuple(theirs.weight.shape))
with torch.no_grad():
    theirs.weight.copy_(torch.tensor(ours.W.value.transpose(3, 2, 0, 1).copy()))
    theirs.bias.copy_(torch.tensor(ours.b.value))

X = np.random.default_rng(0).normal(size=(2, 9, 8, 3))
z_theirs = theirs(torch.tensor(X.transpose(0, 3, 1, 2).copy()))
z_ours = ours(X)
print("equal outputs:", np.allclose(z_ours, z_theirs.detach().numpy().transpose(0, 2, 3, 1)))
dz = np.random.default_rng(1).normal(size=z_ours.shape)
ours.backward(dz)
z_theirs.backward(torch.tensor(dz.transpose(0, 3, 1, 2).copy()))
print("equal gradients:", np.allclose(ours.W.grad, theirs.weight.grad.permute(2, 3, 1, 0)))

# %% [markdown]
# ## Summary
#
# - A convolution lays a small window of weights on every place of a picture: multiply number by
#   number, add up. It is **local**, and its weights are **shared**.
# - So it has few parameters, whatever the picture's size, and what shifts in the picture shifts in
#   the output.
# - Places along a side: $\lfloor (n + 2p - k)/s \rfloor + 1$. What does not fit is never looked at.
# - Weights that sum to 0 find differences; weights that sum to 1 keep the brightness.
# - It is a matrix product of windows and weights; the gradient of a shared weight is the sum over
#   all places, and again a convolution.
# - Kernels need not be made by hand: gradient descent finds them from examples.
#
# ## Quiz
#
# 1. A picture is twice as wide. How many more parameters does a convolution need?
# <details><summary>Answer</summary>
#
# None. It has more places, not more weights.
#
# </details>
#
# 2. 32 pixels, kernel 5, stride 1. Which padding keeps the size?
# <details><summary>Answer</summary>
#
# $p = 2$: $32 + 4 - 5 + 1 = 32$.
#
# </details>
#
# 3. A kernel's weights sum to 0. What does it answer to a white wall?
# <details><summary>Answer</summary>
#
# 0, as to any even patch (but for the border, if that is padded with zeros).
#
# </details>
#
# 4. Why does the gradient of a kernel have a sum over places?
# <details><summary>Answer</summary>
#
# The same weight is used at every place, and along several ways gradients add up.
#
# </details>
#
# 5. The first layer has kernels of 3, the second as well, both with stride 1. What does a number of
#    the second layer see?
# <details><summary>Answer</summary>
#
# 5 × 5 pixels: 3 + (3 − 1).
#
# </details>
#
# 6. `Conv2D(8, 16, 3)`: how many numbers in W?
# <details><summary>Answer</summary>
#
# 3 · 3 · 8 · 16 = 1152; a kernel has a slice for each of the 8 channels.
#
# </details>
#
# ## Terms
#
# - **convolution**: the same weights applied to every window of the input.
# - **kernel**, filter: those weights; **kernel size** $k$: along a side.
# - **local connectivity**: each output sees a window only. **Shared weights**: all with the same.
# - **equivariance**: shift the input, and the output shifts along.
# - **stride** $s$: by how much the window moves. **Padding** $p$: zeros round the picture.
# - **valid**, **same**: no padding; as much as keeps the size at stride 1.
# - **channel**: one of several numbers per pixel. **Feature map**: what one kernel makes of a
#   picture.
# - **pool size**: the window of pooling, which takes the largest number (or the mean).
# - **receptive field**: the pixels that one number of a deeper layer depends on.
# - **cross-correlation**: what libraries compute; a convolution in mathematics turns the kernel
#   round.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | D17 | local connectivity, weight sharing | 1 |
# | D18 | the convolution operation | 2 |
# | D19 | padding and stride, tables (a) and (b) | 2 and 3 |
# | E2 | hand-made features are brittle: learn them | 5 |
# | D22 | feature maps, kernel size, stride, padding, pool size | 8 |
#
# ## Further reading
#
# - V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", 2016,
#   https://arxiv.org/abs/1603.07285: every combination of padding and stride, drawn.
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
#   recognition", *Proceedings of the IEEE* 86, 1998.
# - Z. Wang and others, "CNN Explainer", *IEEE Transactions on Visualization and Computer Graphics*,
#   2021: a convolutional network to point at.
# - G. Sanderson (3Blue1Brown), "But what is a convolution?", 2022: the mathematical side.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapter 9.
