"""Functions made of native ones: which module of ours has each, and the way on to NumPy for what it does not know.

They are imported when they are first asked for. Each takes our arrays (or lists) of numbers and the options that are
met often; anything else goes to NumPy's function of the same name, whose errors and warnings are the right ones.
"""

from __future__ import annotations

from rooftop._core import asarray, ndarray

_NAMES = {
    "_averages": ("average", "cov", "corrcoef"),
    "_blocks": ("block",),
    "_choices": ("piecewise", "select"),
    "_closeness": ("allclose", "array_equal", "array_equiv", "isclose"),
    "_differences": ("diff", "ediff1d", "gradient", "trapezoid", "unwrap"),
    "_editing": ("delete", "insert"),
    "_elements": (
        *("angle", "cross", "fix", "imag", "iscomplex", "isneginf", "isposinf", "isreal", "nan_to_num", "polyval"),
        *("real", "real_if_close", "sinc", "trim_zeros"),
    ),
    "_grids": (
        *("diag_indices", "diag_indices_from", "fromfunction", "indices", "ix_", "mask_indices", "meshgrid"),
        *("tril_indices", "tril_indices_from", "triu_indices", "triu_indices_from"),
    ),
    "_histograms": ("histogram", "histogram_bin_edges"),
    "_histograms_nd": ("histogram2d", "histogramdd"),
    "_limits": ("finfo", "iinfo"),
    "_lines": ("apply_along_axis",),
    "_nan_functions": (
        *("nancumprod", "nancumsum", "nanmax", "nanmean", "nanmin", "nanprod", "nanstd", "nansum", "nanvar"),
    ),
    "_nan_statistics": ("nanargmax", "nanargmin", "nanmedian", "nanpercentile", "nanquantile"),
    "_selections": ("compress", "extract", "ptp"),
    "_padding": ("pad",),
    "_sequences": ("geomspace", "logspace", "vander"),
    "_sets": (
        *("intersect1d", "setdiff1d", "setxor1d", "union1d", "unique_all", "unique_counts", "unique_inverse"),
        "unique_values",
    ),
    "_types": ("astype", "isdtype"),
    "_windows": ("bartlett", "blackman", "hamming", "hanning", "i0", "kaiser"),
}
#: The module of each name.
MODULES = {name: module for module, names in _NAMES.items() for name in names}


class Unset:
    """What stands for an argument that was not given, where None is one."""

    def __repr__(self) -> str:
        return "<not given>"


UNSET = Unset()


def numpys(name: str, *arguments, **keywords):
    """NumPy's function, without the arguments that were not given."""
    from rooftop import _delegate

    return _delegate.call(name, arguments, {key: value for key, value in keywords.items() if value is not UNSET})


def plain(value) -> ndarray | None:
    """An array of ours of at least one axis, also of a list or tuple; None for anything else."""
    if type(value) in (list, tuple):
        value = asarray(value)
    return value if type(value) is ndarray and value.ndim else None


def any_of(truth) -> bool:
    """Whether an element is true, or the one of a reduction of everything."""
    return truth.any() if type(truth) is ndarray else bool(truth)


def all_of(truth) -> bool:
    """Whether all elements are true."""
    return truth.all() if type(truth) is ndarray else bool(truth)


def along(axis: int, rank: int, part: slice | int) -> tuple:
    """The subscript of a part of an axis."""
    return (slice(None),) * (axis % rank) + (part,)
