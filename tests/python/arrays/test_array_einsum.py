"""einsum and tensordot: values, types, layouts, views and errors as NumPy's, whatever the subscripts and the layouts."""

from __future__ import annotations

import random
import subprocess
import sys

import numpy
import pytest
from agreement import COMPLEX, DTYPES, FLOATS, agree, hold, to_numpy

import rooftop

#: Lengths that letters stand for.
LENGTHS = {"i": 3, "j": 4, "k": 5, "l": 2, "m": 6, "n": 1}

SUBSCRIPTS = [
    # one operand: views, diagonals, sums
    "i", "i->", "ij", "ji", "ij->", "ij->i", "ij->j", "ij->ji", "ii", "ii->i", "iij->ij", "iji->j", "iii", "ijk->kj",
    "...", "...i", "i...", "...ij->...ji", "i...i", "...ii->...i", "i...->...", "i ...-> ...",
    # two: elementwise, outer, dots, products of matrices and of stacks
    "i,i", "i,i->i", "i,j", "i,j->ji", "ij,j", "ij,j->ij", "ij,ij", "ij,ij->i", "ij,ij->j", "ij,ji->", "ij,jk",
    "ij,jk->ki", "ji,jk", "ij,kj", "ji,kj->ki", "kij,kjm", "kij,kjm->ikm", "kij,kjm->imk", "ijk,jkl", "ijk,kjl->il",
    "ijk,jl->kil", "ijkl,jkm->iml", "ijk,ilk->jil", "ii,i", "ii,ij->j", "ij,k", "ij,kl", "ij,kl->", "i,", ",i", ",",
    "...i,...i", "...ij,...jk->...ik", "...ij,j->...i", "i...,i...->...", "...,...", "ij...,jk...->ik...", "nj,jk",
    # more
    "ij,jk,kl", "ij,jk,kl->li", "i,i,i", "i,j,k", "ij,ik,il->i", "ij,ij,ij->", "ijk,ilm,jl->km", "ij,jk,kl,lm->im",
    "ij,j,jk,k->i", "i,ij,j->", "...i,ij,...j->...", "ij,ij,k->k",
]  # fmt: skip


def noise(shape: tuple[int, ...], dtype: str, seed: int = 0) -> numpy.ndarray:
    generator = numpy.random.default_rng([seed, *shape])
    values = generator.integers(-9, 10, shape) if "u" not in dtype else generator.integers(0, 10, shape)
    if dtype in FLOATS:
        values = values / 4
    if dtype in COMPLEX:
        values = values + 1j * generator.integers(-9, 10, shape)
    return numpy.asarray(values).astype(dtype)


def lengths_of(term: str) -> tuple[int, ...]:
    """An ellipsis stands for two axes, the second of length 1 where it is the only thing."""
    term = term.replace(" ", "").replace("...", "lm" if term != "..." else "m")
    return tuple(LENGTHS[letter] for letter in term)


def operands_of(subscripts: str, dtype: str) -> list[numpy.ndarray]:
    terms = subscripts.split("->")[0].split(",")
    return [noise(lengths_of(term), dtype, seed) for seed, term in enumerate(terms)]


def layouts(operand: numpy.ndarray) -> list[numpy.ndarray]:
    if operand.ndim == 0:
        return [operand]
    wide = numpy.repeat(operand, 2, axis=-1)[..., ::2]
    turned = numpy.ascontiguousarray(operand[::-1])[::-1]
    return [operand, numpy.asfortranarray(operand), wide, turned]


def hold_sums(subscripts: str, operands: list[numpy.ndarray], **options) -> None:
    """What rooftop computes is what NumPy does, up to the rounding of sums; so are type, shape and strides."""
    ours = rooftop.einsum(subscripts, *map(rooftop.asarray, operands), **options)
    theirs = numpy.einsum(subscripts, *operands, **options)
    where = (subscripts, [(x.dtype.name, x.shape, x.strides) for x in operands], options)
    assert isinstance(ours, rooftop.ndarray) == isinstance(theirs, numpy.ndarray), where
    assert (ours.dtype.name, ours.shape) == (theirs.dtype.name, theirs.shape), where
    values = numpy.asarray(to_numpy(ours))
    if theirs.dtype.kind in "fc":
        # Operands are small multiples of quarters: all sums are exact but those of halves, which are large.
        tolerance = 2e-2 if theirs.dtype == numpy.float16 else 0
        numpy.testing.assert_allclose(values, theirs, rtol=tolerance, err_msg=str(where))
    else:
        numpy.testing.assert_array_equal(values, theirs, err_msg=str(where))
    if theirs.size and not options.get("optimize"):
        steps = [[step for step, length in zip(x.strides, x.shape) if length > 1] for x in (values, theirs)]
        assert steps[0] == steps[1], (where, values.strides, theirs.strides)


