"""Constants of tanh: in float64 a polynomial near zero, in float32 one for each of sixteen parts.

Part of fit.py.
"""

from mpmath import mp, mpf
from remez import fit, to_format

#: In float64 the argument is a multiple of log(2)/32 and a rest, up to a half of it.
HALF_STEP = mp.log(2) / 64 * mpf("1.001")
#: float32 is 1 from 9.011 on. The parts are quarters of the octaves of t = 1 + a SCALE, which is 16 at END.
END = mpf("9.1")
PARTS = [(1 + mpf(q) / 4) * 2**octave for octave in range(4) for q in range(4)] + [mpf(16)]
SCALE = to_format(15 / END, 24)
DEGREE = 4
#: Centres of a part that are tried: that one is taken whose tanh is nearest to a float.
TRIES = 3000


def _tail(z):
    """(tanh(r) - r) / r**3, r = sqrt(z)."""
    return mpf(-1) / 3 + 2 * z / 15 if z < mpf(2) ** -60 else (mp.tanh(mp.sqrt(z)) / mp.sqrt(z) - 1) / z


def constants64():
    """Name and values of each array; what is small is relative to the result."""
    values, error = fit(_tail, 0, HALF_STEP**2, 2, 53, lambda z: z)
    return [("TanhPolynomial", values, error)]


def _centre(low, high):
    middle = to_format((low + high) / 2, 24)
    step = mpf(2) ** (mp.floor(mp.log(middle, 2)) - 23)

    def rounding(c):
        return abs(to_format(mp.tanh(c), 24) - mp.tanh(c))

    return min((middle + k * step for k in range(-TRIES, TRIES)), key=rounding)


def _part(low, high):
    """Centre c, tanh(c), and the coefficients of (tanh(c + r) - tanh(c)) / r; in the part at 0, less 1."""
    first = low == 0
    c = mpf(0) if first else _centre(low, high)
    value = mp.tanh(c)

    def slope(r):
        return 1 - value**2 if abs(r) < mpf(2) ** -60 else (mp.tanh(c + r) - value) / r

    def weight(r):
        return abs(r / mp.tanh(c + r)) if r != -c else mpf(1)

    coefficients, error = fit(slope, low - c, high - c, DEGREE, 24, weight, fixed=(1,) if first else ())
    if first:
        coefficients[0] = mpf(0)
    return [c, to_format(value, 24), *coefficients], error


def constants32():
    """Name and values of each table, in the order of the bits that select an entry."""
    ends = [(t - 1) / SCALE for t in PARTS]
    found = [_part(low, high) for low, high in zip(ends, ends[1:])]
    # An entry is t's lowest bits of the exponent and highest of the significand; those of 1 are 11 and 00.
    rows = [found[(entry - 12) % 16][0] for entry in range(16)]
    names = ["TanhCentre", "TanhValue", *(f"TanhSlope{i}" for i in range(DEGREE + 1))]
    worst = max(error for _, error in found)
    return [(name, [row[i] for row in rows], worst) for i, name in enumerate(names)]
