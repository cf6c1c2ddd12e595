"""What the tests of float16 and bfloat16 share: functions from their text, and arrays compared bit by bit."""

from __future__ import annotations

import linecache

import numpy as np


def define(text: str, **names):
    """The function `f` of the text, with its source on record; `names` are its globals beside np."""
    name = f"<halves {hash(text)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    space = {"np": np, **names}
    exec(compile(text, name, "exec"), space)
    return space["f"]


def elementwise(expression: str):
    """f(x, y, out): out[i] = expression of x[i], y[i]."""
    return f"def f(x, y, out):\n    for i in range(x.shape[0]):\n        out[i] = {expression}\n"


def same(a, b):
    """Bit for bit, any NaN like any other."""
    assert a.dtype == b.dtype
    if a.dtype.kind in "biu":
        assert np.array_equal(a, b)
        return
    bits = f"u{a.itemsize}"
    with np.errstate(all="ignore"):
        differ = (a.view(bits) != b.view(bits)) & ~(np.isnan(a) & np.isnan(b))
    assert not differ.any(), (np.flatnonzero(differ)[:5], a[differ][:5], b[differ][:5])
