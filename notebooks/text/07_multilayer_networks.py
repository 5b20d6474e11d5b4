# %% [markdown]
# # 07 · Multilayer networks: bend the plane until a line is enough
#
# **The question:** one neuron draws one straight line. What can two layers of neurons do that one
# cannot, and how do they find out how?
#
# **Afterwards you can**
#
# 1. prove with four inequalities that no single neuron computes XOR, and build a network that does,
#    with weights you chose yourself;
# 2. say what a hidden layer does to the plane, in a picture and as a formula, by index and by
#    matrix;
# 3. explain why a network without nonlinear activations is one line, however large it is;
# 4. train a two-layer network with a few lines of NumPy, with `nnlib` and with PyTorch, and get the
#    same numbers from all three;
# 5. put the same blocks together to a network that predicts a number, answers yes or no, or chooses
#    among several classes.
#
# **Before you start:** one neuron, its line and its normal vector (notebook 01). It helps to have
# met the activation functions and gradient descent, but nothing here depends on it.
#
# **Time:** about 90 minutes with the exercises, 40 without.
#
# **Lecture points:** C2 XOR · C7 hidden units as lines, linear activation · A8 two-layer network ·
# B9 nonlinearity · E6 why activations matter · E12 deep networks · D5 training · D11 the training
# loop · D4 multi-layer perceptron · C13 building blocks, what deep learning is · C10 PyTorch in two
# styles.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, widgets

# %% [markdown]
# ## 1 · XOR: the line that is not there
#
# *Exclusive or* is the light on a staircase with two switches: it changes whenever one of them
# does. It is on when exactly one switch is up.
#
# | x₁ | x₂ | x₁ XOR x₂ |
# |---|---|---|
# | 0 | 0 | 0 |
# | 0 | 1 | 1 |
# | 1 | 0 | 1 |
# | 1 | 1 | 0 |
#
# > **Predict first.** A neuron says 1 on one side of a straight line and 0 on the other. Where
# > would you draw the line, so that the two orange squares lie on one side of it and the two blue
# > circles on the other?
#
# Try it: drag the arrow and the line. A sample on the wrong side has a ring round it.

# %%
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
y = np.array([0, 1, 1, 0])

one_neuron = widgets.BoundaryExplorer(w=(1, 1), b=-0.5, X=X, y=y, window=2)
one_neuron


# %% [markdown]
# **Challenge:** get all four on their side. Give up when you are convinced that it cannot be done,
# and try to say *why*.
#
# ### The proof, in four inequalities
#
# The neuron computes $z = w_1x_1 + w_2x_2 + b$ and says 1 where $z > 0$. XOR asks of it:
#
# $$\begin{aligned}
# (0,0) \to 0:&& b &\le 0 \\
# (0,1) \to 1:&& w_2 + b &> 0 \\
# (1,0) \to 1:&& w_1 + b &> 0 \\
# (1,1) \to 0:&& w_1 + w_2 + b &\le 0
# \end{aligned}$$
#
# Add the second and the third: $w_1 + w_2 + 2b > 0$. Add the first and the last: $w_1 + w_2 + 2b
# \le 0$. The same number would have to be positive and not positive. So there are no such
# weights; not for us, and not for any learning rule. $\blacksquare$
#
# You can watch the proof hold. Each bar below is z at one corner. XOR wants the orange bars above
# zero and the blue ones not. Whatever you do with the sliders, the two sums stay equal, so both
# orange bars can only be up if a blue one is, too.

# %%
def four_sums(stage, w1, w2, b):
    z = X @ [w1, w2] + b
    panel = stage.panel(
        "sums", x=(-0.6, 3.6), y=(-4.6, 5.6), ylabel="z = w₁x₁ + w₂x₂ + b",
        xticks=[(k, f"({p[0]:.0f}, {p[1]:.0f})") for k, p in enumerate(X)],
        xlabel="corner (x₁, x₂)", title="Orange wants to be above zero, blue below",
    )  # fmt: skip
    panel.bars("z", range(4), z, classes=y)
    panel.line("zero", [-0.6, 3.6], [0, 0], width=1.5)
    n = [f"{v:.2f}".replace("-", "−") for v in (*z, z[0] + z[3], z[1] + z[2])]
    panel.text("numbers", range(4), z + np.where(z < 0, -0.4, 0.4), n[:4])
    words = f"blue sum {n[4]} = orange sum {n[5]} = w₁ + w₂ + 2b"
    panel.text("sums", 1.5, 5.0, words, size=16, bold=True, halo=True)
    right = int(((z > 0) == y).sum())
    return f"z at the four corners: {', '.join(n[:4])}; {words}. {right} of 4 corners right."


s = widgets.slider
sums = widgets.Live(
    four_sums, width=640, height=360,
    w1=s("w₁", 1.0, -2.0, 2.0), w2=s("w₂", 1.0, -2.0, 2.0), b=s("b", -0.5, -2.0, 2.0),
)  # fmt: skip
sums

# %% [markdown]
# ### The search, by brute force
#
# If you trust computers more than inequalities: try 35 937 neurons, and see what each of them makes
# of the four corners.

# %%
steps = np.linspace(-2, 2, 33)
w1, w2, b = (a.ravel() for a in np.meshgrid(steps, steps, steps))
says = X @ np.stack([w1, w2]) + b > 0  # (4 corners, 35937 neurons)

right = (says == y[:, None]).sum(axis=0)
print(f"of {right.size} neurons, the best gets {right.max()} of 4 corners of XOR right")

tables = {tuple(map(int, column)) for column in says.T}
missing = [t for t in np.ndindex(2, 2, 2, 2) if t not in tables]
print(f"they compute {len(tables)} of the 16 possible truth tables; missing: {missing}")

# %% [markdown]
# One neuron can be AND, OR, NOT, "only x₁" and more: 14 of the 16 functions of two inputs. The two
# that are missing are (0, 1, 1, 0), which is XOR, and (1, 0, 0, 1), its opposite. In 1969 Marvin
# Minsky and Seymour Papert wrote a book about what a layer of such neurons cannot do. Many people
# put neural networks aside after that, though the cure was known in principle: a second layer.
#
# **Exercise 1.** How many corners of XOR does the best line get right?

