"""`ndarray.flat`: all elements in row-major order."""

from __future__ import annotations

from rooftop import _delegate
from rooftop._core import _from_numpy, _numpy_view, ndarray


class flatiter:
    """An iterator over the elements of an array, which can also be subscripted and assigned to."""

    __slots__ = ("_base", "_flat")
    __hash__ = None

    def __init__(self, base: ndarray) -> None:
        self._base = base
        self._flat = _numpy_view(base).flat

    base = property(lambda self: self._base, doc="The array.")
    index = property(lambda self: self._flat.index, doc="The place of the next element.")
    coords = property(lambda self: self._flat.coords, doc="The subscripts of the next element.")

    def __iter__(self) -> flatiter:
        return self

    def __next__(self):
        return _from_numpy(next(self._flat))

    def __len__(self) -> int:
        return len(self._flat)

    def __getitem__(self, key):
        return _from_numpy(self._flat[_delegate.unwrap(key)])

    def __setitem__(self, key, value) -> None:
        self._flat[_delegate.unwrap(key)] = _delegate.unwrap(value)

    def __array__(self, dtype=None, *, copy=None):
        return self._flat.__array__(dtype)

    def copy(self) -> ndarray:
        """The elements as an array of one axis."""
        return self._base.flatten()

    def _compare(name):  # noqa: N805 - makes the methods below
        def compare(self, other):
            return getattr(self.copy(), name)(other)

        return compare

    __eq__, __ne__ = _compare("__eq__"), _compare("__ne__")
    __lt__, __le__ = _compare("__lt__"), _compare("__le__")
    __gt__, __ge__ = _compare("__gt__"), _compare("__ge__")
    del _compare


def flat_iterator(array: ndarray) -> flatiter:
    return flatiter(array)
