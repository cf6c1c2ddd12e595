"""Windows that spectra are weighted with, and the Bessel function that one of them is made of."""

from __future__ import annotations

from math import inf, pi

from rooftop._composed import numpys, plain
from rooftop._core import absolute, arange, cos, empty, exp, float64, multiply, ndarray, ones, sqrt

__all__ = ["bartlett", "blackman", "hamming", "hanning", "i0", "kaiser"]

#: Chebyshev coefficients, the highest first: of exp(-x) I0(x) over [0, 8], and of exp(-x) sqrt(x) I0(x) over 1/x from 0
#: to 1/8. Computed from I0 with 40 digits; what was left out is below 1e-18.
_NEAR = (
    *(-4.4153416464793395e-18, 3.3307945188222384e-17, -2.431279846547955e-16, 1.715391285555133e-15),
    *(-1.1685332877993451e-14, 7.676185498604936e-14, -4.856446783111929e-13, 2.95505266312964e-12),
    *(-1.726826291441556e-11, 9.675809035373237e-11, -5.189795601635263e-10, 2.6598237246823866e-09),
    *(-1.300025009986248e-08, 6.046995022541919e-08, -2.670793853940612e-07, 1.1173875391201037e-06),
    *(-4.4167383584587505e-06, 1.6448448070728896e-05, -5.754195010082104e-05, 0.00018850288509584165),
    *(-0.0005763755745385824, 0.0016394756169413357, -0.004324309995050576, 0.010546460394594998),
    *(-0.02373741480589947, 0.04930528423967071, -0.09490109704804764, 0.17162090152220877),
    *(-0.3046826723431984, 0.6767952744094761),
)
_FAR = (
    *(-7.233180487874754e-18, -4.830504485944182e-18, 4.46562142029676e-17, 3.461222867697461e-17),
    *(-2.8276239805165836e-16, -3.425485619677219e-16, 1.7725601330565263e-15, 3.8116806693526224e-15),
    *(-9.554846698828307e-15, -4.150569347287222e-14, 1.54008621752141e-14, 3.8527783827421426e-13),
    *(7.180124451383666e-13, -1.7941785315068062e-12, -1.3215811840447713e-11, -3.1499165279632416e-11),
    *(1.1889147107846439e-11, 4.94060238822497e-10, 3.3962320257083865e-09, 2.266668990498178e-08),
    *(2.0489185894690638e-07, 2.8913705208347567e-06, 6.889758346916825e-05, 0.0033691164782556943),
    *(0.8044904110141088,),
)


def _chebyshev(x: ndarray, coefficients: tuple[float, ...]) -> ndarray:
    """The sum of Chebyshev polynomials of x / 2 by Clenshaw's recurrence, the last of them counted half."""
    before, value = x * 0.0, x * 0.0 + coefficients[0]
    last = before
    for coefficient in coefficients[1:]:
        following = multiply(x, value, out=last if last is not before else None)
        following -= before
        following += coefficient
        last, before, value = before, value, following
    value -= last
    value *= 0.5
    return value


def _near_zero(x: ndarray) -> ndarray:
    return exp(x) * _chebyshev(x / 2.0 - 2.0, _NEAR)


def _far_from_zero(x: ndarray) -> ndarray:
    return exp(x) * _chebyshev(32.0 / x - 2.0, _FAR) / sqrt(x)


def i0(x):
    """The modified Bessel function of the first kind and order 0; as numpy.i0."""
    values = plain(x)
    if values is None or values.dtype.kind not in "biuf":
        return numpys("i0", x)
    values = absolute(values if values.dtype.kind == "f" else values.astype(float64))
    is_near = values <= 8.0
    if is_near.all():
        return _near_zero(values)
    result = empty(values.shape, values.dtype)
    result[is_near] = _near_zero(values[is_near])
    is_far = ~is_near
    result[is_far] = _far_from_zero(values[is_far])
    return result


def _is_length(M) -> bool:
    """Whether it is a number of points that windows can be made of here."""
    return type(M) in (int, float) and -inf < M < inf


def _of_a_point(M) -> ndarray:
    """The window of one point, or of none."""
    return ones(1 if M == 1 else 0)


def _steps(M) -> ndarray:
    """The distances from the middle, twice over: 1 - M, 3 - M, …, M - 1."""
    return arange(1.0 - M, M, 2.0)


def bartlett(M):
    """A window that rises and falls in straight lines; as numpy.bartlett."""
    if not _is_length(M):
        return numpys("bartlett", M)
    return 1 - absolute(_steps(M)) / (M - 1) if M > 1 else _of_a_point(M)


def blackman(M):
    """A window of two cosines; as numpy.blackman."""
    if not _is_length(M):
        return numpys("blackman", M)
    if M <= 1:
        return _of_a_point(M)
    turns = pi * _steps(M)
    return 0.42 + 0.5 * cos(turns / (M - 1)) + 0.08 * cos(2.0 * turns / (M - 1))


def hamming(M):
    """A window of a raised cosine that does not reach zero; as numpy.hamming."""
    if not _is_length(M):
        return numpys("hamming", M)
    return 0.54 + 0.46 * cos(pi * _steps(M) / (M - 1)) if M > 1 else _of_a_point(M)


def hanning(M):
    """A window of a raised cosine; as numpy.hanning."""
    if not _is_length(M):
        return numpys("hanning", M)
    return 0.5 + 0.5 * cos(pi * _steps(M) / (M - 1)) if M > 1 else _of_a_point(M)


def kaiser(M, beta):
    """A window of Bessel functions whose shape a number sets; as numpy.kaiser."""
    if not _is_length(M) or type(beta) not in (int, float) or M < 1:
        return numpys("kaiser", M, beta)
    if M == 1:
        return _of_a_point(M)
    middle = (M - 1) / 2.0
    places = (arange(0.0, float(M)) - middle) / middle
    return i0(beta * sqrt(1 - places * places)) / i0(ones(1) * beta)


for _function in (bartlett, blackman, hamming, hanning, i0, kaiser):
    _function.__module__ = "rooftop"
