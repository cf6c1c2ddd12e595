"""What to call of each native function, as texts; the names in them are drawn at random by `Draw`.

a, b    arrays; b can mostly be broadcast with a              m    a mask, mostly of a's shape
s       a number of Python's                                  t    the name of a dtype
n, p    axes of a, now and then out of range                  k    True or False
i       a subscript                                           w    lengths of a's size, mostly
z       lengths of any size                                   steps(x)  strides, where they tell something
g       regular square matrices, most often a stack           h    Hermitian ones, positive definite, of g's shape
"""

from __future__ import annotations

import math
import random

import numpy
from agreement import DTYPES, sample

#: Texts that are about one function each, by its name. A function that is not native may stand here, too.
FUNCTIONS = {
    "all": ["np.all(a)", "np.all(a, axis=n, keepdims=k)"],
    "any": ["np.any(a)", "np.any(a, axis=n, keepdims=k)"],
    "amax": ["np.amax(a)", "np.amax(a, axis=n, keepdims=k)"],
    "amin": ["np.amin(a)", "np.amin(a, axis=n, keepdims=k)"],
    "max": ["np.max(a)", "np.max(a, axis=(0, n), initial=1)"],
    "min": ["np.min(a)", "np.min(a, axis=n, keepdims=k)"],
    "sum": ["np.sum(a)", "np.sum(a, axis=n, keepdims=k)", "np.sum(a, axis=n, dtype=t)"],
    "prod": ["np.prod(a)", "np.prod(a, axis=n, keepdims=k)"],
    "mean": ["np.mean(a)", "np.mean(a, axis=n, keepdims=k)"],
    "var": ["np.var(a)", "np.var(a, axis=n, ddof=1)"],
    "std": ["np.std(a)", "np.std(a, axis=n, keepdims=k)"],
    "argmax": ["np.argmax(a)", "np.argmax(a, axis=n)"],
    "argmin": ["np.argmin(a)", "np.argmin(a, axis=n, keepdims=k)"],
    "arange": ["np.arange(7)", "np.arange(n, 30, 1.5)", "np.arange(5, n - 9, -2)", "np.arange(1e300, 3, 1.5)", "np.arange(3, dtype=t)"],
    "array": ["np.array(a)", "np.array(a, dtype=t)", "np.array(a.tolist())", "np.array([a, a])", "np.array(a, order='F')"],
    "asarray": ["np.asarray(a)", "np.asarray(a, dtype=t)", "np.asarray(s)"],
    "astype": ["np.astype(a, t)", "np.astype(a, a.dtype, copy=k)", "np.astype(a, t, device='cpu')", "np.astype(s, t)", "np.astype(a, t, device='gpu')"],
    "isdtype": [
        "np.isdtype(a.dtype, 'real floating')", "np.isdtype(np.dtype(t), ('bool', 'integral'))", "np.isdtype(a.dtype, np.dtype(t))",
        "np.isdtype(a.dtype.type, 'numeric')", "np.isdtype(np.floating, 'numeric')", "np.isdtype(a.dtype, 'odd')", "np.isdtype(3, 'bool')",
        "[np.isdtype(a.dtype, kind) for kind in ('bool', 'signed integer', 'unsigned integer', 'complex floating', 'numeric')]",
    ],
    "finfo": ["str(np.finfo(t))", "repr(np.finfo(a.dtype))", "np.finfo(a.dtype.type).eps", "np.finfo(t).smallest_subnormal", "np.finfo(s).max"],
    "iinfo": ["str(np.iinfo(t))", "repr(np.iinfo(a.dtype))", "np.iinfo(a.dtype.type).min", "np.iinfo(s).max", "np.iinfo(3).bits"],
    "from_dlpack": ["np.from_dlpack(a)", "np.from_dlpack(a, copy=k)", "np.from_dlpack(a, device='cpu')"],
    "atleast_1d": ["np.atleast_1d(a)", "np.atleast_1d(a, s)"],
    "atleast_2d": ["np.atleast_2d(a)", "np.atleast_2d(a, s)"],
    "atleast_3d": ["np.atleast_3d(a)", "np.atleast_3d(a, s)"],
    "broadcast_to": ["np.broadcast_to(a, z)", "np.broadcast_to(a, (2,) + a.shape)"],
    "clip": ["np.clip(a, -1, 2)", "np.clip(a, b, None)", "np.clip(a, s, s)", "(c := a.copy(), np.clip(c, 0, 3, out=c), c)[1:]"],
    "concat": ["np.concat([a, b])", "np.concat((a, a), axis=n)"],
    "concatenate": ["np.concatenate([a, a])", "np.concatenate((a, b, a), axis=n)", "np.concatenate([a, b], axis=None)"],
    "copy": ["np.copy(a)", "steps(np.copy(a, order='F'))"],
    "dot": ["np.dot(a, b)", "np.dot(a, a.T)"],
    "matmul": ["np.matmul(a, b)", "np.matmul(a, a.T)", "a.T @ a"],
    "empty": ["np.empty(z, t).shape", "np.empty(z).dtype"],
    "empty_like": ["steps(np.empty_like(a))", "np.empty_like(a, t).dtype"],
    "expand_dims": ["np.expand_dims(a, n)", "np.expand_dims(a, (0, 2))"],
    "flip": ["np.flip(a)", "np.flip(a, n)"],
    "fliplr": ["np.fliplr(a)"],
    "flipud": ["np.flipud(a)"],
    "full": ["np.full(z, s)", "np.full(z, 3, dtype=t)", "np.full(z, k, order='F')"],
    "full_like": ["np.full_like(a, 2)", "np.full_like(a, s, dtype=t)"],
    "matrix_transpose": ["np.matrix_transpose(a)"],
    "moveaxis": ["np.moveaxis(a, n, p)", "np.moveaxis(a, [0, n], [1, p])"],
    "ones": ["np.ones(z)", "steps(np.ones(z, t, order='F'))"],
    "ones_like": ["np.ones_like(a)", "np.ones_like(a, dtype=t)", "steps(np.ones_like(a))"],
    "permute_dims": ["np.permute_dims(a, (n, p))", "np.permute_dims(a)"],
    "ravel": ["np.ravel(a)", "np.ravel(a, 'F')"],
    "reshape": ["np.reshape(a, w)", "np.reshape(a, -1)", "np.reshape(a, w, order='F')"],
    "squeeze": ["np.squeeze(a)", "np.squeeze(a, n)"],
    "swapaxes": ["np.swapaxes(a, n, p)"],
    "transpose": ["np.transpose(a)", "np.transpose(a, (n, p))"],
    "where": ["np.where(m, a, b)", "np.where(m, a, s)", "np.where(m)", "np.where(a, a, a)"],
    "zeros": ["np.zeros(z)", "np.zeros(z, t)"],
    "zeros_like": ["np.zeros_like(a)", "steps(np.zeros_like(a))"],
    # Not all of these are native.
    "append": ["np.append(a, b)", "np.append(a, a, axis=n)"],
    "argpartition": ["np.argpartition(a, 0).shape"],
    "argsort": ["np.argsort(a, kind='stable')", "np.argsort(a, axis=n, kind='stable')"],
    "argwhere": ["np.argwhere(a)"],
    "around": ["np.around(a)", "np.around(a, 1)"],
    "array_equal": ["np.array_equal(a, b)", "np.array_equal(a, a)"],
    "ascontiguousarray": ["np.ascontiguousarray(a)", "np.ascontiguousarray(a, t)"],
    "asfortranarray": ["np.asfortranarray(a)", "steps(np.asfortranarray(a))"],
    "bincount": ["np.bincount(abs(a) % 7)"],
    "broadcast_arrays": ["np.broadcast_arrays(a, b)"],
    "column_stack": ["np.column_stack((a, a))"],
    "compress": ["np.compress([True, False], a, axis=n)"],
    "copyto": ["(c := a.copy(), np.copyto(c, b), c)[2]", "(c := a.copy(), np.copyto(c, s, where=m), c)[2]"],
    "count_nonzero": ["np.count_nonzero(a)", "np.count_nonzero(a, axis=n)"],
    "cumprod": ["np.cumprod(a)", "np.cumprod(a, axis=n)"],
    "cumsum": ["np.cumsum(a)", "np.cumsum(a, axis=n)", "np.cumsum(a, dtype=t)"],
    "cumulative_prod": ["np.cumulative_prod(a, axis=n)"],
    "cumulative_sum": ["np.cumulative_sum(a, axis=n)", "np.cumulative_sum(a, axis=n, include_initial=k)"],
    "delete": ["np.delete(a, 0)", "np.delete(a, [0, -1], axis=n)", "np.delete(a, m.ravel())", "steps(np.delete(a, slice(0, 5, 2), n))"],
    "diag": ["np.diag(a)", "np.diag(a, 1)"],
    "diagonal": ["np.diagonal(a)", "np.diagonal(a, -1)"],
    "diff": ["np.diff(a)", "np.diff(a, axis=n)"],
    "dstack": ["np.dstack((a, a))"],
    "einsum": ["np.einsum('i...->...i', a)", "np.einsum('...i,...i', a, a)", "np.einsum('...ii->...i', g)"]
    + ["np.einsum('...ij,...jk->...ik', g, h)", "np.einsum('...ij,...kj,...kl', g, h, g, optimize=k)"],
    "tensordot": ["np.tensordot(a, a.T, 1)", "np.tensordot(a, a, (n, n))", "np.tensordot(g, h, ([0, -1], [0, -1]))"],
    "extract": ["np.extract(m, a)"],
    "eye": ["np.eye(3)", "np.eye(2, 4, 1, dtype=t)"],
    "flatnonzero": ["np.flatnonzero(a)"],
    "hstack": ["np.hstack((a, a))", "np.hstack([a, b])"],
    "identity": ["np.identity(3, t)"],
    "imag": ["np.imag(a)"],
    "inner": ["np.inner(a, b)", "np.inner(a, a)"],
    "insert": ["np.insert(a, 0, 1)", "np.insert(a, 0, 1, axis=n)", "np.insert(a, [0, -1], s)", "steps(np.insert(a, 0, b, n))"],
    "isclose": ["np.isclose(a, b)"],
    "isin": ["np.isin(a, b)"],
    "lexsort": ["np.lexsort((a, a))"],
    "linspace": ["np.linspace(0, s, 7)", "np.linspace(1, 2, 5, endpoint=k, dtype=t)"],
    "may_share_memory": ["np.may_share_memory(a, a)", "np.may_share_memory(a, b)"],
    "median": ["np.median(a)", "np.median(a, axis=n)"],
    "meshgrid": ["np.meshgrid(a, [1, 2])", "np.meshgrid(a.ravel(), b.ravel(), indexing='ij')", "np.meshgrid(a.ravel(), s, sparse=k)"],
    "nan_to_num": ["np.nan_to_num(a)"],
    "ndim": ["np.ndim(a)", "np.ndim(s)"],
    "nonzero": ["np.nonzero(a)"],
    "outer": ["np.outer(a, b)"],
    "partition": ["np.partition(a, 0)[..., :1]"],
    "ptp": ["np.ptp(a)", "np.ptp(a, axis=n)"],
    "put": ["(c := a.copy(), np.put(c, [0, -1], s), c)[2]"],
    "put_along_axis": ["(c := a.copy(), np.put_along_axis(c, a.argsort(axis=n), 1, n), c)[2]"],
    "putmask": ["(c := a.copy(), np.putmask(c, m, b), c)[2]"],
    "real": ["np.real(a)"],
    "repeat": ["np.repeat(a, 2)", "np.repeat(a, 3, axis=n)"],
    "resize": ["np.resize(a, z)"],
    "roll": ["np.roll(a, 1)", "np.roll(a, -2, axis=n)"],
    "rollaxis": ["np.rollaxis(a, n)"],
    "rot90": ["np.rot90(a)", "np.rot90(a, 3)"],
    "round": ["np.round(a)", "np.round(a, 1)"],
    "searchsorted": ["np.searchsorted(np.sort(a), b)", "np.searchsorted(np.sort(a), a, 'right')"],
    "select": ["np.select([m, a > 1], [a, b], s)"],
    "shape": ["np.shape(a)", "np.shape(s)"],
    "shares_memory": ["np.shares_memory(a, a)", "np.shares_memory(a, b)"],
    "size": ["np.size(a)", "np.size(a, n)"],
    "sort": ["np.sort(a)", "np.sort(a, axis=n)", "np.sort(a, axis=None)"],
    "split": ["np.split(a, [1])", "np.array_split(a, 2, n)"],
    "stack": ["np.stack([a, a])", "np.stack((a, b), axis=n)"],
    "take": ["np.take(a, [0, -1])", "np.take(a, 0, axis=n)", "np.take(a, [[0, 5]], axis=n, mode='clip')"],
    "take_along_axis": ["np.take_along_axis(a, np.argsort(a, axis=n, kind='stable'), n)"],
    "tile": ["np.tile(a, 2)", "np.tile(a, (2, 1, 2))"],
    "trace": ["np.trace(a)"],
    "tri": ["np.tri(3, 4, 1, t)"],
    "tril": ["np.tril(a)", "np.tril(a, -1)"],
    "triu": ["np.triu(a)", "np.triu(a, 1)"],
    "unique": ["np.unique(a)", "np.unique(a, return_counts=True)"],
    "unstack": ["np.unstack(a, axis=n)"],
    "vdot": ["np.vdot(a, b)"],
    "vecdot": ["np.vecdot(a, b)"],
    "vstack": ["np.vstack((a, a))", "np.vstack([a, b])"],
    "apply_along_axis": ["np.apply_along_axis(lambda line: line[::-1], n, a)", "np.apply_along_axis(lambda line: line[0], n, a)"],
    "bartlett": ["np.bartlett(n)", "np.bartlett(7)", "np.bartlett(s)"],
    "blackman": ["np.blackman(n)", "np.blackman(7)", "np.blackman(s)"],
    "block": ["np.block([a, a])", "np.block([[a, s], [s, a]])", "np.block([[a], [b]])"],
    "can_cast": ["np.can_cast(a.dtype, t)", "np.can_cast(a, t, 'same_kind')"],
    "choose": ["np.choose(m, [a, b])", "np.choose(m, [s, a])", "np.choose(np.arange(np.size(a)).reshape(np.shape(a)), [a, b, s], mode='wrap')"],
    "common_type": ["np.common_type(a, b)", "np.common_type(a)"],
    "diag_indices": ["np.diag_indices(5)", "np.diag_indices(n, 3)"],
    "diag_indices_from": ["np.diag_indices_from(a)", "np.diag_indices_from(g)"],
    "fromfunction": ["np.fromfunction(lambda i, j: i * j, (3, 4), dtype=t)", "np.fromfunction(lambda *axes: sum(axes), z)"],
    "geomspace": ["np.geomspace(1, 256, 9)", "np.geomspace(2.5, 1e-3, 4, endpoint=k)", "np.geomspace(abs(s) + 1, 8)"],
    "hamming": ["np.hamming(n)", "np.hamming(7)", "np.hamming(s)"],
    "hanning": ["np.hanning(n)", "np.hanning(7)", "np.hanning(s)"],
    "histogram2d": ["np.histogram2d(a.ravel(), a.ravel()[::-1], 3)", "np.histogram2d(a.ravel(), a.ravel(), [[-1, 0, 2], 4], density=k)"],
    "histogramdd": ["np.histogramdd(np.resize(a, (20, 2)), 3)", "np.histogramdd(a, 2)", "np.histogramdd(np.resize(a, (9, 3)), (2, 3, [0, 1]))"],
    "i0": ["np.i0(a)", "np.i0(s)", "np.i0(abs(a) * 9)"],
    "indices": ["np.indices(z)", "np.indices(z, t)", "np.indices(z, sparse=True)"],
    "iscomplex": ["np.iscomplex(a)", "np.iscomplex(s)"],
    "isreal": ["np.isreal(a)", "np.isreal(s)"],
    "issubdtype": ["np.issubdtype(t, np.inexact)", "np.issubdtype(a.dtype, t)"],
    "ix_": ["np.ix_(a.ravel(), [1, 2])", "np.ix_(m.ravel(), m.ravel())", "np.ix_(a)"],
    "kaiser": ["np.kaiser(7, 14)", "np.kaiser(n, 2.5)", "np.kaiser(5, s)"],
    "logspace": ["np.logspace(0, 3, 4)", "np.logspace(-1, s, 7, base=2)", "np.logspace(0, 1, dtype=t)"],
    "mask_indices": ["np.mask_indices(4, np.triu)", "np.mask_indices(3, np.tril, n)"],
    "min_scalar_type": ["np.min_scalar_type(a)", "np.min_scalar_type(s)"],
    "pad": ["np.pad(a, 2)", "np.pad(a, ((1, 3),), 'reflect')", "np.pad(a, n, 'wrap')", "np.pad(a, (2, 0), constant_values=s)", "steps(np.pad(a, (0, 9), 'symmetric'))", "np.pad(a, 1, 'edge')", "np.pad(a, (n, 2), 'mean', stat_length=2)", "np.pad(a, 2, 'linear_ramp')", "np.pad(a, 1, 'maximum')"],
    "piecewise": ["np.piecewise(a, [m, ~m], [s, lambda x: -x])", "np.piecewise(a, [m], [lambda x: x + 1, 0])"],
    "promote_types": ["np.promote_types(a.dtype, t)", "np.promote_types(t, b.dtype)"],
    "ravel_multi_index": ["np.ravel_multi_index(np.nonzero(a), np.shape(a))", "np.ravel_multi_index((n, p), (3, 4), mode='wrap')", "np.ravel_multi_index((n, p), (3, 4), order='F')"],
    "result_type": ["np.result_type(a, b)", "np.result_type(a, s)", "np.result_type(t, s, 1)"],
    "tril_indices": ["np.tril_indices(4, n)", "np.tril_indices(3, 0, 5)"],
    "tril_indices_from": ["np.tril_indices_from(a, n)", "np.tril_indices_from(np.resize(a, (4, 3)))"],
    "triu_indices": ["np.triu_indices(4, n)", "np.triu_indices(3, 0, 5)"],
    "triu_indices_from": ["np.triu_indices_from(a, n)", "np.triu_indices_from(np.resize(a, (4, 3)))"],
    "unravel_index": ["np.unravel_index(np.flatnonzero(a), np.shape(a))", "np.unravel_index(n, (3, 4), order='F')", "np.unravel_index([0, 5], z)"],
    "vander": ["np.vander(a.ravel()[:5])", "np.vander(a.ravel()[:4], 3, increasing=k)", "np.vander(a)"],
    # With NaN and other things that a mask puts in: what is summed is drawn without.
    "nanargmax": ["np.nanargmax(a)", "np.nanargmax(a, axis=n, keepdims=k)"],
    "nanargmin": ["np.nanargmin(a)", "np.nanargmin(a, axis=n, keepdims=k)"],
    "nancumprod": ["np.nancumprod(np.where(m, a, np.nan))", "np.nancumprod(np.where(m, a, np.nan), axis=n)", "np.nancumprod(a, dtype=t)"],
    "nancumsum": ["np.nancumsum(np.where(m, a, np.nan))", "np.nancumsum(np.where(m, a, np.nan), axis=n)", "np.nancumsum(a, dtype=t)"],
    "nanmax": ["np.nanmax(a)", "np.nanmax(a, axis=n, keepdims=k)", "np.nanmax(a, axis=n, initial=1, where=m)"],
    "nanmin": ["np.nanmin(a)", "np.nanmin(a, axis=n, keepdims=k)", "np.nanmin(a, axis=(0, n), initial=s)"],
    "nanmean": ["np.nanmean(np.where(m, a, np.nan))", "np.nanmean(np.where(m, a, np.nan), axis=n, keepdims=k)", "np.nanmean(a, axis=n, dtype=t)", "np.nanmean(a, where=m)"],
    "nanmedian": ["np.nanmedian(np.where(m, a, np.nan))", "np.nanmedian(np.where(m, a, np.nan), axis=n, keepdims=k)", "np.nanmedian(a, axis=n)"],
    "nanpercentile": ["np.nanpercentile(np.where(m, a, np.nan), 30)", "np.nanpercentile(np.where(m, a, np.nan), [10, 90], axis=n, keepdims=k)", "np.nanpercentile(a, 25, method='nearest')"],
    "nanquantile": ["np.nanquantile(np.where(m, a, np.nan), 0.3)", "np.nanquantile(np.where(m, a, np.nan), [0.1, 0.5], axis=n, keepdims=k)", "np.nanquantile(a, 0.75, axis=n, method='lower')"],
    "nanprod": ["np.nanprod(np.where(m, a, np.nan))", "np.nanprod(np.where(m, a, np.nan), axis=n, keepdims=k)", "np.nanprod(a, dtype=t, initial=2)"],
    "nanstd": ["np.nanstd(np.where(m, a, np.nan))", "np.nanstd(np.where(m, a, np.nan), axis=n, ddof=1)", "np.nanstd(a, axis=n, keepdims=k)"],
    "nansum": ["np.nansum(np.where(m, a, np.nan))", "np.nansum(np.where(m, a, np.nan), axis=n, keepdims=k)", "np.nansum(a, axis=n, dtype=t)"],
    "nanvar": ["np.nanvar(np.where(m, a, np.nan))", "np.nanvar(np.where(m, a, np.nan), axis=n, ddof=1)", "np.nanvar(a, axis=n, where=m)"],
    "percentile": ["np.percentile(a, 30)", "np.percentile(a, [10, 90.5], axis=n, keepdims=k)", "np.percentile(a, 25, method='higher')"],
    "quantile": ["np.quantile(a, 0.3)", "np.quantile(a, [0.1, 0.9], axis=n, keepdims=k)", "np.quantile(a, 0.75, axis=n, method='midpoint')", "np.quantile(a, 0.4, method='inverted_cdf', weights=np.ones(np.shape(a)))"],
    "average": ["np.average(a)", "np.average(a, axis=n, keepdims=k)", "np.average(a, axis=n, weights=abs(a) + 1, returned=k)", "np.average(a, axis=n, weights=np.arange(1, 1 + np.shape(a)[n]))"],
    "allclose": ["np.allclose(a, b)", "np.allclose(a, a + 1e-9, equal_nan=k)", "np.allclose(a, b, rtol=0.5, atol=s)"],
    "angle": ["np.angle(a)", "np.angle(a, deg=k)", "np.angle(s)"],
    "array_equiv": ["np.array_equiv(a, b)", "np.array_equiv(a, a[None])", "np.array_equiv(a, s)"],
    "array_split": ["np.array_split(a, 3)", "np.array_split(a, 2, axis=n)", "np.array_split(a, [1, 3], n)"],
    "asanyarray": ["np.asanyarray(a)", "np.asanyarray(a, dtype=t)", "np.asanyarray([s, s])", "steps(np.asanyarray(a, order='F'))"],
    "broadcast_shapes": ["np.broadcast_shapes(a.shape, b.shape)", "np.broadcast_shapes(z, 1, (2, 1))", "np.broadcast_shapes(w)"],
    "convolve": ["np.convolve(a, b)", "np.convolve(a, [1, 2, 3], 'same')", "np.convolve(a.ravel(), a.ravel()[:4], 'valid')"],
    "correlate": ["np.correlate(a, b)", "np.correlate(a, [1, 2, 3], 'same')", "np.correlate(a.ravel(), a.ravel()[:4], 'full')"],
    "cov": ["np.cov(a)", "np.cov(a, rowvar=k, ddof=0)", "np.cov(a, a, bias=k)", "np.cov(a, fweights=np.arange(1, 1 + np.shape(a)[-1]))"],
    "corrcoef": ["np.corrcoef(a)", "np.corrcoef(a, rowvar=k)", "np.corrcoef(a, a[::-1])"],
    "cross": ["np.cross(np.resize(a, (2, 3)), np.resize(b, 3))", "np.cross(np.resize(a, (3, 4)), np.resize(a, (3, 1))[::-1], axis=0)", "np.cross(a, b)", "np.cross(np.resize(a, (4, 3)), np.resize(b, (4, 3)), axisc=0)"],
    "diagflat": ["np.diagflat(a)", "np.diagflat(a.ravel()[:5], 2)", "np.diagflat([s, s], -1)"],
    "digitize": ["np.digitize(a, [-1, 0, 2.5])", "np.digitize(a, [100, 1, -3], right=k)", "np.digitize(a, np.sort(b.ravel()))"],
    "hsplit": ["np.hsplit(a, 1)", "np.hsplit(a, [1, 3])"],
    "vsplit": ["np.vsplit(a, 1)", "np.vsplit(a, [1, -1])"],
    "dsplit": ["np.dsplit(a, 1)", "np.dsplit(a, [1])", "np.dsplit(np.atleast_3d(a), [0, 2])"],
    "ediff1d": ["np.ediff1d(a)", "np.ediff1d(a, to_begin=1, to_end=[2, 3])", "np.ediff1d(a, to_end=a.ravel()[:2])"],
    "fill_diagonal": ["(c := a.copy(), np.fill_diagonal(c, s), c)[2]", "(c := np.resize(a, (7, 3)), np.fill_diagonal(c, b, wrap=k), c)[2]", "(c := np.resize(a, (3, 3, 3)).T, np.fill_diagonal(c, [1, 2]), c)[2]"],
    "fix": ["np.fix(a)", "np.fix(s)", "(c := a.copy(), np.fix(c, out=c), c)[2]"],
    "gradient": ["np.gradient(a)", "np.gradient(a, 2, axis=n)", "np.gradient(a, edge_order=2)", "np.gradient(a, np.arange(np.shape(a)[n]) ** 2, axis=n)"],
    "histogram": ["np.histogram(a)", "np.histogram(a, 4, (-2, 3), density=k)", "np.histogram(a, [-1, 0, 0.5, 3])", "np.histogram(a, 3, (-5, 5), weights=np.ones(np.shape(a)))"],
    "histogram_bin_edges": ["np.histogram_bin_edges(a)", "np.histogram_bin_edges(a, 'sturges')", "np.histogram_bin_edges(a, 5, (-1, 2))", "np.histogram_bin_edges(a, 'auto', range=(-3, 3))"],
    "interp": ["np.interp(a, [-1, 0, 2], [3, 5, 4.5])", "np.interp(a, [0, 1, 2], [3, 5, 4.5], left=-1, right=s)", "np.interp([0.5, s], np.arange(np.size(a)), a.ravel())", "np.interp(a, [0, 1], [2, 3], period=1.5)"],
    "intersect1d": ["np.intersect1d(a, b)", "np.intersect1d(a, b, return_indices=True)", "np.intersect1d(np.unique(a), np.unique(b), assume_unique=True)"],
    "setdiff1d": ["np.setdiff1d(a, b)", "np.setdiff1d(a, [0, 1])", "np.setdiff1d(np.unique(a), np.unique(b), assume_unique=True)"],
    "setxor1d": ["np.setxor1d(a, b)", "np.setxor1d(a, [0, 1])", "np.setxor1d(np.unique(a), np.unique(b), assume_unique=True)"],
    "union1d": ["np.union1d(a, b)", "np.union1d(a, [s, 1])"],
    "unique_all": ["np.unique_all(a)", "np.unique_all(b)"],
    "unique_counts": ["np.unique_counts(a)", "np.unique_counts(b)"],
    "unique_inverse": ["np.unique_inverse(np.nan_to_num(a))", "np.unique_inverse(np.nan_to_num(b))"],  # each NaN is one of its own
    "unique_values": ["np.sort(np.unique_values(a))", "np.unique_values(b).shape"],  # in any order
    "iscomplexobj": ["np.iscomplexobj(a)", "np.iscomplexobj(s)", "np.iscomplexobj(a[..., :0])"],
    "isrealobj": ["np.isrealobj(a)", "np.isrealobj(s)", "np.isrealobj([s, 1])"],
    "isneginf": ["np.isneginf(a)", "np.isneginf(s)", "(o := np.zeros(np.shape(a), bool), np.isneginf(a, out=o))[0]"],
    "isposinf": ["np.isposinf(a)", "np.isposinf(s)", "(o := np.zeros(np.shape(a), bool), np.isposinf(a, out=o))[0]"],
    "kron": ["np.kron(a.ravel()[:9], b.ravel()[:9])", "np.kron(np.resize(a, (2, 3)), b)", "np.kron(a, s)", "np.kron([1, 2], a)"],
    "matvec": ["np.matvec(a, b)", "np.matvec(g, h[..., 0])", "np.matvec(a, np.arange(np.shape(a)[-1]))"],
    "vecmat": ["np.vecmat(b, a)", "np.vecmat(g[..., 0], h)", "np.vecmat(np.arange(np.shape(a)[-2]), a)"],
    "place": ["(c := a.copy(), np.place(c, m, b), c)[2]", "(c := a.copy(), np.place(c, m, [1, s, 3]), c)[2]", "(c := a.copy(), np.place(c, c > 1, c[..., :1].copy()), c)[2]"],
    "polyval": ["np.polyval([1, 2, 3], a)", "np.polyval(a.ravel()[:4], b)", "np.polyval([s, 1, 0.5], a)"],
    "real_if_close": ["np.real_if_close(a)", "np.real_if_close(a.real + 1e-20j)", "np.real_if_close(a, tol=0.5)", "np.real_if_close(s)"],
    "sinc": ["np.sinc(a)", "np.sinc(s)"],
    "trapezoid": ["np.trapezoid(a)", "np.trapezoid(a, dx=0.5, axis=n)", "np.trapezoid(a, np.arange(np.shape(a)[n]) ** 2, axis=n)", "np.trapezoid(a, a, axis=n)"],
    "trim_zeros": ["np.trim_zeros(a)", "np.trim_zeros(a.ravel(), 'b')", "np.trim_zeros(np.where(m, a, 0), 'f', axis=n)"],
    "unwrap": ["np.unwrap(a)", "np.unwrap(a, axis=n, period=4)", "np.unwrap(a * 3, discont=2)"],
    # Of linalg: under names of their own, because some stand in the main namespace, too.
    "linalg.cholesky": ["np.linalg.cholesky(h)", "np.linalg.cholesky(h, upper=k)", "np.linalg.cholesky(a)"],
    "linalg.cond": ["np.linalg.cond(g)", "np.linalg.cond(g, 'fro')", "np.linalg.cond(g, -1)", "np.linalg.cond(h, np.inf)"],
    "linalg.cross": ["np.linalg.cross(np.resize(a, (2, 3)), np.resize(b, 3))", "np.linalg.cross(np.resize(a, (3, 4)), np.resize(a, (3, 4))[::-1], axis=0)", "np.linalg.cross(a, b)"],
    "linalg.det": ["np.linalg.det(g)", "np.linalg.det(h)", "np.linalg.det(a)"],
    "linalg.diagonal": ["np.linalg.diagonal(a)", "np.linalg.diagonal(a, offset=-1)", "np.linalg.diagonal(g, offset=1)"],
    "linalg.eig": ["np.linalg.eig(h)", "np.linalg.eig(g)", "np.linalg.eig(a)"],
    "linalg.eigh": ["np.linalg.eigh(h)", "np.linalg.eigh(g, 'U')", "np.linalg.eigh(a)"],
    "linalg.eigvals": ["np.linalg.eigvals(h)", "np.linalg.eigvals(g)", "np.linalg.eigvals(a)"],
    "linalg.eigvalsh": ["np.linalg.eigvalsh(h)", "np.linalg.eigvalsh(g, UPLO='U')", "np.linalg.eigvalsh(a)"],
    "linalg.inv": ["np.linalg.inv(g)", "np.linalg.inv(h)", "np.linalg.inv(a)"],
    "linalg.lstsq": ["np.linalg.lstsq(g, h)", "np.linalg.lstsq(g[..., 0:1], g[..., 0], rcond=1e-6)", "np.linalg.lstsq(a, a)[1:]"],
    "linalg.matmul": ["np.linalg.matmul(a, b)", "np.linalg.matmul(g, h)"],
    "linalg.matrix_norm": ["np.linalg.matrix_norm(a)", "np.linalg.matrix_norm(a, ord=1, keepdims=k)", "np.linalg.matrix_norm(g, ord=2)", "np.linalg.matrix_norm(a, ord='nuc')"],
    "linalg.matrix_power": ["np.linalg.matrix_power(g, 3)", "np.linalg.matrix_power(g, -2)", "np.linalg.matrix_power(a, 2)", "np.linalg.matrix_power(g, 0)"],
    "linalg.matrix_rank": ["np.linalg.matrix_rank(g)", "np.linalg.matrix_rank(h, tol=1e-3, hermitian=True)", "np.linalg.matrix_rank(g, rtol=1e-3)", "np.linalg.matrix_rank(s)"],
    "linalg.matrix_transpose": ["np.linalg.matrix_transpose(a)", "np.linalg.matrix_transpose(g)"],
    "linalg.multi_dot": ["np.linalg.multi_dot([np.resize(a, (3, 2)), np.resize(b, (2, 5)), np.resize(a, (5, 4))])", "np.linalg.multi_dot([a, b])", "np.linalg.multi_dot([np.resize(a, 3), np.resize(b, (3, 4)), np.resize(a, (4, 2)), np.resize(b, 2)])"],
    "linalg.norm": ["np.linalg.norm(a)", "np.linalg.norm(a, axis=n, keepdims=k)", "np.linalg.norm(a, 1, axis=(n, p))", "np.linalg.norm(a, 3, axis=n)", "np.linalg.norm(a, -np.inf)"],
    "linalg.outer": ["np.linalg.outer(a.ravel(), b.ravel()[:5])", "np.linalg.outer(a, b)"],
    "linalg.pinv": ["np.linalg.pinv(g)", "np.linalg.pinv(h, hermitian=True)", "np.linalg.pinv(g[..., 0:1])", "np.linalg.pinv(s)"],
    "linalg.qr": ["np.linalg.qr(a)", "np.linalg.qr(g, mode='complete')", "np.linalg.qr(a, 'r')", "np.linalg.qr(g, 'raw')"],
    "linalg.slogdet": ["np.linalg.slogdet(g)", "np.linalg.slogdet(h)", "np.linalg.slogdet(a)"],
    "linalg.solve": ["np.linalg.solve(g, h)", "np.linalg.solve(g, h[..., 0:1])", "np.linalg.solve(g, np.arange(np.shape(g)[-1]))", "np.linalg.solve(a, b)"],
    "linalg.svd": ["np.linalg.svd(g)", "np.linalg.svd(h, hermitian=True)", "np.linalg.svd(a, compute_uv=False)", "np.linalg.svd(g[..., :2], full_matrices=k)"],
    "linalg.svdvals": ["np.linalg.svdvals(a)", "np.linalg.svdvals(g)"],
    "linalg.tensorinv": ["np.linalg.tensorinv(g, 1)", "np.linalg.tensorinv(np.eye(6, dtype=t).reshape(2, 3, 6) * 2)", "np.linalg.tensorinv(a, ind=1)"],
    "linalg.tensorsolve": ["np.linalg.tensorsolve(g, np.arange(len(g)))", "np.linalg.tensorsolve(np.eye(6, dtype=t).reshape(2, 3, 6) * 2, np.resize(a, (2, 3)))", "np.linalg.tensorsolve(a, b)"],
    "linalg.trace": ["np.linalg.trace(a)", "np.linalg.trace(g, offset=1)", "np.linalg.trace(g, dtype=t)"],
    "linalg.tensordot": ["np.linalg.tensordot(g, h, axes=([0, -1], [0, -1]))", "np.linalg.tensordot(a, a.T, axes=1)"],
    "linalg.vecdot": ["np.linalg.vecdot(a, b)", "np.linalg.vecdot(a, a, axis=n)"],
    "linalg.vector_norm": ["np.linalg.vector_norm(a)", "np.linalg.vector_norm(a, axis=n, keepdims=k)", "np.linalg.vector_norm(a, ord=1, axis=(0, n))", "np.linalg.vector_norm(a, ord=np.inf)"],
}  # fmt: skip

