# %% [markdown]
# # 16 · Read my handwriting
#
# **The question:** you draw a digit, and a network says which one it is. What happens in between,
# why is it sometimes wrong, and how little does it take to fool it?
#
# **Afterwards you can**
#
# 1. prepare a drawing as the training data were prepared, and say why nothing works without that;
# 2. follow your own digit through every layer of a convolutional network;
# 3. say how accurate the network is, and how accurate that number is;
# 4. explain a wrong answer: by its logits, by the nearest training digits, by what a shift changes;
# 5. find a small change of the pixels that fools the network, and say small *in which sense*;
# 6. retrain it with your own handwriting, and load its weights into PyTorch.
#
# **Before you start:** convolution and pooling (notebooks 12 and 13), softmax (04) and
# backpropagation (06).
#
# **Time:** about 90 minutes with the exercises, 40 without.
#
# **Lecture points:** this notebook has no slides of its own. It puts to work what C1 and D3
# (softmax), C13 (feature extraction), A12 (dropout) and A10 (the chain rule) have built.

# %%
import numpy as np

import nnlib as nn
from nnlib import check, data, handwriting, widgets

# %% [markdown]
# ## 1 · Draw
#
# > **Predict first.** (a) You draw a very small digit in a corner of the paper. Will it be read?
# > (b) You take a correct digit and shift it by five pixels. Will it still be read? (c) What does
# > the network say of white paper?
#
# Press *White paper* and draw with the mouse. Everything else follows the pen.

# %%
reader = widgets.HandwritingExplorer()
reader

# %% [markdown]
# **What to notice**
#
# - **The second picture** is what the network gets: 28 × 28 pixels, your digit cut out, scaled into
#   the dashed box, and its *centre of mass* (the cross) in the middle. A small digit in a corner is
#   read as well as a large one, because the network never learns that it was small.
# - **The middle row** is what the layers make of it. The first convolution has eight windows of
#   5 × 5 weights; each picture shows where its pattern was found: the upper edge of a stroke, the
#   left one, a slope. Pooling keeps that something was found and forgets where exactly. The second
#   convolution combines: 16 patterns of patterns. The 64 hidden units have no places any more.
# - **The logits** say more than the probabilities. "p = 1.00" can be a lead of 5 or of 20; watch
#   them while you draw the last stroke.
# - **The bottom row** has nothing to do with the network. It is what you would get by comparing
#   pixels with all 8,000 training digits.
#
# **Challenges**
#
# 1. Draw a 7, then turn it into a 1, a 9, a 2 with *one* more stroke each (and *Undo stroke*).
# 2. Take the tick from *centre and scale first*, and draw small in a corner.
# 3. Show *those it misreads*. How many of them could *you* read?
# 4. Clear the paper. What does it say? Could it say "nothing"?
#
# <details><summary>Answer to 4</summary>
#
# It has to choose: softmax divides 100 % among the ten digits, whatever the picture. With white
# paper every convolution gives its bias, and the rest follows. A network knows the classes it was
# trained with and no others; draw a letter, and it will be read as a digit, often with great
# confidence.
#
# </details>
#
# ## 2 · Prepared as the training data were
#
# The digits of MNIST were written on paper by hundreds of people, and then all treated alike:
# scaled, with their proportions kept, until the longer side had 20 pixels, and put into 28 × 28 so
# that the centre of mass is in the middle. Whoever uses a network trained with them has to do
# *exactly the same* with a new picture. The centre of mass is a weighted mean: each pixel's place,
# weighted by its ink $x_{rc}$,
#
# $$\text{across} = \frac{\sum_{r,c} x_{rc}\,(c + \tfrac12)}{\sum_{r,c} x_{rc}}, \qquad
#   \text{down} = \frac{\sum_{r,c} x_{rc}\,(r + \tfrac12)}{\sum_{r,c} x_{rc}}$$
#
# for row $r$ and column $c$, counted from 0; the middle of the first pixel is at ½. A picture small
# enough for paper:

# %%
tiny = np.array([[0.0, 0.0, 1.0, 0.0],
                 [0.0, 0.0, 0.5, 0.5]])  # fmt: skip
ink = tiny.sum()
columns, rows = np.arange(4) + 0.5, np.arange(2) + 0.5

