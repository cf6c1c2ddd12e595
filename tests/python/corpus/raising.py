"""raise and assert: the user's own exceptions, from loops and from called functions."""

from .registry import cases
from .values import NAN, SMALL_INTS, f64


@cases(*SMALL_INTS)
def raise_with_text(n):
    if n < 0:
        raise ValueError("n must not be negative")
    return n


@cases(0, 1, 2, 3, 4)
def raise_of_many_kinds(n):
    if n == 0:
        raise IndexError("zero")
    if n == 1:
        raise ZeroDivisionError("one")
    if n == 2:
        raise OverflowError
    if n == 3:
        raise RuntimeError("")
    return n


@cases(*SMALL_INTS)
def assert_with_text(n):
    assert n >= 0, "n must not be negative"
    return n * 2


@cases(1.0, -1.0, NAN)
def bare_assert(x):
    assert x == x
    assert x > 0
    return x


@cases(f64(1, 2, 3), f64(1, -2, 3), f64())
def raise_in_a_loop(a):
    for i in range(len(a)):
        if a[i] < 0:
            raise ValueError("negative element")
        a[i] = a[i] * 10
    return len(a)


def checked(x):
    if x > 5:
        raise ValueError("too large")
    return x


@cases(2, 3, 100)
def raise_in_a_callee(n):
    total = 0
    for k in range(n):
        total += checked(k * 2)
    return total


@cases(0, 5)
def not_implemented(n):
    if n:
        raise NotImplementedError("only 0")
    return n
