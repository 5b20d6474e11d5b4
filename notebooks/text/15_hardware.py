# %% [markdown]
# # 15 · Hardware: why matrix products, and why GPUs
#
# **The question:** a network is a chain of matrix products. Why are machines so good at just these,
# when is a graphics card worth its price, and what if one machine is not enough?
#
# **Afterwards you can**
#
# 1. count the operations and the bytes of a matrix product, and time it four ways;
# 2. read a roofline, and say whether a machine waits for its memory or for its arithmetic;
# 3. say when the trip to a GPU pays;
# 4. project a million points with one matrix, as a camera and every video game does;
# 5. move a network of nnlib to a GPU or to PyTorch, and prove that nothing changed;
# 6. say what float32, float16 and bfloat16 can hold, and why sums are kept in float32;
# 7. share a batch between processes, and say how much faster that can become.
#
# **Before you start:** what a dense layer computes (notebook 03), the CNN of notebook 13. You need
# no GPU: where there is none, a sentence says so and all the rest runs.
#
# **Time:** about 100 minutes with the exercises, 50 without.
#
# **Lecture points:** A3 linear models are cheap, and hardware loves them · A4 why GPUs · A5 the
# projection of a camera · and again C10 the network in PyTorch · C18 and E3 why now.

# %%
import numpy as np
import psutil
import torch

import nnlib as nn
from nnlib import camera, check, data, data_parallel, hardware, precision, widgets

# %% [markdown]
# ## 1 · A matrix product, four times
#
# Lecture A: linear models are *efficient*, and *hardware is available*. All they do is
# $Z = XW + b$, for the whole batch at once (rows are samples here, as in all notebooks). How much
# work is that? Each number of the result is a sum of products:
#
# $$C_{ij} = \sum_{m=1}^{n} A_{im} B_{mj}$$
#
# A product of two $n \times n$ matrices has $n^2$ results, and each takes $n$ multiplications and
# $n$ additions (the first one, to zero, counts too): **$2 n^3$ operations**. By hand, counted:

# %%
A, B = np.array([[1.0, 2], [3, 4]]), np.array([[5.0, 6], [7, 8]])
C, operations = np.zeros((2, 2)), 0
for i in range(2):
    for j in range(2):
        for m in range(2):
            C[i, j] += A[i, m] * B[m, j]
            operations += 2  # one multiplication, one addition
print(C)
print(operations, "operations, 2 · 2³ =", 2 * 2**3)

# %% [markdown]
# The order of all these operations does not matter. No result needs another one. A machine may do
# thousands of them at the same time, and it never meets an "if": that is why hardware loves it.
#
# Four ways to have it done: the three loops in Python, NumPy, torch on the CPU, and torch on a GPU
# if this machine has one. They must agree:

# %%
rng, device = np.random.default_rng(0), hardware.accelerator()
A, B = rng.normal(size=(2, 30, 30))
found = {
    "three loops": np.array(hardware.loop_product(A.tolist(), B.tolist())),
    "NumPy": A @ B,
    "torch": (torch.tensor(A) @ torch.tensor(B)).numpy(),
}
for name, C in found.items():
    print(f"{name:12} equal: {np.allclose(C, A @ B, atol=1e-12)}")

# %% tags=["nbval-ignore-output"]
if device is None:
    print("Here torch has no GPU to work on, so what follows runs on the CPU alone.")
else:
    C = (nn.backend.move(A, f"torch:{device}") @ nn.backend.move(B, f"torch:{device}")).cpu()
    print(f"On {device} as well: {np.allclose(C, A @ B, atol=1e-4)}")

# %% [markdown]
# > **Predict first.** (a) If n doubles, how many times longer does a product take? (b) How many
# > times faster than Python's loops is NumPy at n = 64: 10 times, 100 times, 1,000 times, or more?
# > (c) And at n = 4?
#
# Measured now, on this machine. NumPy and torch get *one core*, and what other programs do at the
# same time is not counted.

# %% tags=["nbval-ignore-output"]
sizes = [4, 8, 16, 32, 64, 128, 256, 512, 1024]
with hardware.one_core():
    times = {
        "three loops": [hardware.time_loop(n) for n in sizes if n <= 64],
        "NumPy": [hardware.time_product("numpy", n) for n in sizes],
        "torch, CPU": [hardware.time_product("torch", n) for n in sizes],
    }
if device:
    times["torch, GPU"] = [hardware.time_product(f"torch:{device}", n) for n in sizes]
for name, t in times.items():
    print(f"{name:12} n = 64: {1e6 * t[4]:11.1f} µs,  {2e-9 * 64**3 / t[4]:8.3f} GFLOP/s")


# %% [markdown]
# GFLOP/s are billions of operations (*floating-point operations*, FLOP) per second. Move the size.

# %% tags=["nbval-ignore-output"]
def race(stage, place, show):
    n, speed = np.array(sizes), show == "operations per second"
    low, high = (1e-4, 1e4) if speed else (1e-7, 1e3)
    panel = stage.panel(
        "race", x=(3.5, 1200), y=(low, high), xscale="log", yscale="log", legend="upper left",
        xticks=[(v, str(v)) for v in sizes], xlabel="size n of the matrices",
        ylabel="billion operations per second" if speed else "seconds",
    )  # fmt: skip
    said, colours = [], ("grey", "blue", "orange", "green")
    for (name, t), colour in zip(times.items(), colours, strict=False):
        t = np.append(t, t[-1] * (n[len(t) :] / n[len(t) - 1]) ** 3)  # loops: as n³ from there on
        y = 2e-9 * n**3.0 / t if speed else t
        panel.line(name, n, y, colour=colour, width=3, label=name)
        panel.points(f"{name}: here", n[place - 1], y[place - 1], colour=colour, size=8)
        said.append(f"{name} {y[place - 1]:.2g}")
    unit = "billion operations per second" if speed else "seconds"
    return f"At n = {n[place - 1]}, {unit}: {', '.join(said)} (loops beyond 64 estimated)."


race_live = widgets.Live(
    race, width=900, height=420, place=widgets.slider("place", 5, 1, len(sizes), 1),
    show=widgets.buttons("show", ["seconds", "operations per second"]),
)  # fmt: skip
race_live