print("ink in all:", ink)
print("across: (1 · 2.5 + 0.5 · 2.5 + 0.5 · 3.5) / 2 =", tiny.sum(axis=0) @ columns / ink)
print("down:   (1 · 0.5 + 0.5 · 1.5 + 0.5 · 1.5) / 2 =", tiny.sum(axis=1) @ rows / ink)


# %% [markdown]
# **Exercise 1.** Write it for a picture of any size.

# %% tags=["exercise"]
def ink_centre(x):
    across, down = ..., ...
    return across, down


check.ink_centre(ink_centre)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `x.sum(axis=0)` is the ink of each column; `x.shape` is (rows, columns). The cell above has both
# lines, for one size.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def ink_centre(x):
#     columns, rows = np.arange(x.shape[1]) + 0.5, np.arange(x.shape[0]) + 0.5
#     across = x.sum(axis=0) @ columns / x.sum()
#     down = x.sum(axis=1) @ rows / x.sum()
#     return across, down
#
#
# check.ink_centre(ink_centre)
# ```
#
# </details>

# %% [markdown]
# **Exercise 2.** And the scaling: a digit is w pixels wide and h pixels high. How large is it
# afterwards?

# %% tags=["exercise"]
def fitted_size(w, h):
    return ...


check.fitted_size(fitted_size)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# One factor for both sides: 20 divided by the longer one.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def fitted_size(w, h):
#     s = 20 / max(w, h)
#     return s * w, s * h
#
#
# check.fitted_size(fitted_size)
# ```
#
# </details>

# %% [markdown]
# `handwriting.as_mnist` does both. Whether it is done right can be tested: blow a digit of MNIST up
# to four times its size, prepare it, and it must come back.

# %%
digits = data.mnist()
X, y = digits.X.reshape(-1, 28, 28), digits.y
held_back, right = X[8000:], y[8000:]

large = [np.kron(picture, np.ones((4, 4))) for picture in held_back[:100]]  # 112 × 112
back = np.array([handwriting.as_mnist(picture) for picture in large])
print("largest difference of any pixel below 0.00001:",
      bool(np.abs(back - held_back[:100]).max() < 1e-5))  # fmt: skip

# %% [markdown]
# How much depends on it? Put the same digits, at half their size, into the upper right corner, and
# let the trained network read them, with and without preparation:

# %%
model = handwriting.trained()
first = held_back[:500]
corner = np.zeros((500, 56, 56), np.float32)
corner[:, :20, 36:] = first[:, 4:24, 4:24]  # the digits of a paper four times as large
raw = corner.reshape(500, 28, 2, 28, 2).mean(axis=(2, 4))
prepared = np.array([handwriting.as_mnist(picture) for picture in corner])


def accuracy(pictures, labels=right[:500]):
    z = np.concatenate([model(part[..., None]) for part in np.array_split(pictures, 10)])
    return (z.argmax(axis=1) == labels).mean()


for name, pictures in (("as they are", first), ("small, in a corner", raw), ("prepared", prepared)):
    print(f"{name:20} {accuracy(pictures):4.0%} read right")

# %% [markdown]
# From nearly all to about what guessing gives, and back, with the same network. Before you suspect
# a network, look at what it is being fed.
#
# ## 3 · The network, and how good it is
#
# Its forerunner, LeNet, read cheques in the nineties. `28 × 28 × 1` says: height, width, channels.

# %%
print(model)
shapes = [output.shape[1:] for output in model.trace(first[:1, :, :, None])]
for layer, shape in zip(model, shapes, strict=True):
    print(f"{str(layer):30} {' × '.join(map(str, shape))}")

# %% [markdown]
# **Exercise 3.** Where do its 54,314 parameters come from? A convolution has a window for each
# pair of an input and an output channel, and a bias for each output channel. Compute, before you
# look at the table above; the shapes are all you need.

# %% tags=["exercise"]
conv1 = ...
conv2 = ...
dense1 = ...
dense2 = ...

check.reader_parameters(conv1, conv2, dense1, dense2)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# The first convolution: 5 · 5 · 1 weights for each of 8 channels, and 8 biases. The first dense
# layer gets 7 · 7 · 16 numbers.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# conv1 = 5 * 5 * 1 * 8 + 8
# conv2 = 5 * 5 * 8 * 16 + 16
# dense1 = 7 * 7 * 16 * 64 + 64
# dense2 = 64 * 10 + 10
#
# check.reader_parameters(conv1, conv2, dense1, dense2)
# ```
#
# </details>

