"""Views: what shares memory, what is copied, how elements lie; in-place operators through views; iteration."""

from __future__ import annotations

import copy

import numpy
import pytest
from agreement import DTYPES, hold

import rooftop

MAKERS = {
    "scalar": lambda np: np.array(5.0),
    "vector": lambda np: np.arange(6.0),
    "strided": lambda np: np.arange(12.0)[::-2],
    "matrix": lambda np: np.arange(6.0).reshape(2, 3),
    "transposed": lambda np: np.arange(6.0).reshape(2, 3).T,
    "cube": lambda np: np.arange(24).reshape(2, 3, 4).astype("i4"),
    "permuted": lambda np: np.arange(24).reshape(2, 3, 4).transpose(2, 0, 1),
    "ones": lambda np: np.ones((1, 3, 1, 2)),
    "empty": lambda np: np.zeros((0, 3)),
    "broadcast": lambda np: np.broadcast_to(np.arange(3.0), (2, 3)),
    "complex": lambda np: np.array([[1 + 2j, 3 - 1j]]),
}
METHODS = {
    "T": lambda np, a: a.T,
    "mT": lambda np, a: a.mT,
    "real": lambda np, a: a.real,
    "imag": lambda np, a: a.imag,
    "ravel": lambda np, a: a.ravel(),
    "ravel F": lambda np, a: a.ravel("F"),
    "ravel K": lambda np, a: a.ravel(order="K"),
    "flatten": lambda np, a: a.flatten(),
    "flatten F": lambda np, a: a.flatten("F"),
    "reshape -1": lambda np, a: a.reshape(-1),
    "reshape": lambda np, a: a.reshape(3, -1),
    "reshape tuple": lambda np, a: a.reshape((2, -1)),
    "reshape two": lambda np, a: a.reshape(-1, -1),
    "reshape F": lambda np, a: a.reshape((3, -1), order="F"),
    "reshape copy": lambda np, a: a.reshape(-1, copy=False),
    "reshape wrong": lambda np, a: a.reshape(7, 11),
    "reshape zero": lambda np, a: a.reshape(0, -1),
    "reshape -2": lambda np, a: a.reshape(-2),
    "reshape float": lambda np, a: a.reshape(2.0),
    "reshape nothing": lambda np, a: a.reshape(),
    "reshape many": lambda np, a: a.reshape((1,) * 40 + (-1,)),
    "reshape too many": lambda np, a: a.reshape(*(1,) * 64, -1),
    "squeeze": lambda np, a: a.squeeze(),
    "squeeze 0": lambda np, a: a.squeeze(0),
    "squeeze axis": lambda np, a: a.squeeze(axis=(0, 2)),
    "transpose": lambda np, a: a.transpose(),
    "transpose axes": lambda np, a: a.transpose(1, 0),
    "transpose tuple": lambda np, a: a.transpose((-1, 0, 1)),
    "transpose none": lambda np, a: a.transpose(None),
    "transpose wrong": lambda np, a: a.transpose(0, 9),
    "transpose twice": lambda np, a: a.transpose(0, 0),
    "swapaxes": lambda np, a: a.swapaxes(0, -1),
    "diagonal": lambda np, a: a.diagonal(),
    "copy": lambda np, a: a.copy(),
    "copy F": lambda np, a: a.copy("F"),
    "copy K": lambda np, a: a.copy(order="K"),
    "copy A": lambda np, a: a.copy(order="A"),
    "copy X": lambda np, a: a.copy(order="X"),
    "np.copy": lambda np, a: np.copy(a),
    "astype": lambda np, a: a.astype("f4"),
    "astype no copy": lambda np, a: a.astype(a.dtype, copy=False),
    "astype F": lambda np, a: a.astype("f8", order="F"),
    "view": lambda np, a: a.view(),
    "view type": lambda np, a: a.view("u1"),
    "view wide": lambda np, a: a.view("c16"),
    "expand_dims": lambda np, a: np.expand_dims(a, 0),
    "moveaxis": lambda np, a: np.moveaxis(a, 0, -1),
    "atleast_3d": lambda np, a: np.atleast_3d(a),
    "broadcast_to": lambda np, a: np.broadcast_to(a, (2, *a.shape)),
    "flip": lambda np, a: np.flip(a),
    "rot90": lambda np, a: np.rot90(a),
    "split": lambda np, a: np.split(a, 2),
    "byteswap": lambda np, a: a.byteswap().view("u1"),
    "slice": lambda np, a: a[::-1],
    "ellipsis": lambda np, a: a[..., None],
    "copied": lambda np, a: copy.copy(a),
    "deepcopied": lambda np, a: copy.deepcopy(a),
    "iterated": lambda np, a: list(a),
    "flat": lambda np, a: list(a.flat),
    "tolist": lambda np, a: a.tolist(),
    "item": lambda np, a: a.item(),
    "item 0": lambda np, a: a.item(0),
    "tobytes": lambda np, a: [a.tobytes(), a.tobytes("F"), a.tobytes(order="K")],
    "len": lambda np, a: len(a),
    "sizes": lambda np, a: (a.size, a.ndim, a.nbytes, a.itemsize, a.shape, a.size and a.strides),
}


