"""Ray tracing: the nearest of some spheres that each ray meets, and how bright a lamp makes it there."""

import math

import numpy as np
from _suite import Kernel


def rays(centre, radius, colour, lamp, image):
    height, width = image.shape
    spheres = radius.shape[0]
    for row in range(height):
        for column in range(width):
            # From the origin through the picture's plane at z = 1.
            dx = 2.0 * (column + 0.5) / width - 1.0
            dy = 1.0 - 2.0 * (row + 0.5) / height
            size = math.sqrt(dx * dx + dy * dy + 1.0)
            dx, dy, dz = dx / size, dy / size, 1.0 / size
            nearest = 1e30
            hit = -1
            for s in range(spheres):
                cx, cy, cz = centre[s, 0], centre[s, 1], centre[s, 2]
                along = dx * cx + dy * cy + dz * cz
                missed = cx * cx + cy * cy + cz * cz - along * along
                room = radius[s] * radius[s] - missed
                if room > 0.0:
                    distance = along - math.sqrt(room)
                    if distance > 1e-6 and distance < nearest:
                        nearest = distance
                        hit = s
            if hit < 0:
                image[row, column] = 0.1
                continue
            px, py, pz = nearest * dx, nearest * dy, nearest * dz
            nx = (px - centre[hit, 0]) / radius[hit]
            ny = (py - centre[hit, 1]) / radius[hit]
            nz = (pz - centre[hit, 2]) / radius[hit]
            brightness = nx * lamp[0] + ny * lamp[1] + nz * lamp[2]
            if brightness > 0.0:
                for s in range(spheres):
                    ox, oy, oz = centre[s, 0] - px, centre[s, 1] - py, centre[s, 2] - pz
                    along = ox * lamp[0] + oy * lamp[1] + oz * lamp[2]
                    missed = ox * ox + oy * oy + oz * oz - along * along
                    if s != hit and along > 0.0 and missed < radius[s] * radius[s]:
                        brightness = 0.0
                        break
            else:
                brightness = 0.0
            image[row, column] = colour[hit] * (0.2 + 0.8 * brightness)


def inputs(random, n, spheres):
    centre = random.uniform(-3.0, 3.0, (spheres, 3))
    centre[:, 2] += 7.0
    lamp = np.array([0.48, 0.64, -0.6])
    return {
        "centre": centre,
        "radius": random.uniform(0.4, 1.2, spheres),
        "colour": random.uniform(0.3, 1.0, spheres),
        "lamp": lamp,
        "image": np.zeros((n, n)),
    }


# At the edge of a sphere or a shadow a rounding decides.
KERNELS = (
    Kernel(rays, inputs, ("image",), {"n": 512, "spheres": 16}, {"n": 16, "spheres": 5}, 1e-9, differing=0.0005),
)
