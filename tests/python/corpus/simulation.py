"""Simulations and images: Mandelbrot, n-body, heat, Jacobi, life, convolution, random walks, ray marching."""

import math

import numpy as np

from .registry import case, cases, options
from .values import f64, fortran, noise, ramp


@cases((np.zeros((8, 8), "int32"), -2.0, 1.0, -1.5, 1.5, 30), (np.zeros((3, 5), "uint8"), -1.0, 0.0, 0.0, 1.0, 100))
@options(strict_only="the count at the border depends on the last bit")
def mandelbrot(out, x0, x1, y0, y1, limit):
    height, width = out.shape
    for row in range(height):
        for column in range(width):
            cx = x0 + (x1 - x0) * column / width
            cy = y0 + (y1 - y0) * row / height
            x = y = 0.0
            n = 0
            while n < limit and x * x + y * y <= 4.0:
                x, y = x * x - y * y + cx, 2.0 * x * y + cy
                n += 1
            out[row, column] = n


@cases((np.zeros((6, 6), "int32"), -0.8 + 0.156j, 40))
@options(strict_only="the count at the border depends on the last bit")
def julia(out, c, limit):
    n, m = out.shape
    for i in range(n):
        for j in range(m):
            z = complex(3.0 * j / m - 1.5, 3.0 * i / n - 1.5)
            count = 0
            while abs(z) <= 2.0 and count < limit:
                z = z * z + c
                count += 1
            out[i, j] = count


@cases((noise((4, 3)), noise((4, 3), seed=2) * 0.1, f64(1, 2, 3, 4), 0.01, 5), (np.zeros((1, 3)), np.ones((1, 3)), f64(1), 0.5, 2))
@options(atol=1e-12)
def n_body(position, velocity, mass, dt, steps):
    n = len(mass)
    for _ in range(steps):
        for i in range(n):
            for j in range(i + 1, n):
                dx = position[i, 0] - position[j, 0]
                dy = position[i, 1] - position[j, 1]
                dz = position[i, 2] - position[j, 2]
                d2 = dx * dx + dy * dy + dz * dz
                pull = dt / (d2 * math.sqrt(d2))
                velocity[i, 0] -= dx * mass[j] * pull
                velocity[i, 1] -= dy * mass[j] * pull
                velocity[i, 2] -= dz * mass[j] * pull
                velocity[j, 0] += dx * mass[i] * pull
                velocity[j, 1] += dy * mass[i] * pull
                velocity[j, 2] += dz * mass[i] * pull
        for i in range(n):
            for k in range(3):
                position[i, k] += dt * velocity[i, k]


@cases((noise((3, 3)), f64(1, 2, 3)), (noise((5, 3), "float32"), f64(1, 1, 1, 1, 1)))
@options(merged=True, atol=1e-5)
def potential_energy(position, mass):
    energy = 0.0
    for i in range(len(mass)):
        for j in range(i):
            d2 = 0.0
            for k in range(3):
                d = float(position[i, k]) - float(position[j, k])
                d2 += d * d
            energy -= mass[i] * mass[j] / math.sqrt(d2)
    return energy


@cases((ramp(10), np.zeros(10), 0.25, 4), (f64(1, 5), f64(0, 0), 0.1, 3), (f64(), f64(), 0.1, 1))
@options(atol=1e-11)
def heat_in_a_rod(u, w, k, steps):
    for _ in range(steps):
        for i in range(1, len(u) - 1):
            w[i] = u[i] + k * (u[i - 1] - 2 * u[i] + u[i + 1])
        for i in range(1, len(u) - 1):
            u[i] = w[i]


@cases((ramp((5, 6)), np.zeros((5, 6)), 3), (fortran(noise((4, 4))), np.zeros((4, 4)), 2), (ramp((2, 2)), ramp((2, 2)), 1))
@options(atol=1e-12)
def jacobi(a, b, steps):
    n, m = a.shape
    change = 0.0
    for _ in range(steps):
        change = 0.0
        for i in range(1, n - 1):
            for j in range(1, m - 1):
                b[i, j] = 0.25 * (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1])
                change = max(change, abs(float(b[i, j]) - float(a[i, j])))
        a, b = b, a
    return change


@cases((noise((5, 5)), 3), (noise((3, 4), "float32"), 2))
@options(atol=1e-5)
def gauss_seidel(a, steps):
    """In place: every point sees its new neighbours above and to the left."""
    for _ in range(steps):
        for i in range(1, a.shape[0] - 1):
            for j in range(1, a.shape[1] - 1):
                a[i, j] = (a[i - 1, j] + a[i + 1, j] + a[i, j - 1] + a[i, j + 1]) / 4