#: The same for methods and attributes of arrays.
METHODS = {
    **{name: [f"a.{name}"] for name in "T data dtype imag itemsize mT nbytes ndim real shape size strides".split()},
    **{name: [f"a.{name}()", f"a.{name}(axis=n, keepdims=k)"] for name in "all any max min".split()},
    **{name: [f"a.{name}()", f"a.{name}(axis=n)"] for name in "argmax argmin cumprod cumsum mean prod std sum var".split()},
    **{name: [f"a.{name}()"] for name in "flatten nonzero tobytes tolist".split()},
    "data": ["bytes(a.data)"],
    "base": ["a[...].base is None", "a.copy().base"],
    "device": ["a.device"],
    "flags": ["[a.flags[name] for name in ('C', 'F', 'W', 'A', 'FORC', 'CARRAY')]"],
    "flat": ["list(a.flat)", "a.flat[1:]", "(c := a.copy(), setattr(c, 'flat', 2), c)[2]"],
    "ctypes": ["tuple(a.ctypes.shape)", "a.ctypes.data % 8 if a.ndim == 0 else 0"],
    "argpartition": ["a.argpartition(0).shape"],
    "argsort": ["a.argsort(kind='stable')", "a.argsort(n, kind='stable')"],
    "astype": ["a.astype(t)", "steps(a.astype(t, order='F'))", "a.astype(t, copy=False)", "a.astype(t, casting='same_kind')"],
    "choose": ["(a % 2).choose([1, 2])"],
    "clip": ["a.clip(-1, 2)", "a.clip(max=s)", "a.clip(b, b)"],
    "compress": ["a.compress([True], axis=n)"],
    "copy": ["a.copy()", "steps(a.copy('F'))", "steps(a.copy('K'))", "steps(a.copy('A'))"],
    "diagonal": ["a.diagonal()"],
    "dot": ["a.dot(b)", "a.dot(a.T)"],
    "fill": ["(c := a.copy(), c.fill(s), c)[2]", "(c := a.copy(), c.fill(b), c)[2]"],
    "item": ["a.item()", "a.item(0)", "a.item(-1)"],
    "partition": ["(c := a.copy(), c.partition(0), c[..., :1])[2]"],
    "put": ["(c := a.copy(), c.put([0, -1], 1), c)[2]"],
    "ravel": ["a.ravel()", "a.ravel('F')", "a.ravel('K')"],
    "repeat": ["a.repeat(2)", "a.repeat(2, n)"],
    "reshape": ["a.reshape(w)", "a.reshape(-1, 2)", "a.reshape(w, order='F')", "np.shares_memory(a, a.reshape(w))"],
    "round": ["a.round()", "a.round(1)"],
    "searchsorted": ["np.sort(a).searchsorted(b)"],
    "setflags": ["(c := a.copy(), c.setflags(write=k), c.flags.writeable)[2]"],
    "sort": ["(c := a.copy(), c.sort(), c)[2]", "(c := a.copy(), c.sort(n), c)[2]"],
    "squeeze": ["a.squeeze()", "a.squeeze(n)"],
    "swapaxes": ["a.swapaxes(n, p)"],
    "take": ["a.take([0, -1])", "a.take(0, axis=n)"],
    "trace": ["a.trace()"],
    "transpose": ["a.transpose()", "a.transpose(n, p)"],
    "view": ["a.view()", "a.view(t)"],
    "conj": ["a.conj()", "a.conj(np.zeros_like(a))", "a.conj(out=a)", "a.conj() is a", "a.conj(1, 2)"],
    "conjugate": ["a.conjugate()", "(o := np.zeros_like(a), a.conjugate(o), o)[2]"],
    "__complex__": ["complex(a)", "complex(a.ravel()[0])", "complex(a[..., None].ravel()[:1].reshape(()))", "a.__complex__(1)"],
    "__dlpack__": ["np.from_dlpack(a).tolist()", "type(a.__dlpack__(copy=k)).__name__", "a.__dlpack__(stream=1)"],
    "__dlpack_device__": ["a.__dlpack_device__()"],
    "__array__": ["np.asarray(a.__array__())", "np.asarray(a.__array__(t))"],
    "__bool__": ["bool(a)"],
    "__contains__": ["s in a", "1 in a"],
    "__copy__": ["a.__copy__()"],
    "__deepcopy__": ["a.__deepcopy__({})"],
    "__delitem__": ["a.__delitem__(0)"],
    "__float__": ["float(a)"],
    "__getitem__": ["a[i]", "a[m]", "a[0]", "a[..., 0]", "a[None]", "a[[0, -1]]"],
    "__index__": ["a.__index__()"],
    "__int__": ["int(a)"],
    "__iter__": ["list(a)"],
    "__len__": ["len(a)"],
    "__setitem__": ["(c := a.copy(), c.__setitem__(i, 1), c)[2]", "(c := a.copy(), c.__setitem__(m, s), c)[2]",
                    "(c := a.copy(), c.__setitem__(Ellipsis, b), c)[2]", "a.__setitem__(0, 1)"],
    **{name: [f"a.{name}()"] for name in "__abs__ __invert__ __neg__ __pos__".split()},
}  # fmt: skip