# %% [markdown]
# The weights in `assets/handwriting.npz` were learned from 8,000 digits, each shown anew shifted,
# turned and scaled a little in each of 14 epochs. `python -m benchmarks.handwriting` does it again,
# in a few minutes. 2,000 digits were held back; they were counted once, at the end:

# %%
found = data.measured("handwriting")["held_back"]
print(f"stored:      {found['right']} of {found['digits']}, {found['right'] / found['digits']:.2%}")
z = np.concatenate([model(part[..., None]) for part in np.array_split(held_back, 20)])
says = z.argmax(axis=1)
share = (says == right).mean()
print(f"counted now: {share:.0%}, better than the 97.5 % we asked for: {share >= 0.975}")

# %% [markdown]
# **Exercise 4.** With other 2,000 digits it would be another number. Each digit is read right with
# probability $p$, like a coin; the share of right ones among $n$ then has the standard error
# $\sqrt{p(1-p)/n}$. How large is it here, for $p = 0.9795$?

# %% tags=["exercise"]
standard_error = ...

check.accuracy_range(standard_error)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# n is the number of digits it was *counted* on.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# standard_error = np.sqrt(0.9795 * (1 - 0.9795) / 2000)
#
# check.accuracy_range(standard_error)
# ```
#
# </details>

# %% [markdown]
# Which ones does it confuse? Click a number off the diagonal, and look at the digits it counts.

# %%
counts = nn.confusion_matrix(right, says)
print("read right, in %, of the digits 0, 1, … 9:")
print((100 * counts.diagonal() / counts.sum(axis=1)).round().astype(int))

confusion = widgets.ConfusionExplorer(digits.X[8000:], right, says, range(10))
confusion


# %% [markdown]
# ## 4 · Why it is wrong
#
# A network gives no reasons, but there are three questions one can ask.
#
# **By how much?** Look at the logits. A mistake by a lead of 0.2 and one by a lead of 8 are not the
# same; the first is a tie, the second a conviction.
#
# **Does anything like it exist in the training data?** Look at the bottom row of the explorer. Its
# rule, the *nearest neighbour*, is a classifier itself, without any training: say what the most
# similar sample is.
#
# **Exercise 5.** Write it: x is one picture as a row of pixels, X has a training sample in each
# row, y their classes.

# %% tags=["exercise"]
def nearest_class(x, X, y):
    return ...


check.nearest_class(nearest_class)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# `X - x` subtracts x from every row. The squared distances are the sums of its squares along the
# rows; `argmin` tells which is the smallest, and y its class.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def nearest_class(x, X, y):
#     distances = ((X - x) ** 2).sum(axis=1)
#     return y[distances.argmin()]
#
#
# check.nearest_class(nearest_class)
# ```
#
# </details>

# %% [markdown]
# **What changes it?** Shift it, turn it, and see when the answer flips.
#
# > **Predict first.** 250 held-back digits are shifted by 2 pixels. How many does the network still
# > read, and how many does the nearest neighbour?

# %%
few, rows = held_back[:250], X[:8000].reshape(8000, -1)
squares = (rows**2).sum(axis=1)


def by_neighbour(pictures):
    x = pictures.reshape(len(pictures), -1)
    return y[(squares - 2 * x @ rows.T).argmin(axis=1)]  # ‖x‖² is the same for all: left out


print("shift   network   nearest neighbour")
for dx in (0, 1, 2, 4, 6, 8):
    there = handwriting.moved(few, dx=dx)
    neighbour = (by_neighbour(there) == right[:250]).mean()
    print(f"{dx:3} px {accuracy(there, right[:250]):8.0%} {neighbour:12.0%}")
print("turn")
for angle in (15, 30, 45, 90, 180):
    print(f"{angle:4}° {accuracy(handwriting.moved(few, angle=angle), right[:250]):8.0%}")

