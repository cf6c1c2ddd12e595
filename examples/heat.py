"""How a hot plate with cooled edges loses its heat: the two-dimensional heat equation, explicit steps.

    python examples/heat.py
    rooftop run examples/heat.py

Both print the same.
"""

import argparse

import numpy as np
from numpy.linalg import norm


def plate(size, spots):
    """Temperatures at the beginning: warm spots at random places, edges at zero."""
    rng = np.random.default_rng(7)
    x, y = np.meshgrid(np.linspace(0, 1, size), np.linspace(0, 1, size), indexing="ij")
    heat = np.zeros((size, size))
    for cx, cy, width in rng.uniform([0.2, 0.2, 0.02], [0.8, 0.8, 0.1], (spots, 3)):
        heat += np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * width**2))
    heat[[0, -1], :] = heat[:, [0, -1]] = 0
    return heat


def step(heat, rate):
    """A time step: every inner point moves towards the mean of its neighbours."""
    inner = heat[1:-1, 1:-1]
    around = heat[:-2, 1:-1] + heat[2:, 1:-1] + heat[1:-1, :-2] + heat[1:-1, 2:]
    change = rate * (around - 4 * inner)
    inner += change
    return np.abs(change).max()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, default=96)
    parser.add_argument("--steps", type=int, default=500)
    options = parser.parse_args()

    heat = plate(options.size, spots=6)
    start = heat.copy()
    print(f"{options.size} x {options.size} points, {options.steps} steps")
    print(f"{'step':>6} {'hottest':>9} {'mean':>9} {'change':>9}  above half")
    change = 0.0
    for count in range(options.steps + 1):
        if count % max(options.steps // 5, 1) == 0:
            warm = np.count_nonzero(heat > 0.5 * start.max())
            print(f"{count:6d} {heat.max():9.5f} {heat.mean():9.5f} {change:9.6f}  {warm:6d}")
        change = step(heat, 0.2)

    row, column = np.unravel_index(np.argmax(heat), heat.shape)
    print(f"the hottest point is ({row}, {column}); {norm(heat) / norm(start):.4f} of the norm is left")
    lost = start - heat
    print("heat lost by rows, in eighths:", np.array([part.sum() for part in np.array_split(lost, 8)]).round(3))
    print("quartiles:", np.percentile(heat, [25, 50, 75]).round(6).tolist())
    spectrum = np.abs(np.fft.rfft2(heat))[:3, :3]
    print("slowest waves:", spectrum.round(2), sep="\n")


if __name__ == "__main__":
    main()