# %% tags=["exercise"]
corners_right = ...

check.xor_best_line(corners_right)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The search above printed it. Find such a line in the explorer, too.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# corners_right = 3
#
# check.xor_best_line(corners_right)
# ```
#
# </details>

# %% [markdown]
# ## 2 · Two hidden units bend the plane
#
# Let two neurons look at the inputs, and a third one look at *those two*. Nobody outside sees what
# the two say, so they are called **hidden units**.
#
# In the picture below the purple and the green line belong to the two hidden units
#
# $$h_1 = g(w_{11}x_1 + w_{21}x_2 + b_1), \qquad h_2 = g(w_{12}x_1 + w_{22}x_2 + b_2),$$
#
# here with the step as activation, so each says 1 on the side its arrow points to, and 0 on the
# other. The **middle** shows each point where the two hidden units put it: across $h_1$, up $h_2$.
# The output neuron never sees $x_1$ and $x_2$; it lives in the middle picture, and there it draws a
# straight line, the best there is.
#
# > **Predict first.** In the left picture no line separates the squares from the circles. Can two
# > lines there move the four points in the middle picture to where one line does?

# %%
units = widgets.HiddenUnitsExplorer()
units

# %% [markdown]
# **Challenge:** drag the two lines on the left (by the large dot; turn them by the tip of the
# arrow) until the title of the right picture says *4 of 4*. Stuck? Choose **OR and NAND** from
# the list above the picture and look where the four points have gone.
#
# ### With weights written by hand
#
# $h_1$ is OR: it fires if at least one input is 1, $x_1 + x_2 - \tfrac12 \ge 0$. $h_2$ is NAND: it
# fires unless both are, $-x_1 - x_2 + \tfrac32 \ge 0$. And XOR is "at least one, but not both", so
# the output is the AND of the two: $h_1 + h_2 - \tfrac32 \ge 0$. Row by row:

# %%
W1 = np.array([[1.0, -1.0], [1.0, -1.0]])  # a column for each hidden unit: OR, NAND
b1 = np.array([-0.5, 1.5])
W2 = np.array([[1.0], [1.0]])
b2 = np.array([-1.5])

H = (X @ W1 + b1 >= 0) * 1.0
out = (H @ W2 + b2 >= 0) * 1.0

print("x₁ x₂ | OR NAND | XOR")
for x, h, o in zip(X, H, out, strict=True):
    print(f" {x[0]:.0f}  {x[1]:.0f} |  {h[0]:.0f}   {h[1]:.0f}  |  {o[0]:.0f}")

# %%
by_hand = widgets.HiddenUnitsExplorer(W1, b1)
by_hand

# %% [markdown]
# **What to notice**
#
# - (0, 1) and (1, 0) *fall onto the same place* in the middle. The hidden layer has made them the
#   same thing, "exactly one switch is up", and with that the problem is gone: four corners have
#   become three points, and one line separates them.
# - That straight line in the middle is *two* parallel lines on the right. The output is not
#   straight in the plane it started from, because the plane was bent in between.
# - The lines of the hidden units are all the network has: the answer on the right can only change
#   where one of them runs.
#
# **The moment to remember: a hidden layer does not draw a curved boundary. It moves the points
# until a straight one is enough.**
#
# Now choose **the fold of ReLU** from the list. The middle shows the whole ruled paper folded along
# the diagonal $x_1 = x_2$ onto the two axes. There are many ways to solve XOR.
#
# **Exercise 2.** Write a network of your own for XOR, one that is *not* OR and NAND: for instance
# with one hidden unit for "x₁ and not x₂" and one for "x₂ and not x₁". Every unit fires for z ≥ 0.

# %% tags=["exercise"]
W1_mine = ...  # (2, 2): a column for each hidden unit
b1_mine = ...  # (2,)
W2_mine = ...  # (2,)
b2_mine = ...  # a number

check.xor_by_hand(W1_mine, b1_mine, W2_mine, b2_mine)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1</summary>
#
# "x₁ and not x₂" has the weights 1 and −1: its sum is 1 for (1, 0) and 0 or less for the three
# others. Which bias makes it fire for 1, but not for 0?
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The two hidden units never fire together. What does the output have to be of them, AND or OR?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# The output is the OR of the two hidden units.
#
# ```python
# W1_mine = [[1, -1], [-1, 1]]
# b1_mine = [-0.5, -0.5]
# W2_mine = [1, 1]
# b2_mine = -0.5
#
# check.xor_by_hand(W1_mine, b1_mine, W2_mine, b2_mine)
# ```
#
# </details>

# %% [markdown]
# ### The same with a linear activation
#
# > **Predict first.** Below, the hidden units have the activation $g(z) = z$, so $h = z$. The paper
# > in the middle is moved, turned, stretched, sheared. Can you drag the two lines so that the four
# > points get separable?

# %%
bend = widgets.HiddenUnitsExplorer([[2, -4], [4, -2]], [-1, 4], activation="tanh", bend=0)
bend

# %% [markdown]
# You cannot. A linear map keeps straight lines straight and parallel lines parallel: the square of
# the four points becomes a parallelogram, and the two squares still stand on one diagonal of it,
# the two circles on the other.
#
# Now move the slider **bend** slowly from 0 to 1. It mixes the two, $h = (1 - t)\,z + t\tanh z$,
# with *the same weights and the same two lines*. The paper bends, the ends of the diagonal come
# round, and at some moment the line jumps: 4 of 4.
#
# **Challenge:** find, to two digits, the smallest bend at which one line is enough.
#
# The cell below searches for it, with the best line there is at each bend.

# %%
Z = X @ np.array([[2.0, -4.0], [4.0, -2.0]]) + np.array([-1.0, 4.0])
bends = np.arange(0, 1.001, 0.01)
solved = [nn.theory.best_line((1 - t) * Z + t * np.tanh(Z), y).right == 4 for t in bends]
print(f"one line is enough from bend {bends[np.argmax(solved)]:.2f} on")