# %% [markdown]
# - Shifted by 2 pixels, the digit is the same to you and to the network. To somebody who compares
#   pixel by pixel it is another picture. That is what sharing weights along the picture, pooling,
#   and the small shifts in the training have bought.
# - It is not unlimited. A convolution finds its pattern anywhere, but the dense layer after it has
#   weights for *places*. It was trained with shifts of up to 2 pixels, and from 4 on it falls.
# - Nobody told it that a turned 7 is a 7. It was trained with up to 15°. Upside down it reads some
#   again: 0, 1 and 8 stay what they are. A 6 becomes a 9, which is not even wrong.
#
# **Challenge:** in the explorer of section 1, take a held-back digit that is read right and find
# the smallest shift that makes it wrong. The hollow diamonds keep the logits from before: which
# one has caught up?
#
# ## 5 · Fool it
#
# Shifts are large changes that look small. Now the opposite question: what is the *smallest* change
# of the pixels that changes the answer?
#
# Backpropagation gives the gradient of the loss with respect to the weights. One step further back
# it gives the gradient of any output with respect to the *input*: for each pixel, how fast the lead
# of class $t$ over the right class $c$ grows with its ink,
#
# $$g = \frac{\partial (z_t - z_c)}{\partial x}, \qquad
#   (z_t - z_c)(x + \delta) \approx (z_t - z_c)(x) + \sum_i g_i\,\delta_i$$
#
# Do not believe it, measure it: change one pixel by a little.

# %%
exact = handwriting.network().astype("float64")  # finite differences need the digits of float64
for p, q in zip(exact.parameters(), model.parameters(), strict=True):
    p.value[...] = q.value

picture, wanted = held_back[6].astype("float64"), 4
print("it is a", right[6], "and is read as", exact(picture[None, :, :, None])[0].argmax())


def lead(x):
    z = exact(x[None, :, :, None])[0]
    return z[wanted] - z[right[6]]


z = exact.forward(picture[None, :, :, None])
dz = np.zeros_like(z)
dz[0, [wanted, right[6]]] = 1, -1
g = exact.backward(dz)[0, :, :, 0]
soft = (picture > 0.05) & (picture < 0.95)  # on the edge of a stroke: see below
spot = np.unravel_index(np.where(soft, np.abs(g), 0).argmax(), g.shape)
nudge = np.zeros_like(picture)
nudge[spot] = 1e-5
measured = (lead(picture + nudge) - lead(picture - nudge)) / 2e-5
print(f"lead of {wanted}: {lead(picture):.2f}; the strongest grey pixel is {tuple(map(int, spot))}")
print(f"by backpropagation {g[spot]:.4f}, measured {measured:.4f}")


# %% [markdown]
# What is a "small" change δ? Two answers are usual:
#
# - **L∞**, $\|\delta\|_\infty = \max_i |\delta_i|$: no pixel changes by more than ε. Every one may.
# - **L2**, $\|\delta\|_2 = \sqrt{\sum_i \delta_i^2}$: the length of δ as an arrow. Few pixels may
#   change much, or many a little.
#
# **Exercise 6.** Among all changes with $\|\delta\|_\infty \le$ size, which one makes
# $\sum_i g_i\delta_i$ largest? (For L2 it is size · g/‖g‖, along the gradient.)

# %% tags=["exercise"]
def linf_change(g, size):
    return ...


check.linf_change(linf_change)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Each pixel has its own limit, so each can be decided by itself: up where $g_i$ is positive, down
# where it is negative, and all the way. `np.sign`.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def linf_change(g, size):
#     return size * np.sign(g)
#
#
# check.linf_change(linf_change)
# ```
#
# </details>

# %% [markdown]
# > **Predict first.** How large must ε be until a 9 is read as a 4: 0.1, 0.3, or 0.5 of the way
# > from white to black? And if the same amount is added at random?

# %%
fooling = widgets.FoolingExplorer()
fooling

# %% [markdown]
# **What to notice**
#
# - **You would not be fooled.** The changed digit looks like the old one on dirty paper. Random
#   dirt of the same size does nothing: in 784 dimensions a random direction is nearly perpendicular
#   to the gradient. What matters is not the size but the *direction*.
# - **Look at the change in L2**: it is not noise. For the 9 that is to be a 4, blue takes away the
#   top of the loop: an open 9 is a 4.
# - **L∞ and L2 fool differently.** L∞ spends a little everywhere, as a grey veil; L2 spends where
#   it pays. Each looks large when measured by the other.
# - Press *Smallest change that does it*, for several digits and several wanted classes. Which wrong
#   class is nearest to a 9? Which one is hardest?
#
# (Pixels stay from 0 to 1, so that a change is a bit smaller than ε allows where the paper is white
# and cannot get whiter. `handwriting.fool` takes ten small steps instead of one: the network is no
# straight line, and the gradient turns on the way.)
#
# How small is small? For 100 held-back digits, each towards the class that came second, measured by
# `python -m benchmarks.fooling`:

