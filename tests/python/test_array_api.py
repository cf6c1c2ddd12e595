"""The array API standard 2024.12, section by section: every name, and what the standard says where NumPy left room."""

from __future__ import annotations

import pytest

import rooftop as xp

SECTIONS = {
    "constants": "e inf nan newaxis pi",
    "creation": """arange asarray empty empty_like eye from_dlpack full full_like linspace meshgrid ones ones_like tril triu
        zeros zeros_like""",
    "data types": "astype can_cast finfo iinfo isdtype result_type",
    "types": """bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128""",
    "elementwise": """abs acos acosh add asin asinh atan atan2 atanh bitwise_and bitwise_left_shift bitwise_invert bitwise_or
        bitwise_right_shift bitwise_xor ceil clip conj copysign cos cosh divide equal exp expm1 floor floor_divide greater
        greater_equal hypot imag isfinite isinf isnan less less_equal log log1p log2 log10 logaddexp logical_and logical_not
        logical_or logical_xor maximum minimum multiply negative nextafter not_equal positive pow real reciprocal remainder
        round sign signbit sin sinh square sqrt subtract tan tanh trunc""",
    "indexing": "take take_along_axis",
    "inspection": "__array_namespace_info__",
    "linear algebra": "matmul matrix_transpose tensordot vecdot",
    "linalg": """linalg.cholesky linalg.cross linalg.det linalg.diagonal linalg.eigh linalg.eigvalsh linalg.inv
        linalg.matmul linalg.matrix_norm linalg.matrix_power linalg.matrix_rank linalg.matrix_transpose linalg.outer
        linalg.pinv linalg.qr linalg.slogdet linalg.solve linalg.svd linalg.svdvals linalg.tensordot linalg.trace
        linalg.vecdot linalg.vector_norm""",
    "fft": """fft.fft fft.ifft fft.fftn fft.ifftn fft.rfft fft.irfft fft.rfftn fft.irfftn fft.hfft fft.ihfft fft.fftfreq
        fft.rfftfreq fft.fftshift fft.ifftshift""",
    "manipulation": """broadcast_arrays broadcast_to concat expand_dims flip moveaxis permute_dims repeat reshape roll squeeze
        stack tile unstack""",
    "searching": "argmax argmin count_nonzero nonzero searchsorted where",
    "sets": "unique_all unique_counts unique_inverse unique_values",
    "sorting": "argsort sort",
    "statistics": "cumulative_prod cumulative_sum max mean min prod std sum var",
    "utilities": "all any diff",
    "attributes": "ndarray.dtype ndarray.device ndarray.mT ndarray.ndim ndarray.shape ndarray.size ndarray.T",
    "methods": """ndarray.__abs__ ndarray.__add__ ndarray.__and__ ndarray.__array_namespace__ ndarray.__bool__
        ndarray.__complex__ ndarray.__dlpack__ ndarray.__dlpack_device__ ndarray.__eq__ ndarray.__float__ ndarray.__floordiv__
        ndarray.__ge__ ndarray.__getitem__ ndarray.__gt__ ndarray.__index__ ndarray.__int__ ndarray.__invert__ ndarray.__le__
        ndarray.__lshift__ ndarray.__lt__ ndarray.__matmul__ ndarray.__mod__ ndarray.__mul__ ndarray.__ne__ ndarray.__neg__
        ndarray.__or__ ndarray.__pos__ ndarray.__pow__ ndarray.__rshift__ ndarray.__setitem__ ndarray.__sub__
        ndarray.__truediv__ ndarray.__xor__ ndarray.to_device ndarray.__iadd__ ndarray.__rsub__ ndarray.__imatmul__""",
}


def find(name):
    found = xp
    for part in name.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize(("section", "name"), [(s, n) for s, names in SECTIONS.items() for n in names.split()])
def test_every_name_is_there(section, name):
    if section not in ("constants", "attributes"):
        assert callable(find(name))
    else:
        find(name)


@pytest.fixture
def x():
    return xp.asarray([3.0, 1.0, 2.0, 1.0])


@pytest.fixture
def m():
    return xp.asarray([[4.0, 1.0], [1.0, 3.0]])


def test_the_namespace_is_that_of_arrays(x):
    assert x.__array_namespace__() is xp is x.__array_namespace__(api_version="2024.12")
    with pytest.raises(ValueError, match="1999.12"):
        x.__array_namespace__(api_version="1999.12")


def test_the_namespace_describes_itself():
    info = xp.__array_namespace_info__()
    assert info.capabilities()["boolean indexing"] and info.capabilities()["data-dependent shapes"]
    assert info.default_device() == "cpu" and info.devices() == ["cpu"]
    assert info.default_dtypes()["real floating"] is xp.dtype("float64")
    assert info.dtypes(kind="bool") == {"bool": xp.dtype("bool")}
    assert set(info.dtypes(kind=("unsigned integer",))) == {"uint8", "uint16", "uint32", "uint64"}