# %% [markdown]
# ## 3 · The two-layer network as a formula
#
# Lecture A describes the standard network with one hidden layer so: *layer 1* is a set of weights
# and biases applied to X and passed through ReLU; its output is fed to the next layer, but is not
# observable from outside, hence *hidden layer*; *layer 2* is weights and biases applied to these
# intermediate outputs, followed by softmax.
#
# $$\begin{aligned}
# Z_1 &= X W_1 + b_1 & H &= \max(0, Z_1) \\
# Z_2 &= H W_2 + b_2 & P &= \operatorname{softmax}(Z_2)
# \end{aligned}$$
#
# Rows are samples. Three samples with two inputs, two hidden units, two classes: small enough to
# check on paper.

# %%
X3 = np.array([[1.0, 2.0], [0.0, -1.0], [2.0, -1.0]])
W1, b1 = np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([0.0, 0.5])
W2, b2 = np.array([[1.0, 0.0], [2.0, -1.0]]), np.array([0.5, 1.0])

Z1 = X3 @ W1 + b1  # first row: 1·1 + 2·1 + 0 = 3, and 1·(−1) + 2·0 + 0.5 = −0.5
H = np.maximum(0, Z1)  # ReLU: the −0.5 becomes 0
Z2 = H @ W2 + b2  # first row: 3·1 + 0·2 + 0.5 = 3.5, and 3·0 + 0·(−1) + 1 = 1
P = np.exp(Z2) / np.exp(Z2).sum(axis=1, keepdims=True)
for name, A in (("Z1", Z1), ("H", H), ("Z2", Z2), ("P", P)):
    print(f"{name} {A.shape}\n{A.round(3)}")

# %% [markdown]
# `nnlib` has a layer for each of these four steps. `trace` gives what every layer says:

# %%
model = nn.Sequential(nn.Dense(2, 2), nn.ReLU(), nn.Dense(2, 2), nn.Softmax())
for parameter, value in zip(model.parameters(), (W1, b1, W2, b2), strict=True):
    parameter.value[...] = value

outputs = model.trace(X3)
same = [bool(np.allclose(a, b)) for a, b in zip(outputs, (Z1, H, Z2, P), strict=True)]
print("equal to Z1, H, Z2, P by hand:", same)
model

# %% [markdown]
# Four lectures, four ways to write it. They all mean the same:
#
# | where | formula | note |
# |---|---|---|
# | here, lecture A | $f_1(f_0(XW_1 + b_1)\,W_2 + b_2)$ | rows are samples |
# | lecture B | $y^* = f_1(f_0(xW_0)\,W_1)$ | counts from 0 and leaves the biases out |
# | lecture C, PyTorch | $f_1(f_0(XW_1^\top + b_1)\,W_2^\top + b_2)$ | stores each $W$ transposed |
# | lecture E | $g(w_{0,i} + \sum_j g(z_j)\,w_{j,i})$ | unit by unit; $w_0$ is the bias |
#
# ### Hidden, but we look anyway
#
# "Not observable from outside" is meant literally: whoever uses the network gets P and nothing
# else. You have the network in front of you, so you may look. This one was trained to tell three
# clouds apart; drag the star, and watch what the four hidden units say about it.
#
# > **Predict first.** ReLU units are either off (0) or on. Will each of the four be on for one of
# > the clouds, or for something else?

# %%
clouds = data.k_classes(150, noise=0.12, rng=2, k=3)
body = [nn.Dense(2, 4, rng=6, init="he"), nn.ReLU(), nn.Dense(4, 3, rng=7)]
classifier = nn.Sequential(*body)
loss, adam = nn.SoftmaxCrossEntropy(), nn.Adam(classifier.parameters(), lr=0.05)
for _ in range(200):
    nn.step(classifier, loss, adam, clouds.X, clouds.y)

share = nn.accuracy(loss, classifier.forward(clouds.X), clouds.y)
print(f"right on {share:.0%} of the {len(clouds)} samples")
inside = widgets.ForwardExplorer(
    nn.Sequential(*body, nn.Softmax()), X=clouds.X, y=clouds.y, query=(-0.4, 0.9)
)
inside

# %% [markdown]
# **What to notice**
#
# - Click a unit, and its sum is written out below, term by term, with the numbers of this moment.
# - A hidden unit is on for a *half-plane*, not for a class. It is the second layer that adds
#   half-planes up to a class.
# - Where a unit is off, its links to the output carry nothing: 0 times anything.
#
# **Challenge:** find a place in the plane where *all four* hidden units are off. What does the
# network say there, and where does it take that from, with nothing but zeros coming in?
#
# <details><summary>Answer</summary>
#
# Down in the third cloud (green triangles), for instance at (0.6, −1.0). With H = 0 the logits are
# the biases b₂ of the output layer, and the largest of those belongs to class 2. The network has
# learned to recognise two clouds; the third is what is left over.
#
# </details>
#
# **Exercise 3.** A batch of 32 samples with 2 inputs goes through 8 hidden units to 3 classes. What
# are the shapes?

# %% tags=["exercise"]
shape_W1 = ...  # for instance (32, 2)
shape_H = ...
shape_W2 = ...
shape_Z = ...

check.layer_shapes(shape_W1, shape_H, shape_W2, shape_Z)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# In a product (a, b)(b, c) the inner sizes have to be equal, and vanish. X is (32, 2), so W1 has 2
# rows; 8 hidden units give it 8 columns.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# shape_W1 = (2, 8)
# shape_H = (32, 8)
# shape_W2 = (8, 3)
# shape_Z = (32, 3)
#
# check.layer_shapes(shape_W1, shape_H, shape_W2, shape_Z)
# ```
#
# </details>

# %% [markdown]
# **Exercise 4.** Write the forward pass of the two-layer network as a function: ReLU in the hidden
# layer, softmax at the end.

# %% tags=["exercise"]
def forward(X, W1, b1, W2, b2):
    return ...


check.forward(forward)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# It is the cell with X3 above. `keepdims=True` keeps the sum of each row as a column, so that the
# division goes row by row.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def forward(X, W1, b1, W2, b2):
#     H = np.maximum(0, X @ W1 + b1)
#     Z = H @ W2 + b2
#     E = np.exp(Z)
#     return E / E.sum(axis=1, keepdims=True)
#
# check.forward(forward)
# ```
#
# </details>

