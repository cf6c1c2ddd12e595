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
_BITS = {"c_contiguous": 1, "f_contiguous": 2, "writeable": 4, "aligned": 8, "owndata": 16}
_SHOWN = ("C_CONTIGUOUS", "F_CONTIGUOUS", "OWNDATA", "WRITEABLE", "ALIGNED", "WRITEBACKIFCOPY")


class flagsobj:
    """The flags of one array; they change with it."""

    __slots__ = ("_array",)

    def __init__(self, array) -> None:
        object.__setattr__(self, "_array", array)

    def __getattr__(self, name: str) -> bool:
        bits = _array_flags(self._array)
        if name in _BITS:
            return bool(bits & _BITS[name])
        if name in ("contiguous", "fortran"):
            return bool(bits & (1 if name == "contiguous" else 2))
        if name == "writebackifcopy":
            return False
        if name == "behaved":
            return self.aligned and self.writeable
        if name == "carray":
            return self.behaved and self.c_contiguous
        if name == "farray":
            return self.behaved and self.f_contiguous and not self.c_contiguous
        if name == "fnc":
            return self.f_contiguous and not self.c_contiguous
        if name == "forc":
            return self.f_contiguous or self.c_contiguous
        if name == "num":
            return bits & 3 | (bits & 16) >> 2 | (bits & 8) << 5 | (bits & 4) << 8
        raise AttributeError(f"flags have no {name!r}")

    def __setattr__(self, name: str, value) -> None:
        if name != "writeable":
            raise AttributeError(f"flag {name!r} cannot be set")
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


def flags_of(array) -> flagsobj:
    return flagsobj(array)