# %% [markdown]
# **What to notice**
#
# - Both axes are logarithmic, and there $n^3$ is a straight line of slope 3. The loops follow it at
#   once. NumPy and torch begin flat: up to about n = 16 most of the time is the *call*, not the
#   sums. (a) "eight times" is right only where the line is straight.
# - Look at *operations per second*. The loops make some tens of millions, at any size. One core
#   with NumPy makes tens of **billions** or more, but only if the matrices are large enough.
# - The same core did both! NumPy hands whole matrices to a library (BLAS) that does 8 or 16
#   multiplications with one instruction, and keeps what it needs again close at hand.
# - On the CPU, NumPy and torch are relatives: what they call does the same.
#
# **Exercise 1.** A dense layer, X of shape (64, 784), W of shape (784, 100). How many operations
# does $XW$ take?

# %% tags=["exercise"]
operations = ...

check.product_operations(operations)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# How many numbers has the result? How long is the sum behind each of them?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# operations = 2 * 64 * 784 * 100
#
# check.product_operations(operations)
# ```
#
# </details>

# %% [markdown]
# ## 2 · Few fast cores, thousands of slow ones
#
# The lecture asks why GPUs are so effective, and answers with two pictures: a **CPU** has multiple
# cores, a **GPU** has thousands. One core of a GPU is slower than one of a CPU; it cannot guess
# what comes next, and it walks in step with its neighbours. For a matrix product none of this
# matters. There are $n^2$ sums to do, and nobody has to wait for anybody.
#
# But thousands of cores are thousands of mouths to feed. Every number comes from memory. So what
# counts is how often a number is used once it is there, the **arithmetic intensity**:
#
# $$I = \frac{\text{operations}}{\text{bytes from and to memory}}$$
#
# and no machine is faster than its arithmetic units, or than what its memory delivers:
#
# $$\text{operations per second} \;\le\; \min(\text{peak},\; \text{bandwidth} \cdot I)$$
#
# Drawn against $I$, that is a roof: slanted where the memory decides, flat where the arithmetic
# does. Its corner is the **ridge**. By hand, with 4 bytes for each number (float32):

# %%
print("a + b, of 1000 numbers:", hardware.addition(1000))
for n in (2, 100, 1000):
    work = hardware.product(n, n, n)
    print(f"{n} × {n} product: {work.operations:,} operations, {work.bytes:,} bytes, "
          f"{work.intensity:.2f} operations per byte")  # fmt: skip

# %% [markdown]
# An addition reads two numbers and writes one, 12 bytes for a single operation: I = 1/12, however
# long the vectors are. A matrix product has $2n^3$ operations for $12n^2$ bytes: $I = n/6$. **It
# gets better with size.** Each number that was fetched is used n times.
#
# > **Predict first.** A dense layer 784 → 256. Its intensity with a batch of 1, of 10, of 100? For
# > which does a machine wait for its memory?
#
# Measured, one core of this machine: its peak (the fastest product), its bandwidth (a copy of
# 32 MiB), and some operations:

# %% tags=["nbval-ignore-output"]
with hardware.one_core():
    here, points = hardware.measure("numpy", "this machine, one core")
print(f"peak {here.peak / 1e9:.0f} GFLOP/s, bandwidth {here.bandwidth / 1e9:.1f} GB/s, "
      f"ridge at {here.ridge:.1f} operations per byte")  # fmt: skip
for point in points:
    print(f"{point.name:18} {point.intensity:8.2f} operations per byte "
          f"{point.speed / 1e9:8.2f} GFLOP/s")  # fmt: skip

# %% [markdown]
# And a real GPU? If somebody has run `python -m benchmarks.hardware` on a machine with one, its
# results are stored with the repository, under that machine's name.

# %%
machines, accelerator = list(hardware.MACHINES), hardware.A100
try:
    gpu = data.measured("hardware_gpu")
except (FileNotFoundError, ValueError):
    gpu = None
    print("No results of a real GPU are stored: none could be had, and none are shown.")
else:
    accelerator, _ = hardware.from_measured(gpu["roofline"])
    machines.append(accelerator)
    print(f"Measured by {gpu['command']} on {gpu['gpu']}.")
    for name, seconds in gpu["products"].items():
        print(f"{name:20}", " ".join(f"{1e6 * t:9.1f}" for t in seconds), "µs a product")
    for name, seconds in gpu["projection"].items():
        print(f"{name:20} {1e3 * seconds:9.2f} ms for a million points (section 3)")
    for name, seconds in gpu["cnn"]["seconds"].items():
        print(f"{name:20}", " ".join(f"{1e3 * t:9.2f}" for t in seconds), "ms a step (section 4)")

# %% [markdown]
# Left both roofs, and our measured points as crosses. Right the time of a product
# $(N, n) \cdot (n, n)$ against the number of rows. A GPU has a memory of its own: the numbers
# have to **travel** there over a link, and the result has to come back. *Launch* is the time that
# passes before the first operation begins.
#
# Drag the orange point, the two diamonds, or the blue square. The accelerators in the list come
# from public data sheets, rounded (peak for float32 without tensor cores; A100: 19.5 TFLOP/s,
# 2 TB/s, link 32 GB/s each way). They are orders of magnitude, not measurements; launch overheads
# are in no data sheet.

# %% tags=["nbval-ignore-output"]
roofline = widgets.RooflineExplorer(
    here, points, machines=machines, accelerator=accelerator, width=256, rows=16
)
roofline

# %% [markdown]
# **What to notice**
#
# - More rows move the point to the right, until $I = n/4$: with many rows, it is the weights that
#   are used again and again. *That* is why networks are trained in batches.
# - With one row, an A100 uses about a twentieth of its arithmetic. It waits for its memory.
# - A cross *above* the slanted roof is no mistake: its matrices are small, they stay in the cache,
#   and the roof was drawn for the large memory. Below the roof is everything that could be better.
# - Switch *the weights are there already* on and off. A network's weights stay on the GPU, and only
#   the samples travel; that moves the crossing a long way.
# - Set n to 32: for 64 rows the GPU would be busy for a small part of a microsecond, and the launch
#   alone takes ten. It needs hundreds of rows. With a slow link, 1 GB/s, the trip never pays.
#
# **Challenge.** Take a GPU with twice the peak: by how much faster is the product with N = 1? And
# with twice the bandwidth? Which of the two would you rather buy for answering one question at a
# time, as a chat program does?
#
# <details><summary>Answer</summary>
#
# With one row the intensity is about 0.5, far left of the ridge: twice the peak changes nothing,
# twice the bandwidth nearly halves the time (but for the launch). Whoever serves one user at a time
# pays for memory bandwidth. Whoever can collect many questions into one batch does better.
#
# </details>
#
# **Exercise 2.** What is the arithmetic intensity of $y \leftarrow y + a\,x$, with long float32
# vectors x and y and one number a? (It is a step of gradient descent, with $a = -\eta$.)