# %% [markdown]
# ## 4 · Why activations: linear stays linear, whatever the size
#
# Lecture E asks: *what if we wanted to build a neural network to distinguish green from red
# points?* (Ours are blue circles and orange squares, because one man in twelve cannot tell green
# from red.)
#
# > **Predict first.** The network on the left has the activation $g(z) = z$. With 4 hidden units it
# > gets about six points in ten right. How many will it get right with 16 units? With four layers
# > of 16?

# %%
size = widgets.SizeExplorer("circle", width=4)
size

# %% [markdown]
# Move **units in a layer** and **hidden layers**; each change trains both networks again, from the
# same first weights. Choose other data, and other activations for the right one, and watch the
# boundary bend: round with tanh, straight pieces with ReLU, and with the *step* hardly anything
# learned at all, since its slope is zero and gradient descent has nothing to follow.
#
# The same in numbers:

# %%
ring = data.circle(120)
for widths in ([1], [4], [16], [16, 16, 16, 16]):
    scores = {}
    for g in (nn.Linear, nn.Tanh):
        sizes, layers, rng = [2, *widths, 1], [], np.random.default_rng(0)
        for n_in, n_out in zip(sizes[:-1], sizes[1:], strict=True):
            layers += [nn.Dense(n_in, n_out, rng=rng), g()]
        net = nn.Sequential(*layers[:-1])
        loss, adam = nn.BinaryCrossEntropy(), nn.Adam(net.parameters(), lr=0.03)
        for _ in range(300):
            nn.step(net, loss, adam, ring.X, ring.y)
        scores[g.__name__] = nn.accuracy(loss, net.forward(ring.X), ring.y)
    print(f"{str(widths):17} {net.n_parameters:4} parameters: "
          f"linear {scores['Linear']:.0%}, tanh {scores['Tanh']:.0%}")  # fmt: skip


# %% [markdown]
# **What to notice:** 881 linear parameters draw the very line that 5 of them drew. The sentence
# under the picture gives its equation; it does not change with the size.
#
# The reason is one line of algebra. Without $f_0$ between them, two layers are
#
# $$(XW_1 + b_1)\,W_2 + b_2 = X\underbrace{W_1W_2}_{W} + \underbrace{b_1W_2 + b_2}_{b},$$
#
# one layer. And three layers are two layers, and so on. That is what lecture B means by *adding a
# nonlinearity*: $y^* = f_1(f_0(xW_0)W_1)$ can learn complex functions because $f_0$ stands between
# the two matrices and keeps them from melting into one.
#
# **Exercise 5.** Write `collapse`, which melts two linear layers into one.

# %% tags=["exercise"]
def collapse(W1, b1, W2, b2):
    W = ...
    b = ...
    return W, b


check.collapse(collapse)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Multiply out (X W1 + b1) W2 + b2 and sort the terms: what stands behind X is W, the rest is b.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def collapse(W1, b1, W2, b2):
#     W = W1 @ W2
#     b = b1 @ W2 + b2
#     return W, b
#
# check.collapse(collapse)
# ```
#
# </details>

# %% [markdown]
# ## 5 · As deep as you like
#
# Nothing stops us from putting another hidden layer behind the first. Lecture E writes unit $i$ of
# layer $k$ as
#
# $$z_{k,i} = w^{(k)}_{0,i} + \sum_{j=1}^{n_{k-1}} g(z_{k-1,j})\; w^{(k)}_{j,i}$$
#
# where layer $k-1$ has $n_{k-1}$ units, and the first layer takes $x_j$ in place of $g(z_{0,j})$.
# Three layers by index and by matrix:

# %%
rng = np.random.default_rng(0)
n = [2, 3, 3, 1]  # inputs, two hidden layers, output
W = [rng.normal(size=shape).round(1) for shape in zip(n[:-1], n[1:], strict=True)]
w0 = [rng.normal(size=units).round(1) for units in n[1:]]
x = np.array([0.5, 1.0])

g_previous = list(x)  # by index: a sum for every unit
for k in range(3):
    z = []
    for i in range(n[k + 1]):
        z.append(w0[k][i] + sum(g_previous[j] * W[k][j, i] for j in range(n[k])))
    print(f"layer {k + 1}, by index:  z =", np.round(z, 3))
    g_previous = [np.tanh(v) for v in z]

h = x  # by matrix: a product for every layer
for k in range(3):
    z = h @ W[k] + w0[k]
    print(f"layer {k + 1}, by matrix: z =", z.round(3))
    h = np.tanh(z)

# %% [markdown]
# Now with a slider for the depth. Click any unit to see its sum.
#
# > **Predict first.** All weights are random, nothing is trained. What will the map on the left
# > look like with no hidden layer? And how will it change as you add layers?

# %%
deep = widgets.ForwardExplorer(depth=3, width=4, query=(0.5, 1.0))
deep

# %% [markdown]
# **What to notice**
#
# - Without hidden layers the boundary is a straight line, always. Press **Other weights** as often
#   as you like.
# - Each layer bends what the one before has bent already, so the boundaries tend to get more
#   winding with depth, although every single unit still does the same: multiply, add, tanh. (Set
#   the activation to *linear* and it is a line again at every depth.)
# - Count the parameters: from width 4 on, each further layer costs 4·4 + 4 = 20.
#
# **Challenge:** find a network whose map has two separate orange islands.
#
# "More winding" can be measured. Walk once round a circle and count how often the answer changes
# between yes and no, on average over 200 random networks of each depth. A line is crossed twice, if
# at all.

# %%
angle = np.linspace(0, 2 * np.pi, 400)
circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)

for depth in range(6):
    changes = 0
    for seed in range(200):
        rng, h = np.random.default_rng(seed), circle
        for n_in, n_out in zip([2] + [4] * depth, [4] * depth + [1], strict=True):
            W, b = rng.normal(0, 3.5 / np.sqrt(n_in), (n_in, n_out)), rng.normal(0, 0.5, n_out)
            z = h @ W + b
            h = np.tanh(z)
        changes += np.sum(z[1:] * z[:-1] < 0)
    print(f"depth {depth}: {changes / 200:.1f} changes on the way round")