@cases((ramp((4, 4, 4)), np.zeros((4, 4, 4))), (ramp((3, 3, 3), "float32"), np.zeros((3, 3, 3), "float32")))
@options(atol=1e-4)
def stencil_in_space(a, b):
    for i in range(1, a.shape[0] - 1):
        for j in range(1, a.shape[1] - 1):
            for k in range(1, a.shape[2] - 1):
                b[i, j, k] = (
                    a[i, j, k] * -6
                    + a[i - 1, j, k]
                    + a[i + 1, j, k]
                    + a[i, j - 1, k]
                    + a[i, j + 1, k]
                    + a[i, j, k - 1]
                    + a[i, j, k + 1]
                )


def glider(n=6, dtype="uint8"):
    world = np.zeros((n, n), dtype)
    world[0, 1] = world[1, 2] = world[2, 0] = world[2, 1] = world[2, 2] = 1
    return world


@cases((glider(), np.zeros((6, 6), "uint8")), (glider(5, "int64"), np.zeros((5, 5), "int64")), (noise((4, 7), "bool"), np.zeros((4, 7), bool)))
def life(world, out):
    n, m = world.shape
    for i in range(n):
        for j in range(m):
            count = 0
            for di in range(-1, 2):
                for dj in range(-1, 2):
                    if (di != 0 or dj != 0) and world[(i + di) % n, (j + dj) % m]:
                        count += 1
            out[i, j] = count == 3 or (count == 2 and world[i, j] != 0)


@cases((ramp((5, 6)), noise((3, 3)), np.zeros((3, 4))), (ramp((3, 3)), noise((3, 3)), np.zeros((1, 1))), (noise((4, 4), "float32"), noise((1, 1), "float32"), np.zeros((4, 4), "float32")))
@options(atol=1e-5)
def convolve_image(image, kernel, out):
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total = 0.0
            for p in range(kernel.shape[0]):
                for q in range(kernel.shape[1]):
                    total += float(image[i + p, j + q]) * float(kernel[p, q])
            out[i, j] = total


@cases((f64(1, 2, 3, 4), f64(1, -1), f64(*[0] * 5)), (f64(1), f64(2), f64(0)), (f64(), f64(), f64()))
@options(atol=1e-14)
def convolve_full(a, b, out):
    for i in range(len(a)):
        for j in range(len(b)):
            out[i + j] += a[i] * b[j]


@cases((noise((6, 7), "uint8"), np.zeros((6, 7), "uint8")), (np.full((3, 3), 255, "uint8"), np.zeros((3, 3), "uint8")))
def box_blur(image, out):
    """The sum is a Python int, so that 255 * 9 does not wrap."""
    n, m = image.shape
    for i in range(1, n - 1):
        for j in range(1, m - 1):
            total = 0
            for p in range(i - 1, i + 2):
                for q in range(j - 1, j + 2):
                    total += int(image[p, q])
            out[i, j] = total // 9


@cases((noise((4, 5, 3), "uint8"), np.zeros((4, 5), "uint8")), (np.full((1, 1, 3), 255, "uint8"), np.zeros((1, 1), "uint8")))
def grey_scale(rgb, out):
    for i in range(rgb.shape[0]):
        for j in range(rgb.shape[1]):
            r, g, b = int(rgb[i, j, 0]), int(rgb[i, j, 1]), int(rgb[i, j, 2])
            out[i, j] = (299 * r + 587 * g + 114 * b) // 1000


@cases((noise((6, 6)), np.zeros((6, 6))), (np.zeros((3, 3)), np.zeros((3, 3))))
@options(atol=1e-12)
def sobel(image, out):
    for i in range(1, image.shape[0] - 1):
        for j in range(1, image.shape[1] - 1):
            up, down = image[i - 1], image[i + 1]
            gx = up[j + 1] + 2 * image[i, j + 1] + down[j + 1] - up[j - 1] - 2 * image[i, j - 1] - down[j - 1]
            gy = down[j - 1] + 2 * down[j] + down[j + 1] - up[j - 1] - 2 * up[j] - up[j + 1]
            out[i, j] = math.sqrt(gx * gx + gy * gy)