@pytest.mark.parametrize("dtype", DTYPES)
def test_subscripts(dtype):
    for subscripts in SUBSCRIPTS:
        hold_sums(subscripts, operands_of(subscripts, dtype))


@pytest.mark.parametrize("subscripts", SUBSCRIPTS)
def test_layouts(subscripts):
    choices = [layouts(operand) for operand in operands_of(subscripts, "float64")]
    generator = random.Random(subscripts)
    for _ in range(12):
        hold_sums(subscripts, [generator.choice(choice) for choice in choices])


@pytest.mark.parametrize("optimize", [True, "greedy", "optimal", False])
def test_optimised(optimize):
    for subscripts in SUBSCRIPTS:
        hold_sums(subscripts, operands_of(subscripts, "float64"), optimize=optimize)


def test_paths():
    for subscripts in (text for text in SUBSCRIPTS if text.count(",") > 1):
        operands = operands_of(subscripts, "int64")
        for kind in ("greedy", "optimal"):
            hold_sums(subscripts, operands, optimize=numpy.einsum_path(subscripts, *operands, optimize=kind)[0])
        everything = ["einsum_path", tuple(range(len(operands)))]
        hold_sums(subscripts, operands, optimize=everything)
        reversed_pairs = ["einsum_path", *((1, 0) for _ in operands[1:])]
        hold_sums(subscripts, operands, optimize=reversed_pairs)


def test_lengths_of_one_repeat():
    one, three = noise((1, 4), "float64"), noise((4, 3), "float64")
    for operands in ((one, three[:1]), (one[:, :1], three), (one, three)):
        hold_sums("ij,jk", list(operands))
        hold_sums("ij,jk->jik", list(operands))
        hold_sums("ij,jk->", list(operands))


def test_no_elements():
    for lengths in ((0, 4), (3, 0), (0, 0)):
        a, b = numpy.zeros(lengths), numpy.zeros((lengths[1], 5))
        for subscripts in ("ij,jk", "ij,jk->", "ij,jk->k", "ij,jk->ijk"):
            hold_sums(subscripts, [a, b])
        hold_sums("ij->i", [a])
        hold_sums("ij->", [a])


@pytest.mark.parametrize("seed", range(60))
def test_random_subscripts(seed):
    generator = random.Random(seed)
    letters = "ijklm"
    terms = ["".join(generator.choices(letters, k=generator.randint(0, 4))) for _ in range(generator.randint(1, 4))]
    known = sorted(set("".join(terms)))
    result = "".join(generator.sample(known, generator.randint(0, len(known))))
    for subscripts in (",".join(terms), ",".join(terms) + "->" + result):
        operands = operands_of(subscripts, "int64")
        hold_sums(subscripts, [generator.choice(layouts(operand)) for operand in operands])


@pytest.mark.parametrize("dtype", ["float64", "float32", "complex128", "int32", "bool"])
def test_large_operands(dtype):
    """Blocks, threads, packing."""
    a, b, c = noise((70, 80), dtype), noise((80, 90), dtype), noise((20, 30, 40), dtype)
    for subscripts, operands in (
        ("ij,jk", [a, b]), ("ij,jk->ki", [a, b]), ("ji,kj->ik", [a, b.T[:, :70].copy()]), ("ij,ij->j", [a, a]),
        ("ij,ij->i", [a, a]), ("ij,ij->", [a, a]), ("ij,ji->", [a, a.T]), ("ijk,ijl->kl", [c, c]),
        ("ijk,kji->", [c, c.T]), ("ijk,lji->kl", [c, c.T]), ("ijk,ljk->il", [c, c]), ("ijk,ijl->ikl", [c, c]),
        ("ijk,ilk->jil", [c, c]), ("ijk->kj", [c]), ("ijk->", [c]), ("ij,jk,kl", [a, b, b.T[:, :40]]),
    ):  # fmt: skip
        hold_sums(subscripts, operands)