# %% [markdown]
# Depth makes the answer more complicated, and the number of parameters grows by only 20 a layer.
# How far that goes is the subject of notebook 09.
#
# **Exercise 6.** Count the parameters of a network from its sizes, inputs first: [2, 4, 4, 1] has
# (2 + 1)·4 + (4 + 1)·4 + (4 + 1)·1 = 37.

# %% tags=["exercise"]
def count_parameters(sizes):
    return ...


check.count_parameters(count_parameters)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `zip(sizes[:-1], sizes[1:])` gives the pairs (inputs, units) of the layers.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def count_parameters(sizes):
#     return sum((n_in + 1) * n_out for n_in, n_out in zip(sizes[:-1], sizes[1:]))
#
# check.count_parameters(count_parameters)
# ```
#
# </details>

# %% [markdown]
# ## 6 · Let it find the weights itself
#
# So far somebody chose the weights. *Training* a network means: say with one number how wrong it
# is, the **cost** or **loss** $J$, and change every weight a little in the direction in which $J$
# falls, $w \leftarrow w - \eta\,\partial J/\partial w$. **Backpropagation** is the way to get all
# those derivatives in one sweep from the output back to the inputs. Notebooks 05 and 06 take
# their time for both; here they go to work.
#
# One step has four parts, and every framework has the same four: **forward, loss, backward,
# update.** For two tanh units and a sigmoid output with the binary cross-entropy $J =
# -\frac1N\sum y\log p + (1-y)\log(1-p)$:

# %%
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


Y = y[:, None]  # targets as a column, like the output
N, eta = len(X), 1.0
rng = np.random.default_rng(0)
W1, b1 = rng.normal(size=(2, 2)), np.zeros(2)
W2, b2 = rng.normal(size=(2, 1)), np.zeros(1)
start = [a.copy() for a in (W1, b1, W2, b2)]
film = {}

for t in range(201):
    if t % 5 == 0:
        film[t] = W1, b1, W2, b2
    H = np.tanh(X @ W1 + b1)  # 1. forward
    p = sigmoid(H @ W2 + b2)
    J = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))  # 2. loss
    dZ2 = (p - Y) / N  # 3. backward
    dZ1 = dZ2 @ W2.T * (1 - H**2)
    W1, b1 = W1 - eta * X.T @ dZ1, b1 - eta * dZ1.sum(axis=0)  # 4. update
    W2, b2 = W2 - eta * H.T @ dZ2, b2 - eta * dZ2.sum(axis=0)
    if t % 40 == 0:
        print(f"step {t:3}: loss {J:.4f}, says {p.ravel().round(2)}")

# %% [markdown]
# It started with a loss near $\ln 2 = 0.69$, the price of guessing, and ends with 0 1 1 0. Nobody
# told it about OR and NAND. So what did it find? The loop kept its weights every five steps: drag
# the **training step** from 0 on and watch the two lines search, and the plane fold.

# %%
learned = widgets.HiddenUnitsExplorer(X=X, y=y, activation="tanh", film=film)
learned


# %% [markdown]
# **What to notice**
#
# - For forty steps the loss hardly leaves ln 2, and the network says about ½ to everything:
#   whatever helps one corner hurts another. Then the lines find the right tilt, and by step 100
#   all four corners are on their side. Losses often fall in such stairs.
# - What it found is not OR and NAND but something like the fold of ReLU: two lines on both sides of
#   the diagonal on which (0, 0) and (1, 1) lie. In the middle these two have come together, and the
#   output's line cuts them off.
#
# ### Does it always work?
#
# > **Predict first.** We trained from *one* set of first weights. From 200 others: will all of them
# > find XOR with two hidden units? Does it help to have more units than needed?
#
# NumPy trains 200 networks at once when each array has one more axis in front.

# %%
def share_that_learns(width, networks=200, steps=1000):
    rng = np.random.default_rng(0)
    W1, b1 = rng.normal(size=(networks, 2, width)), np.zeros((networks, 1, width))
    W2, b2 = rng.normal(size=(networks, width, 1)), np.zeros((networks, 1, 1))
    for _ in range(steps):
        H = np.tanh(X @ W1 + b1)
        p = sigmoid(H @ W2 + b2)
        dZ2 = (p - Y) / N
        dZ1 = dZ2 @ W2.swapaxes(1, 2) * (1 - H**2)
        W1, b1 = W1 - eta * X.T @ dZ1, b1 - eta * dZ1.sum(axis=1, keepdims=True)
        W2, b2 = W2 - eta * H.swapaxes(1, 2) @ dZ2, b2 - eta * dZ2.sum(axis=1, keepdims=True)
    return np.mean(((p > 0.5) == Y).all(axis=(1, 2)))


for width in (1, 2, 3, 4, 8):
    percent = 5 * round(20 * share_that_learns(width))
    print(f"width {width}: about {percent} % of 200 starts learn XOR")

# %% [markdown]
# Two units are enough to *represent* XOR, but gradient descent finds it from about six starts in
# ten only. The others get stuck where two corners are right and the other two stay at p = ½, with
# a loss of ½ ln 2 = 0.35: a local minimum. With eight units nearly every start has a good pair
# among them. That is one reason why networks are made larger than they would have to be.
#
# ### The same in nnlib
#
# Layers, a loss, an optimiser: each of the four parts is now one line. From the same first weights
# it has to end in the same place.

# %%
model = nn.Sequential(nn.Dense(2, 2), nn.Tanh(), nn.Dense(2, 1))
for parameter, value in zip(model.parameters(), start, strict=True):
    parameter.value[...] = value
loss = nn.BinaryCrossEntropy()  # takes z, and holds the sigmoid
sgd = nn.SGD(model.parameters(), lr=1.0)

for _ in range(201):
    z = model.forward(X, train=True)  # 1. forward
    J = loss(z, y)  # 2. loss
    model.backward(loss.backward())  # 3. backward
    sgd.step()  # 4. update