_INFIX = "add and divmod floordiv lshift matmul mod mul or pow rshift sub truediv xor".split()
for _name in _INFIX:
    METHODS[f"__{_name}__"] = [f"a.__{_name}__(b)", f"a.__{_name}__(s)"]
    METHODS[f"__r{_name}__"] = [f"a.__r{_name}__(b)", f"a.__r{_name}__(s)"]
    METHODS[f"__i{_name}__"] = [f"(c := a.copy(), c.__i{_name}__(b), c)[1:]", f"(c := a.copy(), c.__i{_name}__(s), c)[1:]",
                                f"(c := a.copy(), c.__i{_name}__(c[::-1]), c)[1:]"]  # fmt: skip


def ufunc_texts(name: str, inputs: int) -> list[str]:
    """Calls of a universal function: plain, with a number, into an operand, into an overlapping view, with a mask."""
    if inputs == 1:
        return [f"np.{name}(a)", f"np.{name}(s)", f"(c := a.copy(), np.{name}(c[1:], out=c[:-1]), c)[2]",
                f"(o := np.zeros_like(a), np.{name}(a, out=o, where=m))[1]"]  # fmt: skip
    return [f"np.{name}(a, b)", f"np.{name}(a, s)", f"np.{name}(s, a)", f"(c := a.copy(), np.{name}(c[1:], c[:-1], out=c[1:]), c)[2]",
            f"(o := np.zeros_like(a), np.{name}(a, a, out=o, where=m))[1]"]  # fmt: skip