# %% tags=["exercise"]
intensity = ...

check.arithmetic_intensity(intensity)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# For one place of the vectors: which operations, which numbers are read, which is written?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# intensity = 2 / (3 * 4)
#
# check.arithmetic_intensity(intensity)
# ```
#
# </details>

# %% [markdown]
# **Exercise 3.** A host makes 100 GFLOP/s, an accelerator 10 TFLOP/s, the link carries 10 GB/s.
# Two n × n matrices of float32 travel there, their product travels back; launch and memory may be
# neglected. What is the smallest n for which that is faster than staying at home?

# %% tags=["exercise"]
n = ...

check.trip(n)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# At home $2n^3 / 10^{11}$ seconds; away $2n^3 / 10^{13}$ plus the bytes of three matrices over
# $10^{10}$. Where are they equal?
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# gained = 2 * (1 / 1e11 - 1 / 1e13)  # seconds, times n³
# travelled = 3 * 4 / 1e10  # seconds, times n²
# n = int(np.ceil(travelled / gained))
#
# check.trip(n)
# ```
#
# </details>

# %% [markdown]
# ## 3 · A camera is a matrix
#
# Why were there GPUs at all, before anybody trained networks on them? To draw. The lecture shows
# what has to be computed for each corner of each triangle, sixty times a second:
#
# $$\lambda \begin{bmatrix} u \\ v \\ 1 \end{bmatrix}
#   = K\,[R|T] \begin{bmatrix} X \\ Y \\ Z \\ 1 \end{bmatrix}
#   = M \begin{bmatrix} X \\ Y \\ Z \\ 1 \end{bmatrix}$$
#
# - $(X, Y, Z)$ is a point of the world, $(u, v)$ its pixel.
# - $[R|T]$ glues the rotation $R$ (3 × 3) and the column $T$ together to 3 × 4. The 1 below the
#   point makes the product $RX + T$: **turn, then shift**, into the camera's own axes.
# - $K$ knows the camera: the focal length $f$ in pixels, and the middle $(u_0, v_0)$ of the
#   picture.
# - $\lambda$ is the **depth**, how far in front of the camera the point is. It is not known
#   beforehand: it is the third number of the product.
#
# By hand: $f = 500$, the middle at (320, 240), no rotation, the point 3 + 2 metres away.

# %%
K = camera.intrinsics(500, 320, 240)
R, T = np.eye(3), np.array([0.0, 0, 2])
M = K @ np.column_stack([R, T])

scaled = M @ [1, 0.5, 3, 1]
print(M)
print("λu, λv, λ:", scaled, "   u, v:", scaled[:2] / scaled[2])

# %% [markdown]
# A remark on the slide, which is right: the *product* is linear, and the picture is not. After the
# product comes **one division for each point**, by its own λ, and that division makes far things
# small. (The left side of the formula hides it.) Two more things that often go wrong: $T$ is *not*
# where the camera stands, that is $-R^\top T$; and the slide's points are columns. Ours are rows,
# so for a whole cloud at once it reads $(X, Y, Z, 1)\,M^\top$: one product of (N, 4) and (4, 3).
#
# > **Predict first.** The camera goes back to twice the distance, and the focal length is doubled.
# > Does the picture stay the same?
#
# Drag in the picture to turn the house, and drag the camera in the view from above.

# %%
house = widgets.CameraExplorer()
house

# %% [markdown]
# **What to notice**
#
# - Focal length alone: the picture is scaled. The first two rows of the matrix change; the last
#   one, which makes λ, does not.
# - Distance alone: near things shrink *more* than far ones. So the answer to the prediction is no:
#   the middle of the house stays as large, its front shrinks, its back grows, and all of it looks
#   flatter. Films use that: the dolly zoom.
# - Bring the distance down to 1 m. You stand inside, and some points are behind you: λ is
#   negative. The formula would gladly draw them, mirrored: switch on that mistake.
# - **Mistake: λ forgotten.** All corners are somewhere, but edges that are parallel in the world
#   are parallel in the picture, and the numbers are no pixels.
# - **Mistake: T before R.** With a turn, the house flies off: turning takes the shift along.
#
# **Challenge.** Make a picture in which the whole ridge of the roof is a single point, and one that
# is nearly a parallel projection, with the right formula.
#
# <details><summary>Answer</summary>
#
# Both turns 0, T₁ = 0, and T₂ = 1.0: the camera is then at the height of the ridge and looks along
# it. Parallel: as far away as it goes, with a long focal length.
#
# </details>
#
# **Exercise 4.** Focal length 500, middle (320, 240), no rotation, T = (0, 0, 2). At which pixel is
# the point (0.5, −0.4, 3)?

# %% tags=["exercise"]
u = ...
v = ...

check.camera_pixel(u, v)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# First the point in the camera's axes, then its λ, then 500 times sideways over λ, then the middle.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# depth = 3 + 2
# u = 500 * 0.5 / depth + 320
# v = 500 * -0.4 / depth + 240
#
# check.camera_pixel(u, v)
# ```
#
# </details>

# %% [markdown]
# **Exercise 5.** Write it for a cloud: X has shape (N, 3), the answer (N, 2).

# %% tags=["exercise"]
def project(K, R, T, X):
    return ...


check.project(project)


# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# $RX + T$ for a point that is a row: `X @ R.T + T`. Then K in the same way. Then divide the first
# two columns by the third, `[:, 2:]`, which keeps its column.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def project(K, R, T, X):
#     scaled = (X @ R.T + T) @ K.T
#     return scaled[:, :2] / scaled[:, 2:]
#
# check.project(project)
# ```
#
# </details>

