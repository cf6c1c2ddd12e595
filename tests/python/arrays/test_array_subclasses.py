"""Subclasses of ndarray: what arrays of them give is of their class, and `__array_finalize__` hears of it."""

from __future__ import annotations

import numpy
import pytest

import rooftop


def classes(np):
    class Measured(np.ndarray):
        __array_priority__ = 10

        def __new__(cls, values, unit="m"):
            made = np.asarray(values, dtype=float).view(cls)
            made.unit = unit
            return made

        def __array_finalize__(self, like):
            if like is not None:
                self.unit = getattr(like, "unit", None)

    class Stronger(Measured):
        __array_priority__ = 20

    return Measured, Stronger


EXPRESSIONS = """v + 1; 1 + v; v * v; -v; v > 2; abs(v); v**2; divmod(v, 2); v @ np.eye(3); v + w; w + v; np.ones(3) + v
np.sin(v); np.add(v, 1); np.divmod(v, 2); np.sqrt(v, out=np.zeros(3)); np.asarray(v); v.view(np.ndarray); v + 1j
v[1:]; v[0]; v[[0, 1]]; v[v > 1]; v[None]; v[...]; v[::-1]; v.T; v.real; v.reshape(3, 1); v.ravel(); v.flatten(); v.squeeze()
v.copy(); v.astype(int); v.astype('f4'); v.cumsum(); v.take([0]); v.argsort(); v.clip(1, 2); v.repeat(2)
v.sum(axis=0, keepdims=True); v.conj(); v.transpose()"""


@pytest.mark.parametrize("expression", [part.strip() for part in EXPRESSIONS.replace("\n", ";").split(";")])
def test_results_are_of_the_class(expression):
    found = []
    for np in (numpy, rooftop):
        measured, stronger = classes(np)
        v, w = measured([1, 2, 3.5], "km"), stronger([3, 2, 1], "mile")
        result = eval(expression, {"np": np, "v": v, "w": w})
        parts = result if isinstance(result, tuple) else (result,)
        found.append([(type(part).__name__, getattr(part, "unit", None), numpy.asarray(part).tolist()) for part in parts])
    assert found[1] == found[0]


def test_whole_reductions_are_scalars():
    measured, _ = classes(rooftop)
    assert type(measured([1, 2]).sum()) is type(measured([1, 2])[0]) is rooftop.float64


def test_functions_that_numpy_does_give_plain_arrays():
    measured, _ = classes(rooftop)
    assert type(rooftop.insert(measured([2, 1]), 0, 3)) is rooftop.ndarray


def test_sorted_copies_keep_the_class():
    measured, _ = classes(rooftop)
    assert type(rooftop.sort(measured([2, 1]))) is measured


def test_in_place_operators_keep_the_array():
    measured, _ = classes(rooftop)
    v = kept = measured([1, 2, 3], "km")
    v += 1
    v[0] = 9
    assert v is kept and v.unit == "km" and v.tolist() == [9, 3, 4]


def test_instances_have_attributes_and_print_their_class():
    class Plain(rooftop.ndarray):
        pass

    v = rooftop.zeros(2).view(Plain)
    v.tag = 3
    assert v.__dict__ == {"tag": 3} and repr(v) == "Plain([0., 0.])" and isinstance(v + 1, Plain)
    assert rooftop.zeros(2).__array_finalize__(None) is None


def test_what_finalize_raises_comes_through():
    class Broken(rooftop.ndarray):
        def __array_finalize__(self, like):
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        rooftop.zeros(2).view(Broken)


def test_what_others_made_is_wrapped():
    measured, _ = classes(rooftop)
    like, plain = measured([1, 2], "km"), rooftop.zeros(2)
    made = rooftop.arange(3)
    assert plain.__array_wrap__(made) is made
    assert plain.__array_wrap__(made, None, False) is made
    for given in (made, numpy.arange(3)):
        wrapped = like.__array_wrap__(given)
        assert type(wrapped) is measured and wrapped.tolist() == [0, 1, 2] and wrapped.unit == "km"
        wrapped[0] = 7  # a view
        assert given[0] == 7
    assert type(plain.__array_wrap__(like)) is rooftop.ndarray
    theirs = numpy.arange(3)
    assert type(plain.__array_wrap__(theirs)) is rooftop.ndarray
    one = rooftop.array(2.5)
    assert type(plain.__array_wrap__(one, None, True)) is rooftop.float64 and plain.__array_wrap__(one, None) is one
    assert type(like.__array_wrap__(one, None, True)) is measured
    objects = numpy.array(["a", None], dtype=object)
    assert plain.__array_wrap__(objects) is objects
    for wrong in ((), (3,), ([1],), (made, None, False, 1)):
        with pytest.raises(TypeError):
            plain.__array_wrap__(*wrong)
        with pytest.raises(TypeError):
            numpy.zeros(2).__array_wrap__(*wrong)