LAYOUTS = ["rows", "columns", "reversed", "spread", "permuted", "broadcast", "unaligned", "read-only"]
SHAPES = [(), (0,), (1,), (5,), (17,), (2, 3), (4, 4), (1, 5), (3, 0, 2), (2, 1, 3), (2, 3, 2, 2), (300,)]


class Draw:
    """The names of a text. `finite` leaves out what overflows and cancels: those results are rounded by no rule; without
    `signed_zeros` there is no -0.0.
    """

    def __init__(self, seed: str, finite: bool, signed_zeros: bool = True) -> None:
        self.rng = random.Random(seed)
        self.finite = finite
        self.signed_zeros = signed_zeros

    def elements(self, dtype: str, count: int) -> numpy.ndarray:
        if self.finite and numpy.dtype(dtype).kind in "fc":
            values = numpy.array([self.rng.randrange(-8, 9) / 4 + 0.125 for _ in range(count)])
        elif self.finite and numpy.dtype(dtype).kind in "iu":
            values = numpy.array([self.rng.randrange(0, 6) for _ in range(count)])
        else:
            special = sample(dtype)
            values = special[[self.rng.randrange(len(special)) for _ in range(count)]] if count else special[:0]
        values = values.astype(dtype)
        return values if self.signed_zeros or values.dtype.kind not in "fc" else values + values.dtype.type(0)

    def array(self, dtype: str, shape: tuple[int, ...], layout: str) -> numpy.ndarray:
        base = self.elements(dtype, math.prod(shape)).reshape(shape)
        if layout == "columns":
            return numpy.asfortranarray(base)
        if layout == "reversed":
            return base[(*(slice(None, None, -1),) * base.ndim, ...)]
        if layout == "spread":
            wide = numpy.zeros([2 * length for length in shape], dtype)[(*(slice(None, None, 2),) * base.ndim, ...)]
            wide[...] = base
            return wide
        if layout == "permuted":
            return base.transpose(self.rng.sample(range(base.ndim), base.ndim))
        if layout == "broadcast" and base.ndim and base.shape[0]:
            return numpy.broadcast_to(base[:1], shape)
        if layout == "unaligned":
            return numpy.frombuffer(bytearray(b"x" + base.tobytes()), numpy.uint8)[1:].view(dtype).reshape(shape)
        if layout == "read-only":
            base.flags.writeable = False
        return base

    def names(self, dtype: str) -> dict[str, object]:
        rng = self.rng
        shape = rng.choice(SHAPES)
        first = self.array(dtype, shape, rng.choice(LAYOUTS))
        shape = first.shape
        other = rng.choice(DTYPES) if rng.random() < 0.3 else dtype
        near = tuple(length if rng.random() < 0.8 else 1 for length in shape)[rng.choice([0, 0, 0, len(shape) // 2]) :]
        second = self.array(other, near if rng.random() < 0.95 else rng.choice(SHAPES), rng.choice(LAYOUTS))
        axes = range(-len(shape), len(shape)) or [0, -1]
        lengths = list(shape)
        rng.shuffle(lengths)
        mask = numpy.array([rng.random() < 0.5 for _ in range(first.size)], bool).reshape(shape)
        numbers = [0, 1, 2, 3, -1, 1.5, -0.0, 2.0, True] + ([] if self.finite else [300, -(2**40), 1e300, 1j])
        drawn = {
            "a": first,
            "b": second,
            "m": mask if rng.random() < 0.9 else mask[..., None],
            "s": rng.choice([number for number in numbers if self.signed_zeros or number != 0 or type(number) is int]),
            "t": rng.choice(DTYPES),
            "n": rng.choice(axes) if rng.random() < 0.95 else len(shape) + 1,
            "p": rng.choice(axes),
            "k": rng.random() < 0.5,
            "i": rng.choice([0, -1, 2, slice(1, None), slice(None, None, -2), ..., None, (slice(None), 0), (0, ..., None), [0, -1]]),
            "w": rng.choice([tuple(lengths), (-1, *lengths[:1]), (math.prod(shape),), (1, *lengths), (2, -1), (7,)]),
            "z": rng.choice(SHAPES[:-2]),
        }
        return drawn | self.matrices(dtype)

    def matrices(self, dtype: str) -> dict[str, numpy.ndarray]:
        """Square matrices whose diagonals outweigh the rest: far from singular, with eigenvalues that are apart."""
        rng = self.rng
        n = rng.choice([0, 1, 2, 3, 3, 4])
        shape = (*rng.choice([(), (), (2,), (0,), (3, 2)]), n, n)
        if dtype == "bool":
            regular = numpy.tri(n, dtype=bool) & (self.elements(dtype, math.prod(shape)).reshape(shape) | numpy.eye(n, dtype=bool))
            hermitian = numpy.broadcast_to(numpy.eye(n, dtype=bool), shape)
        else:
            values = numpy.array([rng.randrange(0, 9) / 4 + 0.125 for _ in range(math.prod(shape))]).reshape(shape)
            if dtype.startswith("complex"):
                values = values + 1j * values[..., ::-1]
            with numpy.errstate(all="ignore"):
                regular = (values + numpy.diag(numpy.arange(12, 12 + 3 * n, 3))).astype(dtype)
            hermitian = numpy.tril(regular, -1)
            hermitian = hermitian + hermitian.conj().swapaxes(-1, -2) + numpy.eye(n, dtype=dtype) * regular.real.astype(dtype)
        found = {}
        for name, matrix in (("g", regular), ("h", hermitian)):
            axes = [*range(matrix.ndim - 2), matrix.ndim - 1, matrix.ndim - 2]
            layout = rng.choice(["rows", "columns", "reversed", "read-only"])
            if layout == "columns":
                matrix = matrix.transpose(axes).copy().transpose(axes)
            elif layout == "reversed":
                matrix = matrix[..., ::-1, ::-1]
            elif layout == "read-only":
                matrix = matrix.copy()
                matrix.flags.writeable = False
            found[name] = matrix
        return found
