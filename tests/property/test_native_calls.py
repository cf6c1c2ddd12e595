"""Every native function against NumPy: any type of elements, layout and shape, special values, overlapping operands.

None can be forgotten: a name that `rooftop.coverage()` calls native and for which nothing is known here fails.
"""

from __future__ import annotations

import math
import warnings

import numpy
import pytest
from agreement import DTYPES, Outcome, compare, outcome, to_numpy
from hypothesis import settings
from native_calls import FUNCTIONS, METHODS, Draw, ufunc_texts
from ufunc_table import ROUNDED

import rooftop

#: Draws of each text and dtype; the profile `thorough` has more.
DRAWS = max(3, settings.default.max_examples // 30)

#: Native names whose tests are elsewhere, because they are no functions of arrays.
ELSEWHERE = {
    "errstate": "test_array_errstate.py", "geterr": "test_array_errstate.py", "geterrcall": "test_array_errstate.py",
    "seterr": "test_array_errstate.py", "seterrcall": "test_array_errstate.py",
    "Generator": "test_array_protocols.py", "RandomState": "test_array_protocols.py", "default_rng": "test_array_protocols.py",
    "ndarray": "test_array_foreign_input.py", "dtype": "test_array_creation.py",
    "__array_finalize__": "test_array_subclasses.py", "__array_function__": "test_array_protocols.py",
    "__array_interface__": "test_array_protocols.py", "__array_namespace__": "../test_array_api.py",
    "__array_priority__": "test_array_protocols.py", "__array_struct__": "test_array_protocols.py",
    "__array_ufunc__": "test_array_protocols.py", "__array_wrap__": "test_array_subclasses.py", "__class_getitem__": "test_array_protocols.py",
    "__setstate__": "test_array_pickles.py",
}  # fmt: skip


def texts_of(name: str) -> list[str] | None:
    """The calls of a native name; none where it is no function; None where nothing is known of it."""
    section, _, plain = name.rpartition(".")
    if plain in ELSEWHERE:
        return []
    if section == "ndarray":
        return METHODS.get(plain)
    found = getattr(getattr(rooftop, section) if section else rooftop, plain)
    if isinstance(found, rooftop.ufunc):
        return ufunc_texts(plain, found.nin)
    if isinstance(found, type) and issubclass(found, rooftop.generic):
        return [f"np.{plain}(s)", f"np.{plain}(a)"]
    if not callable(found) or isinstance(found, type):
        return []
    return FUNCTIONS.get(name, FUNCTIONS.get(plain))


NATIVE = rooftop.coverage().native
TEXTS = {name: texts for name in NATIVE if (texts := texts_of(name))}
TEXTS |= {f"{name} (delegated)": texts for name, texts in FUNCTIONS.items() if name not in NATIVE}


def test_none_is_forgotten():
    assert [name for name in NATIVE if texts_of(name) is None] == []


#: Results that a rule rounds, but another one than NumPy's; and those that are rounded by none.
SUMS = {"var", "std", "mean", "dot", "matmul", "__matmul__", "__rmatmul__", "__imatmul__", "prod", "sum", "inner", "vdot"}
SUMS |= {"vecdot", "trace", "cumsum", "cumprod", "cumulative_sum", "cumulative_prod", "logaddexp", "logaddexp2", "__pow__", "__rpow__", "__ipow__", "pow", "median"}
SUMS |= {"nancumprod", "nancumsum", "nanmean", "nanmedian", "nanprod", "nanstd", "nansum", "nanvar", "average", "matvec", "vecmat", "einsum", "tensordot"}
SUMS |= {"convolve", "correlate", "cov", "corrcoef", "trapezoid", "polyval", "nanquantile", "nanpercentile", "quantile", "percentile"}
SUMS |= {"i0", "kaiser", "blackman", "hamming", "hanning", "geomspace", "logspace", "vander"}

#: Results of sums that cancel: off by rounding of their largest element, not of their own.
CANCELLING = {"cov", "corrcoef", "convolve", "correlate", "cross", "polyval", "logaddexp", "logaddexp2"}

#: Of complex numbers NumPy's are off by tens of units.
POWERS = {"power", "float_power", "pow", "__pow__", "__rpow__", "__ipow__"}


#: Which of two zeros these give depends, in NumPy, on where in an array they are.
ANY_ZERO = {"maximum", "minimum", "fmax", "fmin", "clip", "nanmax", "nanmin"}
#: And these sort, which leaves equal elements in any order.
ANY_ZERO |= {"intersect1d", "setdiff1d", "setxor1d", "union1d", "unique", "unique_all", "unique_counts", "unique_inverse", "unique_values", "sort"}


def has_complex(names: dict) -> bool:
    return any(isinstance(x, numpy.ndarray) and x.dtype.kind == "c" or isinstance(x, complex) for x in names.values())


def tolerance(plain: str, names: dict) -> float:
    if plain in SUMS:
        return 64
    return 4 if plain in ROUNDED or plain == "sinc" or has_complex(names) else 0


def is_of_largest(name: str, plain: str, names: dict) -> bool:
    """Whether errors are measured by a result's largest element."""
    return plain in CANCELLING or name.startswith("linalg.") or (plain in POWERS and has_complex(names))


def leaves(value) -> list:
    """The arrays and numbers in a result."""
    return [leaf for item in value for leaf in leaves(item)] if isinstance(value, (tuple, list)) else [to_numpy(value)]


def compare_as_a_whole(ours: Outcome, theirs: Outcome, ulps: float) -> str | None:
    """As `compare`, but an element may be off by units in the last place of the largest one."""
    found = compare(ours, theirs, math.inf, warns=False)
    if found is None and theirs.error is None:
        for mine, other in zip(leaves(ours.value), leaves(theirs.value)):
            mine, other = numpy.asarray(mine), numpy.asarray(other)
            if other.size and other.dtype.kind in "fc":
                off, limit = numpy.nanmax(abs(mine - other)), ulps * numpy.finfo(other.dtype).eps * numpy.nanmax(abs(other))
                if off > limit:
                    return f"{ours.value!r} where NumPy has {theirs.value!r}: off by {off}"
    return found


def steps(array):
    """The strides; of an array without elements they are anything."""
    return array.strides if array.size else ()


def evaluate(text: str, names: dict):
    def run(np):
        own = {key: np.asarray(value) if isinstance(value, numpy.ndarray) else value for key, value in names.items()}
        return eval(text, {"np": np, "steps": steps, **own})

    return run


@pytest.mark.parametrize("name", TEXTS)
def test_as_numpy_does_it(name):
    plain = name.split()[0].rpartition(".")[2]
    plain = getattr(getattr(rooftop, name, None), "__name__", plain)  # of what it is another name for
    differences = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for text in TEXTS[name]:
            for dtype in DTYPES:
                for number in range(DRAWS):
                    draw = Draw(f"{text} {dtype} {number}", name.startswith("linalg.") or is_finite_only(plain, dtype), plain not in ANY_ZERO)
                    names = draw.names(dtype)
                    run = evaluate(text, names)
                    ours, theirs = outcome(run, rooftop), outcome(run, numpy)
                    found = compare(ours, theirs, tolerance(plain, names), warns=False)
                    if found is not None and is_of_largest(name, plain, names):
                        found = compare_as_a_whole(ours, theirs, 64)
                    if found is not None:
                        inputs = {key: describe(value) for key, value in names.items() if key in text}
                        differences.append(f"{text} of {inputs}: {found[:300]}")
    assert not differences, f"{len(differences)} differences\n" + "\n".join(differences[:5])


def is_finite_only(plain: str, dtype: str) -> bool:
    return plain in SUMS or plain in ROUNDED or dtype.startswith("complex")


def describe(value) -> str:
    if isinstance(value, numpy.ndarray):
        return f"{value.dtype}{value.shape} strides {value.strides} {value.ravel()[:12].tolist()}"
    return repr(value)
