"""Arrays of bfloat16: NumPy knows the type through the package ml_dtypes; arithmetic is that of float32, rounded."""

from __future__ import annotations

import copy
import pickle

import numpy
import pytest
from ufunc_table import UFUNCS

import rooftop

ml_dtypes = pytest.importorskip("ml_dtypes")


def values() -> numpy.ndarray:
    few = [0.0, -0.0, 1.0, -1.5, 3.0, 100.0, 1e-3, 3e38, numpy.inf, -numpy.inf, numpy.nan]
    return numpy.array(few, "f4").astype(ml_dtypes.bfloat16)


def test_ufuncs_round_what_float32_gives():
    theirs = values()
    ours, wide = rooftop.asarray(theirs), theirs.astype("f4")
    assert isinstance(ours, rooftop.ndarray) and ours.dtype == "bfloat16"
    for name in ("add", "subtract", "multiply", "divide", "maximum", "minimum", "less", "equal", "negative", "absolute", "sqrt",
                 "square", "floor", "isnan", "signbit", "sign"):  # fmt: skip
        count = UFUNCS[name].nin
        with numpy.errstate(all="ignore"), rooftop.errstate(all="ignore"):
            expected = getattr(numpy, name)(*[wide, wide[::-1]][:count])
            got = getattr(rooftop, name)(*[ours, ours[::-1]][:count])
        if expected.dtype == "bool":
            assert got.tolist() == expected.tolist(), name
        else:
            assert got.dtype == "bfloat16"
            rounded = expected.astype(ml_dtypes.bfloat16).astype("f4")
            assert numpy.array_equal(numpy.asarray(got.astype("f4")), rounded, equal_nan=True), name


def test_types_of_results():
    one = rooftop.ones(2, dtype="bfloat16")
    for other, wanted in [(2, "bfloat16"), (2.5, "bfloat16"), (rooftop.float32(1), "float32"), (rooftop.float16(1), "float32"),
                          (rooftop.float64(1), "float64"), (rooftop.int8(1), "bfloat16"), (rooftop.int16(1), "float32"),
                          (1j, "complex64"), (True, "bfloat16")]:  # fmt: skip
        assert (one + other).dtype == wanted and (other + one).dtype == wanted, other


def test_arrays_of_it_are_arrays():
    a = rooftop.arange(6.0).astype("bfloat16").reshape(2, 3)
    assert a.sum() == 15 and a.max() == 5 and a.sum(axis=0).tolist() == [3, 5, 7] and a.mean() == 2.5
    assert a[1, ::-1].tolist() == [5, 4, 3] and a[[1]].tolist() == [[3, 4, 5]] and a.T.copy().tolist() == a.T.tolist()
    for made in (pickle.loads(pickle.dumps(a)), pickle.loads(pickle.dumps(a, 2)), copy.deepcopy(a)):
        assert made.dtype == "bfloat16" and made.tolist() == a.tolist()
    scalar = a[1, 1]
    assert isinstance(scalar, rooftop.floating) and scalar == 4 and float(scalar) == 4.0 and hash(scalar) == hash(4)
    assert pickle.loads(pickle.dumps(scalar)) == 4 and f"{scalar:.1f}" == "4.0"
    assert repr(a).endswith("dtype=bfloat16)") and str(rooftop.dtype("bfloat16")) == "bfloat16"
    with rooftop.errstate(over="ignore"):
        a[0] = 1e39
    assert numpy.isinf(a[0].astype("f4")).all()


def test_numpy_sees_the_type():
    a = rooftop.ones(3, dtype="bfloat16")
    theirs = numpy.asarray(a)
    assert theirs.dtype == ml_dtypes.bfloat16 and numpy.shares_memory(theirs, numpy.asarray(a))
    assert rooftop.asarray(theirs).dtype == "bfloat16" and rooftop.concatenate([a, a]).dtype == "bfloat16"
    with pytest.raises(BufferError):
        memoryview(a)