ours = [parameter.value for parameter in model.parameters()]
same = all(np.allclose(a, b, atol=1e-10) for a, b in zip(ours, (W1, b1, W2, b2), strict=True))
print(f"loss {J:.4f}; the weights are those of the loop by hand: {same}")

# %% [markdown]
# ### And in PyTorch
#
# | | nnlib | PyTorch |
# |---|---|---|
# | a dense layer | `nn.Dense(2, 2)` | `torch.nn.Linear(2, 2)` |
# | layers in a row | `nn.Sequential(…)` | `torch.nn.Sequential(…)` |
# | loss on logits | `nn.BinaryCrossEntropy()` | `torch.nn.BCEWithLogitsLoss()` |
# | optimiser | `nn.SGD(model.parameters(), lr=1)` | `torch.optim.SGD(model.parameters(), lr=1)` |
# | 1. forward | `z = model.forward(X)` | `z = model(X)` |
# | 2. loss | `J = loss(z, y)` | `J = loss(z, y)` |
# | 3. backward | `model.backward(loss.backward())` | `optimizer.zero_grad(); J.backward()` |
# | 4. update | `sgd.step()` | `optimizer.step()` |
#
# Two differences to know. PyTorch *adds* each new gradient to the one that is there, so it has to
# be set to zero first; ours overwrites it. And PyTorch keeps W transposed, as lecture C writes
# it.

# %%
import torch

twin = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 1)).double()
with torch.no_grad():
    for parameter, value in zip(twin.parameters(), start, strict=True):
        parameter.copy_(torch.tensor(value.T))  # W transposed; for b it changes nothing
criterion = torch.nn.BCEWithLogitsLoss()
optimizer = torch.optim.SGD(twin.parameters(), lr=1.0)
inputs, targets = torch.tensor(X), torch.tensor(Y, dtype=torch.float64)

for _ in range(201):
    z = twin(inputs)  # 1. forward
    J = criterion(z, targets)  # 2. loss
    optimizer.zero_grad()
    J.backward()  # 3. backward
    optimizer.step()  # 4. update

theirs = [parameter.detach().numpy().T for parameter in twin.parameters()]
same = all(np.allclose(a, b, atol=1e-10) for a, b in zip(theirs, ours, strict=True))
print(f"loss {J.item():.4f}; the weights are those of nnlib: {same}")


# %% [markdown]
# Three programs, the same weights to ten decimals. There is no magic in a framework: there are
# these four parts, and much work to make them fast.
#
# **Exercise 7.** The backward line began with `dZ2 = (p − Y)/N`. Where the sigmoid meets the
# cross-entropy, this is all that is left of the derivative of J with respect to z. Write it as a
# function of z and y (both of shape (N,)).

# %% tags=["exercise"]
def bce_gradient(z, y):
    return ...


check.bce_gradient(bce_gradient)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First p = σ(z). J is a *mean* over the N samples: what does that do to each one's share?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def bce_gradient(z, y):
#     p = 1 / (1 + np.exp(-z))
#     return (p - y) / len(z)
#
# check.bce_gradient(bce_gradient)
# ```
#
# </details>

# %% [markdown]
# **Exercise 8.** Put it all together: one step of training of a two-layer network, as a function
# that returns the four new arrays. Y has the shape (N, 1).

# %% tags=["exercise"]
def training_step(X, Y, W1, b1, W2, b2, lr):
    return ...  # the new W1, b1, W2, b2


check.training_step(training_step)

# %% [markdown] tags=["hint"]
# <details><summary>Hint 1</summary>
#
# dZ1 is dZ2 sent back through W2, then multiplied by the slope of tanh, which is 1 − H².
#
# </details>
#
# <details><summary>Hint 2</summary>
#
# The gradient of a layer's W is its input, transposed, times the gradient of its output; that of
# b is the sum over the samples. Compute all gradients first, with the old weights.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def training_step(X, Y, W1, b1, W2, b2, lr):
#     H = np.tanh(X @ W1 + b1)
#     p = 1 / (1 + np.exp(-(H @ W2 + b2)))
#     dZ2 = (p - Y) / len(X)
#     dZ1 = dZ2 @ W2.T * (1 - H**2)
#     return (
#         W1 - lr * X.T @ dZ1,
#         b1 - lr * dZ1.sum(axis=0),
#         W2 - lr * H.T @ dZ2,
#         b2 - lr * dZ2.sum(axis=0),
#     )
#
# check.training_step(training_step)
# ```
#
# </details>

# %% [markdown]
# ## 7 · The playground
#
# Now everything at once, live: data, depth, width, activation, learning rate, optimiser. Press
# **Play**. All of it can be changed while it trains.
#
# - **Upper left** the network. Each neuron shows, as a small map, what it says about the plane;
#   each link is a weight: orange positive, blue negative, thick is large. Click a link to change
#   it.
# - **Upper right** what the network as a whole says, with the samples it learns from (filled) and
#   those it is tested with (hollow). Click to add your own.
# - **Lower left** the curves of the loss and of the share of right answers. **Lower middle** the
#   plane as a chosen layer sees it: the middle picture of section 2. **Lower right** how strong the
#   gradient is in each layer.

# %% tags=["nbval-ignore-output"]
playground = widgets.Playground(preset="the spiral", noise=0.05)
playground.step(epochs=150)
playground