# %% [markdown]
# ### A million points
#
# A game draws millions of triangles in each picture. One point after the other in Python (measured
# for 5,000 points, then multiplied), all at once in NumPy, in torch, and on a GPU if there is one:

# %%
def loop_project(M, X):
    found = []
    for x, y, z in X:
        a, b, c = (row[0] * x + row[1] * y + row[2] * z + row[3] for row in M)
        found.append((a / c, b / c))
    return found


X = rng.normal(size=(5000, 3)) + [0, 0, 5]
uv, depth = camera.project(M, X)
print("loop and product agree:", np.allclose(loop_project(M.tolist(), X.tolist()), uv))
same = camera.project(torch.tensor(M), torch.tensor(X))[0].numpy()
print("torch and NumPy agree:", np.allclose(same, uv))

# %% tags=["nbval-ignore-output"]
with hardware.one_core():
    seconds = {
        "Python loop": 200 * hardware.best_seconds(
            lambda: loop_project(M.tolist(), X.tolist()), rounds=1
        ),
        "NumPy": hardware.time_projection("numpy"),
        "torch, CPU": hardware.time_projection("torch"),
    }  # fmt: skip
if device:
    seconds["torch, GPU"] = hardware.time_projection(f"torch:{device}")
for name, s in seconds.items():
    print(f"{name:12} {1e3 * s:10.2f} ms for a million points, {1 / s:8.1f} such pictures a second")

# %% [markdown]
# NumPy is not thousands of times faster than the loop here, as it was with large matrices. Count:
# 18 operations and two divisions for a point, at least 12 bytes read and 8 written. That is about
# one operation per byte, so the memory decides. A GPU wins here because *its memory* is fast, as
# much as for its many cores.
#
# ## 4 · The same network, three times
#
# Back to networks. nnlib's layers are written so that they do not care whose arrays they get: the
# same lines run on NumPy arrays, on torch tensors, and on a GPU. `model.to("torch")` moves the
# weights there. And `nn.torch_twin(model)` gives the same network, with the same weights, as
# PyTorch would have it: its own layers, its own gradients.
#
# Three trainings of the CNN of notebook 13, in float64: same start, same batches, same steps.
#
# > **Predict first.** Will the three losses be equal in the first step? After 20 steps? To how many
# > digits?

# %%
digits = data.mnist()
X, y = digits.X[:8000].reshape(-1, 28, 28, 1), digits.y[:8000]


def cnn(dtype="float64"):
    rng = np.random.default_rng(0)
    return nn.Sequential(
        nn.Conv2D(1, 8, 5, rng=rng, init="he"),
        nn.ReLU(),
        nn.MaxPool2D(2),
        nn.Conv2D(8, 16, 5, rng=rng, init="he"),
        nn.ReLU(),
        nn.MaxPool2D(2),
        nn.Flatten(),
        nn.Dense(256, 10, rng=rng),
    ).astype(dtype)


print(nn.torch_twin(cnn()))

# %% [markdown]
# One step by hand, in both worlds, so that you see what a step is:

# %%
ours, twin = cnn(), nn.torch_twin(cnn())
x, labels = X[:32].astype("float64"), y[:32]

loss = nn.SoftmaxCrossEntropy()
value = loss(ours(x), labels)
ours.backward(loss.backward())

theirs = torch.nn.functional.cross_entropy(twin(torch.tensor(x)), torch.tensor(labels))
theirs.backward()  # PyTorch keeps a record of what was done, and goes through it backwards

print(f"loss {value:.6f} and {theirs.item():.6f}")
kernel = next(twin.parameters()).grad.permute(2, 3, 1, 0).numpy()  # ours: height, width, in, out
print("equal gradients of the first kernels:", np.allclose(kernel, ours[0].W.grad, atol=1e-12))

# %% [markdown]
# And 20 steps of 32 digits. `hardware.trainers` makes one step function for each:

# %%
with hardware.one_core():
    trainers = hardware.trainers(cnn)
    rows = [slice(32 * k, 32 * k + 32) for k in range(20)]
    losses = {
        name: np.array([step(X[r].astype("float64"), y[r]) for r in rows])
        for name, step in trainers.items()
    }
apart = max(np.abs(found - losses["nnlib, NumPy"]).max() for found in losses.values())
print("losses of the first step and the last:")
for name, found in losses.items():
    print(f"  {name:13} {found[0]:.4f} {found[-1]:.4f}")
print("never further apart than 1e-10:", bool(apart < 1e-10))
assert apart < 1e-10

# %% [markdown]
# Same mathematics, same numbers. What differs is the time. Measured now, in float32, which is what
# one trains in, on one core (and on the GPU, if there is one):

# %% tags=["nbval-ignore-output"]
batches = [1, 4, 16, 64, 256]
with hardware.one_core():
    quick = hardware.trainers(lambda: cnn("float32"))
    paces = {name: hardware.time_steps(step, X, y, batches) for name, step in quick.items()}
if device:
    quick = hardware.trainers(lambda: cnn("float32"), device=device, mixed=True)
    for name in list(quick)[1:]:
        paces[f"{name}, GPU"] = hardware.time_steps(quick[name], X, y, batches, device)
for name, t in paces.items():
    print(f"{name:20}", " ".join(f"{1e3 * s:7.2f}" for s in t), "ms")


# %% tags=["nbval-ignore-output"]
def compare(stage, place, against):
    looks = ("blue", 9), ("orange", 5), ("ink", 2), ("green", 2), ("purple", 2), ("sky", 2)
    batch, seconds = batches[place - 1], against == "seconds"
    here = {name: paces[name][place - 1] for name in losses}
    last = 20 * max(here.values()) if seconds else 20
    curve = stage.panel(
        "loss", box=(0, 0, 0.5, 1), x=(0, last), y=(0, 3), ylabel="loss", legend="lower left",
        xlabel=f"seconds, at the pace of batches of {batch}" if seconds else "step",
        title="Three trainings, one curve",
    )  # fmt: skip
    pace = stage.panel(
        "pace", box=(0.5, 0, 0.5, 1), x=(0.8, 300), y=(0.1, 1e3), xscale="log", yscale="log",
        xlabel="batch size", ylabel="milliseconds for a step", title="How long a step takes",
        xticks=[(b, str(b)) for b in batches],
    )  # fmt: skip
    for (name, t), (colour, width) in zip(paces.items(), looks, strict=False):
        pace.line(name, batches, 1e3 * np.array(t), colour=colour, width=3)
        pace.points(f"{name}: here", batch, 1e3 * t[place - 1], colour=colour, size=7)
        if name in losses:
            at = np.arange(20) * (here[name] if seconds else 1)
            curve.line(name, at, losses[name], colour=colour, width=width, label=name)
    said = ", ".join(f"{name} {1e3 * t:.2g} ms" for name, t in here.items())
    return f"Loss against {against}; a step with a batch of {batch}: {said}."


