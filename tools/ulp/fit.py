"""Computes every constant of the vector math and writes src/rooftop/ops/meaning/coefficients.h.

Usage: python3 tools/ulp/fit.py [--check]     (needs mpmath; about a minute)
--check writes nothing and fails if the header differs from what would be written.
"""

import argparse
import pathlib
import struct
import sys

import fit_tanh
from mpmath import mp, mpf
from remez import fit, to_format

HEADER = pathlib.Path(__file__).resolve().parents[2] / "src/rooftop/ops/meaning/coefficients.h"
LN2 = mp.log(2)
HALF_LN2 = LN2 / 2 * mpf("1.001")
#: Tables of exponentials and logarithms have as many entries as two 512-bit registers have doubles.
ENTRIES = 16
HALF_STEP = LN2 / ENTRIES / 2 * mpf("1.001")
QUARTER_PI_SQUARED = (mp.pi / 4 * mpf("1.001")) ** 2
#: Entries of the logarithms' tables that lie below 1, and the part below 1 of the entry that 1 is in. A half of it
#: reaches up to 1/32: from there on |z / c - 1|, which is rounded, is always smaller than the logarithm.
BELOW_ONE = mpf("9.5")
#: |z / c - 1| of any entry, by format: of few floats the best 1 / c is farther from the middle.
LOG_REST = [mpf("0.03126"), mpf("0.0316")]
SMALL = mpf(2) ** -40


def _series(function, series, small=SMALL):
    """`function`, replaced near zero by the leading term of its series, where cancellation would eat the precision."""
    return lambda x: series if abs(x) < small else function(x)


def exp_tail(base_log):
    """(e**(k r) - 1 - k r) / r**2."""
    return _series(lambda r: (mp.expm1(base_log * r) - base_log * r) / r**2, base_log**2 / 2)


def of_root(function):
    """A function of z = r**2 from one of r."""
    return lambda z: function(mp.sqrt(z))


SIN_TAIL = _series(of_root(lambda r: (mp.sin(r) - r) / r**3), mpf(-1) / 6)
COS_TAIL = _series(of_root(lambda r: (mp.cos(r) - 1 + r * r / 2) / r**4), mpf(1) / 24)
R_COT = _series(of_root(lambda r: r / mp.tan(r)), mpf(1))
ASIN_TAIL = _series(of_root(lambda r: (mp.asin(r) - r) / r**3), mpf(1) / 6)
ATAN_TAIL = _series(of_root(lambda r: (mp.atan(r) - r) / r**3), mpf(-1) / 3)
SINH_TAIL = _series(of_root(lambda r: (mp.sinh(r) - r) / r**3), mpf(1) / 6)
COSH_TAIL = _series(of_root(lambda r: (mp.cosh(r) - 1) / r**2), mpf(1) / 2)
ATANH_TAIL = _series(of_root(lambda s: (mp.atanh(s) - s) / s**3), mpf(1) / 3)
ERF_RATIO = _series(of_root(lambda x: mp.erf(x) / x - 1), 2 / mp.sqrt(mp.pi) - 1)
HALF_LN2_SQUARED = HALF_LN2**2
# Where erf changes its form, and the centre of erfc's variable t = (a - K) / (a + K), by format.
ERF_LIMIT = [mpf(1), mpf("0.875")]
ERFC_CENTRE = [mpf(3), mpf("2.5")]
ERFC_SLOPE = mpf("1.125")  # about 2 / sqrt(pi): the function is flat at a = 0
ERFC_END = [28, mpf("10.5")]


def scaled_erfc(centre):
    """(1 + slope a) e**(a a) erfc(a) as a function of t."""

    def function(t):
        a = centre * (1 + t) / (1 - t)
        return (1 + ERFC_SLOPE * a) * mp.exp(a * a) * mp.erfc(a)

    return function


def log_polynomials(which):
    """Rows as in POLYNOMIALS."""
    rest = LOG_REST[which]
    rows = [(name, log_slope(base), -rest, rest, slope_weight(base), 8, 4) for name, base, *_ in LOG_BASES[1:]]
    return [
        ("Log", log_tail, -rest, rest, log_weight, 7, 3),
        *rows,
        ("PowLog", log_tail_3, -rest, rest, lambda r: abs(r**3 / mp.log1p(r)) if r else mpf(0), 8, 3),
    ]


