# %% [markdown]
# # 03 · Dense layers: many neurons, one product
#
# **The question:** one neuron is one sum. How do you write a thousand neurons, and a million
# samples, in a single line? And what can such a line *not* do, however long it gets?
#
# **Afterwards you can**
#
# 1. compute a dense layer three ways, by index, by matrix and for a whole batch, and find in $X$,
#    $W$ and $b$ the few numbers that make one output;
# 2. read shapes like a sentence, in both conventions that are in use, and put matrices together
#    until they fit;
# 3. count the parameters of any network of dense layers, $(n + 1)k$ for each;
# 4. see in a picture what a matrix does to the plane, and say what its rows, its determinant and
#    its rank have to do with it;
# 5. explain why two linear layers are one, and what a narrow layer between them still changes;
# 6. name a target that no linear model can reach, and the smallest thing that helps.
#
# **Before you start:** one neuron, $z = b + \sum_j x_j w_j$ (notebook 01). Products of matrices are
# explained here as they come.
#
# **Time:** about 90 minutes with the exercises, 40 without.
#
# **Lecture points:** E10 dense layers · C9 linear layer, one sample and a batch · E11 single hidden
# layer, by index and by matrix · B6 two linear layers with their shapes · A2 (n + 1)k parameters ·
# A9 count a drawn network · B8 linear layers collapse · A6 what a linear model can say · and a
# first look at A3, why linear models are cheap.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · One neuron, several neurons, a batch
#
# A neuron multiplies each input by its weight, adds, and adds its bias. Here is one with three
# inputs, with numbers that need no calculator:

# %%
x = np.array([1.0, 2.0, 0.0])
w = np.array([2.0, 1.0, -1.0])
b = 1.0

z = b + sum(x[j] * w[j] for j in range(3))  # 1 + 1·2 + 2·1 + 0·(−1)
print("z =", z, "   as a product:", x @ w + b)

# %% [markdown]
# **Several neurons** may look at the same inputs. Each has weights and a bias of its own. Lecture E
# calls this the *multi-output perceptron*, and because every input is connected to every output,
# a **dense** layer:
#
# $$z_i = w_{0,i} + \sum_{j=1}^{m} x_j\, w_{j,i}$$
#
# Two indices, and both matter: $w_{j,i}$ is the weight *from* input $j$ *to* unit $i$. Put them in
# a table with a row for each input and a column for each unit, and the table is the matrix $W$. The
# $w_{0,i}$, the weights of an input that is always 1, are the biases; we write them as a row $b$.

# %%
W = np.array([[2.0, -1.0], [1.0, 3.0], [-1.0, 1.0]])  # 3 inputs, 2 units: a column for each unit
b = np.array([1.0, -2.0])

z_by_index = []
for i in range(2):
    total = b[i]
    for j in range(3):
        total += x[j] * W[j, i]
    z_by_index.append(float(total))

print("by index: ", z_by_index)
print("by matrix:", (x @ W + b).tolist())

# %% [markdown]
# **A batch** is several samples at once: a row of $X$ for each. Nothing else changes. The same two
# units look at every row, and each row gets its own row of outputs:
#
# $$Z = X W + b, \qquad z_{ni} = b_i + \sum_j x_{nj}\, w_{ji}$$
#
# Here and in all notebooks **rows are samples**, and $W$ has the shape (inputs, units). (Lecture C
# stores $W$ the other way round; section 2 puts both side by side.) The bias $b$ has one row, and
# NumPy adds it to every row of $XW$: this is called *broadcasting*.

# %%
X = np.array([[1.0, 2.0, 0.0], [3.0, -1.0, 2.0], [0.0, 1.0, -2.0]])  # 3 samples

Z = np.zeros((3, 2))
for n in range(3):
    for i in range(2):
        Z[n, i] = b[i] + sum(X[n, j] * W[j, i] for j in range(3))

print(Z)
print("X @ W + b gives the same:", np.array_equal(Z, X @ W + b))

# %% [markdown]
# > **Predict first.** In the picture below, change one number. How many of the six outputs will
# > change with it, if it is a number of $X$? If it is one of $W$? One of $b$?
#
# The three tables stand so that each output $z$ lies where its row of $X$ and its column of $W$
# cross. Move the pointer over $Z$ (or use the two sliders), and read the sum below. Click a number
# of $X$, $W$ or $b$, then move **its value**: the dashed outputs are those it is part of.

# %%
product = widgets.MatrixProductExplorer(X, W, b)
product

# %% [markdown]
# **What to notice**
#
# - One output needs one row, one column, one bias, and *nothing else*. The other samples do not
#   count for it, nor do the other units. So all outputs can be computed at the same time, in any
#   order: that is what graphics processors are made for.
# - A number of $X$ reaches one row of $Z$: all that is said about this sample. A number of $W$ or
#   $b$ reaches one column: what this unit says about all samples.
# - The column of $W$ is the neuron. On the right you see it as a neuron, with its links in bold.
#
# Now a larger one. Begin with one sample and one unit, the single neuron of notebook 01. Add units,
# and watch $W$ get columns. Add samples, and watch $X$ and $Z$ get rows, but not $W$: **the layer
# does not know how many samples will come.**

# %%
growing = widgets.MatrixProductExplorer(samples=1, inputs=3, units=1)
growing