# %% [markdown]
# It has had 150 epochs (passes through all training samples) already; **Same start again** goes
# back to its first weights.
#
# **Challenges**
#
# 1. *One line is not enough.* Choose that preset: XOR without a hidden layer. Where does the loss
#    stop, and why there? Add one hidden layer, and find the smallest width that gets more than 85 %
#    of the test samples right.
# 2. *Unwind the spiral.* Start the network above again, and find one with fewer layers that gets
#    more than 90 % of the test samples right. How many epochs does it need? Look at the plane as
#    the last hidden layer sees it, before and after.
# 3. *Kill a unit.* Preset *dead units*: how many of them never switch on again? Lower the learning
#    rate to 0.1 and press **Same start again**.
# 4. *Learn by heart.* Preset *memorising the noise*: the training loss falls, the test loss rises.
#    Find two different cures.
# 5. *Too much.* Preset *a surface to fit*, with the optimiser *sgd*. Raise the learning rate until
#    the loss runs away. What does the sentence below the picture advise?
#
# <details><summary>What we found</summary>
#
# 1. Near ln 2 ≈ 0.69: there is little better for a line to do on XOR than to say ½ everywhere.
#    Three or four units are enough from most starts. (The noise mixes some samples, so nobody
#    gets all.)
# 2. Two layers of eight do it as well, with four times the epochs. One layer of eight stays at
#    about 60 %; of sixteen, below 80 % for long.
# 3. About half of them, within a hundred epochs; with 0.1 hardly any. A ReLU unit that is off for
#    every sample has the slope 0 for every sample, so nothing can bring it back. *leakyrelu* never
#    quite switches off.
# 4. More samples (the share for training), a smaller network, an L2 penalty, dropout, or stopping
#    early.
# 5. From about 1 on: there each step jumps over the valley. The advice is a tenth of the rate.
#
# </details>

# %% [markdown]
# ## 8 · Same blocks, three networks
#
# Lecture C quotes two definitions of deep learning. Yann LeCun (2019): *"DL is constructing
# networks of parameterized functional modules & training them from examples using gradient-based
# optimization."* And Danilo Rezende: *"DL is a collection of tools to build complex modular
# differentiable functions. These tools are devoid of meaning, it is pointless to discuss what DL
# can or cannot do. What gives meaning to it is how it is trained and how the data is fed to it."*
#
# *Modular* means: like Lego bricks. You have all of them by now. Here is one body of two hidden
# layers, three times, and three heads. Only the last block and the loss differ.
#
# > **Predict first.** At epoch 0 all three bodies have the *same* weights. Will the first pictures
# > look alike? And the last ones?

# %%
def body(seed=0):
    rng = np.random.default_rng(seed)
    return [nn.Dense(2, 8, rng=rng), nn.Tanh(), nn.Dense(8, 8, rng=rng), nn.Tanh()]


networks = {
    "a number": (
        nn.Sequential(*body(), nn.Dense(8, 1, rng=1)), nn.MSE(), data.regression_bumps(noise=0.05)
    ),
    "yes or no": (
        nn.Sequential(*body(), nn.Dense(8, 1, rng=1)), nn.BinaryCrossEntropy(), data.circle()
    ),
    "one of four": (
        nn.Sequential(*body(), nn.Dense(8, 4, rng=1)), nn.SoftmaxCrossEntropy(), data.k_classes()
    ),
}  # fmt: skip
blocks = widgets.BlocksExplorer(networks)
blocks

# %% [markdown]
# Drag the **epoch** from 0 to the end. At epoch 0 the first two networks are one and the same
# function (even their heads start from the same weights), shown once as a height and once as a
# yes or no. At the end the same first features have been pulled into three different shapes, by
# nothing but the loss and the samples that are fed in. That is Rezende's point.
#
# ### The body extracts features
#
# What does the last block get to see? Eight numbers for each sample, and for those eight a
# *linear* neuron is enough: everything difficult has happened before. Take the body of the
# yes-or-no network, throw its head away, and let a fresh single neuron learn from the eight
# numbers; beside it, one that learns from $x_1$ and $x_2$ themselves.

# %%
blocks.update(epoch=300)  # the weights at the end, wherever the slider was left
trained, _, ring = networks["yes or no"]
features = trained.trace(ring.X)[3]  # after Dense, Tanh, Dense, Tanh

for name, inputs in (("x₁ and x₂", ring.X), ("eight learned features", features)):
    neuron = nn.Sequential(nn.Dense(inputs.shape[1], 1, init="zeros"))
    loss, adam = nn.BinaryCrossEntropy(), nn.Adam(neuron.parameters(), lr=0.1)
    for _ in range(300):
        nn.step(neuron, loss, adam, inputs, ring.y)
    share = nn.accuracy(loss, neuron.forward(inputs), ring.y)
    print(f"one neuron on {name}: {share:.1%} right")

# %% [markdown]
# This is **feature extraction**, and it is how large networks are used every day: somebody trains
# the body on much data, and you put your own small head on it.
#
# ## 9 · The same in PyTorch, in two styles
#
# Lecture C shows a multilayer perceptron as a PyTorch class, twice: once with every layer called
# by name in `forward`, once with `torch.nn.Sequential`. Here are both as on the slides, except
# that the sizes of the hidden layers, which the slides take from outside, are arguments.

# %%
import torch.nn.functional as F


class LayersInForward(torch.nn.Module):
    def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes):
        super().__init__()
        self.linear_1 = torch.nn.Linear(num_features, num_hidden_1)
        self.linear_2 = torch.nn.Linear(num_hidden_1, num_hidden_2)
        self.linear_out = torch.nn.Linear(num_hidden_2, num_classes)

    def forward(self, x):
        out = self.linear_1(x)
        out = F.relu(out)
        out = self.linear_2(out)
        out = F.relu(out)
        logits = self.linear_out(out)
        probas = F.log_softmax(logits, dim=1)  # as on the slide; see below
        return logits, probas


# %%
class WithSequential(torch.nn.Module):
    def __init__(self, num_features, num_hidden_1, num_hidden_2, num_classes):
        super().__init__()
        self.my_network = torch.nn.Sequential(
            torch.nn.Linear(num_features, num_hidden_1),
            torch.nn.ReLU(),
            torch.nn.Linear(num_hidden_1, num_hidden_2),
            torch.nn.ReLU(),
            torch.nn.Linear(num_hidden_2, num_classes),
        )

    def forward(self, x):
        logits = self.my_network(x)
        probas = F.softmax(logits, dim=1)
        return logits, probas


# %% [markdown]
# > **Predict first.** Give both, and our own `Sequential`, the same weights. Which of the numbers
# > they return will be equal?

