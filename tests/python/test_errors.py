"""What the user reads when something is wrong: unsupported code, unstable types, bad arguments, errors at run time."""

from __future__ import annotations

import traceback
from array import array

import numpy as np
import pytest
from corpus.sources import define, line_of

import rooftop

# What the unsupported construct is called by (one of the alternatives) and the text; `#!` marks its line.
UNSUPPORTED = {
    "list": ("list", "def f(x):\n    y = [x, 1]  #!\n    return x"),
    "dict": ("dict", "def f(x):\n    y = {1: x}  #!\n    return x"),
    "set": ("set", "def f(x):\n    y = {1, x}  #!\n    return x"),
    "list_comprehension": ("comprehension", "def f(x):\n    y = [k for k in range(3)]  #!\n    return x"),
    "dict_comprehension": ("comprehension", "def f(x):\n    y = {k: k for k in range(3)}  #!\n    return x"),
    "set_comprehension": ("comprehension", "def f(x):\n    y = {k for k in range(3)}  #!\n    return x"),
    "generator_expression": ("generator", "def f(x):\n    return sum(k for k in range(3))  #!"),
    "try": ("try", "def f(x):\n    try:  #!\n        return 1 // x\n    except ZeroDivisionError:\n        return 0"),
    "with": ("with", "def f(x):\n    with x:  #!\n        return 1"),
    "yield": ("yield|generator", "def f(x):\n    yield x  #!"),
    "yield_from": ("yield|generator", "def f(x):\n    yield from range(x)  #!"),
    "global": ("global", "def f(x):\n    global g  #!\n    g = x"),
    "nonlocal": (
        "nonlocal",
        "def outer():\n    count = 0\n    def f(x):\n        nonlocal count  #!\n        count += x\n    return f\nf = outer()",
    ),
    "star_args": (r"\*args|star", "def f(*args):  #!\n    return 1"),
    "star_kwargs": (r"\*\*kwargs|star", "def f(**kwargs):  #!\n    return 1"),
    "call_with_star": (r"star|\*", "def g(a, b):\n    return a\ndef f(x):\n    t = (x, x)\n    return g(*t)  #!"),
    "starred_assignment": (r"star|\*", "def f(x):\n    a, *b = x, x, x  #!\n    return a"),
    "async": ("async", "async def f(x):  #!\n    return x"),
    "class": ("class", "def f(x):\n    class C:  #!\n        pass\n    return x"),
    "import": ("import", "def f(x):\n    import math  #!\n    return x"),
    "import_from": ("import", "def f(x):\n    from math import sqrt  #!\n    return x"),
    "f_string": ("f-string|string", "def f(x):\n    y = f'{x}'  #!\n    return x"),
    "delete": ("del", "def f(x):\n    y = x\n    del y  #!\n    return x"),
    "match": ("match", "def f(x):\n    match x:  #!\n        case 1:\n            return 2\n    return 3"),
    "local_function": ("function", "def f(x):\n    def g(y):  #!\n        return y\n    return g(x)"),
    "local_lambda": ("lambda", "def f(x):\n    g = lambda y: y  #!\n    return g(x)"),
    "reshaped_in_place": ("share its memory", "def f(a):\n    return a[None].reshape(1, 1)  #!"),
    "bytes": ("bytes", "def f(x):\n    y = b'ab'  #!\n    return x"),
    "open": ("open", "def f(x):\n    open('file')  #!\n    return x"),
    "sorted": ("sorted", "def f(x):\n    y = sorted(x)  #!\n    return 1"),
    "undefined_name": ("nowhere", "def f(x):\n    return x + nowhere  #!"),
    "attribute": ("wibble", "def f(x):\n    return x.wibble  #!"),
    "math_attribute": ("wibble", "import math\ndef f(x):\n    return math.wibble(x)  #!"),
    "call_of_a_number": ("call", "def f(x):\n    return x(1)  #!"),
    "subscript_of_a_number": ("subscript", "def f(x):\n    return x[0]  #!"),
    "loop_over_a_number": ("loop over int", "def f(x):\n    for k in x:  #!\n        pass"),
    "object_global": ("THING", "THING = object()\ndef f(x):\n    return x + THING  #!"),
    "complex_order": ("order", "def f(x):\n    return x * 1j < 2j  #!"),
    "complex_modulo": ("complex", "def f(x):\n    return (x * 1j) % 2  #!"),
    "float_bits": ("float", "def f(x):\n    return (x * 0.5) & 1  #!"),
    "float_index": ("float", "def g(a):\n    return a\ndef f(x):\n    t = (x, x)\n    return t[x * 0.5]  #!"),
    "float_range": ("float|integer", "def f(x):\n    for k in range(x * 0.5):  #!\n        pass"),
    "unpack_too_few": ("unpack", "def f(x):\n    a, b, c = x, x  #!\n    return a"),
    "unpack_a_number": ("unpack", "def f(x):\n    a, b = x  #!\n    return a"),
    "missing_argument": ("argument", "def g(a, b):\n    return a\ndef f(x):\n    return g(x)  #!"),
    "surplus_argument": ("argument", "def g(a):\n    return a\ndef f(x):\n    return g(x, x)  #!"),
    "unknown_keyword": ("argument", "def g(a):\n    return a\ndef f(x):\n    return g(a=x, b=x)  #!"),
    "string_arithmetic": ("str", "def f(x):\n    return 'a' + x  #!"),
    "set_attribute": ("attribute", "def f(x):\n    x.y = 1  #!"),
}