@cases((1, 200), (42, 1000), (0, 0))
def monte_carlo_pi(seed, n):
    hits = 0
    for _ in range(n):
        seed = (1103515245 * seed + 12345) % 2147483648
        x = seed / 2147483648
        seed = (1103515245 * seed + 12345) % 2147483648
        y = seed / 2147483648
        if x * x + y * y < 1.0:
            hits += 1
    return hits, seed


@cases((np.zeros(20, "int64"), 7, 50), (np.zeros(3, "int32"), 1, 10))
def random_walk(visits, seed, steps):
    place = len(visits) // 2
    for _ in range(steps):
        visits[place] += 1
        seed = (seed * 48271) % 2147483647
        place = (place + (1 if seed & 1 else -1)) % len(visits)
    return place


@cases((1.0, 0.0, 0.01, 100), (0.0, 1.0, 0.5, 10))
@options(atol=1e-12)
def pendulum(angle, speed, dt, steps):
    for _ in range(steps):
        speed -= dt * math.sin(angle)
        angle += dt * speed
    return angle, speed


def lorenz_slope(x, y, z):
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z


@cases((1.0, 1.0, 1.0, 0.01, 40), (0.0, 0.0, 0.0, 0.1, 3))
@options(strict_only="the system is chaotic")
def lorenz(x, y, z, dt, steps):
    for _ in range(steps):
        a, b, c = lorenz_slope(x, y, z)
        p, q, r = lorenz_slope(x + dt / 2 * a, y + dt / 2 * b, z + dt / 2 * c)
        x += dt * p
        y += dt * q
        z += dt * r
    return x, y, z


def decay(t, y):
    return -2.0 * y + t


@cases((0.0, 1.0, 0.1, 20), (1.0, 0.0, 0.0, 1))
@options(atol=1e-12)
def runge_kutta(t, y, h, steps):
    for _ in range(steps):
        k1 = decay(t, y)
        k2 = decay(t + h / 2, y + h / 2 * k1)
        k3 = decay(t + h / 2, y + h / 2 * k2)
        k4 = decay(t + h, y + h * k3)
        y += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        t += h
    return y


@cases((0.0, 0.0, -5.0, 0.0, 0.0, 1.0), (0.9, 0.0, -5.0, 0.0, 0.0, 1.0), (3.0, 0.0, -5.0, 0.0, 0.0, 1.0))
@options(strict_only="it stops at a threshold")
def ray_march(ox, oy, oz, dx, dy, dz):
    """Distance to the unit sphere along a ray."""
    t = 0.0
    for step in range(64):
        x, y, z = ox + t * dx, oy + t * dy, oz + t * dz
        distance = math.sqrt(x * x + y * y + z * z) - 1.0
        if distance < 1e-6:
            return t, step
        t += distance
        if t > 100.0:
            break
    return -1.0, 64


@cases((noise((6, 2)), noise((2, 2), seed=3), np.zeros(6, "int32")), (noise((0, 2)), noise((1, 2)), np.zeros(0, "int32")))
@options(strict_only="ties may turn")
def kmeans_assign(points, centers, labels):
    changed = 0
    for i in range(len(points)):
        best, best_d = -1, math.inf
        for c in range(len(centers)):
            d = 0.0
            for k in range(points.shape[1]):
                diff = float(points[i, k]) - float(centers[c, k])
                d += diff * diff
            if d < best_d:
                best, best_d = c, d
        if labels[i] != best:
            labels[i] = best
            changed += 1
    return changed


@case(noise((5, 2)), np.array([0, 1, 0, 1, 1]), np.zeros((2, 2)), np.zeros(2))
@case(noise((2, 2)), np.array([0, 5]), np.zeros((2, 2)), np.zeros(2))
@options(atol=1e-13)
def kmeans_update(points, labels, centers, counts):
    for i in range(len(points)):
        c = labels[i]
        counts[c] += 1
        for k in range(points.shape[1]):
            centers[c, k] += points[i, k]
    for c in range(len(centers)):
        if counts[c] > 0:
            for k in range(centers.shape[1]):
                centers[c, k] /= counts[c]


@cases((ramp((8, 8), "int64"), 3), (np.zeros((2, 2), "int64"), 1))
def cellular_rule(rows, start):
    """Wolfram's rule 30, row by row."""
    n, m = rows.shape
    for j in range(m):
        rows[0, j] = 0
    rows[0, start % m] = 1
    for i in range(1, n):
        for j in range(m):
            left, here, right = rows[i - 1, (j - 1) % m], rows[i - 1, j], rows[i - 1, (j + 1) % m]
            rows[i, j] = left ^ (here | right)