# %% [markdown]
# **Challenge:** with 4 inputs, 5 samples and 4 units, find a single number whose change to 0 makes
# $z_{2,3} = 5$. (There is more than one.)
#
# <details><summary>Answer</summary>
#
# $z_{2,3} = 3·0 + (−1)·(−2) + 2·2 + 0·1 + 3 = 9$ to begin with. It has to fall by 4, and the term
# that is 4 is $x_{2,3}w_{3,3} = 2·2$: put either of the two to 0.
#
# </details>
#
# `nnlib` has a layer for it. It keeps $W$ and $b$ as parameters, and `forward` is the line above:

# %%
layer = nn.Dense(3, 2)
layer.W.value[...] = W
layer.b.value[...] = b
print("nn.Dense gives the same:", np.array_equal(layer.forward(X), X @ W + b))
layer

# %% [markdown]
# **Exercise 1.** By hand, on paper: what is $z_{2,1}$ of $Z = XW + b$ for
#
# $$X = \begin{bmatrix} 1 & 0 & 2 \\ 3 & 1 & -1 \end{bmatrix}, \quad
# W = \begin{bmatrix} 2 & -2 \\ 0 & 4 \\ 1 & 3 \end{bmatrix}, \quad
# b = \begin{bmatrix} 10 & -5 \end{bmatrix}\;?$$

# %% tags=["exercise"]
z_21 = ...

check.one_entry(z_21)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The first index is the row of $X$, the second the column of $W$. Multiply the two number by
# number, add, and add that column's bias.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# Row 2 times column 1: 3·2 + 1·0 + (−1)·1 = 5, and the bias 10.
#
# ```python
# z_21 = 15
#
# check.one_entry(z_21)
# ```
#
# </details>

# %% [markdown]
# **Exercise 2.** Write lecture E's formula by index, for one sample $x$: a list with a sum for each
# unit. No `@`: that is what you are building.

# %% tags=["exercise"]
def dense_by_index(x, W, b):
    return [... for i in range(len(b))]


check.dense_by_index(dense_by_index)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `sum(... for j in range(len(x)))` is the $\sum$. $w_{j,i}$ is `W[j, i]`. The bias stands outside
# the sum.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def dense_by_index(x, W, b):
#     return [b[i] + sum(x[j] * W[j, i] for j in range(len(x))) for i in range(len(b))]
#
#
# check.dense_by_index(dense_by_index)
# ```
#
# </details>

# %% [markdown]
# ## 2 · Shapes that meet, and two ways to write it
#
# The product of a matrix of shape $(a, b)$ and one of shape $(b, c)$ has shape $(a, c)$:
#
# $$(a, \underbrace{b)\,(b}_{\text{meet, and vanish}}, c) \to (a, c)$$
#
# The **inner sizes** have to be equal, because each output is a sum over them. With names it reads
# like a sentence: *(samples, inputs) times (inputs, units) is (samples, units)*.
#
# ### Two conventions
#
# Lecture C writes a linear layer for one sample as $z = Wx + b$, with $x$ standing upright as a
# column, and for a batch as $Z = XW^\top + b$. Its $W$ has a *row* for each unit: shape (out, in).
# It is the transpose of ours. PyTorch stores its weights like that, too. Nothing is gained or lost;
# only each formula has to be read with the right $W$ in mind.
#
# | | one sample | batch | shape of W |
# |---|---|---|---|
# | here, lectures A, B, E, Keras | $z = xW + b$ | $Z = XW + b$ | (in, out) |
# | lecture C, PyTorch | $z = Wx + b$ | $Z = XW^\top + b$ | (out, in) |
#
# The same numbers, all four ways:

# %%
W_c = W.T  # as lecture C stores it: (2 units, 3 inputs)
x_column, b_column = x[:, None], b[:, None]  # upright: (3, 1) and (2, 1)

ways = {
    "x W + b     one sample, here": (x @ W + b),
    "W x + b     one sample, lecture C": (W_c @ x_column + b_column),
    "X W + b     batch, here": (X @ W + b),
    "X Wᵀ + b    batch, lecture C": (X @ W_c.T + b),
}
for name, z in ways.items():
    print(f"{name:35} {str(z.shape):7} {z.tolist()}")

# %% [markdown]
# Look at it in the explorer: choose between the three ways of writing. The outputs stay the same;
# what was a column of $W$ becomes a row, and its two indices change places.

# %%
conventions = widgets.MatrixProductExplorer(X, W, b, form="torch")
conventions

# %% [markdown]
# ### The shape puzzle
#
# > **Predict first.** $X$ is (5, 3) and $W$ is (3, 4). Does $WX$ exist?
#
# Drag the matrices (by the dot) into an order in which they can be multiplied; click the **T** to
# transpose one. Below, the picture says which inner sizes meet. There are eight puzzles.

# %%
puzzle = widgets.ShapePuzzle()
puzzle

# %% [markdown]
# **What to notice**
#
# - Puzzle 7 is a formula you have not learned yet, and the shapes alone led you to it. This works
#   surprisingly often.
# - Puzzle 8 is the one to remember. Where a layer has as many units as inputs, $W$ and $W^\top$
#   *both* fit. There is no error message, the shape of the result is right, and every number in it
#   is wrong:

# %%
S = np.array([[1.0, 2.0, 0.0], [0.0, 1.0, 3.0], [1.0, 0.0, 1.0]])  # 3 inputs, 3 units
print("X W :", (X @ S).tolist())
print("X Wᵀ:", (X @ S.T).tolist())

# %% [markdown]
# So a shape that fits is necessary, and not sufficient: say with each size *what it counts*. And
# when a shape does not fit, `nnlib` says what it expected:

# %%
try:
    nn.Dense(3, 2).forward(X[:, :2])  # two inputs where three belong
except ValueError as error:
    print(error)

# %% [markdown]
# **Exercise 3.** A batch of shape (32, 3) goes through PyTorch's `torch.nn.Linear(3, 5)`. What are
# the shapes of its `weight`, its `bias`, and of the output?

# %% tags=["exercise"]
weight_shape = ...  # for instance (32, 3)
bias_shape = ...
output_shape = ...

check.torch_shapes(weight_shape, bias_shape, output_shape)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# It is the second row of the table above. A shape with one size is written `(5,)` in Python, with a
# comma.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# weight_shape = (5, 3)
# bias_shape = (5,)
# output_shape = (32, 5)
#
# check.torch_shapes(weight_shape, bias_shape, output_shape)
# ```
#
# </details>

# %% [markdown]
# ## 3 · One layer after another, by index and by matrix
#
# The outputs of one layer can be the inputs of the next. Lecture B looks at two *linear* layers,
#
# $$h = xW_0, \qquad y^* = hW_1,$$
#
# with $x$ of shape $1 \times m$, $W_0$ of shape $m \times n$, $h$ of shape $1 \times n$, $W_1$ of
# shape $n \times o$ and $y^*$ of shape $1 \times o$. (It leaves the biases out and counts from 0.)

# %%
m, n, o = 4, 3, 2
x = np.array([[1, 2, 0, -1]])  # one sample, as a row: (1, m)
W0 = np.array([[1, 0, 2], [0, 1, -1], [2, -1, 1], [1, 1, 0]])
W1 = np.array([[1, -1], [2, 0], [0, 1]])
h = x @ W0
y_star = h @ W1
print("x ", x.shape, " W0", W0.shape, " h ", h.shape, " W1", W1.shape, " y*", y_star.shape)
print("h =", h, " y* =", y_star)

# %% [markdown]
# Drawn, the shapes are a chain of tables: the width of each is the height of the next.
#
# > **Predict first.** If you change only the number of hidden units $n$, which of the five shapes
# > change? Does the shape of $y^*$?

# %%
chain = widgets.CollapseExplorer(m, n, o)
chain

# %% [markdown]
# Only $W_0$, $h$ and $W_1$ do: the size of a hidden layer is nobody's business outside. (What the
# switch **put the two layers into one** shows is the subject of section 6.)
#
# ### With an activation between: the single hidden layer
#
# Lecture E puts an activation $g$ after each layer and writes the network unit by unit:
#
# $$z_i = w^{(1)}_{0,i} + \sum_{j=1}^{m} x_j\, w^{(1)}_{j,i}, \qquad
# \hat y_i = g\Big(w^{(2)}_{0,i} + \sum_{j=1}^{d_1} g(z_j)\, w^{(2)}_{j,i}\Big)$$
#
# and one hidden unit in full:
#
# $$z_2 = w^{(1)}_{0,2} + x_1 w^{(1)}_{1,2} + x_2 w^{(1)}_{2,2} + x_3 w^{(1)}_{3,2} .$$
#
# (The slide ends in $x_m w_{m,2}$ after $x_2$: its drawing has $m = 3$ inputs.) In code, first the
# way the formula says it, then as two products:

# %%
g = nn.Sigmoid().forward
W1 = np.array([[1.0, -1.0, 0.5, 2.0], [0.0, 2.0, 1.0, -1.0], [3.0, 0.5, -2.0, 1.0]])  # 3 → 4
b1 = np.array([0.5, -0.5, 0.0, 1.0])
W2 = np.array([[1.0, -2.0], [0.5, 1.0], [-1.0, 0.0], [2.0, 1.0]])  # 4 → 2
b2 = np.array([0.0, 0.5])
x = np.array([2.0, 1.0, -1.0])

z2 = b1[1] + x[0] * W1[0, 1] + x[1] * W1[1, 1] + x[2] * W1[2, 1]
print(f"z₂ in full: −0.5 + 2·(−1) + 1·2 + (−1)·0.5 = {z2}")

z = [b1[i] + sum(x[j] * W1[j, i] for j in range(3)) for i in range(4)]
y_hat = [g(b2[i] + sum(g(z[j]) * W2[j, i] for j in range(4))) for i in range(2)]
print("by index:  z =", np.round(z, 3), " ŷ =", np.round(y_hat, 3))

Z = x @ W1 + b1
Y_hat = g(g(Z) @ W2 + b2)
print("by matrix: z =", Z.round(3), " ŷ =", Y_hat.round(3))

# %% [markdown]
# The matrix form is shorter, runs faster (section 9), and with a batch $X$ in place of $x$ it does
# not change by a single letter. The index form says what happens. You need both.
#
# ## 4 · Count the weights
#
# A unit with $n$ inputs has $n$ weights and one bias. A layer of $k$ such units has
#
# $$f(n, k) = (n + 1)\,k$$
#
# parameters (lecture A): $nk$ in $W$, and $k$ in $b$. For a network, add up the layers.
#
# > **Predict first.** A network has 3 inputs, 4 hidden units and 2 outputs: 9 circles. How many
# > numbers does it have to learn? And if you double all three sizes, is it twice as many?

# %%
counter = widgets.ParametersExplorer([3, 4, 2])
counter

