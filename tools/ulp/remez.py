"""Weighted minimax fits in multiple precision, with coefficients rounded to a float format one after another.

Used by fit.py, which writes src/rooftop/ops/meaning/coefficients.h.
"""

from mpmath import mp, mpf

mp.prec = 300


def to_format(value, bits):
    """Round a multiple-precision number to a significand of `bits` bits (to nearest, ties to even)."""
    if value == 0:
        return mpf(0)
    with mp.workprec(bits):
        return +value


def horner(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def chebyshev_grid(low, high, count):
    middle, half = (low + high) / 2, (high - low) / 2
    return [middle - half * mp.cos(mp.pi * i / (count - 1)) for i in range(count)]


def _solve_reference(points, target, weight, powers):
    """Coefficients whose weighted errors at the points are equal and alternate, and that error."""
    rows = []
    right = []
    for i, (x, f, w) in enumerate(zip(points, target, weight)):
        rows.append([w * x**p for p in powers] + [mpf((-1) ** i)])
        right.append(w * f)
    solution = mp.lu_solve(mp.matrix(rows), mp.matrix(right))
    return [solution[i] for i in range(len(powers))], abs(solution[len(powers)])


def _least_squares(grid, target, weight, powers):
    """The start: a weighted least-squares fit (normal equations; the precision is ample)."""
    columns = [[w * x**p for x, w in zip(grid, weight)] for p in powers]
    right = [w * f for f, w in zip(target, weight)]
    normal = mp.matrix(len(powers), len(powers))
    for i, a in enumerate(columns):
        for j in range(i, len(powers)):
            normal[i, j] = normal[j, i] = mp.fdot(a, columns[j])
    solution = mp.lu_solve(normal, mp.matrix([mp.fdot(a, right) for a in columns]))
    return list(solution)


def _extrema(errors):
    """Index of the largest error of each run of one sign."""
    picked = []
    for i, e in enumerate(errors):
        if picked and (errors[picked[-1]] > 0) == (e > 0):
            if abs(e) > abs(errors[picked[-1]]):
                picked[-1] = i
        else:
            picked.append(i)
    return picked


def minimax(grid, target, weight, powers, rounds=30):
    """Coefficients of x**p, p in the consecutive `powers`, minimising max |weight * (target - polynomial)| on the grid.

    Returns (coefficients, largest weighted error).
    """
    need = len(powers) + 1
    coefficients, level = _least_squares(grid, target, weight, powers), mpf(0)
    best = None
    for _ in range(rounds):
        full = [mpf(0)] * powers[0] + coefficients
        errors = [w * (f - horner(full, x)) for x, f, w in zip(grid, target, weight)]
        worst = max(abs(e) for e in errors)
        if best is None or worst < best[1]:
            best = (coefficients, worst)
        if worst <= level * mpf("1.001"):
            break
        picked = _extrema(errors)
        while len(picked) > need:
            picked.pop(0 if abs(errors[picked[0]]) < abs(errors[picked[-1]]) else -1)
        if len(picked) < need:
            break
        coefficients, level = _solve_reference(
            [grid[i] for i in picked], [target[i] for i in picked], [weight[i] for i in picked], powers
        )
    return best


def fit(function, low, high, degree, bits, weight=None, extra_bits=None, grid_count=None, fixed=()):
    """Polynomial sum c[i] x**i, i = 0 .. degree, every coefficient representable in `bits` bits.

    The leading coefficients in `fixed` are given. The others are rounded in order of their power, and what remains is
    fitted again after each, so that later coefficients absorb the rounding of earlier ones.
    Returns (coefficients, largest weighted error).
    """
    low, high = mpf(low), mpf(high)
    grid = chebyshev_grid(low, high, grid_count or 12 * (degree + 2))
    values = [mpf(function(x)) for x in grid]
    weights = [mpf(weight(x)) if weight else mpf(1) for x in grid]
    done = [mpf(c) for c in fixed]
    extra = extra_bits or {}
    worst = None
    while len(done) <= degree:
        rest = [f - horner(done, x) for f, x in zip(values, grid)]
        powers = list(range(len(done), degree + 1))
        # Away from zero only: a monomial basis that starts at x**k says nothing at 0.
        usable = [i for i, x in enumerate(grid) if not done or x != 0]
        coefficients, worst = minimax(
            [grid[i] for i in usable], [rest[i] for i in usable], [weights[i] for i in usable], powers
        )
        done.append(to_format(coefficients[0], extra.get(len(done), bits)))
    error = max(abs(w * (f - horner(done, x))) for x, f, w in zip(grid, values, weights))
    return done, error