compare_live = widgets.Live(
    compare, width=1060, height=430, place=widgets.slider("batch size, place", 3, 1, 5, 1),
    against=widgets.buttons("loss against", ["step", "seconds"]),
)  # fmt: skip
compare_live

# %% [markdown]
# **What to notice**
#
# - Against *steps* there is one curve, drawn three times. Against *seconds* they part: hardware and
#   libraries change when you get there, never where.
# - A step for one digit is not 64 times cheaper than one for 64. Up to some batch size a step costs
#   about the same: calls, not sums. On a GPU that flat part is much longer, and for this small
#   network it may be all there is.
# - PyTorch is written for speed, in C++, and nnlib to be read. That the distance is no larger is
#   the merit of the matrix products inside both.
#
# ### Half the bits
#
# A float32 has 32 bits. Half as many bits make half as many bytes to move, and multipliers
# several times smaller: GPUs have many more of them for 16 bits. What gets lost? A number is stored
# as $\pm 1.b_1b_2b_3\ldots \cdot 2^e$, and the 16 bits can be spent in two ways:
#
# | format | bits of the exponent | digits after the 1 | largest | next after 1 |
# |---|---|---|---|---|
# | float32 | 8 | 23 | 3.4 · 10³⁸ | 1.00000012 |
# | float16 | 5 | 10 | 65504 | 1.00098 |
# | bfloat16 | 8 | 7 | 3.4 · 10³⁸ | 1.0078 |
#
# By hand: bfloat16 keeps the 1 and seven digits. Near 1.01 its numbers are multiples of 1/128:

# %%
print("129/128 =", 129 / 128, "  bfloat16 of 1.01:", precision.round_to(1.01, "bfloat16"))
print("PyTorch says", torch.tensor(1.01).bfloat16().item())
for small in (0.01, 0.004, 0.003):
    print(f"1 + {small} in bfloat16:", precision.round_to(1 + small, "bfloat16"))

# %% [markdown]
# > **Predict first.** Add 1, in bfloat16, again and again: 1, 2, 3, … How far does it count?
#
# Drag x along the number line, zoom in and out. Below, the same small term is added ten thousand
# times.

# %%
few_digits = widgets.PrecisionExplorer(1.003, term=1.0)
few_digits

# %% [markdown]
# **What to notice**
#
# - It counts to 256, and stops. Between 256 and 512 the step is 2; 257 lies in the middle, and goes
#   to the even neighbour, 256. With other terms it is the same: a sum stops growing when it is some
#   hundreds of times its term. A gradient step of $w \leftarrow w - \eta g$ is such a sum!
# - float16 stops at 2048, and it has no number above 65504 (move x to the right end).
# - The dashed line is right: terms in bfloat16, **the sum in float32**. That is what the matrix
#   units of GPUs do: multiply 16-bit numbers, add in float32.
#
# So **mixed precision** means: products of 16-bit numbers, sums and weights in float32. In PyTorch
# it is one line, `with torch.autocast(...)`, round the forward pass. The CNN's twin, without it and
# with it:

# %% tags=["nbval-ignore-output"]
with hardware.one_core():
    both = hardware.trainers(lambda: cnn("float32"), device=device or "cpu", mixed=True)
    for name in list(both)[2:]:
        found = [both[name](X[r], y[r]) for r in rows]
        print(f"{name:20} loss {found[0]:.4f}, {found[9]:.4f}, {found[-1]:.4f}")
if device == "cuda":
    for name in list(both)[2:]:
        pace = hardware.time_steps(both[name], X, y, [1024], device)[0]
        print(f"{name:20} {1e3 * pace:.2f} ms for a batch of 1024")
else:
    print("That was the CPU, for the numbers; how much time it saves is a question for CUDA.")

# %% [markdown]
# The losses agree to two or three digits, and the training does not mind: a batch is a noisy sample
# anyway. But the weights stayed float32. With weights in bfloat16, steps smaller than 1/512 of a
# weight would be lost, each of them, for ever.
#
# **Exercise 6.** What does bfloat16 make of 1003?

# %% tags=["exercise"]
stored = ...

check.to_bfloat16(stored)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# 1003 lies between 512 and 1024. There, eight binary digits (the 1 and seven more) leave steps of
# 512 / 128.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# step = 512 / 128
# stored = step * round(1003 / step)
#
# check.to_bfloat16(stored)
# ```
#
# </details>

# %% [markdown]
# ## 5 · When one machine is not enough
#
# A batch too large for one device, or a training that takes a week: the usual way out is to let
# several processes work on one step. In **data-parallel** training each process (a *worker*; its
# number is called *rank*) holds the same network and takes its **share of the batch**. Worker $k$
# has $n_k$ of the $N$ samples, and computes the gradient $g_k$ of *their* mean loss. Then all
# gradients are averaged, and everybody takes the same step.
#
# The mean over $N$ samples is a sum, and a sum can be cut into pieces:
#
# $$\nabla \frac1N \sum_{n=1}^{N} \ell_n \;=\; \sum_k \frac{n_k}{N}\, g_k, \qquad
#   g_k = \nabla \frac{1}{n_k} \sum_{n \,\in\, \text{share } k} \ell_n$$
#
# By hand: three samples have the gradients 1, 3 and 8. Worker 0 has the first two, worker 1 has the
# third.

# %%
gradients = np.array([1.0, 3.0, 8.0])
own = np.array([gradients[:2].mean(), gradients[2:].mean()])

print("the big batch      ", gradients.mean())
print("each worker's own  ", own)
print("weighted by n_k / N", 2 / 3 * own[0] + 1 / 3 * own[1])
print("weights forgotten  ", own.mean())

