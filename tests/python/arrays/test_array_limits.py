"""finfo and iinfo against NumPy, and where NumPy has none: bfloat16, arrays as the array API gives them."""

from __future__ import annotations

import copy
import pickle

import numpy
import pytest
from agreement import DTYPES, hold

import rooftop

FLOATS = ["float16", "float32", "float64", "complex64", "complex128"]
PARTS = "bits eps epsneg iexp machep max maxexp min minexp negep nexp nmant precision resolution".split()
PARTS += ["smallest_normal", "smallest_subnormal", "tiny", "dtype"]
GIVEN = [float, complex, "float32", "f2", "F", 3.5, 2j, 3, True, "i4", "int", "u1", numpy.float32, numpy.dtype("c8")]
GIVEN += [numpy.int16(3), numpy.float16(2), "x", "V8", object, object(), "no such type", [1.0], ">f8", ">i4"]


def test_limits_of_floats():
    hold({(t, part): lambda np, t=t, part=part: getattr(np.finfo(t), part) for t in FLOATS for part in PARTS})
    hold({(t, "scalar"): lambda np, t=t: np.finfo(np.dtype(t).type(1)).eps for t in FLOATS})
    hold({(t, "type"): lambda np, t=t: np.finfo(getattr(np, t)).dtype for t in FLOATS})
    assert type(rooftop.finfo("f4").eps) is rooftop.float32 and type(rooftop.finfo("c16").max) is rooftop.float64


def test_limits_of_integers():
    for part in ("bits", "min", "max", "kind", "key", "dtype"):
        hold({t: lambda np, t=t, part=part: getattr(np.iinfo(t), part) for t in DTYPES})
    assert type(rooftop.iinfo("u8").max) is int


@pytest.mark.parametrize("name", ["finfo", "iinfo"])
def test_what_is_given_and_how_it_is_printed(name):
    for show in (str, repr):
        hold({str(given): lambda np, g=given: show(getattr(np, name)(g)) for given in [*FLOATS, *DTYPES, *GIVEN]})
    hold({"nothing": lambda np: getattr(np, name)()})


def test_none_warns_as_numpys_does():
    with pytest.warns(DeprecationWarning, match="cannot be None"):
        assert rooftop.finfo(None).bits == 64


def test_bfloat16():
    info = rooftop.finfo("bfloat16")
    one = rooftop.ones(1, "bfloat16")
    assert (info.bits, info.nexp, info.nmant, info.precision) == (16, 8, 7, 2)
    assert float(info.max) == float.fromhex("0x1.fep127") and float(info.tiny) == 2.0**-126
    assert (one + info.eps)[0] > 1 and (one + info.epsneg)[0] == 1 and (one - info.epsneg)[0] < 1
    assert info.smallest_subnormal > 0 and float(info.smallest_subnormal) / 2 == 2.0**-134
    assert rooftop.asarray(float(info.max) * 1.01).astype("bfloat16") == numpy.inf


def test_arrays_stand_for_their_types():
    assert rooftop.finfo(rooftop.ones((2, 2), "f4")) is rooftop.finfo("f4")
    assert rooftop.iinfo(rooftop.ones(3, "i2")).max == 32767
    with pytest.raises(ValueError, match="int16.* not inexact"):
        rooftop.finfo(rooftop.ones(3, "i2"))
    with pytest.raises(ValueError, match="Invalid integer data type 'f'"):
        rooftop.iinfo(rooftop.ones(3))


def test_they_are_kept_copied_and_pickled():
    info = rooftop.finfo("f4")
    assert rooftop.finfo(rooftop.complex64) is info and isinstance(info, rooftop.finfo)
    assert copy.deepcopy(info) is info and pickle.loads(pickle.dumps(info)) is info
    whole = rooftop.iinfo("i2")
    assert isinstance(whole, rooftop.iinfo) and repr(pickle.loads(pickle.dumps(whole))) == repr(whole)