ARRAY_ARGUMENT = {"reshaped_in_place"}


def error_of(text: str, *args) -> rooftop.CompileError:
    """The CompileError of compiling the text's `f` for these arguments."""
    function = define(text)
    with pytest.raises(rooftop.CompileError) as caught:
        rooftop.jit(function)(*args)
    return caught.value


def assert_points_at(error: rooftop.CompileError, text: str, fragment: str) -> None:
    """The error has the file, the line and a caret under it, and says what to do."""
    assert error.lineno == line_of(text, fragment)
    assert error.filename.startswith("<test input ")
    message = str(error)
    assert error.filename in message and str(error.lineno) in message
    source = next(line for line in text.splitlines() if fragment in line).strip()
    assert source in message
    caret = next(line for line in message.splitlines() if line.strip() and set(line.strip()) <= set("^~| "))
    assert "^" in caret


@pytest.mark.parametrize("name", UNSUPPORTED)
def test_unsupported_code_is_named_with_its_place(name):
    words, text = UNSUPPORTED[name]
    error = error_of(text, np.zeros(2) if name in ARRAY_ARGUMENT else 3)
    assert_points_at(error, text, "#!")
    first = str(error).lower()
    assert any(word.replace("\\", "").lower() in first for word in words.split("|")), first


@pytest.mark.parametrize(
    "name",
    ["list", "dict", "set", "list_comprehension", "try", "with", "yield", "global", "star_args", "async", "class", "import", "f_string", "match"],
)
def test_unsupported_syntax_has_a_hint(name):
    error = error_of(UNSUPPORTED[name][1], 3)
    assert len(error.hint) > 10
    assert error.hint in str(error)


def test_compile_error_is_an_exception_with_documented_attributes():
    assert issubclass(rooftop.CompileError, Exception)
    assert issubclass(rooftop.InternalError, Exception)
    assert not issubclass(rooftop.InternalError, rooftop.CompileError)


def test_caret_is_under_the_construct():
    text = "def f(x):\n    return x + [1]  #!\n"
    message = str(error_of(text, 1)).splitlines()
    at = next(i for i, line in enumerate(message) if "return x + [1]" in line)
    assert message[at + 1].index("^") == message[at].index("[1]")


def test_error_in_a_called_function_names_that_function():
    text = """
        def helper(x):
            return [x]  #!

        def f(x):
            return helper(x)
    """
    error = error_of(text, 1)
    assert error.lineno == line_of(text, "#!")
    assert "helper" in str(error)


def test_nothing_half_compiled_stays():
    function = rooftop.jit(define("def f(x):\n    return x[0]\n"))
    for _ in range(2):
        with pytest.raises(rooftop.CompileError):
            function(1)
    assert len(function.signatures) == 0
    assert function(np.array([5.0])) == 5.0
    assert len(function.signatures) == 1