# %% [markdown]
# **What to notice**
#
# - The dashed links come from a circle that always says 1. That is what the $+\,1$ in the formula
#   is, and lecture E's $w_{0,i}$.
# - Click a unit: its $n + 1$ links light up, and its column of $W$ on the right.
# - Doubling all layers makes *four* times as many weights, because both factors of $nk$ double.
#
# **Challenge:** find two different networks with exactly 37 parameters, with 4 inputs and 2
# outputs.
#
# <details><summary>Answer</summary>
#
# 4, 5, 2 with (4 + 1)·5 + (5 + 1)·2, and 4, 2, 5, 2 with (4 + 1)·2 + (2 + 1)·5 + (5 + 1)·2.
#
# </details>
#
# `nnlib` counts as well. Here a network for the handwritten digits of section 6, first as it is,
# then with both hidden layers doubled, and doubled again. (That is less than four times as many,
# because 64 and 10 stay.)

# %%
for width in (32, 64, 128):
    net = nn.Sequential(
        nn.Dense(64, width), nn.ReLU(), nn.Dense(width, width), nn.ReLU(), nn.Dense(width, 10)
    )
    sizes = [64, width, width, 10]
    by_formula = sum((n + 1) * k for n, k in zip(sizes[:-1], sizes[1:], strict=True))
    print(f"{sizes}: {by_formula} by the formula, {net.n_parameters} by nnlib")

# %% [markdown]
# **Exercise 4.** Determine the amount of weights (with the biases) required in the network drawn
# here. It has 4 inputs, layers of 5 and 3 units, and 2 outputs.

# %%
drawn = widgets.ParametersExplorer([4, 5, 3, 2], count=False)
drawn

# %% tags=["exercise"]
parameters = ...

check.drawn_network(parameters)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Three layers of weights: 4 → 5, 5 → 3, 3 → 2. Each is $(n + 1)k$.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# parameters = (4 + 1) * 5 + (5 + 1) * 3 + (3 + 1) * 2  # 25 + 18 + 8
#
# check.drawn_network(parameters)
# ```
#
# </details>

# %% [markdown]
# **Exercise 5.** The other way round, as one needs it in practice: you may spend 10 000 parameters
# on a network $64 \to k \to 10$ (with biases). What is the largest $k$?

# %% tags=["exercise"]
k_largest = ...

check.widest_hidden(k_largest)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# (64 + 1)k for the first layer and (k + 1)·10 for the second; solve for k, and think about which
# way to round.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# 65k + 10k + 10 ≤ 10 000 gives k ≤ 133.2.
#
# ```python
# k_largest = (10_000 - 10) // 75
#
# check.widest_hidden(k_largest)
# ```
#
# </details>

# %% [markdown]
# ## 5 · What a matrix does to the plane
#
# Two inputs and two linear units: then the input is a point of the plane, and so is the output. The
# layer *moves every point of the plane somewhere*. Where?
#
# The point $(1, 0)$ picks out the first **row** of $W$, and $(0, 1)$ the second:
#
# $$\begin{bmatrix} 1 & 0 \end{bmatrix}\begin{bmatrix} w_{11} & w_{12} \\ w_{21} & w_{22}
# \end{bmatrix} = \begin{bmatrix} w_{11} & w_{12} \end{bmatrix}$$
#
# And all others follow, since $z = x_1 \cdot (\text{row 1}) + x_2 \cdot (\text{row 2}) + b$: go
# $x_1$ times along the first row, then $x_2$ times along the second, then $b$.

# %%
W = np.array([[1.5, 0.5], [-0.5, 1.0]])
b = np.array([0.0, 0.0])
x = np.array([1.5, 1.5])

print("(1, 0) goes to", np.array([1, 0]) @ W + b)
print("(0, 1) goes to", np.array([0, 1]) @ W + b)
print("x goes to     ", x @ W + b, "=", x[0] * W[0] + x[1] * W[1] + b)

# %% [markdown]
# > **Predict first.** The picture has ruled paper, a square and a letter F. Which of these can a
# > matrix *not* do: turn the F, mirror it, lean it over, bend it, squash it to a line?
#
# Drag the tips of the two arrows on the right. Drag the blue dot, which is $b$. Drag the star on
# the left, and follow the dashed way to its image.

# %%
plane = widgets.PlaneMapExplorer(W, b, x=x)
plane

# %% [markdown]
# **What to notice**
#
# - Straight lines stay straight, parallel lines stay parallel, equal steps stay equal. A linear
#   layer cannot bend. (Notebook 07 bends: there an activation follows.)
# - $b$ shifts everything and changes nothing else. The word for $xW + b$ is *affine*; among people
#   who train networks it is called linear all the same.
# - The **determinant**, $w_{11}w_{22} - w_{12}w_{21}$, is how many times larger every area gets:
#   watch the yellow square, which had area 1. If it is negative, the F is mirrored.
# - Determinant 0: the two rows point along one line, and the whole plane falls onto it. Infinitely
#   many $x$ get the same $z$, and no later layer can tell them apart again. The **rank** is the
#   number of dimensions that are left: 2, 1, or 0.
# - Switch to $z = Wx + b$: the picture stays, and the images of $(1, 0)$ and $(0, 1)$ now stand in
#   the **columns** of $W$. Same map, transposed numbers.
#
# **Challenges**
#
# 1. Mirror the F so that it is upside down, but not turned.
# 2. Get determinant 1 with a map that is neither the identity nor a turn.
# 3. Make everything fall onto the line $z_2 = -z_1$.
#
# <details><summary>Answers</summary>
#
# 1. (1, 0) stays and (0, 1) goes to (0, −1).
# 2. For instance the *shear*, or (1, 0) to (2, 0) and (0, 1) to (0, ½).
# 3. Both arrows along (1, −1), for instance to (1, −1) and (−2, 2).
#
# </details>
#
# The areas, measured: the four corners of the square go to a parallelogram, whose area the shoelace
# formula gives.