def facts(np, a, made):
    """The value, its strides, its flags, and whether it shares the array's memory."""
    parts = made if isinstance(made, (list, tuple)) else [made]
    arrays = [part for part in parts if hasattr(part, "flags") and hasattr(part, "strides") and part.ndim]
    flags = [(x.strides, x.flags.c_contiguous, x.flags.f_contiguous, x.flags.writeable) for x in arrays if x.size > 0]
    shared = [bool(np.shares_memory(part, a)) for part in arrays]
    return made, flags, shared


@pytest.mark.parametrize("method", METHODS)
def test_views_and_copies(method):
    def call(maker):
        def run(np):
            a = maker(np)
            return facts(np, a, METHODS[method](np, a))

        return run

    hold({label: call(maker) for label, maker in MAKERS.items()})


def test_flags():
    for maker in MAKERS.values():
        ours, theirs = maker(rooftop), maker(numpy)
        for name in ("c_contiguous", "f_contiguous", "contiguous", "fortran", "aligned", "writeable", "writebackifcopy",
                     "behaved", "carray", "fnc", "forc"):  # fmt: skip
            assert getattr(ours.flags, name) == getattr(theirs.flags, name), name
        for name in ("C", "F", "W", "A", "X", "B", "CA", "C_CONTIGUOUS", "ALIGNED", "WRITEABLE", "FNC", "FORC"):
            assert ours.flags[name] == theirs.flags[name], name
        assert repr(rooftop.ones(3).flags) == repr(numpy.ones(3).flags)
    hold(
        {
            "owndata": lambda np: [np.ones(3).flags.owndata, np.ones(3)[1:].flags.owndata],
            "num": lambda np: [np.ones(3).flags.num, np.ones((2, 3)).T.flags.num],
            "unknown": lambda np: np.ones(3).flags["Q"],
            "attribute": lambda np: np.ones(3).flags.nothing,
            "set contiguous": lambda np: setattr(np.ones(3).flags, "c_contiguous", False),
            "setflags": lambda np: np.ones(3).setflags(write=False, align=True),
            "equal": lambda np: np.ones(3).flags == np.zeros(3).flags,
        }
    )


def test_arrays_that_are_read_only():
    def locked(np):
        a = np.ones((2, 3))
        a.flags.writeable = False
        return a

    hold(
        {
            "item": lambda np: locked(np).__setitem__((0, 0), 1),
            "all": lambda np: locked(np).__setitem__(Ellipsis, 1),
            "fancy": lambda np: locked(np).__setitem__(([0],), 1),
            "in place": lambda np: locked(np).__iadd__(1),
            "view": lambda np: locked(np)[0].__setitem__(0, 1),
            "fill": lambda np: locked(np).fill(1),
            "sort": lambda np: locked(np).sort(),
            "flat": lambda np: locked(np).flat.__setitem__(0, 1),
            "fill sequence": lambda np: np.ones(2).fill([1, 2]),
            "real": lambda np: setattr(locked(np), "real", 1),
            "unlock": lambda np: setattr(locked(np).flags, "writeable", True),
            "unlock view": lambda np: setattr(locked(np)[0].flags, "writeable", True),
            "unlock bytes": lambda np: setattr(np.frombuffer(b"12345678").flags, "writeable", True),
            "buffer": lambda np: memoryview(locked(np)).readonly,
            "copy": lambda np: locked(np).copy().flags.writeable,
        }
    )


@pytest.mark.parametrize("symbol", ["+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", "<<=", ">>=", "@="])
def test_in_place_operators_on_views(symbol):
    """Also where both sides are parts of the same memory."""
    views = ["a[1:]", "a[::2]", "a[::-1]", "a[2:5]", "a", "a.reshape(2, 4)[:, 1:3]", "a.reshape(4, 2).T"]
    rights = ["a[0]", "2", "b[0]", "a[:-1]", "a[::-1]", "a[1::2]", "a", "[1, 2]", "np.ones((3, 1), dtype=a.dtype)"]
    functions = {}
    for dtype in ("int64", "float64", "uint8"):
        for view in views:
            for right in rights:

                def run(np, view=view, right=right, dtype=dtype):
                    names = {"np": np, "a": np.arange(1, 9).astype(dtype), "b": np.arange(3)}
                    exec(f"v = {view}\nv {symbol} {right}", names)
                    return names["v"], names["a"]

                functions[dtype, view, right] = run
    hold(functions, warns=False)