@pytest.mark.parametrize("call", ["asarray([1.0])", "zeros(2)", "eye(2)", "linspace(0, 1, 3)", "full(2, 1)", "arange(3)", "ones((2, 2))"])
def test_creation_takes_a_device_and_a_type(call):
    made = eval(f"xp.{call[:-1]}, dtype=xp.float32, device='cpu')")
    assert type(made) is xp.ndarray and made.dtype == xp.float32 and made.device == "cpu"
    with pytest.raises(ValueError):
        eval(f"xp.{call[:-1]}, device='gpu')")


def test_copies_are_made_as_asked(x):
    assert xp.asarray(x, copy=True) is not x and xp.asarray(x, copy=False).dtype == x.dtype
    with pytest.raises(ValueError):
        xp.asarray([1.0], copy=False)
    assert xp.astype(x, xp.float64, copy=False) is x
    assert xp.astype(x, xp.int64).dtype == xp.int64


def test_types_have_kinds():
    for kind, name in {"bool": "bool", "signed integer": "int8", "unsigned integer": "uint8", "integral": "uint16",
                       "real floating": "float32", "complex floating": "complex64", "numeric": "float64"}.items():
        assert xp.isdtype(xp.dtype(name), kind=kind)
        assert xp.isdtype(getattr(xp, name), kind)
    assert not xp.isdtype(xp.float64, "integral") and xp.isdtype(xp.float64, (xp.float32, xp.float64))
    assert xp.result_type(xp.float32, xp.float64) == xp.float64
    assert xp.can_cast(xp.int8, xp.int16) and not xp.can_cast(xp.asarray([1.0]).dtype, xp.int64)
    assert xp.finfo(xp.float32).bits == 32 and xp.iinfo(xp.asarray([1]).dtype).max == 2**63 - 1
    assert xp.finfo(xp.complex64).dtype == xp.float32


def test_sorting_takes_keywords(x):
    assert xp.sort(x, axis=-1, stable=True).tolist() == [1, 1, 2, 3]
    assert xp.argsort(x, axis=-1, stable=True).tolist() == [1, 3, 2, 0]


def test_descending_order_is_an_option(x, m):
    assert xp.sort(x, descending=True).tolist() == [3, 2, 1, 1]
    assert xp.argsort(x, descending=True, stable=True).tolist() == [0, 2, 1, 3]
    assert xp.sort(m, axis=0, descending=True).tolist() == [[4, 3], [1, 1]]
    assert xp.argsort(m, axis=0, descending=True).tolist() == [[0, 1], [1, 0]]


def test_sets(x):
    assert xp.unique_values(x).tolist() == [1, 2, 3]
    everything = xp.unique_all(x)
    assert [part.tolist() for part in everything] == [[1, 2, 3], [1, 2, 0], [2, 0, 1, 0], [2, 1, 1]]
    assert everything.inverse_indices.shape == x.shape and type(everything.values) is xp.ndarray
    assert xp.unique_counts(x).counts.tolist() == [2, 1, 1]
    assert xp.unique_inverse(xp.asarray([[2, 1], [1, 2]])).inverse_indices.tolist() == [[1, 0], [0, 1]]


def test_statistics(x, m):
    assert float(xp.std(x, correction=1)) == pytest.approx(0.9574271077563381)
    assert float(xp.var(x, correction=0)) == 0.6875
    assert xp.sum(m, axis=(0, 1), keepdims=True).shape == (1, 1)
    assert xp.sum(xp.asarray([1, 2], dtype=xp.int8)).dtype == xp.int64
    assert xp.sum(xp.asarray([1, 2], dtype=xp.float32)).dtype == xp.float32
    assert xp.prod(xp.asarray([200, 2], dtype=xp.uint8)).dtype == xp.uint64
    assert xp.cumulative_sum(x, include_initial=True).tolist() == [0, 3, 4, 6, 7]
    assert xp.cumulative_prod(x).tolist() == [3, 3, 6, 6]
    assert xp.max(m, axis=0).tolist() == [4, 3] and float(xp.mean(m)) == 2.25


def test_searching(x, m):
    assert int(xp.argmax(x)) == 0 and xp.argmin(m, axis=1, keepdims=True).tolist() == [[1], [0]]
    assert [part.tolist() for part in xp.nonzero(x > 1)] == [[0, 2]] and int(xp.count_nonzero(x > 1)) == 2
    assert xp.searchsorted(xp.sort(x), xp.asarray([1.0, 5.0]), side="right").tolist() == [2, 4]
    assert xp.where(x > 1, x, xp.zeros_like(x)).tolist() == [3, 0, 2, 0]
    assert xp.take(x, xp.asarray([0, 2]), axis=0).tolist() == [3, 2]
    assert xp.take_along_axis(m, xp.argsort(m, axis=1), axis=1).tolist() == [[1, 4], [1, 3]]