# %%
square = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) @ W + b
x1, x2 = square.T
area = 0.5 * np.sum(x1 * np.roll(x2, -1) - x2 * np.roll(x1, -1))
print("area of the image:", area, "  determinant:", W[0, 0] * W[1, 1] - W[0, 1] * W[1, 0])
print("rank of W:", np.linalg.matrix_rank(W), "  rank of [[2, 1], [−1, −0.5]]:",
      np.linalg.matrix_rank([[2, 1], [-1, -0.5]]))  # fmt: skip

# %% [markdown]
# **Exercise 6.** Write down the $W$ for which $z = xW$ turns the plane by 90° to the left (against
# the clock) *and* makes everything twice as large.

# %% tags=["exercise"]
W_turn = ...  # (2, 2)

check.quarter_turn(W_turn)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Where should (1, 0) go? That is row 1. Where should (0, 1) go? That is row 2.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# (1, 0) points right; turned to the left it points up, and twice as long it is (0, 2). (0, 1)
# points up; turned to the left it points to the left: (−2, 0).
#
# ```python
# W_turn = [[0, 2], [-2, 0]]
#
# check.quarter_turn(W_turn)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Linear layers collapse
#
# Lecture B puts its two linear layers into one line,
#
# $$y^* = hW_1 = (xW_0)W_1 = x\underbrace{(W_0W_1)}_{W} = xW,$$
#
# and concludes that such a network is linear regression. With biases it is the same:
#
# $$(xW_0 + b_0)W_1 + b_1 = x\,W_0W_1 + (b_0W_1 + b_1).$$
#
# On real data: 1797 handwritten digits, 64 pixels each, through two linear layers.

# %%
digits = data.digits()
rng = np.random.default_rng(0)
W0, b0 = rng.normal(size=(64, 32)), rng.normal(size=32)
W1, b1 = rng.normal(size=(32, 10)), rng.normal(size=10)

two = (digits.X @ W0 + b0) @ W1 + b1
W, b = W0 @ W1, b0 @ W1 + b1
one = digits.X @ W + b

print("outputs:", two.shape, " equal to rounding:", np.allclose(two, one, rtol=0, atol=1e-10))
print("weights of the two layers:", W0.size + W1.size, " of the one:", W.size)
print("pixels that are empty in every digit:", int(np.sum(digits.X.max(axis=0) == 0)))

# %% [markdown]
# 2368 weights, and nothing they can say that 640 could not say. With small numbers, to check by
# hand: above the two layers of section 3, below the one that does their work.

# %%
together = widgets.CollapseExplorer(4, 3, 2, together=True)
together

# %% [markdown]
# A third layer, a tenth, a thousand units each: one product of matrices is one matrix.
#
# **Challenge:** make the two layers *cheaper* than the one. Which of the three sizes has to be
# small?
#
# **A look at lecture E's code.** The slide builds the network of section 3 as
# `Sequential([Dense(n), Dense(2)])`. Its formula has an activation $g$ in it; its code, as printed,
# does not: a Keras `Dense` without `activation=` is linear. So *the network on that slide is one
# linear layer*. `Dense(n, activation="sigmoid")` is what the formula says. This happens to everyone
# once, and no error message tells you.
#
# > **Predict first.** $W = W_0W_1$ has the shape (64, 10) whatever the size of the layer between.
# > So is *every* matrix of that shape such a product, even if only one unit is in between?
#
# ### What a narrow layer still changes
#
# It is not. The network below gives digits back: 64 pixels in, $k$ linear units, 64 pixels out.
# Move the slider **hidden units k**, and look at the row *out*.

# %%
narrow = widgets.BottleneckExplorer(k=6)
narrow

# %% [markdown]
# **What to notice**
#
# - The challenge above was the hint: two layers are cheaper than one only if $n(m + o) < mo$. Then
#   $n$ is smaller than both $m$ and $o$, and something has to be missing.
# - With $k = 2$, whatever goes in, *out comes a mixture of two pictures* (and a constant one): the
#   rows of $W_1$. The hidden numbers only say how much of each. Drag them and paint with them: no
#   setting gives a digit its sharp edges back. That is what **rank** $k$ means. 4096 entries of
#   $W$, and only $k$ independent pictures in them.
# - The bars on the right, the **singular values** of the digits, say how much each further unit can
#   carry at best. The first few carry much, the last three nothing at all: three pixels are empty
#   in every digit.
# - Choose *W₀ by chance*: it looks at random mixtures of pixels, and $W_1$ makes the best of that.
#   The rank is the same, and the digits are worse. At $k = 64$ both are perfect.
#
# **Challenge:** what is the smallest $k$ that keeps 90 %? And from which $k$ on can *you* read all
# eight digits? (They are not the same question.)
#
# <details><summary>Answer</summary>
#
# 21, as the numbers below say. Most digits can be read much earlier; try 10. What gets lost last
# matters little to the eye, and to a classifier, as the table after that shows.
#
# </details>
#
# The numbers, with NumPy alone:

# %%
mean = digits.X.mean(axis=0)
U, S, V = np.linalg.svd(digits.X - mean, full_matrices=False)