# %% [markdown]
# > **Predict first.** A batch is sorted, so that each worker sees another part of the data only,
# > and their gradients point in very different directions. (a) How far is the weighted average from
# > the gradient of the big batch? (b) At the best line, where the big batch's gradient is zero: are
# > the gradients of the workers zero too?
#
# Each colour is a worker. Its arrow says where its own share would take the line $\hat y = w x +
# b$. The black arrow is the average, the thick grey one the big batch. Drag samples, drag the ring
# along the path, and cut the batch as unevenly as you like.

# %%
shared = widgets.DataParallelExplorer(workers=4, samples=60, steps=0)
shared

# %% [markdown]
# **What to notice**
#
# - Sort the batch, cut it unevenly: the arrows go apart, and the black one stays on the grey one.
#   The number in the title is the rounding of the machine. Nothing is approximated: data-parallel
#   training is *the same* gradient descent.
# - Go to the end of the path. The workers still pull, each towards the line that suits its own
#   samples, and their pulls cancel.
# - **The usual mistake:** with uneven shares, switch on *forget the weights*. The plain mean of the
#   workers is the gradient of another loss, in which the samples of small shares count more. The
#   path ends somewhere else. With even shares nobody would notice, until the last batch of an epoch
#   does not divide.
#
# ### Really in two processes
#
# `torchrun` is the program with which PyTorch starts workers. It gives each of them a rank, and the
# address where they meet. `data_parallel.launch` calls it from here:
#
# `torchrun --standalone --nproc-per-node 2 -m nnlib.data_parallel --batch-size 101`
#
# Each worker makes the same network from the same seed (that is shorter than sending it), and runs
# `nnlib`'s own forward and backward on torch tensors. Then comes the only new line of the training:
# `dist.all_reduce(p.grad)` adds up the gradients of all workers, in each of them. On CPUs a library
# named **gloo** carries the numbers, on GPUs **NCCL**. A batch of 101 cannot be halved.

# %%
task = data_parallel.Task(batch_size=101, hidden=32, steps=10, lr=0.5, dtype="float64")
result = data_parallel.launch(2, task)

print("shares", result.sizes)
print("gradients of the two workers, first numbers of the last layer's b:")
print(result.own[:, -10:-6].round(4))

# %% [markdown]
# Now the same ten steps in *one* process, here, on NumPy, with the whole batch of 101.

# %%
model, all_X, all_y = task.start()
loss, sgd = nn.SoftmaxCrossEntropy(), nn.SGD(model.parameters(), lr=task.lr)
alone = []
for step in range(task.steps):
    batch = task.rows(step)
    alone.append(nn.step(model, loss, sgd, all_X[batch], all_y[batch]))
    if step == 0:
        big = np.concatenate([p.grad.ravel() for p in model.parameters()])

for k in range(2):
    assert np.abs(result.averaged[k] - big).max() < 1e-12
assert np.abs(result.losses - alone).max() < 1e-12
assert (result.weights[0] == result.weights[1]).all()  # to the last bit
print("largest difference of a worker's own gradient:", np.abs(result.own - big).max().round(3))
print("after averaging: below 1e-12, in both workers")
print("loss of the batch before each step, from both:", result.losses[[0, 4, 9]].round(3))

# %% [markdown]
# > **Predict first.** The step of this network takes one process less than a millisecond. How long
# > does it take two of them?

# %% tags=["nbval-ignore-output"]
for part, seconds in result.seconds.items():
    print(f"{part:10} {1e3 * np.median(seconds):8.3f} ms a step")
print(f"starting everything and importing torch: {result.total:.1f} s")


# %% [markdown]
# The sending and waiting is not free, and for a network as small as this one the second process is
# no help at all. When does it pay?
#
# **Exercise 7.** Write the average for any shares: `gradients` has shape (K, P), one row for each
# process, and `sizes` says how many samples each of them had.

# %% tags=["exercise"]
def average_gradients(gradients, sizes):
    return ...


check.average_gradients(average_gradients)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# Each row times its share $n_k / N$; then add up the rows. `sizes / np.sum(sizes)` are the shares.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def average_gradients(gradients, sizes):
#     return sizes / np.sum(sizes) @ gradients
#
# check.average_gradients(average_gradients)
# ```
#
# </details>

# %% [markdown]
# ### Amdahl's law
#
# Let one process need the time $T(1) = 1$ for a step. A share $p$ of it can be divided among $n$
# processes: forward and backward, sample by sample. The rest cannot: each worker updates *all*
# weights. And averaging costs a time $c(n)$ that a single process does not need:
#
# $$T(n) = (1 - p) + \frac{p}{n} + c(n), \qquad \text{speed-up} = \frac{1}{T(n)}
#   \;<\; \frac{1}{1 - p}$$
#
# The bound on the right is Amdahl's (1967): if 5 % cannot be divided, no number of processes makes
# it more than 20 times as fast. And $c(n)$ depends on how one averages. If **one worker collects**
# all gradients and sends the mean back, $2(n-1)$ gradients pass through it. In a **ring** everybody
# passes pieces to a neighbour at the same time, and sends only $2(n-1)/n$ gradients: never more
# than two, however many take part.
#
# > **Predict first.** $p = 0.99$, and sending one gradient takes 2 % of a step. One worker
# > collects. Which number of processes is the fastest?
#
# The points were measured by `python -m benchmarks.data_parallel`: three networks, in 1, 2 and 4
# processes, the median of the runs.

# %%
measured = data.measured("data_parallel")
dots = {}
for name, network in measured["networks"].items():
    speed_up = np.median(network["speed_up"], axis=0)
    dots[f"{name} network"] = dict(zip(measured["processes"], speed_up, strict=True))

amdahl = widgets.AmdahlExplorer(p=0.99, c=0.02, n=4, measured=dots)
amdahl

# %%
print(measured["machine"]["processor"], "·", measured["machine"]["cores"], "cores")
print(f"{'':7}   weights  batch    times as fast in {measured['processes'][1:]} processes")
for name, network in measured["networks"].items():
    runs = np.array(network["speed_up"])[:, 1:]
    said = "   ".join(f"{np.median(r):.2f} ({r.min():.2f} to {r.max():.2f})" for r in runs.T)
    print(f"{name:7} {network['parameters']:9,} {network['batch_size']:6}    {said}")


