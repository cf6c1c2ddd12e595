"""Edge values and array makers shared by the corpus."""

from __future__ import annotations

import numpy as np

I64_MIN, I64_MAX = -(2**63), 2**63 - 1
INF, NAN = float("inf"), float("nan")
TINY, LEAST_NORMAL, GREATEST = 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308

INTS = (0, 1, -1, 2, -3, 7, 10, 2**31, 2**53 + 1, I64_MAX, I64_MIN)
SMALL_INTS = (0, 1, -1, 2, -2, 3, -7, 10)
SHIFTS = (0, 1, 5, 31, 62, 63, 64, 100, -1)
FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, -2.5, 3.7, TINY, -TINY, 1e300, GREATEST, INF, -INF, NAN)
PLAIN_FLOATS = (0.0, -0.0, 1.0, -1.0, 0.5, 1.5, -2.5, 3.7)
COMPLEXES = (0j, 1 + 0j, -1j, 3.5 - 4.25j, complex(-0.0, 0.0), complex(INF, 1.0), complex(NAN, -1.0), 1e200 + 1e200j)
BOOLS = (False, True)

SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
INTEGERS = SIGNED + UNSIGNED
REALS = ("float16", "float32", "float64")
COMPLEX_TYPES = ("complex64", "complex128")
DTYPES = ("bool",) + INTEGERS + REALS + COMPLEX_TYPES


def vec(dtype: str, *values) -> np.ndarray:
    """A contiguous vector of the values."""
    return np.array(values, dtype=dtype)


def f64(*values) -> np.ndarray:
    return vec("float64", *values)


def i64(*values) -> np.ndarray:
    return vec("int64", *values)


def ramp(shape, dtype: str = "float64") -> np.ndarray:
    """0, 1, 2, ... in C order; cut to small values so that every dtype holds them."""
    count = int(np.prod(shape))
    values = np.arange(count) % 2 if dtype == "bool" else np.arange(count) % 100
    return values.astype(dtype).reshape(shape)


def noise(shape, dtype: str = "float64", seed: int = 1) -> np.ndarray:
    """Values that look random and are the same in every run."""
    rng = np.random.default_rng(seed)
    kind = np.dtype(dtype).kind
    if kind == "b":
        return rng.integers(0, 2, shape).astype(bool)
    if kind in "iu":
        return rng.integers(0 if kind == "u" else -50, 100, shape).astype(dtype)
    if kind == "c":
        return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(dtype)
    return rng.standard_normal(shape).astype(dtype)


def extremes(dtype: str) -> np.ndarray:
    """The values at which a dtype breaks: ends of the range, signed zeros, infinities, NaN, subnormals."""
    kind = np.dtype(dtype).kind
    if kind == "b":
        return vec(dtype, True, False, True, True)
    if kind in "iu":
        info = np.iinfo(dtype)
        return np.array([0, 1, info.max, info.min, info.max - 1, 5], dtype=dtype)
    least = np.finfo(dtype).smallest_subnormal
    parts = np.array([0.0, -0.0, 1.5, least, np.inf, -np.inf, np.nan, np.finfo(dtype).max], dtype=dtype)
    return parts


def spaced(values: np.ndarray, step: int = 2) -> np.ndarray:
    """The same vector, its elements ``step`` apart in a longer one; a negative step runs backwards."""
    base = np.zeros(max(1, len(values)) * abs(step) + 3, values.dtype)
    start = 1 if step > 0 else abs(step) * max(0, len(values) - 1) + 1
    index = start + step * np.arange(len(values))
    base[index] = values
    view = base[1 : 1 + abs(step) * len(values) : abs(step)]
    return view if step > 0 else view[::-1]


def fortran(values: np.ndarray) -> np.ndarray:
    return np.array(values, order="F")


def readonly(values: np.ndarray) -> np.ndarray:
    result = values.copy()
    result.flags.writeable = False
    return result


def layouts(values: np.ndarray) -> list[np.ndarray]:
    """One matrix in many layouts: C, Fortran, a window of a larger one, rows backwards, every second column."""
    rows, columns = values.shape
    window = np.zeros((rows + 2, columns + 3), values.dtype)[1 : 1 + rows, 2 : 2 + columns]
    window[...] = values
    wide = np.zeros((rows, 2 * columns), values.dtype)[:, ::2]
    wide[...] = values
    backwards = np.zeros(values.shape, values.dtype)[::-1, ::-1]
    backwards[...] = values
    return [values.copy(), fortran(values), window, wide, backwards]
