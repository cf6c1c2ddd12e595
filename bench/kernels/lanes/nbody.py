"""N-body: the pull of all bodies on each."""

import math

import numpy as np
from _suite import Kernel


def nbody(position, mass, force):
    n = mass.shape[0]
    for i in range(n):
        fx, fy, fz = 0.0, 0.0, 0.0
        for j in range(n):
            if i != j:
                dx = position[j, 0] - position[i, 0]
                dy = position[j, 1] - position[i, 1]
                dz = position[j, 2] - position[i, 2]
                square = dx * dx + dy * dy + dz * dz
                pull = mass[i] * mass[j] / (square * math.sqrt(square))
                fx += pull * dx
                fy += pull * dy
                fz += pull * dz
        force[i, 0] = fx
        force[i, 1] = fy
        force[i, 2] = fz


def inputs(random, n):
    return {"position": random.normal(size=(n, 3)), "mass": random.uniform(0.5, 2.0, n), "force": np.zeros((n, 3))}


KERNELS = (Kernel(nbody, inputs, ("force",), {"n": 2048}, {"n": 40}),)
