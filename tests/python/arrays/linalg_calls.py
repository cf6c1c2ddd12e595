"""What the tests of linalg share: matrices of all types and layouts, and calls of a text with both modules."""

from __future__ import annotations

import numpy
from agreement import DTYPES, hold, to_numpy

import rooftop

#: What LAPACK computes: a call of each function and its options, of a stack `a` of square matrices, Hermitian positive
#: definite ones `s`, right-hand sides `b` and `v`, and rectangles `t` (tall) and `w` (wide).
FACTORISATIONS = {
    "solve": "solve(a, b)",
    "solve, vector": "solve(a, v)",
    "inv": "inv(a)",
    "det": "det(a)",
    "slogdet": "slogdet(a)",
    "cholesky": "cholesky(s)",
    "cholesky, upper": "cholesky(s, upper=True)",
    **{f"qr, {mode}, {name}": f"qr({name}, {mode!r})" for mode in ("reduced", "complete", "r", "raw") for name in "atw"},
    "qr": "qr(t)",
    "eig": "eig(a)",
    "eig, symmetric": "eig(s)",
    "eigvals": "eigvals(a)",
    "eigvals, symmetric": "eigvals(s)",
    "eigh": "eigh(s)",
    "eigh, upper": "eigh(a, 'U')",
    "eigh, lower": "eigh(a, UPLO='l')",
    "eigvalsh": "eigvalsh(s)",
    "eigvalsh, upper": "eigvalsh(a, 'u')",
    **{f"svd, {name}": f"svd({name})" for name in "atw"},
    **{f"svd, reduced, {name}": f"svd({name}, full_matrices=False)" for name in "atw"},
    **{f"svd, values, {name}": f"svd({name}, compute_uv=False)" for name in "atw"},
    "svd, Hermitian": "svd(s, hermitian=True)",
    "svdvals": "svdvals(w)",
    "matrix_rank": "matrix_rank(a)",
    "matrix_rank, tall": "matrix_rank(t)",
    "matrix_rank, tol": "matrix_rank(a, 0.5)",
    "matrix_rank, rtol": "matrix_rank(a, rtol=0.3)",
    "cond": "cond(a)",
    "cond, -2": "cond(a, -2)",
    "cond, tall": "cond(t)",
}
#: Put together of products and powers, whose last bits are the engine's own.
ROUNDED = {
    "pinv": "pinv(a)",
    "pinv, tall": "pinv(t)",
    "pinv, wide, rcond": "pinv(w, 0.1)",
    "pinv, rtol": "pinv(t, rtol=0.2)",
    "pinv, rtol of rounding": "pinv(t, rtol=None)",
    "pinv, Hermitian": "pinv(s, hermitian=True)",
    **{f"matrix_power, {n}": f"matrix_power(a, {n})" for n in (-3, -1, 0, 1, 2, 3, 4, 7)},
    **{f"cond, {p}": f"cond(a, {p!r})" for p in (1, -1, "fro", "nuc")},
    "cond, inf": "cond(a, np.inf)",
    "cond, -inf": "cond(a, -np.inf)",
}
#: Functions of matrices that are not stacked.
UNSTACKED = {
    "lstsq, tall": "lstsq(t, t[:, :2])",
    "lstsq, vector": "lstsq(t, t[:, 0])",
    "lstsq, wide": "lstsq(w, w[:, :2], None)",
    "lstsq, square": "lstsq(a, b, rcond=1e-12)",
    "lstsq, low rank": "lstsq(t, t[:, :2], 0.9)",
    "tensorinv": "tensorinv(a, 1)",
    "tensorsolve": "tensorsolve(a, v)",
}
HELD = [dtype for dtype in DTYPES if dtype != "float16"]


def numbers(seed: int, shape: tuple[int, ...], dtype: str) -> numpy.ndarray:
    random = numpy.random.default_rng(seed)
    if numpy.dtype(dtype).kind in "biu":
        return random.integers(0, 2 if dtype == "bool" else 9, shape).astype(dtype)
    values = random.standard_normal(shape)
    if dtype.startswith("complex"):
        values = values + 1j * random.standard_normal(shape)
    return values.astype(dtype)


def matrices(dtype: str, n: int = 4, stack: tuple[int, ...] = ()) -> dict[str, numpy.ndarray]:
    a = numbers(n, (*stack, n, n), dtype)
    if a.dtype.kind == "b":
        a |= numpy.eye(n, dtype=bool)
        a &= numpy.tri(n, dtype=bool)  # regular
    s = (a.astype("complex128" if a.dtype.kind == "c" else "float64") if a.dtype.kind in "biu" else a) + 0
    s = s @ s.conj().swapaxes(-1, -2) + n * numpy.eye(n, dtype=s.dtype)
    return {
        "a": a,
        "s": s.astype(a.dtype) if a.dtype.kind != "b" else numpy.eye(n, dtype=bool) | numpy.zeros((*stack, n, n), bool),
        "b": numbers(2, (n, 2), dtype),
        "v": numbers(3, (n,), dtype),
        "t": numbers(4, (*stack, n + 3, n), dtype),
        "w": numbers(5, (*stack, n, n + 2), dtype),
    }


def call(text: str, values: dict):
    """`text` as a function of the module, on its arrays."""
    code = compile(f"np.linalg.{text}", text, "eval")

    def function(np):
        return eval(code, {"np": np, **{name: np.asarray(value) for name, value in values.items()}})

    return function


def hold_all(texts: dict[str, str], values: dict, ulps: float = 0) -> None:
    hold({name: call(text, values) for name, text in texts.items()}, ulps=ulps)


def hold_close(texts: dict[str, str], values: dict) -> None:
    """The same types and shapes; values up to rounding."""
    for name, text in texts.items():
        function = call(text, values)
        ours, theirs = function(rooftop), function(numpy)
        assert type(ours).__name__ == type(theirs).__name__, name
        assert (ours.dtype.name, ours.shape) == (theirs.dtype.name, theirs.shape), name
        is_single = numpy.asarray(to_numpy(ours)).real.dtype == "float32"
        numpy.testing.assert_allclose(to_numpy(ours), theirs, rtol=1e-3 if is_single else 1e-9, err_msg=name)


LAYOUTS = {
    "columns": lambda x: x.copy(order="F"),
    "every other": lambda x: x.repeat(2, -1)[..., ::2],
    "backwards": lambda x: x[..., ::-1],
    "transposed": lambda x: x.swapaxes(-1, -2).copy().swapaxes(-1, -2),
    "outermost last": lambda x: numpy.moveaxis(numpy.moveaxis(x, 0, -1).copy(), -1, 0),
}