# %%
ours = nn.Sequential(
    nn.Dense(2, 8, rng=0), nn.ReLU(), nn.Dense(8, 8, rng=1), nn.ReLU(), nn.Dense(8, 4, rng=2)
)
first, second = LayersInForward(2, 8, 8, 4).double(), WithSequential(2, 8, 8, 4).double()
with torch.no_grad():
    for network in (first, second):
        for theirs, mine in zip(network.parameters(), ours.parameters(), strict=True):
            theirs.copy_(torch.tensor(mine.value.T))

points = data.k_classes(5).X
with torch.no_grad():
    logits_1, probas_1 = (t.numpy() for t in first(torch.tensor(points)))
    logits_2, probas_2 = (t.numpy() for t in second(torch.tensor(points)))
print("the two styles give equal logits:", np.allclose(logits_1, logits_2, atol=1e-12))
print("and equal to nnlib's:            ", np.allclose(logits_1, ours.forward(points), atol=1e-12))
print("rows of probas, layers in forward:", probas_1.sum(axis=1).round(3))
print("rows of probas, with Sequential:  ", probas_2.sum(axis=1).round(3))

# %% [markdown]
# The logits agree; the two `probas` do not. The first class returns `log_softmax` under the name
# `probas`: these are *logarithms* of probabilities, negative numbers that do not add up to 1. There
# is a good reason to compute them (with the loss `NLLLoss` they are what is needed, and they do not
# underflow); only the name promises something else. A name like `log_probas` would do. Their
# exponentials are the probabilities:

# %%
print("exp(log_softmax) = softmax:", np.allclose(np.exp(probas_1), probas_2))
print("and both choose the same classes:", np.array_equal(probas_1.argmax(1), probas_2.argmax(1)))

# %% [markdown]
# Which style is better? `Sequential` is shorter and harder to get wrong. Layers called in `forward`
# can do what is no straight chain: use a layer twice, skip one, look at a value in between.
#
# ## Summary
#
# - One neuron draws a line; XOR needs $w_1 + w_2 + 2b$ to be positive and not positive at once,
#   so no line will do.
# - A hidden layer moves the points, $H = g(XW_1 + b_1)$, until a line is enough for the next one.
# - Without a nonlinear $g$ the layers melt into one: $W = W_1W_2$. Size does not help.
# - Training has four parts, again and again: forward, loss, backward, update. By hand, in `nnlib`
#   and in PyTorch they give the same weights.
# - The same blocks make a regressor, a yes-or-no classifier or a chooser among many: change the
#   last block and the loss.
#
# ## Quiz
#
# 1. What do $w_1 + w_2 + 2b > 0$ and $w_1 + w_2 + 2b \le 0$ have to do with XOR?
# <details><summary>Answer</summary>
#
# The first follows from the two corners that should be 1, the second from the two that should be 0.
# Both cannot hold, so no weights exist.
#
# </details>
#
# 2. A network has ten hidden layers of a hundred units each, all with linear activation. What is
#    the shape of its decision boundary in the plane?
# <details><summary>Answer</summary>
#
# A straight line. The product of eleven matrices is one matrix.
#
# </details>
#
# 3. Why are hidden units called hidden, and did we look at them?
# <details><summary>Answer</summary>
#
# Their outputs go to the next layer only; whoever uses the network does not see them. With `trace`,
# and in the explorers, we did.
#
# </details>
#
# 4. Two hidden units can represent XOR. Why give the network eight?
# <details><summary>Answer</summary>
#
# Gradient descent finds a solution with two from about six starts in ten; with eight, from nearly
# all of them.
#
# </details>
#
# 5. You have a trained yes-or-no network and want to predict a number instead. Which blocks change?
# <details><summary>Answer</summary>
#
# The last `Dense` (a fresh one) and the loss: mean squared error in place of the cross-entropy. The
# body can stay.
#
# </details>
#
# 6. A colleague's class returns `probas` that are all negative. What happened?
# <details><summary>Answer</summary>
#
# They are log-probabilities, from `log_softmax`. `exp` makes them probabilities.
#
# </details>
#
# ## Terms
#
# - **XOR**: exclusive or; true when exactly one of two inputs is.
# - **linearly separable**: one line (in more dimensions: one hyperplane) has each class on its
#   side.
# - **hidden layer, hidden unit**: between inputs and output; its values are not seen from outside.
# - **multilayer perceptron (MLP)**: dense layers with activations between them.
# - **activation**: the value $h = g(z)$ of a unit; also the function g itself.
# - **logit**: the number $z$ before sigmoid or softmax.
# - **loss, cost**: one number for how wrong the network is.
# - **backpropagation**: the chain rule, from the loss back to every weight, in one sweep.
# - **epoch**: one pass through all training samples.
# - **local minimum**: a place from which every small step leads up, though it is not the best.
# - **features**: the numbers that describe a sample; those of a hidden layer are learned.
# - **body and head**: the layers that make features, and the last block that uses them.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | C2 | XOR: no line, two hidden units by hand, then learned | 1, 2, 6 |
# | C7 | hidden-layer units as lines in the plane; linear activation example | 2 |
# | A8 | two-layer network, ReLU and softmax; "hidden" | 3 |
# | B9 | y* = f₁(f₀(xW₀)W₁): a nonlinearity lets it learn complex functions | 2, 3, 4 |
# | E6 | activations introduce nonlinearity; linear stays linear whatever the size | 4 |
# | E12 | deep network, by index and by matrix | 5 |
# | D5 | training: optimise a cost by gradient descent with backpropagation | 6, 7 |
# | D11 | the training loop, ours and PyTorch's | 6 |
# | D4 | multi-layer perceptron | 7 |
# | C13 | feature extraction; definitions of deep learning; Lego bricks | 8 |
# | C10 | MLP in PyTorch, layers in `forward` and `nn.Sequential` | 9 |
#
# ## Further reading
#
# - M. Minsky and S. Papert, *Perceptrons*, MIT Press, 1969: what one layer cannot do.
# - D. Rumelhart, G. Hinton and R. Williams, "Learning representations by back-propagating errors",
#   *Nature* 323, 1986: hidden units that find their own features.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press, 2016, chapter 6, which
#   opens with XOR.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, chapters 1 and 4.
# - C. Olah, "Neural Networks, Manifolds, and Topology", 2014: more pictures of planes being bent.
