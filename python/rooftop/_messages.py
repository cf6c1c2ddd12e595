"""CPython's own exception messages, taken from the running interpreter.

They differ between versions; compiled code raises what this interpreter would. Keys are those that the compiler's
front end asks for.
"""

from __future__ import annotations

import array
import functools
import math
from collections.abc import Callable
from typing import Any


def _message(operation: Callable[[], Any]) -> str:
    try:
        operation()
    except Exception as error:  # the point is the message, whatever the type
        return str(error)
    return ""


def _unbound_local() -> str:
    def read() -> None:
        print(NAME)  # noqa: F821
        NAME = 0  # noqa: F841, N806

    return _message(read)


def _store(container: Any, value: int) -> str:
    def assign() -> None:
        container[0] = value

    return _message(assign)


def _buffer_stores() -> dict[str, str]:
    """Messages of storing one too small or too large into each integer format of array.array and memoryview."""
    messages = {}
    for code in "bBhHiIlLqQ":
        zeros = array.array(code, [0])
        unsigned = code.isupper()
        bits = 8 * zeros.itemsize
        low = -1 if unsigned else -(1 << (bits - 1)) - 1
        high = (1 << bits) if unsigned else 1 << (bits - 1)
        name = f"{'u' if unsigned else ''}int{bits}"
        for kind, container in (("array", zeros), ("memoryview", memoryview(zeros))):
            messages.setdefault(f"{kind}_store_low_{name}", _store(container, low))
            messages.setdefault(f"{kind}_store_high_{name}", _store(container, high))
        for wider in (16, 32):
            limit = 1 << (wider - 1)
            messages.setdefault(f"array_store_low_{name}_as_int{wider}", _store(zeros, -limit - 1))
            messages.setdefault(f"array_store_high_{name}_as_int{wider}", _store(zeros, limit))
    return messages


@functools.cache
def messages() -> dict[str, str]:
    """Return the table of messages by key.

    Returns
    -------
    dict of str to str
        In ``"unbound_local"`` the variable is called ``NAME``.
    """
    zero, one, empty = 0, 1, array.array("d")
    huge = 1e308
    return {
        "int_true_division": _message(lambda: one / zero),
        "int_floor_division": _message(lambda: one // zero),
        "int_modulo": _message(lambda: one % zero),
        "int_divmod": _message(lambda: divmod(one, zero)),
        "float_division": _message(lambda: 1.0 / zero),
        "float_floor_division": _message(lambda: 1.0 // zero),
        "float_modulo": _message(lambda: 1.0 % zero),
        "float_divmod": _message(lambda: divmod(1.0, zero)),
        "complex_division": _message(lambda: 1j / zero),
        "zero_to_negative_power": _message(lambda: 0.0**-one),
        "complex_zero_to_negative_power": _message(lambda: 0j**-one),
        "float_power_overflow": _message(lambda: huge**2.0),
        "complex_abs_overflow": _message(lambda: abs(complex(huge, huge) * 1.5)),
        "negative_shift": _message(lambda: one << -one),
        "int_of_nan": _message(lambda: int(math.nan)),
        "int_of_infinity": _message(lambda: int(math.inf)),
        "round_overflow": _message(lambda: round(1.7e308, -308)),
        "range_step_zero": _message(lambda: range(1, 2, zero)),
        "math_domain": "math domain error",
        "math_range": _message(lambda: math.exp(1000.0)),
        "isqrt_negative": _message(lambda: math.isqrt(-one)),
        "factorial_negative": _message(lambda: math.factorial(-one)),
        "comb_n_negative": _message(lambda: math.comb(-one, one)),
        "comb_k_negative": _message(lambda: math.comb(one, -one)),
        "perm_n_negative": _message(lambda: math.perm(-one, one)),
        "perm_k_negative": _message(lambda: math.perm(one, -one)),
        "array_index": _message(lambda: empty[zero]),
        "array_assignment_index": _store(empty, 0),
        "unbound_local": _unbound_local(),
        **_buffer_stores(),
    }