def test_real_and_imag_are_views():
    hold(
        {
            dtype: lambda np, d=dtype: [
                (setattr(a, "real", 5), setattr(a[:1], "imag", 7), a) for a in [np.ones(3, dtype=d)]
            ]
            for dtype in DTYPES
        }
    )
    a = rooftop.zeros(2, dtype="complex64")
    a.real[0] = 1
    a.imag += 2
    assert a.tolist() == [1 + 2j, 2j]


def test_shape_can_be_set():
    def run(np, maker, shape):
        a = maker(np)
        a.shape = shape
        return a, a.strides

    hold(
        {
            (label, shape): lambda np, m=maker, s=shape: run(np, m, s)
            for label, maker in MAKERS.items()
            for shape in [(6,), (3, 2), (1, -1), (-1,), (2, 3, 1, 1, 1, 1), (), 5, (3, 1, 2), (6, 0)]
        },
        warns=False,
    )
    many = rooftop.arange(4)
    for shape in [(1,) * 30 + (4,), (4,), (2, 2), (1,) * 63 + (4,), (2, 1, 1, 1, 1, 2), (4,)]:
        many.shape = shape
        assert many.shape == shape and many.ravel().tolist() == [0, 1, 2, 3]


def test_flat():
    def edited(np):
        a = np.zeros((2, 3))
        a.flat[1] = 5
        a.flat[[3, 4]] = [6, 7]
        a.flat[::5] = 1
        b = np.zeros((2, 2)).T
        b.flat = [1, 2, 3, 4]
        return a, b

    hold(
        {
            "edited": edited,
            "items": lambda np: [np.arange(6).reshape(2, 3).T.flat[i] for i in (0, 1, -1)],
            "slice": lambda np: np.arange(6).reshape(2, 3).T.flat[1:4],
            "list": lambda np: np.arange(6).flat[[0, 5]],
            "outside": lambda np: np.arange(6).flat[6],
            "len": lambda np: len(np.ones((2, 3)).flat),
            "state": lambda np: [(f.index, f.coords, next(f), f.index, f.coords) for f in [np.ones((2, 3)).flat]],
            "compare": lambda np: np.arange(3).flat == np.arange(3),
            "array": lambda np: np.asarray(np.arange(6).reshape(2, 3).T.flat),
            "copy": lambda np: np.arange(4).reshape(2, 2).T.flat.copy(),
            "base": lambda np: [a.flat.base is a for a in [np.ones(2)]],
            "sum": lambda np: sum(np.arange(4).reshape(2, 2).flat),
        }
    )


def test_iteration_and_membership():
    hold(
        {
            "rows": lambda np: list(np.arange(6).reshape(2, 3)),
            "0-d": lambda np: list(np.array(1)),
            "unpack": lambda np: [x + y for x, y in [np.arange(2.0)]],
            "reversed": lambda np: list(reversed(np.arange(3))),
            "enumerate": lambda np: list(enumerate(np.ones(2))),
            "zip": lambda np: dict(zip("ab", np.arange(2))),
            "in": lambda np: [2 in np.arange(3), 5 in np.arange(3), 2.5 in np.arange(3), np.int8(1) in np.arange(3)],
            "in row": lambda np: [[0, 1] in np.arange(4).reshape(2, 2), np.arange(2) in np.arange(4).reshape(2, 2)],
            "in none": lambda np: None in np.arange(3),
            "in string": lambda np: "a" in np.arange(3),
            "in shape": lambda np: [1, 2, 3] in np.arange(4).reshape(2, 2),
            "sum": lambda np: sum(np.arange(3.0)),
            "max": lambda np: max(np.arange(3.0)),
            "sorted": lambda np: sorted(np.array([3, 1, 2])),
            "any": lambda np: [any(np.zeros(2)), all(np.ones(2))],
            "join": lambda np: ",".join(map(str, np.arange(3))),
            "range": lambda np: list(range(np.int64(3))),
            "list index": lambda np: [10, 20, 30][np.int8(1)],
            "delete": lambda np: np.arange(3).__delitem__(0),
            "len 0-d": lambda np: len(np.array(1)),
        }
    )


def test_views_keep_what_they_show_alive():
    view = rooftop.arange(1000.0)[10:20][::2]
    for _ in range(50):
        rooftop.zeros(1000)
    assert view.tolist() == [10.0, 12.0, 14.0, 16.0, 18.0]
    assert view.base is not None and view.base.shape == (1000,)
    small = rooftop.arange(4.0)[1:]
    for _ in range(200):
        rooftop.full(4, 7.0)
    assert small.tolist() == [1.0, 2.0, 3.0]
    theirs = numpy.asarray(rooftop.arange(3.0))
    for _ in range(200):
        rooftop.full(3, 7.0)
    assert theirs.tolist() == [0.0, 1.0, 2.0]