# %% [markdown]
# **What to notice**
#
# - For the small network two processes are many times *slower* than one. Its gradient is
#   computed in less than a millisecond, and then waited for. The large one, with hundreds of times
#   the work, gains.
# - The measuring machine has two cores, and other work to do. That is why the runs differ, and it
#   is a lesson, too: each average waits for the *slowest* worker. Never start more workers than
#   there are cores or GPUs.
# - Put *averaging* to "one collects": the curve has a peak, here at 4 processes, and with 64 a step
#   takes longer than with one. In the ring it goes on rising. That is why the ring was invented.
# - A larger batch makes $p$ larger and $c$ smaller, since the gradient has as many numbers as the
#   network, however many samples it comes from. That is why large trainings use huge batches, and
#   then notebook 10's question comes back: fewer, better steps.
#
# **What `DistributedDataParallel` does more.** PyTorch wraps a module in
# `torch.nn.parallel.DistributedDataParallel(module)`, and its backward averages too. The average is
# the same. It is faster for two reasons: it packs many small gradients into one message (a *bucket*
# of 25 MB, where ours sends a message for every W and every b), and it **overlaps**: the last
# layers' gradients are on their way while backward is still busy with the first layers. And it
# divides by the number of workers, not by $n_k/N$: cut the shares evenly there, as its
# `DistributedSampler` does.
#
# **Exercise 8.** Amdahl's law with the other letter, as one often finds it: the share f of the time
# of one process *cannot* be shared out. How many times faster are K processes, if averaging costs
# nothing?

# %% tags=["exercise"]
def amdahls_law(K, f):
    return ...


check.amdahl(amdahls_law)

# %% [markdown] tags=["hint"]
# <details><summary>Hint</summary>
#
# How long does a step take now, if it took 1 before? The share f stays, the rest is divided by K.
#
# </details>

# %% [markdown] tags=["solution"]
# <details><summary>Solution</summary>
#
# ```python
# def amdahls_law(K, f):
#     return 1 / (f + (1 - f) / K)
#
# check.amdahl(amdahls_law)
# ```
#
# </details>

# %% [markdown]
# ### One of them fails
#
# With ten workers, one will break some day: no memory left, a wrong sample, a pulled plug. The
# others then wait in `all_reduce` for a gradient that never comes. So one failure must end them
# all, and the message should say who was the first. Here worker 1 fails on purpose, in step 3.

# %%
try:
    data_parallel.launch(2, task, fail=(1, 3))
except RuntimeError as error:
    print(error)
print("processes left behind:", len(psutil.Process().children(recursive=True)))

# %% [markdown]
# What you see is one sentence instead of torchrun's page, because each worker keeps a note of what
# it is doing, and the launcher reads the notes when torchrun gives up. The same happens when a
# worker is killed from outside, when the time is over (`timeout=`), and when you press ■ in the
# toolbar: try that with `data_parallel.launch(2, data_parallel.Task(steps=10**6))`. And should the
# kernel itself be restarted, the workers notice that the pipe to it has closed, and go.
#
#
# ## 6 · Why now?
#
# Lectures C and E ask why networks, which are decades old, took off around 2012: data,
# **hardware**, software, models that train. [Notebook 00](00_start_here.ipynb) measured all of them
# in small. With what we have measured here, hardware can be put into numbers.
#
# A training is a number of operations. Forward, one sample costs about two operations for each use
# of a weight, and forward and backward together three times as much (why: notebook 06).
# Our CNN multiplies 322,560 times for each digit, so 14 epochs of 8,000 digits are
# $322{,}560 \cdot 2 \cdot 3 \cdot 8000 \cdot 14 \approx 2 \cdot 10^{11}$. AlexNet, the network
# that won ImageNet in 2012: about 0.7 · 10⁹ multiplications for a picture, 1.2 million pictures, 90
# epochs, $\approx 5 \cdot 10^{17}$. GPT-3 in 2020: $3 \cdot 10^{23}$, says its paper.
#
# > **Predict first.** How long would AlexNet have taken with three loops in Python? With NumPy on
# > one core of this machine?

# %% tags=["nbval-ignore-output"]
speeds = {
    "three loops": 2 * 64**3 / times["three loops"][-1],
    "this machine,\none core": here.peak,
    "laptop CPU\n(data sheet)": hardware.LAPTOP.peak,
    "A100\n(data sheet)": hardware.A100.peak,
    "1000 A100\n(data sheet)": 1000 * hardware.A100.peak,
}
YEAR = 365.25 * 86400
SPANS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400, "years": YEAR,
         "thousand years": 1e3 * YEAR, "million years": 1e6 * YEAR}  # fmt: skip


# %% tags=["nbval-ignore-output"]
def how_long(stage, exponent):
    known = {11.34: "our CNN", 17.67: "AlexNet", 23.5: "GPT-3"}
    near = [name for at, name in known.items() if abs(at - exponent) < 0.3]
    spans = [10**exponent / speed for speed in speeds.values()]
    title = f"10 to the power of {exponent:.1f} operations" + "".join(f": {n}" for n in near)
    panel = stage.panel(
        "spans", x=(-0.6, 4.6), y=(1e-3, 1e17), yscale="log", title=title,
        yticks=[(size, unit) for unit, size in SPANS.items()],
        xticks=[(k, name.split("\n")[0].rstrip(",")) for k, name in enumerate(speeds)],
        ylabel="at full speed all the time",
    )  # fmt: skip
    panel.bars("spans", np.arange(5), np.clip(spans, 1e-3, 1e17), colour="blue")
    words = []
    for span in spans:
        unit = max((u for u in SPANS if SPANS[u] <= span), key=SPANS.get, default="seconds")
        words.append(f"{span / SPANS[unit]:.3g} {unit}")
    panel.text("said", np.arange(5), 3 * np.clip(spans, 1e-3, 1e16), words, size=13)
    named = (name.replace("\n", " ") for name in speeds)
    return f"{title}. " + "; ".join(f"{n}: {w}" for n, w in zip(named, words, strict=True)) + "."


long_live = widgets.Live(
    how_long, width=900, height=420,
    exponent=widgets.slider("operations, 10^", 17.7, 9.0, 24.0, 0.1),
)  # fmt: skip
long_live