for k in (1, 2, 6, 20, 21, 40, 61):
    W0, W1 = V[:k].T, V[:k]  # 64 → k → 64
    out = (digits.X - mean) @ W0 @ W1 + mean
    lost = np.sum((digits.X - out) ** 2) / np.sum((digits.X - mean) ** 2)
    by_bars = np.sum(S[:k] ** 2) / np.sum(S**2)
    print(f"k = {k:2}: rank {np.linalg.matrix_rank(W0 @ W1):2}, "
          f"{1 - lost:6.1%} kept, {by_bars:6.1%} from the singular values")  # fmt: skip

# %% [markdown]
# So lecture B's sentence needs a small addition: a linear network *is* linear regression, **if its
# hidden layer is wide enough**. If it is narrower than both inputs and outputs, it is linear
# regression with a rank limit. How much does that cost when the ten classes are to be told apart?

# %%
Y = np.eye(10)[digits.y]  # a column for each class: 1 for the right one, else 0
X1 = digits.X - mean
fit = X1 @ np.linalg.lstsq(X1, Y - Y.mean(axis=0), rcond=None)[0]  # linear regression
directions = np.linalg.svd(fit, full_matrices=False)[2]

for k in (1, 2, 3, 5, 7, 9, 10):
    says = fit @ directions[:k].T @ directions[:k] + Y.mean(axis=0)  # the best of rank k
    error = np.mean(np.sum((says - Y) ** 2, axis=1))
    right = np.mean(says.argmax(axis=1) == digits.y)
    print(f"64 → {k:2} → 10, all linear: squared error {error:.3f}, {right:.0%} right")

# %% [markdown]
# With nine hidden units it is linear regression, and the tenth adds nothing: the ten targets of a
# digit always sum to 1, so nine of them say what the last one is. (These are the digits that the
# weights were fitted to. How well it does on new ones is the subject of notebook 11.)
#
# **Exercise 7.** Two linear layers have
#
# $$b_0 = \begin{bmatrix} 1 & -1 \end{bmatrix}, \quad
# W_1 = \begin{bmatrix} 2 & 1 \\ 3 & -1 \end{bmatrix}, \quad
# b_1 = \begin{bmatrix} 0 & 10 \end{bmatrix}.$$
#
# What is the bias of the one layer that does the same? (Why is $W_0$ not needed?)

# %% tags=["exercise"]
b_one = ...  # (2,)

check.collapsed_bias(b_one)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The bias is what comes out for x = 0. Send x = 0 through both layers.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# For x = 0 the first layer says b₀, whatever W₀ is. b₀W₁ = [2 − 3, 1 + 1] = [−1, 2].
#
# ```python
# b_one = [-1 + 0, 2 + 10]
#
# check.collapsed_bias(b_one)
# ```
#
# </details>

# %% [markdown]
# **Exercise 8.** A linear network has layers 64 → 32 → 3 → 32 → 10, without activations. What is
# the largest rank that the product of its four matrices can have?

# %% tags=["exercise"]
largest_rank = ...

check.bottleneck_rank(largest_rank)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Somewhere in the middle a sample is described by very few numbers. What comes after sees only
# these.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# largest_rank = min(64, 32, 3, 32, 10)
#
# check.bottleneck_rank(largest_rank)
# ```
#
# </details>

# %% [markdown]
# ## 7 · What a linear model can say, and what it cannot
#
# Lecture A puts it in one line: *linear models are restricted to linear combinations*, like
#
# $$Y = x_1 + x_2 .$$
#
# That target a linear model $\hat y = w_1x_1 + w_2x_2 + b$ meets exactly. With two inputs the model
# is a flat sheet over the plane, and three corners fix it. (Drag them; the fourth one follows.)
#
# > **Predict first.** Fit $x_1 + x_2$ by hand, then switch to the target $x_1 \cdot x_2$ and switch
# > on **best fit**. Which sheet is the best there is? What does it say?

# %%
fit = widgets.LinearFitExplorer()
fit

# %% [markdown]
# **The moment to remember: the best linear model of $x_1 x_2$ is the sheet $\hat y = 0$.** It does
# not look at its inputs at all. Two corners pull up as hard as the other two pull down, so no tilt
# helps. A model can be the *best there is* and know nothing. (That it is exactly 0 comes from our
# square, which lies evenly round (0, 0). On a shifted square the best sheet is tilted, and misses
# by the same amount: the last line below.) The same in numbers, by least squares:

# %%
side = np.linspace(-1, 1, 9)
x1, x2 = (a.ravel() for a in np.meshgrid(side, side))
A = np.stack([x1, x2, np.ones(81)], axis=1)  # the columns a linear model may combine

for name, y in (
    ("x₁ + x₂", x1 + x2), ("x₁ · x₂", x1 * x2), ("|x₁|", np.abs(x1)),
    ("(x₁ + 1)(x₂ + 1)", (x1 + 1) * (x2 + 1)),
):  # fmt: skip
    w = np.linalg.lstsq(A, y, rcond=None)[0]
    rest = y - A @ w
    w = w.round(3) + 0.0
    print(f"{name}: best ŷ = {w[0]} x₁ + {w[1]} x₂ + {w[2]}, "
          f"misses by {np.mean(rest**2)**0.5:.3f}, at most {np.abs(rest).max():.3f}")  # fmt: skip