def test_manipulation(x, m):
    assert xp.concat([m, m], axis=1).shape == (2, 4) and xp.concat([m, m], axis=None).shape == (8,)
    assert xp.stack([x, x], axis=1).shape == (4, 2) and xp.permute_dims(m, (1, 0)).tolist() == m.T.tolist()
    assert [part.tolist() for part in xp.unstack(m)] == m.tolist()
    assert xp.reshape(m, (4,), copy=True).tolist() == [4, 1, 1, 3]
    assert xp.broadcast_to(x, (2, 4)).shape == (2, 4) and [b.shape for b in xp.broadcast_arrays(x, x[:1])] == [(4,)] * 2
    assert xp.tile(x, (2,)).shape == (8,) and xp.repeat(x, 2).tolist() == [3, 3, 1, 1, 2, 2, 1, 1]
    assert xp.flip(x).tolist() == [1, 2, 1, 3] and xp.roll(x, 1).tolist() == [1, 3, 1, 2]
    assert xp.expand_dims(x, axis=0).shape == (1, 4) and xp.squeeze(xp.zeros((1, 2)), axis=0).shape == (2,)
    assert xp.moveaxis(xp.zeros((2, 3, 4)), 0, -1).shape == (3, 4, 2)
    assert xp.diff(x, prepend=xp.zeros(1)).tolist() == [3, -2, 1, -1]


def test_elementwise_functions_keep_types(x):
    single = xp.asarray([0.5, 0.25], dtype=xp.float32)
    for name in SECTIONS["elementwise"].split():
        function = getattr(xp, name)
        for arguments in ((single,), (single, single)):
            try:
                made = function(*arguments)
            except TypeError:
                continue
            assert type(made) is xp.ndarray and made.dtype in (xp.float32, xp.bool), name
            break
    assert xp.clip(x, 1.5, 2.5).tolist() == [2.5, 1.5, 2, 1.5] and xp.clip(x, max=2.0).tolist() == [2, 1, 2, 1]
    assert (single + 1).dtype == (2 * single).dtype == (single**2).dtype == xp.float32
    assert xp.maximum(single, 1).dtype == xp.float32


def test_linear_algebra(m):
    assert xp.linalg.qr(m).Q.shape == (2, 2) and xp.linalg.eigh(m).eigenvalues.shape == (2,)
    assert xp.linalg.svd(m, full_matrices=False).S.shape == (2,) and xp.linalg.slogdet(m).sign == 1
    assert float(xp.linalg.vector_norm(xp.asarray([3.0, 4.0]), keepdims=True)[0]) == 5
    assert xp.linalg.matrix_norm(m, ord="fro").shape == () and xp.linalg.trace(m) == 7
    assert xp.linalg.solve(m, m).tolist() == [[1, 0], [0, 1]] and xp.vecdot(m, m).tolist() == [17, 10]
    assert type(xp.linalg.inv(m)) is xp.ndarray and xp.linalg.cholesky(m, upper=True)[1, 0] == 0
    assert xp.tensordot(m, m, axes=((0,), (1,))).shape == (2, 2) and xp.matrix_transpose(m).tolist() == m.mT.tolist()


def test_fft(x):
    assert xp.fft.fft(x).dtype == xp.complex128 and xp.fft.rfft(x).shape == (3,)
    assert xp.fft.fftfreq(4, device="cpu").tolist() == [0, 0.25, -0.5, -0.25]
    assert xp.fft.fft(xp.astype(x, xp.float32)).dtype == xp.complex64


def test_arrays_of_no_dimensions_are_numbers(x):
    zero = xp.asarray(2)
    assert int(zero) == 2 and float(zero) == 2.0 and complex(zero) == 2 and bool(zero) and [5, 6, 7][zero] == 7
    assert xp.sum(x).shape == () and xp.sum(x).dtype == xp.float64
    with pytest.raises((TypeError, ValueError)):
        bool(x)


def test_indexing(m):
    m[0, ...] = 5.0
    m[m > 4] = 0.0
    assert m.tolist() == [[0, 0], [1, 3]] and m[None, 1, :].shape == (1, 2) and m[xp.asarray([1, 0]), 0].tolist() == [1, 0]
    with pytest.raises(IndexError):
        m[0, 0, 0]


def test_dlpack_is_versioned(x):
    assert x.__dlpack_device__() == (1, 0)
    for options in ({}, {"max_version": (1, 0)}, {"max_version": (1, 0), "dl_device": (1, 0), "copy": True}, {"stream": None}):
        assert "dltensor" in repr(x.__dlpack__(**options))
    assert xp.from_dlpack(x, device="cpu", copy=True).tolist() == x.tolist()
    readonly = xp.zeros(3)
    readonly.flags.writeable = False
    assert not xp.from_dlpack(readonly).flags.writeable