UNSTABLE = {
    "number_and_array": (
        "def f(a, flag):\n    x = 1  # first\n    if flag:\n        x = a  # second\n    return x\n",
        ("int", "array"),
    ),
    "number_and_tuple": (
        "def f(a, flag):\n    x = 2.5  # first\n    if flag:\n        x = (1, 2)  # second\n    return x\n",
        ("float", "tuple"),
    ),
    "ranks": (
        "def f(a, flag):\n    x = a  # first\n    while flag:\n        x = x[0]  # second\n        flag = False\n    return len(a)\n",
        ("float64", "array"),
    ),
    "tuple_lengths": (
        "def f(a, flag):\n    t = (1, 2)  # first\n    if flag:\n        t = (1, 2, 3)  # second\n    return t\n",
        ("tuple", "tuple"),
    ),
    "results": (
        "def f(a, flag):\n    if flag:\n        return a  # first\n    return 1.5  # second\n",
        ("array", "float"),
    ),
    "result_and_none": (
        "def f(a, flag):\n    if flag:\n        return 1.5  # first\n    return  # second\n",
        ("float", "none"),
    ),
}


@pytest.mark.parametrize("name", UNSTABLE)
def test_type_instability_names_both_types_and_both_places(name):
    text, types = UNSTABLE[name]
    error = error_of(text, np.array([1.0, 2.0]), True)
    message = str(error).lower()
    for word in types:
        assert word in message
    for mark in ("# first", "# second"):
        assert str(line_of(text, mark)) in message
    assert error.lineno >= line_of(text, "# second")
    assert error.hint


def test_instability_that_nobody_reads_is_none():
    function = define("def f(a, flag):\n    x = 1\n    if flag:\n        x = a\n    return len(a)\n")
    assert rooftop.jit(function)(np.zeros(2), True) == 2


def test_array_dtypes_of_one_name_must_agree():
    text = "def f(a, b, flag):\n    x = a  # first\n    if flag:\n        x = b  # second\n    return x[0]\n"
    message = str(error_of(text, np.zeros(2), np.zeros(2, "int32"), True))
    assert "float64" in message and "int32" in message


def test_missing_source_says_so():
    namespace: dict = {}
    exec("def f(x):\n    return x\n", namespace)
    with pytest.raises(rooftop.CompileError, match="(?i)source") as caught:
        rooftop.jit(namespace["f"])(1)
    assert caught.value.hint


def test_source_that_changed_is_not_trusted():
    """The text that linecache gives is not what was compiled: never compile something else."""
    import linecache

    function = define("def f(x):\n    return x + 1\n", filename="<changed input>")
    lines = ["def g(y):\n", "    return y * 100\n"]
    linecache.cache["<changed input>"] = (sum(map(len, lines)), None, lines, "<changed input>")
    with pytest.raises(rooftop.CompileError, match="(?i)source"):
        rooftop.jit(function)(1)


@pytest.mark.parametrize("thing", [3, "text", None, len, int, type("C", (), {})])
def test_jit_of_something_else(thing):
    with pytest.raises(TypeError):
        rooftop.jit(thing)(1)


def test_unknown_fp_model():
    with pytest.raises(ValueError, match="strict"):
        rooftop.jit(fp_model="sloppy")


def test_unknown_option():
    with pytest.raises(TypeError):
        rooftop.jit(nopython=True)


def first(a):
    return a[0]


def negate(x):
    return -x


@pytest.mark.parametrize(
    "value, words",
    [
        (np.array(["a"]), ("U1", "str", "<U1")),
        (np.array([None]), ("object",)),
        (np.zeros(1, "longdouble"), ("longdouble", "float128")),
        (np.zeros(1, "datetime64[s]"), ("datetime64",)),
        (np.zeros(1, [("x", "i4")]), ("x", "void", "struct")),
        (np.zeros(1, ">f8"), (">f8", "byte order", "big")),
        ([1, 2], ("list",)),
        ({0: 1}, ("dict",)),
        ("text", ("str",)),
        (object(), ("object",)),
        (array("u", "ab"), ("'u'", '"u"', "unicode")),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, tuple) else value[0],
)
def test_unsupported_argument_is_named(value, words):
    with pytest.raises((TypeError, rooftop.CompileError)) as caught:
        rooftop.jit(first)(value)
    assert any(word in str(caught.value) for word in words), str(caught.value)