# %% [markdown]
# More samples do not help, nor does more training: the weights *are* the best ones. And by section
# 6 more linear layers do not help either. What does?
#
# **One more column.** Choose it from the list in the explorer, with target $x_1 \cdot x_2$ and the
# column $x_1 \cdot x_2$: the sheet bends, and the fit is exact. The model is still linear *in its
# weights*, which is what least squares needs; only its columns are not linear in $x$ any more.

# %%
A3 = np.column_stack([A, x1 * x2])
w = np.linalg.lstsq(A3, x1 * x2, rcond=None)[0]
print("with a column x₁x₂:   largest miss", np.abs(x1 * x2 - A3 @ w).max().round(6))


def relu(z):
    return np.maximum(0, z)


print("|x₁| from two ReLUs:  largest miss", np.abs(np.abs(x1) - (relu(x1) + relu(-x1))).max())

# %% [markdown]
# But who chooses the column? Here somebody who knew the answer. The last line shows where this
# course is going: $|x| = \max(0, x) + \max(0, -x)$ is a sum of *two neurons with an activation*. A
# hidden layer makes its columns itself, and learns which ones are needed: notebook 02 has the
# activations, notebook 07 the hidden layer.
#
# **Exercise 9.** A linear model says 1 at $(0, 0)$, 3 at $(1, 0)$ and 0 at $(0, 1)$. What does it
# have to say at $(1, 1)$?

# %% tags=["exercise"]
at_1_1 = ...

check.fourth_corner(at_1_1)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# From (0, 0) to (1, 0) it rises by w₁. It rises by the same from (0, 1) to (1, 1).
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# at_1_1 = 0 + (3 - 1)
#
# check.fourth_corner(at_1_1)
# ```
#
# </details>

# %% [markdown]
# The four corners again: for every linear model
#
# $$\hat y(1,1) + \hat y(0,0) = \hat y(1,0) + \hat y(0,1).$$
#
# For $x_1x_2$ the left side is 1 and the right side 0. That is the whole reason it cannot be
# fitted, and you will meet it again as the proof that one neuron cannot do XOR (notebook 07).
#
# ## 8 · The same in PyTorch, and the names in Keras
#
# | | `nnlib` | Keras (lecture E) | PyTorch (lecture C) |
# |---|---|---|---|
# | a layer with 3 inputs, 2 units | `nn.Dense(3, 2)` | `Dense(units=2)` | `torch.nn.Linear(3, 2)` |
# | number of inputs | given | found with the first batch | given |
# | weights | `W`, (3, 2) | `kernel`, (3, 2) | `weight`, (2, 3) |
# | bias | `b`, (2,) | `bias`, (2,) | `bias`, (2,) |
# | activation | a layer of its own | `activation=` or a layer | a layer or a function |
# | computes | $XW + b$ | $XW + b$ | $XW^\top + b$ |
#
# Because PyTorch stores the transpose, copying weights between the two needs a `.T`, and only
# there:

# %%
import torch

ours = nn.Dense(3, 2, rng=0)
theirs = torch.nn.Linear(3, 2).double()
with torch.no_grad():
    theirs.weight.copy_(torch.tensor(ours.W.value.T))
    theirs.bias.copy_(torch.tensor(ours.b.value))
    said = theirs(torch.tensor(X)).numpy()

print("W in nnlib:", ours.W.shape, "  weight in PyTorch:", tuple(theirs.weight.shape))
print("same numbers:", np.allclose(said, ours.forward(X), atol=1e-12))

# %% [markdown]
# And the collapse of section 6, in PyTorch: two layers without an activation, merged into one.

# %%
two = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 2)).double()
one = torch.nn.Linear(3, 2).double()
with torch.no_grad():
    # Stored as (out, in), so the second layer stands first, as in puzzle 6.
    one.weight.copy_(two[1].weight @ two[0].weight)
    one.bias.copy_(two[1].weight @ two[0].bias + two[1].bias)
    batch = torch.tensor(X)
    print("one layer says what two say:", torch.allclose(one(batch), two(batch), atol=1e-12))

n_two, n_one = (sum(p.numel() for p in net.parameters()) for net in (two, one))
print("parameters:", n_two, "and", n_one)

# %% [markdown]
# ## 9 · An aside: how fast is a matrix product?
#
# Lecture A names two advantages of linear models: they are *efficient*, and the *hardware is
# available*. A product of two $n \times n$ matrices needs $n^3$ multiplications. The cell below
# measures it on your machine, once with the three loops of section 1 in Python, once as `A @ B`.
# Your times will differ from those stored here.

# %% tags=["nbval-ignore-output"]
import time

from nnlib.backend import one_thread


def seconds(multiply, n, repeat):
    A, B = np.random.default_rng(0).normal(size=(2, n, n))
    times = []
    for _ in range(repeat):
        start = time.perf_counter()
        multiply(A, B)
        times.append(time.perf_counter() - start)
    return min(times)  # the least disturbed one


def loops(A, B):
    n = len(A)
    return [[sum(A[i, k] * B[k, j] for k in range(n)) for j in range(n)] for i in range(n)]


with one_thread():
    for n in (8, 16, 32, 64, 256, 1024):
        by_loops = f"{1000 * seconds(loops, n, 2):8.2f} ms" if n <= 64 else "     not run"
        fast = seconds(np.matmul, n, 5)
        print(f"n = {n:4}: loops {by_loops}, A @ B {1000 * fast:8.4f} ms, "
              f"{n**3 / fast / 1e9:5.1f} billion multiplications a second")  # fmt: skip