def erf_polynomials(which):
    """Rows as in POLYNOMIALS, whose ranges depend on the format."""
    limit, centre, end = ERF_LIMIT[which], ERFC_CENTRE[which], ERFC_END[which]
    top = [mpf(6), mpf(4)][which]
    erfc = scaled_erfc(centre)
    return [
        ("Erf", ERF_RATIO, mpf(0), (limit * mpf("1.0001")) ** 2, lambda z: 1 / (1 + ERF_RATIO(z)), 11, 5),
        ("LogErfc", lambda a: -mp.log(mp.erfc(a)), limit, top, mp.erfc, 16, 7),
        ("Erfc", erfc, mpf(-1), (end - centre) / (end + centre), lambda t: 1 / erfc(t), 22, 9),
    ]


def log_slope(base_log):
    """log(1 + r) / r, in units of the base's logarithm."""
    return _series(lambda r: mp.log1p(r) / r / base_log, 1 / base_log)


def log_tail(r):
    """(log(1 + r) - r) / r**2."""
    return mpf(-1) / 2 if abs(r) < SMALL else (mp.log1p(r) - r) / r**2


def log_tail_3(r):
    """(log(1 + r) - r + r**2 / 2) / r**3."""
    return mpf(1) / 3 if abs(r) < SMALL else (mp.log1p(r) - r + r * r / 2) / r**3


#: Name, logarithm of the base, and the last bits of the tables' logarithms by format: with them, multiples of the
#: logarithm of 2 for all exponents add up without rounding.
LOG_BASES = [("Log", mpf(1), -42, -17), ("Log2", LN2, -42, -16), ("Log10", mp.log(10), -42, -17)]


def log_weight(r):
    return r * r / abs(mp.log1p(r)) if r else mpf(0)


def slope_weight(base_log):
    return lambda r: abs(r * base_log / mp.log1p(r)) if r else base_log


# One row per polynomial: name, function, low, high, weight (error is measured relative to the final result),
# degree for float64, degree for float32.
POLYNOMIALS = [
    ("Exp", exp_tail(mpf(1)), -HALF_STEP, HALF_STEP, lambda r: r * r, 4, 1),
    ("Expm1", exp_tail(mpf(1)), -HALF_STEP, HALF_STEP, lambda r: r * r / abs(mp.expm1(r)) if r else mpf(0), 5, 2),
    ("Exp2", exp_tail(LN2), mpf("-0.03126"), mpf("0.03126"), lambda r: r * r, 4, 1),
    ("Sin", SIN_TAIL, mpf(0), QUARTER_PI_SQUARED, lambda z: z, 5, 2),
    ("Cos", COS_TAIL, mpf(0), QUARTER_PI_SQUARED, lambda z: z * z, 5, 2),
    ("Tan", R_COT, mpf(0), QUARTER_PI_SQUARED, lambda z: mpf(1), 9, 4),
    ("Asin", ASIN_TAIL, mpf(0), mpf("0.25"), lambda z: z, 12, 5),
    ("Atan", ATAN_TAIL, mpf(0), mpf(1), lambda z: z, 20, 9),
    ("Sinh", SINH_TAIL, mpf(0), HALF_LN2_SQUARED, lambda z: z, 4, 2),
    ("Cosh", COSH_TAIL, mpf(0), HALF_LN2_SQUARED, lambda z: z, 5, 2),
    ("Atanh", ATANH_TAIL, mpf(0), mpf("0.0405"), lambda z: z, 7, 3),
    ("InverseCbrt", lambda m: 1 / mp.cbrt(m), mpf(1), mpf(2), mp.cbrt, 5, 3),
]

# name, value, how many parts of the format's own width it is split into
CONSTANTS = [
    ("Log2e", 1 / LN2, 1),
    ("Ln2", LN2, 2),
    ("TwoOverPi", 2 / mp.pi, 1),
    ("HalfPi", mp.pi / 2, 2),
]
PART_NAMES = ["", "Low", "Tail"]
# name, value: a high part that ends in as many zero bits as an exponent has, and the rest.
SHORT_CONSTANTS = [("Ln2Short", LN2), ("Log10Of2Short", mp.log10(2))]


def hexadecimal(value, bits):
    number = float(value)
    assert mpf(number) == value, "not representable"
    return number.hex().replace("0x0.0p+0", "0.0") if number == 0 else _trim(number.hex())


