"""How long do recurrent layers remember? For notebook 14.

Sequences of coin tosses, and the question how the first one fell (`nnlib.data.first_symbol`), for
several lengths. All layers have about as many weights and the same steps of training, from several
seeds. "keep": with the bias of the gate that keeps the memory at 5, where σ(5) = 0.993.

    python -m benchmarks.recurrent        takes about ten minutes on two cores
"""

import numpy as np

import nnlib as nn
from benchmarks.store import store
from nnlib.backend import one_thread

SEEDS, STEPS, BATCH = 6, 500, 32
ENOUGH = 10  # batches in a row without a mistake: then the training may stop
KEEP = 5.0
LENGTHS = [5, 10, 20, 40, 80]
LAYERS = {  # about 700 parameters each
    "RNN": lambda rng: nn.RNN(1, 25, rng=rng, dtype="float32"),
    "LSTM": lambda rng: nn.LSTM(1, 12, rng=rng, dtype="float32"),
    "GRU": lambda rng: nn.GRU(1, 14, rng=rng, dtype="float32"),
    "LSTM, keep": lambda rng: nn.LSTM(1, 12, rng=rng, dtype="float32", forget_bias=KEEP),
    "GRU, keep": lambda rng: kept(nn.GRU(1, 14, rng=rng, dtype="float32")),
}


def kept(layer):
    """A GRU that begins by keeping what it has."""
    layer.b.value[layer.n_hidden : 2 * layer.n_hidden] = KEEP
    return layer


def right(make, length, seed):
    """The share of 500 new sequences whose first toss a trained network knows at the end."""
    rng = np.random.default_rng(seed)
    layer = make(rng)
    dense = nn.Dense(layer.n_hidden, 1, rng=rng, dtype="float32")
    model = nn.Sequential(layer, nn.LastStep(), dense)
    loss, adam = nn.BinaryCrossEntropy(), nn.Adam(model.parameters(), lr=0.01)
    streak = 0
    for _ in range(STEPS):
        tosses = nn.data.first_symbol(BATCH, length, rng=rng)
        z = model.forward(tosses.X[:, :, None], train=True)
        loss(z, tosses.y)
        streak = streak + 1 if nn.accuracy(loss, z, tosses.y) == 1 else 0
        if streak == ENOUGH:
            break
        model.backward(loss.backward())
        nn.clip_gradients(model.parameters(), 1.0)
        adam.step()
    new = nn.data.first_symbol(500, length, rng=1000 + seed)
    return round(nn.accuracy(loss, model.forward(new.X[:, :, None]), new.y), 3)


def main():
    found = {"lengths": LENGTHS, "seeds": SEEDS, "steps": STEPS, "parameters": {}, "right": {}}
    with one_thread():
        for name, make in LAYERS.items():
            layer = make(0)
            sizes = [p.size for p in layer.parameters()]
            found["parameters"][name] = sum(sizes) + layer.n_hidden + 1
            rows = found["right"][name] = []
            for length in LENGTHS:
                rows.append([right(make, length, seed) for seed in range(SEEDS)])
                print(name, length, rows[-1], flush=True)
    store("recurrent", found)


if __name__ == "__main__":
    main()