def test_terms_in_parts_where_intermediate_results_would_be_large():
    """A product of two of them has 1.6 million elements, the result 8 thousand."""
    operands = [noise((20, 4000), "int64", seed) for seed in range(3)]
    expected = numpy.einsum("ai,bi,ci->abc", *operands, optimize=True)
    assert (rooftop.einsum("ai,bi,ci->abc", *map(rooftop.asarray, operands)) == expected).all()
    masks = [operand > 7 for operand in operands]
    expected = numpy.einsum("ai,bi,ci->cab", *masks)
    assert (rooftop.einsum("ai,bi,ci->cab", *map(rooftop.asarray, masks)) == expected).all()
    codes = """
import resource, rooftop as np
a = np.ones((60, 40_000))
np.einsum("ai,bi,ci->abc", a, a, a)  # a product of two: 1.1 GB
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
    done = subprocess.run([sys.executable, "-c", codes], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 700


def test_lists_of_labels():
    a, b = noise((3, 4), "float64"), noise((4, 5), "float64")
    hold({
        "matrices": lambda np: np.einsum(np.asarray(a), [0, 1], np.asarray(b), [1, 2]),
        "to": lambda np: np.einsum(np.asarray(a), [0, 1], np.asarray(b), [1, 2], [2, 0]),
        "tuples": lambda np: np.einsum(np.asarray(a), (30, 51), np.asarray(b), (51, 2), (2, 30)),
        "dots": lambda np: np.einsum(np.asarray(a), [..., 1], [..., 1]),
        "view": lambda np: np.einsum(np.asarray(a), [1, 0]),
        "too large": lambda np: np.einsum(np.asarray(a), [0, 52]),
        "negative": lambda np: np.einsum(np.asarray(a), [0, -1]),
        "no labels": lambda np: np.einsum(np.asarray(a)),
        "text in it": lambda np: np.einsum(np.asarray(a), ["i", "j"]),
    })  # fmt: skip


def test_views_share_memory():
    for subscripts in ("ii->i", "ij->ji", "ij", "...", "ji"):
        array = rooftop.asarray(noise((3, 3), "float64").copy())
        view = rooftop.einsum(subscripts, array)
        view[...] = 7
        assert (rooftop.einsum(subscripts, array) == 7).all()
    constant = rooftop.asarray(noise((3, 3), "float64"))
    constant.flags.writeable = False
    assert not rooftop.einsum("ii->i", constant).flags.writeable


def test_out():
    a, b = noise((3, 4), "float64"), noise((4, 5), "float64")

    def into(shape, dtype="float64", order="C", subscripts="ij,jk"):
        def call(np):
            out = np.empty(shape, dtype, order=order)
            returned = np.einsum(subscripts, np.asarray(a), np.asarray(b), out=out)
            return returned is out, out

        return call

    hold({
        "rows": into((3, 5)),
        "columns": into((3, 5), order="F"),
        "number": into((), subscripts="ij,jk->"),
        "narrow": into((3, 5), "float32"),
        "wide": into((3, 5), "complex128"),
        "shape": into((5, 3)),
        "rank": into((15,)),
        "every second": lambda np: (lambda out: (np.einsum("ij,jk", np.asarray(a), np.asarray(b), out=out[::2, ::2]), out))(np.zeros((6, 10)))[1],
        "of itself": lambda np: (lambda x: np.einsum("ij->ji", x, out=x))(np.arange(9.0).reshape(3, 3)),
        "copy": lambda np: np.einsum("ij->ji", np.asarray(a), out=np.empty((4, 3))),
    })  # fmt: skip


def test_options():
    a, b = noise((3, 4), "float32"), noise((4, 5), "float64")
    single = noise((4, 5), "float32", 3)
    functions = {}
    for dtype in ("float32", "float64", "complex128", "int64"):
        for casting in ("no", "safe", "same_kind", "unsafe", "never"):
            functions[dtype, casting] = lambda np, dtype=dtype, casting=casting: np.einsum(
                "ij,jk", np.asarray(a), np.asarray(b), dtype=dtype, casting=casting
            )
    for order in ("C", "F", "A", "K", "X"):
        for left, right in ((a, single), (numpy.asfortranarray(a), numpy.asfortranarray(single))):
            functions[order, left.strides] = lambda np, order=order, left=left, right=right: np.einsum(
                "ij,jk", np.asarray(left), np.asarray(right), order=order
            ).flags.c_contiguous
    functions["unknown"] = lambda np: np.einsum("ij,jk", np.asarray(a), np.asarray(b), axis=1)
    functions["optimal"] = lambda np: np.einsum("ij,jk,jk", np.asarray(a), np.asarray(b), np.asarray(b), optimize="optimal")
    functions["nonsense"] = lambda np: np.einsum("ij,jk", np.asarray(a), np.asarray(b), optimize=("greedy", 10))
    functions["path of too few"] = lambda np: np.einsum("i,i,i", *[np.ones(2)] * 3, optimize=["einsum_path", (0, 1)])
    hold(functions, ulps=4)


def test_other_operands():
    array = noise((3, 4), "float64")
    hold({
        "lists": lambda np: np.einsum("ij,j", [[1, 2], [3, 4]], [5.0, 6.0]),
        "numbers": lambda np: np.einsum(",ij", 3, np.asarray(array)),
        "scalar": lambda np: np.einsum(",ij", np.float32(3), np.asarray(array)),
        "types": lambda np: np.einsum("ij,j", np.asarray(array), np.arange(4, dtype="int8")),
        "objects": lambda np: np.einsum("i,i", numpy.array([1, 2], object), numpy.array([3, 4], object)),
        "words": lambda np: np.einsum("i,i", ["a", "b"], ["c", "d"]),
        "unaligned": lambda np: np.einsum("i,i", np.frombuffer(b"x" + bytes(range(16)), "int32", offset=1), np.arange(4)),
    })  # fmt: skip


def test_what_is_wrong():
    a = noise((3, 4), "float64")
    functions = {
        text: lambda np, text=text: np.einsum(text, np.asarray(a), np.asarray(a))
        for text in (
            "ij", "ij,jk", "ij,ij,ij", "ij,i", "ij,ijk", "ij,ij->k", "ij,ij->ii", "ij,i.j", "ij,..ij", "ij,...ij...", "ij;ij",
            "i1,ij", "ij,ij->i->j", "ij,ij-j", "...,...->", "ii,ij", "ij,ij>", "ij,ij-", "",
        )
    }  # fmt: skip
    functions["repeated of two lengths"] = lambda np: np.einsum("ii", np.asarray(a))
    functions["repeated of one"] = lambda np: np.einsum("ii", np.asarray(a[:1]))
    functions["no operands"] = lambda np: np.einsum("ij")
    functions["nothing"] = lambda np: np.einsum()
    hold(functions)


def test_overflow_is_not_told_of_but_where_products_are_optimised():
    with numpy.errstate(all="ignore"):
        for optimize in (False, True):
            agree(lambda np, o=optimize: np.einsum("i,i", np.asarray([1e308]), np.asarray([1e308]), optimize=o))


# --- tensordot


@pytest.mark.parametrize("dtype", DTYPES)
def test_tensordot(dtype):
    a, b = noise((3, 4, 5), dtype), noise((4, 5, 2), dtype, 1)
    axes = [2, 1, 0, [[1, 2], [0, 1]], ([2, 1], [1, 0]), ([-1], [-2]), ((), ()), (1, 0), ([1, 2], (0, 1)), 3]
    tolerance = 4 if dtype == "float16" else 0
    functions = {}
    for axis in axes:  # zero has the sign that BLAS gives it, where nothing is summed
        functions[str(axis)] = lambda np, axis=axis: np.tensordot(np.asarray(a), np.asarray(b), axes=axis) + a.dtype.type(0)
    functions["default"] = lambda np: np.tensordot(np.asarray(a), np.asarray(b))
    functions["same"] = lambda np: np.tensordot(np.asarray(a), np.asarray(a), axes=([0, 1, 2], [0, 1, 2]))
    functions["turned"] = lambda np: np.tensordot(np.asarray(a).T, np.asarray(b).T, axes=([0, 1], [1, 2]))
    hold(functions, ulps=tolerance)


def test_tensordot_of_odd_arguments():
    a, b = noise((3, 4), "float64"), noise((4, 3), "float64")
    functions = {
        str(axes): lambda np, axes=axes: np.tensordot(np.asarray(a), np.asarray(b), axes=axes)
        for axes in (2, 3, -1, [0], [0, 1], [[0, 0], [1, 1]], [[0], [0, 1]], [5, 0], [[0], [5]], 1.0, None, "i", ([0], [0]), numpy.int64(1))
    }  # fmt: skip
    functions["lists"] = lambda np: np.tensordot([[1, 2], [3, 4]], [[5.0], [6.0]], 1)
    functions["vectors"] = lambda np: np.tensordot(np.asarray([1.0, 2.0]), np.asarray([3.0, 4.0]), 1)
    functions["numbers"] = lambda np: np.tensordot(2.0, np.asarray([3.0, 4.0]), 0)
    functions["no elements"] = lambda np: np.tensordot(np.zeros((3, 0)), np.zeros((0, 2)), 1)
    functions["of linalg"] = lambda np: np.linalg.tensordot(np.asarray(a), np.asarray(b), axes=1)
    functions["mismatch"] = lambda np: np.tensordot(np.asarray(a), np.asarray(a), 1)
    hold(functions, ulps=2)


@pytest.mark.parametrize("axes", [0, 1])
@pytest.mark.parametrize("values", [[1e308, 1e308], [numpy.inf, -numpy.inf]])
def test_tensordot_warns_as_numpy_does(values, axes):
    agree(lambda np: np.tensordot(np.array(values), np.array([10.0, 0.0]), axes))


def test_tensordot_raises_where_errors_do():
    with numpy.errstate(over="raise"), rooftop.errstate(over="raise"):
        agree(lambda np: np.tensordot(np.array([[1e308, 1e308]]), np.array([10.0, 10.0]), 1))