def _trim(text):
    mantissa, exponent = text.split("p")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return f"{mantissa}p{exponent}"


def array(name, values, bits):
    rows = [", ".join(hexadecimal(v, bits) for v in values[i : i + 4]) for i in range(0, len(values), 4)]
    return f"  static constexpr double k{name}[] = {{\n      " + ",\n      ".join(rows) + "};\n"


def two_over_pi_blocks(bits, step, first, last):
    """Rows of four parts of (2**(first + step * q) * 2 / pi) mod 4, q = 0 to last."""
    with mp.workprec(4000):
        values = []
        for q in range(last + 1):
            rest = mp.fmod(mp.ldexp(2 / mp.pi, first + step * q), 4)
            for _ in range(4):
                part = to_format(rest, bits)
                values.append(part)
                rest -= part
        return values


def _letters(bits):
    return ("d", "q") if bits == 53 else ("f", "i")


def float_bits(value, bits):
    as_float, as_int = _letters(bits)
    return struct.unpack("<" + as_int, struct.pack("<" + as_float, float(value)))[0]


def from_float_bits(whole, bits):
    as_float, as_int = _letters(bits)
    return mpf(struct.unpack("<" + as_float, struct.pack("<" + as_int, whole))[0])


def exp_tables(bits):
    """2**(j / 16) rounded, less j / 16 of an exponent's step in its bits; and what the rounding left off, relative."""
    shift = bits - 1 - 4
    values, tails = [], []
    for j in range(ENTRIES):
        exact = mpf(2) ** (mpf(j) / ENTRIES)
        rounded = to_format(exact, bits)
        values.append(from_float_bits(float_bits(rounded, bits) - (j << shift), bits))
        tails.append(to_format(exact / rounded - 1, bits))
    return values, tails


def log_start(bits):
    """Bits of the least float of the range [start, 2 start) whose logarithms the tables hold."""
    return float_bits(1, bits) - int(mp.nint(BELOW_ONE * 2 ** (bits - 5)))


def log_tables(bits, base_log, last_bit):
    """1/c and log(c) for each part of the range: c such that log(c) is short and yet accurate.

    Short, so that its sum with a multiple of log(2)'s short part is exact; then 1/c is the float, of many near the
    middle, whose logarithm that short number comes closest to.
    """
    grid = mpf(2) ** last_bit
    start = log_start(bits)
    inverses, values = [], []
    for j in range(ENTRIES):
        low, high = (from_float_bits(start + ((j + end) << (bits - 5)), bits) for end in (0, 1))
        if low < 1 < high:
            inverses.append(mpf(1))
            values.append(mpf(0))
            continue
        # Not the arithmetic mean: 1/c = 4/3 and its neighbours on the grid have but three different roundings.
        middle = mp.nint(mp.log(low * high) / 2 / base_log / grid)
        tries = 20_000 if bits == 53 else int(mpf("0.002") / base_log / grid)
        best = None
        for step in range(-tries, tries):
            value = (middle + step) * grid
            inverse = to_format(mp.exp(-value * base_log), bits)
            error = abs(mp.log(inverse) / base_log + value)
            if best is None or error < best[0]:
                best = error, inverse, value
        print(f"log table entry {j}: 2^{mp.nstr(mp.log(best[0], 2), 4)}", file=sys.stderr)
        assert max(abs(low * best[1] - 1), abs(high * best[1] - 1)) < LOG_REST[bits != 53]
        inverses.append(best[1])
        values.append(best[2])
    return inverses, values


def tables(bits):
    values, tails = exp_tables(bits)
    out = [array("ExpTable", values, bits), array("ExpTail", tails, bits)]
    out.append(f"  static constexpr std::int64_t kLogStartBits = {log_start(bits):#x};\n")
    for name, base_log, *last_bits in LOG_BASES:
        inverses, values = log_tables(bits, base_log, last_bits[bits != 53])
        out += [array(f"{name}Inverse", inverses, bits), array(f"{name}Value", values, bits)]
        if name == "Log":
            rests = [to_format(-mp.log(i) - v, bits) for i, v in zip(inverses, values)]
            out.append(array("LogValueLow", rests, bits))
    return "".join(out)