# %%
fooled = data.measured("fooling")
for norm, got in fooled["norms"].items():
    low, middle, high = got["quartiles"]
    print(f"{norm:3} {got['fooled']} of {fooled['digits']} fooled; half of them with less than "
          f"{middle:.2f} (quartiles {low:.2f} and {high:.2f})")  # fmt: skip
    print(f"    random noise of the same sizes: {got['misread after noise']:.1%} misread")

length = np.sqrt((held_back[:100] ** 2).sum(axis=(1, 2))).mean()
print(f"for comparison, the L2 length of a digit itself: {length:.0f}")

# %% [markdown]
# About a tenth of the way from white to black. Why so little? Think of a linear model.
#
# **Exercise 7.** The lead of the right class is 3, and the gradient is +0.02 or −0.02 at each of
# 784 pixels: no pixel matters. Which sizes take the lead away?

# %% tags=["exercise"]
linf = ...
l2 = ...

check.sizes_to_flip(linf, l2)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# With L∞ the lead falls by ε·Σ|g|, with L2 by ε·‖g‖, and ‖g‖ = √(784 · 0.02²) = 28 · 0.02.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# linf = 3 / (784 * 0.02)
# l2 = 3 / (28 * 0.02)
#
# check.sizes_to_flip(linf, l2)
# ```
#
# </details>

# %% [markdown]
# So it is no defect of this network. Whatever adds up many weak signs, and nearly everything that
# learns does, can be moved by pushing all of them a little in the same direction. A photograph has
# a thousand times as many pixels, and there the change is too small to be seen.
#
# ## 6 · Teach it
#
# A fresh network, random weights. Press *Play*: it learns from the 8,000 digits, and every 20 steps
# it is asked 500 digits that were held back. Draw, say what it is, press *Teach it this one*: your
# drawing joins the training, slightly shifted, turned and scaled each time it comes up.
#
# > **Predict first.** After how many steps, of 32 digits each, does it read half of them? 20, 200,
# > or 2,000?

# %%
teaching = widgets.TeachingExplorer()
teaching

# %% [markdown]
# **What to notice**
#
# - The curve rises steeply and then slowly. The last percent takes longer than the first ninety.
# - The windows of the first layer begin as noise. Edges take shape in them.
# - **Challenge:** pause it after 100 steps. Invent a sign, for instance a 7 with two bars, teach it
#   as a 7 five times, and train on. Now teach something absurd: a circle as a 1. How many samples
#   does it take until it believes you, and what happens to its accuracy?
# - Set the learning rate to 0.1. What does the curve do?
#
# <details><summary>What we found</summary>
#
# More than half of the digits are read after 20 steps: 640 samples. After 100 steps we taught it a
# circle as a 1, five times. It took 20 steps until it believed us, because a fifth of each batch is
# now ours; it read 86 % of the held-back digits then, after 91 % before, and needed 80 more steps
# to tell our circle from other people's zeros. A network has no opinion of its own about what a 1
# is. With a learning rate of 0.1 it stayed at 10 %, which is guessing.
#
# </details>
#
# ## 7 · The same in PyTorch
#
# Same weights, same logits: that is the test that a network was moved without a mistake. Two things
# have to be turned. PyTorch has channels *first*, so the weights of a convolution go from
# (height, width, in, out) to (out, in, height, width). And when 7 × 7 × 16 numbers are flattened,
# they stand in another order, so the rows of the first dense layer have to follow.

# %%
import torch

