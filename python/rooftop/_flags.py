"""`ndarray.flags`: how the elements lie in memory."""

from __future__ import annotations

from rooftop._core import _array_flags, _set_writeable

_LETTERS = {
    "C": "c_contiguous",
    "CONTIGUOUS": "c_contiguous",
    "C_CONTIGUOUS": "c_contiguous",
    "F": "f_contiguous",
    "FORTRAN": "f_contiguous",
    "F_CONTIGUOUS": "f_contiguous",
    "O": "owndata",
    "OWNDATA": "owndata",
    "W": "writeable",
    "WRITEABLE": "writeable",
    "A": "aligned",
    "ALIGNED": "aligned",
    "X": "writebackifcopy",
    "WRITEBACKIFCOPY": "writebackifcopy",
    "B": "behaved",
    "BEHAVED": "behaved",
    "CA": "carray",
    "CARRAY": "carray",
    "FA": "farray",
    "FARRAY": "farray",
    "FNC": "fnc",
    "FORC": "forc",
}
_SHOWN = ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA", "WRITEABLE", "ALIGNED", "WRITEBACKIFCOPY")


def _flag(test, meaning: str) -> property:
    """A flag that is told from the bits."""
    return property(lambda self: test(_array_flags(self._array)), doc=meaning)


class flagsobj:
    """The flags of one array; they change with it."""

    __slots__ = ("_array",)

    def __init__(self, array) -> None:
        self._array = array

    c_contiguous = contiguous = _flag(lambda bits: bits & 1 != 0, "The last index runs fastest, without gaps.")
    f_contiguous = fortran = _flag(lambda bits: bits & 2 != 0, "The first index runs fastest, without gaps.")
    aligned = _flag(lambda bits: bits & 8 != 0, "Elements lie where the processor expects them.")
    owndata = _flag(lambda bits: bits & 16 != 0, "The memory is the array's own.")
    behaved = _flag(lambda bits: bits & 12 == 12, "Aligned and writeable.")
    carray = _flag(lambda bits: bits & 13 == 13, "Behaved and C-contiguous.")
    farray = _flag(lambda bits: bits & 15 == 14, "Behaved and F-contiguous alone.")
    fnc = _flag(lambda bits: bits & 3 == 2, "F-contiguous alone.")
    forc = _flag(lambda bits: bits & 3 != 0, "C-contiguous or F-contiguous.")
    writebackifcopy = _flag(lambda bits: False, "Never.")
    num = _flag(lambda bits: bits & 3 | (bits & 16) >> 2 | (bits & 8) << 5 | (bits & 4) << 8, "NumPy's bits.")

    @property
    def writeable(self) -> bool:
        """Elements may be written."""
        return _array_flags(self._array) & 4 != 0

    @writeable.setter
    def writeable(self, value) -> None:
        _set_writeable(self._array, bool(value))

    def __getitem__(self, key: str) -> bool:
        if not isinstance(key, str) or key not in _LETTERS:
            raise KeyError("Unknown flag")
        return getattr(self, _LETTERS[key])

    def __setitem__(self, key: str, value) -> None:
        if key not in ("W", "WRITEABLE"):
            raise KeyError("Unknown flag")
        self.writeable = value

    def __eq__(self, other) -> bool:
        return isinstance(other, flagsobj) and self.num == other.num

    def __hash__(self) -> int:
        return hash(self.num)

    def __repr__(self) -> str:
        return "\n".join(f"  {name} : {self[name]}" for name in _SHOWN) + "\n"