def tanh_constants(bits):
    if bits == 53:
        text, found = "", fit_tanh.constants64()
    else:
        text = f"  static constexpr double kTanhScale = {hexadecimal(fit_tanh.SCALE, bits)};\n"
        found = fit_tanh.constants32()
    worst = None
    for name, values, error in found:
        if error != worst:
            text += f"  /// Largest error 2^{mp.nstr(mp.log(error, 2), 4)}.\n"
        worst = error
        text += array(name, values, bits)
    return text


def format_block(name_of_struct, bits, which):
    out = [f"/// Constants of the {'double' if bits == 53 else 'single'} format.\nstruct {name_of_struct} {{\n"]
    for name, value, parts in CONSTANTS:
        rest = value
        for part in range(parts):
            rounded = to_format(rest, bits)
            out.append(f"  static constexpr double k{name}{PART_NAMES[part]} = {hexadecimal(rounded, bits)};\n")
            rest -= rounded
    out.append(f"  static constexpr double kErfLimit = {float(ERF_LIMIT[which])};\n")
    out.append(f"  static constexpr double kErfcCentre = {float(ERFC_CENTRE[which])};\n")
    out.append(f"  static constexpr double kErfcSlope = {float(ERFC_SLOPE)};\n")
    # pi/2 in three parts, the middle one so short that its product with a moderate quadrant number is exact.
    quadrant_bits = 22 if bits == 53 else 10
    first = to_format(mp.pi / 2, bits)
    middle = to_format(mp.pi / 2 - first, bits - quadrant_bits)
    tail = to_format(mp.pi / 2 - first - middle, bits)
    out.append(f"  static constexpr double kModerateLimit = {float(2**quadrant_bits).hex()};\n")
    out.append(f"  static constexpr double kHalfPiMiddle = {hexadecimal(middle, bits)};\n")
    out.append(f"  static constexpr double kHalfPiTail = {hexadecimal(tail, bits)};\n")
    for name, value in SHORT_CONSTANTS:
        high = to_format(value, bits - (11 if bits == 53 else 8))
        low = to_format(value - high, bits)
        out.append(f"  static constexpr double k{name} = {hexadecimal(high, bits)};\n")
        out.append(f"  static constexpr double k{name}Low = {hexadecimal(low, bits)};\n")
    for name, function, low, high, weight, *degrees in POLYNOMIALS + log_polynomials(which) + erf_polynomials(which):
        coefficients, error = fit(function, low, high, degrees[which], bits, weight)
        shown = mp.nstr(mp.log(error, 2), 4)
        print(f"{name_of_struct} {name} degree {degrees[which]}: 2^{shown}", file=sys.stderr)
        out.append(f"  /// Largest error 2^{shown}.\n")
        out.append(array(f"{name}Polynomial", coefficients, bits))
    out.append(tanh_constants(bits))
    out.append("  /// Tables of logarithm.h and exponential.h.\n")
    out.append(tables(bits))
    if bits == 53:
        out.append("  /// Arctangents of the multiples of 17/256.\n")
        exact = [mp.atan(mpf(17 * j) / 256) for j in range(ENTRIES)]
        rounded = [to_format(value, bits) for value in exact]
        out.append(array("AtanValue", rounded, bits))
        out.append(array("AtanValueLow", [to_format(e - r, bits) for e, r in zip(exact, rounded)], bits))
        blocks = two_over_pi_blocks(53, 32, -32, 31)
    else:
        blocks = two_over_pi_blocks(24, 8, -16, 15)
    out.append(
        "  /// Rows of four parts of (2^(step * row + first) * 2 / pi) mod 4; "
        "step and first are 32 and -32, in float32 8 and -16.\n"
    )
    out.append(array("TwoOverPiBlocks", blocks, bits))
    out.append("};\n")
    return "".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    text = (
        "// Polynomials and split constants of the vector math, written by tools/ulp/fit.py: do not edit.\n"
        "// Each polynomial is a minimax fit; its error is relative to the function's result.\n"
        "#pragma once\n\n#include <cstdint>\n\nnamespace rooftop::ops::meaning {\n\n// clang-format off\n"
        + format_block("Coefficients64", 53, 0)
        + "\n"
        + format_block("Coefficients32", 24, 1)
        + "// clang-format on\n\n}  // namespace rooftop::ops::meaning\n"
    )
    if arguments.check:
        return 0 if HEADER.read_text() == text else 1
    HEADER.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
