"""What the types of numbers hold: finfo, iinfo."""

from __future__ import annotations

from rooftop import _core
from rooftop._composed import numpys
from rooftop._core import dtype as dtype_type
from rooftop._core import ndarray

__all__ = ["finfo", "iinfo"]

#: Bits of the exponent and of the fraction, by the type's name.
_PARTS = {"float16": (5, 10), "bfloat16": (8, 7), "float32": (8, 23), "float64": (11, 52)}
_REAL_PARTS = {"complex64": "float32", "complex128": "float64"}
_RULE = "-" * 63


def _type_of(given) -> dtype_type | None:
    """The type that a dtype, its name, a scalar type, an array or a number stands for; none for other things."""
    if isinstance(given, ndarray):
        return given.dtype
    for asked in (given, type(given)):
        try:
            return None if asked is None else dtype_type(asked)
        except TypeError:
            pass
    return None


class finfo:  # noqa: N801 - NumPy's name
    """Limits of a type of floating-point numbers, of the parts of complex ones; as numpy.finfo.

    Parameters
    ----------
    dtype : dtype, str, type, array or number
        The type, or what has it.

    Attributes
    ----------
    bits, nexp, nmant : int
        Bits of the whole, of the exponent and of the fraction; `iexp` is `nexp`.
    eps, epsneg : scalar of the type
        From 1.0 to the next larger number, and to the next smaller one: 2 to the `machep` and to the `negep`.
    max, min : scalar of the type
        The largest and the least finite number; `maxexp` is the least power of two beyond.
    smallest_normal, tiny, smallest_subnormal : scalar of the type
        The least positive numbers: 2 to the `minexp`, twice, and with fewer digits.
    precision : int
        Decimal digits that are kept; `resolution` is 10 to the power of minus so many.

    Raises
    ------
    ValueError
        The type is none of floating-point numbers.
    """

    _known: dict[str, finfo] = {}

    def __new__(cls, dtype):
        found = _type_of(dtype)
        name = "" if found is None else _REAL_PARTS.get(found.name, found.name)
        if name not in _PARTS:
            return numpys("finfo", dtype if found is None else found)
        if name not in cls._known:
            cls._known[name] = cls._of(name)
        return cls._known[name]

    @classmethod
    def _of(cls, name: str) -> finfo:
        self = object.__new__(cls)
        scalar = getattr(_core, name)
        self.dtype = dtype_type(name)
        self.nexp, self.nmant = _PARTS[name]
        self.iexp = self.nexp
        self.bits = 1 + self.nexp + self.nmant
        self.maxexp = 1 << (self.nexp - 1)
        self.minexp = 2 - self.maxexp
        self.machep, self.negep = -self.nmant, -self.nmant - 1
        self.eps, self.epsneg = scalar(2.0**self.machep), scalar(2.0**self.negep)
        self.max = scalar((2.0 - 2.0**self.machep) * 2.0 ** (self.maxexp - 1))
        self.min = -self.max
        self.tiny = self.smallest_normal = scalar(2.0**self.minexp)
        self.smallest_subnormal = scalar(2.0 ** (self.minexp - self.nmant))
        self.precision = int(self.nmant * 0.30102999566398120)  # of a power of two, log10(2) times the exponent
        self.resolution = scalar(10.0**-self.precision)
        return self

    def __reduce__(self):
        return finfo, (self.dtype,)

    def __repr__(self) -> str:
        low, high = (f"{float(each):.5e}" if self.bits == 16 else str(each) for each in (self.min, self.max))
        return f"finfo(resolution={self.resolution!s}, min={low}, max={high}, dtype={self.dtype})"

    def __str__(self) -> str:
        lines = [
            f"Machine parameters for {self.dtype}",
            _RULE,
            f"precision = {self.precision}   resolution = {self.resolution!s}",
            f"machep = {self.machep}   eps =        {self.eps!s}",
            f"negep =  {self.negep}   epsneg =     {self.epsneg!s}",
            f"minexp = {self.minexp}   tiny =       {self.tiny!s}",
            f"maxexp = {self.maxexp}   max =        {self.max!s}",
            f"nexp =   {self.nexp}   min =        -max",
            f"smallest_normal = {self.smallest_normal!s}   smallest_subnormal = {self.smallest_subnormal!s}",
            _RULE,
        ]
        return "\n".join(lines) + "\n"


class iinfo:  # noqa: N801 - NumPy's name
    """Limits of a type of integers; as numpy.iinfo.

    Parameters
    ----------
    type : dtype, str, type, array or number
        The type, or what has it.

    Attributes
    ----------
    bits : int
    min, max : int
        The least and the largest number.

    Raises
    ------
    ValueError
        The type is none of integers.
    """

    def __new__(cls, type):
        found = _type_of(type)
        if found is None or found.kind not in "iu":
            return numpys("iinfo", type if found is None else found)
        self = object.__new__(cls)
        self.dtype = found
        self.kind = found.kind
        self.bits = 8 * found.itemsize
        self.key = f"{self.kind}{self.bits}"
        return self

    @property
    def min(self) -> int:
        return 0 if self.kind == "u" else -(1 << (self.bits - 1))

    @property
    def max(self) -> int:
        return (1 << (self.bits if self.kind == "u" else self.bits - 1)) - 1

    def __reduce__(self):
        return iinfo, (self.dtype,)

    def __repr__(self) -> str:
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype})"

    def __str__(self) -> str:
        return f"Machine parameters for {self.dtype}\n{_RULE}\nmin = {self.min}\nmax = {self.max}\n{_RULE}\n"


for _class in (finfo, iinfo):
    _class.__module__ = "rooftop"