# %% [markdown]
# Doubling $n$ costs the loops about eight times as much. `A @ B` does the same multiplications
# thousands of times as fast, on a single processor core: it is compiled, several numbers are
# multiplied with one instruction, and each is fetched from memory as rarely as possible. Small
# matrices do not get it going: compare the last column from top to bottom. That is why one writes
# layers as matrices, and trains on batches instead of single samples. What several cores and
# graphics processors add to it is the subject of notebook 15.
#
# ## Summary
#
# - A dense layer is $Z = XW + b$. Rows of $X$ are samples, columns of $W$ are units, and $z_{ni}$
#   is row $n$ times column $i$ plus $b_i$.
# - Inner sizes meet and vanish. Lecture C and PyTorch store $W$ transposed, (out, in). A shape that
#   fits is no proof: for a square $W$ both ways fit.
# - A layer has $(n + 1)k$ parameters; twice as wide everywhere is four times as many
#   weights.
# - With two inputs and two units the layer is a map of the plane: the rows of $W$ are the images of
#   $(1, 0)$ and $(0, 1)$. The determinant says how areas grow, the rank what is left.
# - Linear layers collapse: $W = W_0W_1$, $b = b_0W_1 + b_1$. A narrow layer limits the rank, so
#   that all outputs are mixtures of $k$ pictures.
# - A linear model fits $x_1 + x_2$ exactly. The best it can say about $x_1x_2$, on a square round
#   (0, 0), is 0.
#
# ## Quiz
#
# 1. $X$ is (100, 20), the layer has 5 units. Which shapes have $W$, $b$ and $Z$, and which of them
#    change when only 10 samples come?
# <details><summary>Answer</summary>
#
# W (20, 5), b (5,), Z (100, 5). Only Z changes, to (10, 5): the layer does not know the batch.
#
# </details>
#
# 2. You change $w_{3,1}$. Which outputs change?
# <details><summary>Answer</summary>
#
# Column 1 of Z: what unit 1 says, about every sample whose third input is not 0.
#
# </details>
#
# 3. Why does `X @ W` with a square $W$ from PyTorch give no error, and yet the wrong numbers?
# <details><summary>Answer</summary>
#
# PyTorch's W is (out, in), and X Wᵀ is meant. For a square W the shapes fit either way.
#
# </details>
#
# 4. A matrix has determinant 0. What has happened to the plane, and can a later layer repair it?
# <details><summary>Answer</summary>
#
# It has fallen onto a line or a point. Different inputs have become equal, so nothing that comes
# later can tell them apart.
#
# </details>
#
# 5. When is a network of two linear layers *not* linear regression?
# <details><summary>Answer</summary>
#
# When the hidden layer is narrower than the rank that regression would use: then it can only reach
# matrices of that smaller rank.
#
# </details>
#
# 6. Twice as much data, or ten more linear layers: which of the two helps a linear model with
#    $x_1x_2$?
# <details><summary>Answer</summary>
#
# Neither. It needs another column, made by hand or by hidden units with an activation.
#
# </details>
#
# ## Terms
#
# - **dense (fully connected, linear) layer**: every input is connected to every unit; $XW + b$.
# - **unit**: one neuron of a layer; one column of $W$ (one row where $W$ is stored transposed).
# - **batch**: several samples that go through together, one in each row.
# - **broadcasting**: NumPy repeats a row such as $b$ to fit a matrix.
# - **inner sizes**: the columns of the left factor and the rows of the right one; they have to
#   agree.
# - **transpose** $W^\top$: rows and columns exchanged.
# - **parameters**: the numbers that are learned, weights and biases.
# - **affine**: linear plus a shift $b$.
# - **determinant**: by how much a square matrix scales areas (volumes); its sign says whether it
#   mirrors.
# - **rank**: how many dimensions are left of what goes in.
# - **singular values**: how much of the data lies along each of its main directions.
# - **bottleneck**: a layer narrower than its neighbours.
# - **residual**: what is left over, $y - \hat y$.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | E10 | several outputs: $z_i = w_{0,i} + \sum_j x_jw_{j,i}$, dense layers; Keras | 1, 8 |
# | C9 | linear layer for one sample, $Wx + b$, and for a batch, $XW^\top + b$ | 2 |
# | B6 | two linear layers $h = xW_0$, $y^* = hW_1$, with their shapes | 3 |
# | E11 | single hidden layer, by index and by matrix; $z_2$ in full | 3 |
# | A2 | a layer has $(n + 1)k$ parameters | 4 |
# | A9 | count the weights of a drawn network | 4 |
# | B8 | linear layers collapse, so the network is linear regression | 6 |
# | A6 | a linear model makes linear combinations and nothing else | 7 |
# | A3 | linear models are cheap, and hardware loves them: a first look, more in notebook 15 | 9 |
#
# ## Further reading
#
# - G. Strang, *Introduction to Linear Algebra*, Wellesley-Cambridge Press, chapters 1 to 3 and 7:
#   four ways to see a matrix product, rank, singular values.
# - G. Sanderson, "Essence of linear algebra" (3Blue1Brown), 2016: matrices as maps of the plane.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapters 2 and 6.1,
#   where a linear model fails at XOR as ours at $x_1x_2$.
# - P. Baldi and K. Hornik, "Neural networks and principal component analysis: learning from
#   examples without local minima", *Neural Networks* 2, 1989: what linear networks with a
#   bottleneck learn.
# - C. Eckart and G. Young, "The approximation of one matrix by another of lower rank",
#   *Psychometrika* 1, 1936: why the singular values say what a bottleneck can keep.
