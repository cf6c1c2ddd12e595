"""How arrays answer other packages: NumPy's dispatch, the array API, pickles, copies.

Every function here is a method of `ndarray`, called with the array first.
"""

from __future__ import annotations

from rooftop import _core
from rooftop._core import dtype, generic, ndarray


def __array_ufunc__(self, ufunc, method, *inputs, **keywords):
    from rooftop import _delegate

    for value in inputs + keywords.get("out", ()):
        if not _is_known(value, "__array_ufunc__"):
            return NotImplemented
    ours = getattr(_core, ufunc.__name__, None)
    out = keywords.get("out", ())
    if isinstance(ours, _core.ufunc):
        if len(out) == 1:
            keywords["out"] = out[0]
        made = (ours if method == "__call__" else getattr(ours, method))(*inputs, **keywords)
    else:
        made = _delegate.run(ufunc if method == "__call__" else getattr(ufunc, method), inputs, keywords)
    return out[0] if len(out) == 1 and out[0] is not None else made  # `numpys += ours` keeps the array


def __array_function__(self, function, types, arguments, keywords):
    import rooftop
    from rooftop import _delegate

    numpy = _delegate.numpy
    if not all(issubclass(kind, (ndarray, generic)) or kind is numpy.ndarray for kind in types):
        return NotImplemented
    module = getattr(function, "__module__", None)
    ours = getattr(rooftop, function.__name__, None) if module == "numpy" else None
    if ours is not None and ours is not function:
        return ours(*arguments, **keywords)
    return _delegate.run(function, arguments, keywords)


def _is_known(value, hook: str) -> bool:
    """Whether no other type than ours and NumPy's wants to answer."""
    kind = type(value)
    if isinstance(value, (ndarray, generic)) or not hasattr(kind, hook):
        return True
    return kind.__module__.partition(".")[0] == "numpy"


def __array_namespace__(self, *, api_version=None):
    if api_version not in (None, "2021.12", "2022.12", "2023.12", "2024.12"):
        raise ValueError(f"this version of the array API is not supported: {api_version!r}; the latest is '2024.12'")
    import rooftop

    return rooftop


def __reduce_ex__(self, protocol):
    """Protocol 5 hands the memory out of band."""
    shape, kind = self.shape, self.dtype.name
    if protocol >= 5:
        from pickle import PickleBuffer

        if self.flags.c_contiguous:
            return _rebuild, (type(self), PickleBuffer(self), kind, shape, "C", _state(self))
        if self.flags.f_contiguous:
            return _rebuild, (type(self), PickleBuffer(self.T), kind, shape, "F", _state(self))
    return _rebuild, (type(self), self.tobytes(), kind, shape, "C", _state(self))


def __reduce__(self):
    return __reduce_ex__(self, 4)


def __setstate__(self, state):
    raise TypeError("arrays are not changed by pickles: pickle the array itself")


def _state(array):
    return getattr(array, "__dict__", None) or None


def _rebuild(kind, memory, name: str, shape, order: str, state):
    """An array on the memory of a pickle. Sizes that do not fit are a ValueError."""
    import numpy

    if not (isinstance(kind, type) and issubclass(kind, ndarray)):
        raise TypeError(f"a pickled array must be an ndarray, not {kind!r}")
    shape = tuple(shape)
    flat = numpy.frombuffer(memory, numpy.uint8)
    if not flat.flags.writeable and isinstance(memory, bytes):
        flat = flat.copy()
    array = _core._from_numpy(flat.view(_core._numpy_dtype(dtype(name))).reshape(shape, order=order))
    if kind is not ndarray:
        array = array.view(kind)
    if state is not None:
        array.__dict__.update(state)
    return array


def __deepcopy__(self, memo):
    copy = self.copy(order="K")
    state = _state(self)
    if state:
        from copy import deepcopy

        copy.__dict__.update(deepcopy(state, memo))
    return copy


def __format__(self, spec):
    if not isinstance(spec, str):
        raise TypeError(f"__format__() argument must be str, not {type(spec).__name__}")
    if self.ndim == 0:
        return format(self[()], spec)
    if spec:
        raise TypeError(f"unsupported format string passed to {type(self).__name__}.__format__")
    return str(self)


def scalar_attribute(value, name: str):
    """The attribute of NumPy's scalar of the same value; a method takes and gives our arrays and scalars."""
    from rooftop import _delegate

    found = getattr(_delegate.unwrap(value), name)
    if not callable(found):
        return _delegate.wrap(found)

    def method(*arguments, **keywords):
        return _delegate.run(found, arguments, keywords)

    method.__name__ = name
    return method


def setflags(self, write=None, align=None, uic=None):
    if uic:
        raise ValueError("cannot set WRITEBACKIFCOPY flag to True")
    if align is not None and not align:
        raise ValueError("cannot set aligned flag to False")
    if write is not None:
        _core._set_writeable(self, bool(write))


def __arrow_c_array__(self, requested_schema=None):
    import pyarrow

    from rooftop import _delegate

    return pyarrow.array(_delegate.numpy.asarray(self)).__arrow_c_array__(requested_schema)


def __dask_tokenize__(self):
    """Arrays of the same elements have the same name."""
    from hashlib import blake2b

    order = "F" if self.flags.f_contiguous else "C"
    elements = (self.T if order == "F" else self).tobytes()
    return "rooftop.ndarray", type(self).__name__, self.dtype.name, self.shape, order, blake2b(elements).hexdigest()
