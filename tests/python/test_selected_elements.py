"""Masks and arrays of places as subscripts of compiled code, and NumPy's universal functions there, beside NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from corpus.sources import define

import rooftop

MATRIX = np.arange(20.0).reshape(4, 5)
VECTOR = np.array([0.5, -1.0, 2.0, np.nan, -4.0, 1.5])
PLACES = np.array([1, 3, -1, 1])
NONE = np.array([], dtype=np.int64)
ROWS = np.array([True, False, True, False])

READS = {
    "positive": ("a[a > 0]", (VECTOR,)),
    "of_another": ("a[b < 2] * 2.0", (VECTOR, np.arange(6))),
    "mask_of_a_matrix": ("a[a % 3 == 1]", (MATRIX,)),
    "no_element": ("a[a > 100.0]", (MATRIX,)),
    "not_the_mask": ("a[~b]", (MATRIX[:, 0], ROWS)),
    "summed": ("a[b].sum()", (MATRIX[:, 1], ROWS)),
    "places": ("a[b]", (VECTOR, PLACES)),
    "no_places": ("a[b]", (VECTOR, NONE)),
    "small_places": ("a[b]", (VECTOR, PLACES.astype(np.int8))),
    "unsigned_places": ("a[b]", (VECTOR, np.array([5, 0], np.uint64))),
    "matrix_of_places": ("a[b]", (VECTOR, np.array([[0, 1], [2, 3]]))),
    "expression_of_places": ("a[(b + 1) % 4]", (VECTOR, PLACES)),
    "rows": ("a[b]", (MATRIX, PLACES)),
    "rows_of_a_transposed": ("a[b]", (MATRIX.T, PLACES)),
    "columns": ("a[:, b]", (MATRIX, PLACES)),
    "part_of_columns": ("a[1:3, b]", (MATRIX, PLACES)),
    "part_of_rows": ("a[b, ::2]", (MATRIX, PLACES)),
    "in_a_row": ("a[2, b]", (MATRIX, PLACES)),
    "in_a_column": ("a[b, -1]", (MATRIX, PLACES)),
    "pairs": ("a[b, b]", (MATRIX, PLACES)),
    "crossed": ("a[b[:, None], b[:2]]", (MATRIX, PLACES)),
    "pairs_made_here": ("a[np.arange(len(b)), b]", (MATRIX, PLACES)),
    "list": ("a[[0, 2]]", (MATRIX,)),
    "rows_by_mask": ("a[b]", (MATRIX, ROWS)),
    "columns_by_mask": ("a[:, b > 1]", (MATRIX, np.arange(5))),
    "row_by_mask": ("a[1, b > 1]", (MATRIX, np.arange(5))),
    "of_three_dimensions": ("a[..., b]", (np.arange(24).reshape(2, 3, 4), np.array([3, 0]))),
    "in_the_middle": ("a[:, b]", (np.arange(24).reshape(2, 3, 4), np.array([2, 0, 2]))),
    "one_after_the_other": ("a[b][a[b] > 0]", (VECTOR, PLACES)),
    "of_an_expression": ("(a + 1)[b]", (VECTOR, PLACES)),
    "true_places": ("np.flatnonzero(a > 1)", (VECTOR,)),
}

STORES = {
    "number_by_mask": ("a[a < 0] = 0", (VECTOR,)),
    "number_by_another_mask": ("a[b > 2] = 9.5", (VECTOR, np.arange(6))),
    "mask_of_a_matrix": ("a[a > 7] = -a[0, 1]", (MATRIX,)),
    "values_by_mask": ("a[b] = np.arange(2.0)", (MATRIX[:, 0].copy(), ROWS)),
    "one_value_by_mask": ("a[b] = np.ones(1)", (MATRIX[:, 0].copy(), ROWS)),
    "its_own_values": ("a[a > 1] = a[a > 1] * 10", (VECTOR,)),
    "added_by_mask": ("a[a > 1] += 100", (VECTOR,)),
    "number_at_places": ("a[b] = 3", (VECTOR, PLACES)),
    "last_one_counts": ("a[b] = np.arange(4.0)", (VECTOR, PLACES)),
    "added_once": ("a[b] += 1", (VECTOR, PLACES)),
    "its_own_at_places": ("a[b] = a[b[::-1]]", (VECTOR, PLACES)),
    "rows": ("a[b] = a[0]", (MATRIX, PLACES)),
    "columns": ("a[:, b] = a[:, ::-1][:, b]", (MATRIX, PLACES)),
    "part_of_columns": ("a[1:, b] *= 2", (MATRIX, PLACES)),
    "pairs": ("a[b, b] = np.arange(4)", (MATRIX, PLACES)),
    "in_a_row": ("a[1, b] = a[0, b]", (MATRIX, PLACES)),
    "converted": ("a[b] = 7.9", (np.arange(6), PLACES)),
    "rows_by_mask": ("a[b] = 0", (MATRIX, ROWS)),
}

ERRORS = {
    "beyond": ("return a[b]", (VECTOR, np.array([0, 6]))),
    "before": ("return a[b]", (VECTOR, np.array([0, -7]))),
    "beyond_in_columns": ("return a[:, b]", (MATRIX, np.array([5]))),
    "mask_too_short": ("return a[b]", (VECTOR, ROWS)),
    "mask_of_another_shape": ("return a[b]", (MATRIX, np.ones((4, 4), bool))),
    "stored_beyond": ("a[b] = 1.0", (VECTOR, np.array([0, 6]))),
    "values_by_mask": ("a[b] = np.arange(3.0)", (MATRIX[:, 0].copy(), ROWS)),
    "places_apart": ("return a[b, b[:2]]", (MATRIX, PLACES)),
}


def function_of(statement, count):
    parameters = ", ".join("ab"[:count])
    return define(f"import numpy as np\ndef f({parameters}):\n    {statement}\n")


def outcome(function, args):
    """The result and the arguments as the call leaves them, or its exception."""
    own = tuple(arg.copy(order="K") for arg in args)
    try:
        return function(*own), own
    except (IndexError, ValueError) as error:
        return error, own


def assert_equal(ours, theirs):
    assert type(ours) is type(theirs)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", READS)
def test_selected(name):
    expression, args = READS[name]
    function = function_of(f"return {expression}", len(args))
    assert_equal(outcome(rooftop.jit(function), args)[0], outcome(function, args)[0])


@pytest.mark.parametrize("name", STORES)
def test_stored(name):
    statement, args = STORES[name]
    function = function_of(statement, len(args))
    assert_equal(outcome(rooftop.jit(function), args)[1][0], outcome(function, args)[1][0])


@pytest.mark.parametrize("name", ERRORS)
def test_errors_are_numpys_and_come_before_the_first_store(name):
    statement, args = ERRORS[name]
    function = function_of(statement, len(args))
    (ours, left), (theirs, _) = outcome(rooftop.jit(function), args), outcome(function, args)
    assert type(ours) is type(theirs)
    assert str(ours).split("\n")[0].rstrip() == str(theirs).rstrip()
    np.testing.assert_array_equal(left[0], args[0])


@pytest.mark.parametrize(
    ("statement", "words"),
    [("return a[a]", "integer (or boolean) type"), ("return a[b, :, b]", "select in two steps"), ("return a[b, b, b]", "too many indices")],
)
def test_what_is_refused(statement, words):
    with pytest.raises(rooftop.CompileError, match=words.replace("(", r"\(").replace(")", r"\)")):
        rooftop.jit(function_of(statement, 2))(MATRIX[:, :, None] if ":" in statement else MATRIX, PLACES)


UFUNCS = [name for name in sorted(dir(np)) if isinstance(getattr(np, name), np.ufunc) and getattr(np, name).signature is None and getattr(np, name).nout == 1 and name not in ("ldexp", "isnat")]
OPERANDS = {
    "float64": np.array([0.5, -1.5, 2.0, 0.0, np.nan, np.inf]),
    "float32": np.array([0.25, -0.5, 3.0, 1.0, -2.0, 0.0], np.float32),
    "float16": np.array([0.5, -1.5, 2.0, 0.0, 1.0, 3.0], np.float16),
    "int32": np.array([3, -2, 1, 0, 7, 31], np.int32),
    "uint8": np.array([3, 2, 1, 0, 200, 7], np.uint8),
    "bool": np.array([True, False, True, True, False, False]),
    "complex128": np.array([1 + 2j, -1.0, 0.5j, 0.25, 3.0, 1 - 1j]),
}
TOLERANCE = {"float16": 2e-3, "float32": 2e-6}


@pytest.mark.parametrize("name", UFUNCS)
def test_universal_functions(name):
    ufunc = getattr(np, name)
    arguments = ", ".join("ab"[: ufunc.nin])
    function = rooftop.jit(define(f"import numpy as np\ndef f({arguments}):\n    return np.{name}({arguments})\n"))
    compared = 0
    for dtype, operand in OPERANDS.items():
        args = (operand, np.array([2, 1, 2, 3, 1, 2]).astype(operand.dtype))[: ufunc.nin]
        with np.errstate(all="ignore"):
            try:
                expected = ufunc(*args)
            except TypeError:
                continue
        found = function(*args)
        assert found.dtype == expected.dtype, dtype
        np.testing.assert_allclose(found, expected, rtol=TOLERANCE.get(str(expected.dtype), 1e-14), atol=1e-15)
        compared += 1
    assert compared