def test_slice_of_an_array_array_would_be_a_copy():
    text = "def f(a):\n    b = a[1:]  #!\n    b[0] = 5.0\n    return a[1]\n"
    error = error_of(text, array("d", [1, 2, 3]))
    assert_points_at(error, text, "#!")
    assert "copy" in str(error)


def test_argument_beyond_64_bits():
    function = rooftop.jit(negate)
    assert function(2**62) == -(2**62)
    for value in (2**63, -(2**63) - 1, 10**30):
        with pytest.raises(OverflowError):
            function(value)


def test_other_dtype_or_rank_compiles_again():
    text = "def f(a):\n    return a.ndim, a.size\n"
    function = rooftop.jit(define(text))
    assert function(np.zeros(3)) == (1, 3)
    assert function(np.zeros((2, 2))) == (2, 4)
    assert function(np.zeros((2, 2), "int8")) == (2, 4)
    assert len(function.signatures) == 3


@pytest.mark.parametrize("args, kwargs", [((), {}), ((1, 2, 3, 4), {}), ((1,), {"z": 1}), ((1, 2), {"a": 1}), ((), {"b": 1})])
def test_wrong_arguments_read_as_pythons(args, kwargs):
    function = define("def f(a, b=2, *, c=3):\n    return a + b + c\n")
    with pytest.raises(TypeError) as expected:
        function(*args, **kwargs)
    with pytest.raises(TypeError) as got:
        rooftop.jit(function)(*args, **kwargs)
    assert str(got.value) == str(expected.value)


OVERFLOWS = {
    "a + b": (2**62, 2**62),
    "a - b": (-(2**63), 1),
    "a * b": (2**32, 2**32),
    "-a + b - b": (-(2**63), 0),
    "abs(a) + b": (-(2**63), 0),
    "a // b": (-(2**63), -1),
    "a << b": (1, 63),
    "a ** b": (10, 19),
    "int(a * 1e10) + b": (2**62, 0),
}


@pytest.mark.parametrize("expression", OVERFLOWS)
def test_overflow_is_an_error_that_says_64_bits(expression):
    function = rooftop.jit(define(f"def f(a, b):\n    return {expression}\n"))
    with pytest.raises(OverflowError, match="64"):
        function(*OVERFLOWS[expression])


RUNTIME = {
    "zero_division": ("def f(a, n):\n    total = 1\n    return total // n  #!\n", (np.zeros(2), 0)),
    "float_division": ("def f(a, n):\n    return 1.0 / n  #!\n", (np.zeros(2), 0)),
    "modulo": ("def f(a, n):\n    for k in range(3):\n        n = 5 % n  #!\n    return n\n", (np.zeros(2), 0)),
    "shift": ("def f(a, n):\n    return 1 << n  #!\n", (np.zeros(2), -1)),
    "index": ("def f(a, n):\n    for k in range(n):\n        a[k] = 1.0  #!\n", (np.zeros(2), 3)),
    "index_read": ("def f(a, n):\n    return (\n        a[0]\n        + a[n]  #!\n    )\n", (np.zeros(2), 2)),
    "negative_index": ("def f(a, n):\n    return a[-n]  #!\n", (np.zeros(2), 3)),
    "matrix_index": ("def f(a, n):\n    return a[0, n]  #!\n", (np.zeros((2, 3)), 3)),
    "readonly": ("def f(a, n):\n    a[n] = 1.0  #!\n", (np.frombuffer(bytes(16), "float64"), 0)),
    "unbound": ("def f(a, n):\n    if n > 0:\n        x = n\n    return x  #!\n", (np.zeros(2), 0)),
    "unbound_in_loop": ("def f(a, n):\n    for k in range(n):\n        x = k\n    return x + k  #!\n", (np.zeros(2), 0)),
    "domain": ("import math\ndef f(a, n):\n    return math.sqrt(n)  #!\n", (np.zeros(2), -1)),
    "range_error": ("import math\ndef f(a, n):\n    return math.exp(n)  #!\n", (np.zeros(2), 1000)),
    "nan_to_int": ("def f(a, n):\n    return int(a[0])  #!\n", (np.array([np.nan]), 0)),
    "range_step": ("def f(a, n):\n    for k in range(0, 5, n):  #!\n        pass\n", (np.zeros(2), 0)),
    "slice_step": ("def f(a, n):\n    return len(a[::n])  #!\n", (np.zeros(2), 0)),
    "slice_store": ("def f(a, n):\n    a[n:] = a[:1]  #!\n    a[:] = a[n:n + 2]\n", (np.zeros(5), 1)),
    "uint8_store": ("def f(a, n):\n    a[0] = n  #!\n", (np.zeros(2, "uint8"), 256)),
    "int8_operand": ("def f(a, n):\n    return a[0] + n  #!\n", (np.zeros(2, "int8"), 128)),
    "buffer_store": ("def f(a, n):\n    a[0] = n  #!\n", (array("b", [0]), 128)),
    "buffer_index": ("def f(a, n):\n    return a[n]  #!\n", (array("d", [0.0]), 1)),
    "numpy_power": ("def f(a, n):\n    return a[0] ** n  #!\n", (np.array([2, 3]), -1)),
}