# %% [markdown]
# **What to notice**
#
# - AlexNet: centuries with loops, months on one core, hours on one modern GPU at full speed. Its
#   authors needed *five to six days on two graphics cards* made for games. Ten years before, nobody
#   could have waited for it. The idea was there; the operations were not.
# - These are full speeds. Real trainings reach perhaps a third of them: the roofline and the trips
#   of section 2, and the averaging of section 5.
# - Hardware alone does nothing: centuries become months because of *software*, on the very same
#   core (section 1), and months become hours because of hardware. And without 1.2 million labelled
#   pictures there is nothing to compute: the other reasons of notebook 00.
#
# ### Choosing hardware for a course
#
# - For everything in these notebooks a laptop is enough: that was a condition when they were
#   written. The networks are small, and for small networks a trip does not pay (section 2).
# - A GPU pays where products are large: convolutions over real photographs, batches of hundreds,
#   layers of thousands. Measure with `hardware.time_steps` before you buy or book.
# - Look at the *memory* first (does it fit?), then at the bandwidth, then at the peak; the last one
#   is what advertisements print, often for 8 bits or for matrices full of zeros.
# - Move the data once, keep the weights there, do not ask for the loss at each step: each `.item()`
#   makes the computer wait for the GPU.
# - Write for whatever there is, as here: `nn.default_device()`, and a sentence where there is none.
#
# ## Summary
#
# - A matrix product takes $2n^3$ operations that do not depend on one another. The same core does
#   them thousands of times faster through BLAS than in Python's loops.
# - Arithmetic intensity, operations per byte, decides what a machine waits for; below the ridge for
#   its memory. Batches and large layers have a high intensity, additions and single samples a low
#   one.
# - A GPU has thousands of cores and a fast memory of its own. Launch and trip have to be earned.
# - A camera is one 3 × 4 matrix for all points, and a division by each point's own depth.
# - The same training on NumPy, on torch and in PyTorch gives the same losses to 1e-10: devices
#   change the time, not the result.
# - 16-bit numbers halve the traffic. Sums and weights stay in float32, or they stop growing.
# - Several processes: each its share of the batch, gradients averaged, weighted by their samples.
#   What cannot be shared limits the speed-up.
#
# ## Quiz
#
# 1. How many operations does (100, 50) times (50, 10) take?
# <details><summary>Answer</summary>
#
# 2 · 100 · 50 · 10 = 100,000.
#
# </details>
#
# 2. Adding two vectors on a GPU with ten times the arithmetic of yours, and the same memory: how
#    much faster?
# <details><summary>Answer</summary>
#
# Not at all: one operation for twelve bytes, the memory decides.
#
# </details>
#
# 3. Why is a batch of 64 not 64 times slower than a batch of 1?
# <details><summary>Answer</summary>
#
# With one row every weight is fetched for a single multiplication, and each call has its overhead.
# With 64 rows it is fetched once and used 64 times.
#
# </details>
#
# 4. In $\lambda (u, v, 1)^\top = M (X, Y, Z, 1)^\top$: where does λ come from?
# <details><summary>Answer</summary>
#
# It is the third number of the product, the depth of that point. Divide the first two by it.
#
# </details>
#
# 5. Somebody trains with all weights in bfloat16 and a small learning rate. The loss stops falling.
#    What do you suspect?
# <details><summary>Answer</summary>
#
# The steps are smaller than half of the distance to the next number that can be stored: weight plus
# step is rounded back to the weight. Keep the weights in float32.
#
# </details>
#
# 6. A tenth of each step cannot be shared out. How much faster can a thousand processes be?
# <details><summary>Answer</summary>
#
# Less than 10 times: 1 / (0.1 + 0.9 / 1000) = 9.9.
#
# </details>
#
# ## Terms
#
# - **operation**, **FLOP**: one multiplication or addition of two numbers. **FLOP/s**: how many per
#   second; G 10⁹, T 10¹².
# - **bandwidth**: bytes per second. **Arithmetic intensity**: operations per byte.
# - **roofline**: the smaller one of peak and bandwidth times intensity. **Ridge**: its corner.
# - **core**: what carries out one program. **BLAS**: the library that does matrix products.
# - **launch overhead**: the time before an operation begins. **Host**, **device**: the computer,
#   and the accelerator in it.
# - **camera matrix**: $K[R|T]$. **Intrinsics** $K$: focal length and middle. **Depth** λ.
# - **float32, float16, bfloat16**: numbers with 24, 11 and 8 significant binary digits. **Mixed
#   precision**: products of 16-bit numbers, sums and weights in float32.
# - **data-parallel**: the same network in several processes, each with a share of the batch.
#   **All-reduce**: everybody gets the sum. **Amdahl's law**: what cannot be shared is the limit.
#
# ## Where the lectures say it
#
# | id | point | section |
# |---|---|---|
# | A3 | linear models are cheap, and hardware loves them | 1 |
# | A4 | why GPUs: thousands of slow cores against a few fast ones | 2 |
# | A5 | the projection of a camera is one matrix product | 3 |
# | C10 | the network in PyTorch (both styles: notebook 07) | 4 |
# | C18 | why now: computing power (all four reasons: notebook 00) | 6 |
# | E3 | why now: hardware (all three reasons: notebook 00) | 6 |
#
# ## Further reading
#
# - S. Williams, A. Waterman and D. Patterson, "Roofline: An Insightful Visual Performance Model for
#   Multicore Architectures", *Communications of the ACM* 52, 2009.
# - R. Hartley and A. Zisserman, *Multiple View Geometry in Computer Vision*, Cambridge 2004,
#   chapter 6: cameras as matrices.
# - P. Micikevicius and others, "Mixed Precision Training", *ICLR*, 2018.
# - G. Amdahl, "Validity of the Single Processor Approach to Achieving Large Scale Computing
#   Capabilities", *AFIPS*, 1967.
# - A. Krizhevsky, I. Sutskever and G. Hinton, "ImageNet Classification with Deep Convolutional
#   Neural Networks", *NeurIPS*, 2012: five to six days on two GPUs.
# - T. Brown and others, "Language Models are Few-Shot Learners", *NeurIPS*, 2020: the operations of
#   GPT-3, in its appendix.
