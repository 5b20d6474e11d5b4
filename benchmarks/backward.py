"""What a backward pass costs: against a forward pass, and against numeric differences.

Networks of three hidden tanh layers of one width, 100 samples of 10 inputs, squared error, float64,
one thread. Times are those of the processor, so that other programs on the machine count less; in
each round every network does everything in turn. Medians count, and the quartiles are kept.
Differences move at most 200 of the parameters, 10 in the largest networks, and the time is scaled
up to all of them.

    python -m benchmarks.backward
"""

import time

import numpy as np
from threadpoolctl import threadpool_limits

import nnlib as nn
from benchmarks.store import store

WIDTHS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
INPUTS, SAMPLES = 10, 100
ROUNDS = 15
MOVED = 200, 10  # parameters at most, in networks of up to 20 000 and in larger ones


def network(width, seed=0):
    """A network with random weights."""
    sizes, layers = [INPUTS, width, width, width, 1], []
    for n_in, n_out in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Dense(n_in, n_out, rng=seed), nn.Tanh()]
    return nn.Sequential(*layers[:-1])


def seconds(work, least=0.02):
    """The processor's time for one call, over as many calls as make up ``least`` seconds."""
    calls, start = 0, time.process_time()
    while (elapsed := time.process_time() - start) < least or not calls:
        work()
        calls += 1
    return elapsed / calls


class Timed:
    """One network and what is timed on it: functions without arguments."""

    def __init__(self, width):
        rng = np.random.default_rng(1)
        self.model, self.loss = network(width), nn.MSE()
        self.X, self.y = rng.normal(size=(SAMPLES, INPUTS)), rng.normal(size=(SAMPLES, 1))
        self.parameters = self.model.n_parameters
        self.moved = min(MOVED[self.parameters > 20_000], self.parameters)

    def forward(self):
        return self.loss(self.model.forward(self.X), self.y)

    def both(self):
        self.forward()
        self.model.backward(self.loss.backward())

    def differences(self, eps=1e-6):
        """Gradients of the first parameters, two forward passes for each."""
        left, found = self.moved, []
        for p in self.model.parameters():
            values = p.value.reshape(-1)
            for k in range(min(left, values.size)):
                before = values[k]
                values[k] = before + eps
                up = self.forward()
                values[k] = before - eps
                down = self.forward()
                values[k] = before
                found.append((up - down) / (2 * eps))
            left -= min(left, values.size)
        return found

    def torch(self):
        """(forward, forward and backward) of the same network in PyTorch."""
        import torch

        layers = []
        for layer in self.model:
            if isinstance(layer, nn.Dense):
                layers.append(torch.nn.Linear(layer.n_in, layer.n_out).double())
            else:
                layers.append(torch.nn.Tanh())
        twin, criterion = torch.nn.Sequential(*layers), torch.nn.MSELoss()
        X, y = torch.tensor(self.X), torch.tensor(self.y)

        def forward():
            return criterion(twin(X), y)

        def both():
            twin.zero_grad()
            forward().backward()

        return forward, both


def quartiles(values, digits=3):
    """Lower quartile, median, upper quartile, to so many significant digits."""
    found = np.percentile(values, (25, 50, 75))
    return [float(f"{v:.{digits}g}") for v in found]


def measure(widths=WIDTHS, rounds=ROUNDS):
    """For each width: parameters, and times and ratios with their quartiles."""
    import torch

    torch.set_num_threads(1)
    made = {width: Timed(width) for width in widths}
    twins = {width: timed.torch() for width, timed in made.items()}
    names = ("forward", "backward", "differences", "torch_forward", "torch_backward")
    times = {width: {name: [] for name in names} for width in widths}
    with threadpool_limits(1):
        for _ in range(rounds):
            for width, timed in made.items():
                mine = times[width]
                mine["forward"].append(seconds(timed.forward))
                mine["backward"].append(seconds(timed.both) - mine["forward"][-1])
                scale = timed.parameters / timed.moved
                mine["differences"].append(scale * seconds(timed.differences))
                forward, both = twins[width]
                mine["torch_forward"].append(seconds(forward))
                mine["torch_backward"].append(seconds(both) - mine["torch_forward"][-1])
    found = []
    for width, timed in made.items():
        mine = {name: np.array(v) for name, v in times[width].items()}
        whole = mine["forward"] + mine["backward"]
        found.append(
            {
                "width": width,
                "parameters": timed.parameters,
                "forward_ms": quartiles(1e3 * mine["forward"]),
                "backward_ms": quartiles(1e3 * mine["backward"]),
                "differences_ms": quartiles(1e3 * mine["differences"]),
                "backward_to_forward": quartiles(mine["backward"] / mine["forward"]),
                "differences_to_backpropagation": quartiles(mine["differences"] / whole),
                "torch_backward_to_forward": quartiles(
                    mine["torch_backward"] / mine["torch_forward"]
                ),
            }
        )
    return found


def main():
    found = measure()
    for row in found:
        print(
            f"width {row['width']:4} {row['parameters']:7} parameters: backward is "
            f"{row['backward_to_forward'][1]:.2f} forward (PyTorch "
            f"{row['torch_backward_to_forward'][1]:.2f}), differences are "
            f"{row['differences_to_backpropagation'][1]:.0f} × backpropagation"
        )
    store("backward", {"samples": SAMPLES, "rounds": ROUNDS, "networks": found})


if __name__ == "__main__":
    main()