@pytest.mark.parametrize("name", RUNTIME)
def test_runtime_error_is_pythons_at_the_users_line(name):
    text, args = RUNTIME[name]
    function = define(text)
    with pytest.raises(Exception) as expected:
        function(*args)
    with pytest.raises(Exception) as got:
        rooftop.jit(function)(*args)
    assert type(got.value) is type(expected.value)
    assert str(got.value) == str(expected.value)
    frame = traceback.extract_tb(got.value.__traceback__)[-1]
    expected_frame = traceback.extract_tb(expected.value.__traceback__)[-1]
    assert (frame.filename, frame.lineno, frame.name) == (function.__code__.co_filename, expected_frame.lineno, "f")


def test_traceback_shows_every_compiled_frame():
    text = """
        def inner(a, i):
            return a[i]  # inner line

        def middle(a, i):
            x = inner(a, i)  # middle line
            return x + 1

        def f(a, i):
            return middle(a, i + 1)  # outer line
    """
    function = rooftop.jit(define(text))
    with pytest.raises(IndexError) as caught:
        function(np.zeros(3), 7)
    frames = [(f.name, f.lineno) for f in traceback.extract_tb(caught.value.__traceback__)][-3:]
    assert frames == [
        ("f", line_of(text, "outer line")),
        ("middle", line_of(text, "middle line")),
        ("inner", line_of(text, "inner line")),
    ]
    shown = "".join(traceback.format_exception(caught.value))
    assert "return a[i]  # inner line" in shown


def test_traceback_of_deep_recursion_is_complete():
    text = """
        def f(a, n):
            if n == 0:
                return a[9]
            return f(a, n - 1) + 1.0
    """
    function = rooftop.jit(define(text))
    with pytest.raises(IndexError) as caught:
        function(np.zeros(1), 20)
    frames = [f for f in traceback.extract_tb(caught.value.__traceback__) if f.name == "f"]
    assert len(frames) == 21


def test_error_leaves_the_function_usable():
    function = rooftop.jit(define("def f(a, i):\n    return a[i]\n"))
    for _ in range(3):
        with pytest.raises(IndexError):
            function(np.zeros(2), 5)
        assert function(np.array([1.0, 2.0]), 1) == 2.0


@pytest.mark.parametrize(
    "text",
    [
        "def f(x):\n    return f((x, x))  #!",
        "def f(x):\n    return f((x, 1.0)) + 1  #!",
        "def g(x):\n    return f((x,))\n\ndef f(x):\n    return g((1, x))  #!",
    ],
)
def test_recursion_with_ever_new_types_is_refused(text):
    error = error_of(text, 1)
    assert "ever more versions" in str(error) and "same types" in error.hint


def test_literal_beyond_64_bits():
    text = "def f(x):\n    return x + 9223372036854775808  #!\n"
    function = rooftop.jit(define(text))
    with pytest.raises((rooftop.CompileError, OverflowError), match="64"):
        function(1)