reader_torch = torch.nn.Sequential(
    torch.nn.Conv2d(1, 8, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    torch.nn.Conv2d(8, 16, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
    torch.nn.Flatten(), torch.nn.Linear(784, 64), torch.nn.ReLU(), torch.nn.Dropout(0.5),
    torch.nn.Linear(64, 10),
)  # fmt: skip
values = [p.value for p in model.parameters()]  # W, b of each layer
values[0], values[2] = (W.transpose(3, 2, 0, 1) for W in (values[0], values[2]))
values[4] = values[4].reshape(7, 7, 16, 64).transpose(2, 0, 1, 3).reshape(784, 64).T
values[6] = values[6].T
with torch.no_grad():
    for p, value in zip(reader_torch.parameters(), values, strict=True):
        p.copy_(torch.tensor(value.copy()))

reader_torch.eval()  # no dropout: forgotten often, and then the answers change from call to call
with torch.no_grad():
    theirs = reader_torch(torch.tensor(first[:200, None])).numpy()
ours = model(first[:200, :, :, None])
print("largest difference of a logit below 0.0001:", bool(np.abs(ours - theirs).max() < 1e-4))
print("same answers:", bool((ours.argmax(1) == theirs.argmax(1)).all()))

# %% [markdown]
# The gradient with respect to the pixels is there, too: `requires_grad` on the *input*.

# %%
x = torch.tensor(held_back[6][None, None], requires_grad=True)
z = reader_torch(x)[0]
(z[4] - z[int(right[6])]).backward()
ours = handwriting.pixel_gradient(model, held_back[6], 4, int(right[6]))
print("same gradient:", bool(np.abs(x.grad[0, 0].numpy() - ours).max() < 1e-4))

# %% [markdown]
# ## Summary
#
# - **Prepare new pictures as the training data were prepared**: cut out, scaled to 20 × 20, centre
#   of mass in the middle. Without it a good network guesses.
# - Feature maps show *where* something was found; pooling makes the place coarser; the dense layers
#   decide.
# - 97.95 % on 2,000 digits held back has a standard error of 0.3 points.
# - The network stands shifts of about 3 pixels, as it was trained; comparing pixels does not stand
#   two. Neither knows what nobody showed it.
# - The gradient with respect to the **pixels** shows how to fool it. A change is small in a norm:
#   L∞ limits each pixel, L2 the length. Random changes of the same size do nothing.
#
# ## Quiz
#
# 1. Somebody's app reads MNIST with 99 % and the digits of its users with 40 %. What do you check
#    first?
# <details><summary>Answer</summary>
#
# How the pictures are prepared: black on white or white on black, size, margin, centre of mass.
#
# </details>
#
# 2. Why is the centre of mass used, and not the middle of the box around the digit?
# <details><summary>Answer</summary>
#
# A long thin flourish moves the box by much and the centre of mass by little, since it has little
# ink. But what counts most is that it is the same as in the training.
#
# </details>
#
# 3. A network reads 98.1 % of 2,000 digits, another one 97.9 %. Which is better?
# <details><summary>Answer</summary>
#
# Nobody can say: the difference of 4 digits is smaller than the standard error of each.
#
# </details>
#
# 4. Convolution finds a pattern wherever it is. Why does a shift by 6 pixels ruin the answer?
# <details><summary>Answer</summary>
#
# The dense layer after it has weights for each place of the last feature maps. It learned them for
# centred digits only.
#
# </details>
#
# 5. A change has L∞ size 0.1 and changes all 784 pixels fully. What is its L2 size?
# <details><summary>Answer</summary>
#
# √784 · 0.1 = 2.8.
#
# </details>
#
# 6. Would a network with 100 % on all test digits be safe from being fooled?
# <details><summary>Answer</summary>
#
# No. The test asks about pictures as people write them. A changed picture is none of those.
#
# </details>
#
# ## Terms
#
# - **centre of mass**: the mean place of the ink, weighted by how much there is.
# - **feature map**: the output of one channel of a convolution, a picture of where it found its
#   pattern.
# - **held back**: never used for training, nor for choosing anything.
# - **standard error**: how much a measured share varies from one sample of this size to the next.
# - **nearest neighbour**: say what the most similar training sample is.
# - **augmentation**: showing samples shifted, turned and scaled at random while training.
# - **adversarial example**: a picture changed by little so that it is misread.
# - **L∞, L2**: the largest change of a pixel; the length of the change as an arrow.
# - **projected gradient ascent**: small steps along the gradient, each followed by a return into
#   what is allowed.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | C1 | multi-layer networks; softmax | 1, 3 |
# | D3 | softmax for several classes | 1 |
# | C13 | feature extraction; Lego bricks | 1, 3 |
# | A10 | the chain rule, followed to the input | 5 |
# | A12 | dropout, and switching it off | 3, 7 |
#
# ## Further reading
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document
#   recognition", *Proceedings of the IEEE* 86, 1998: LeNet-5, and MNIST.
# - C. Szegedy and others, "Intriguing properties of neural networks", 2014: where it was first seen
#   how easily networks are fooled.
# - I. Goodfellow, J. Shlens and C. Szegedy, "Explaining and harnessing adversarial examples", 2015:
#   the linear explanation, and the sign of the gradient.
# - A. Madry and others, "Towards deep learning models resistant to adversarial attacks", 2018: many
#   small steps, and training against them.
