"""Random small Python programs over scalars and arrays, as Hypothesis draws them: shrinking a draw shrinks the text.

Every name keeps one type, told by its first letter: i int, x float, b bool, u and v arrays, e an element of u.
"""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

INTS = (0, 1, -1, 2, 3, -5, 7, 10, 64, 1000, 2**31, 2**53 + 1, 2**62, 2**63 - 1)
FLOATS = ("0.0", "-0.0", "1.0", "0.5", "-2.5", "3.0", "1e-3", "1e10", "1e300", "5e-324")
FLOAT_DTYPES = ("float64", "float32")
INT_DTYPES = ("int64", "int32", "int8", "uint8")

MAX_DEPTH = 3
LOOP_LIMIT = 6


class Writer:
    """Draws a function's text, statement by statement."""

    def __init__(self, draw, arrays: bool):
        self.draw = draw
        self.arrays = arrays
        self.lines: list[str] = []
        self.bound = {"i": ["i0", "i1"], "x": ["x0", "x1"], "b": ["b0"], "e": []}
        self.maybe: list[str] = []
        self.loops = 0
        self.counter = 0
        self.locked: set[str] = set()  # loop counters that the body must not touch

    def pick(self, *choices):
        return self.draw(st.sampled_from(choices))

    def chance(self, percent: int) -> bool:
        return self.draw(st.integers(0, 99)) >= 100 - percent

    # --- expressions ---

    def int_(self, depth: int = 0) -> str:
        if depth >= MAX_DEPTH or self.chance(25):
            if self.chance(35):
                return str(self.pick(*INTS[:8])) if self.chance(85) else str(self.pick(*INTS))
            return self.name("i")
        d = depth + 1
        kind = self.pick("+", "-", "*", "//", "%", "unary", "bits", "shift", "call", "choose", "from", "power", "array")
        if kind in ("//", "%"):
            return f"({self.int_(d)} {kind} {self.int_divisor(d)})"
        if kind in ("+", "-", "*"):
            return f"({self.int_(d)} {kind} {self.int_(d)})"
        if kind == "unary":
            return f"({self.pick('-', '+', '~')}{self.int_(d)})"
        if kind == "bits":
            return f"({self.int_(d)} {self.pick('&', '|', '^')} {self.int_(d)})"
        if kind == "shift":
            count = f"({self.int_(d)} & {self.pick(3, 15, 63)})" if self.chance(80) else self.int_(d)
            return f"({self.int_(d)} {self.pick('<<', '>>')} {count})"
        if kind == "call":
            return self.pick(
                f"abs({self.int_(d)})",
                f"min({self.int_(d)}, {self.int_(d)})",
                f"max({self.int_(d)}, {self.int_(d)}, {self.int_(d)})",
                f"helper_int({self.int_(d)}, {self.int_(d)})",
                f"divmod({self.int_(d)}, {self.int_divisor(d)})[{self.pick(0, 1)}]",
            )
        if kind == "choose":
            return self.pick(
                f"({self.int_(d)} if {self.bool_(d)} else {self.int_(d)})",
                f"({self.int_(d)} and {self.int_(d)})",
                f"({self.int_(d)} or {self.int_(d)})",
            )
        if kind == "power":
            return f"({self.int_(d)} ** {self.pick(0, 1, 2, 3)})"
        if kind == "array" and self.arrays:
            return self.pick("len(u)", "len(v)", f"int(v[{self.index('v', d)}])", f"int(v[{self.index('v', d)}])", "v.size")
        return self.pick(f"int({self.float_(d)})", f"round({self.float_(d)})", f"int({self.bool_(d)})", f"({self.bool_(d)} + {self.int_(d)})")

    def float_(self, depth: int = 0) -> str:
        if depth >= MAX_DEPTH or self.chance(25):
            return self.pick(*FLOATS) if self.chance(35) else self.name("x")
        d = depth + 1
        kind = self.pick("+", "-", "*", "/", "//", "%", "unary", "mixed", "call", "choose", "from", "array")
        if kind in ("/", "//", "%"):
            return f"({self.float_(d)} {kind} {self.float_divisor(d)})"
        if kind in ("+", "-", "*"):
            return f"({self.float_(d)} {kind} {self.float_(d)})"
        if kind == "unary":
            return f"(-{self.float_(d)})"
        if kind == "mixed":
            op = self.pick("+", "-", "*")
            return self.pick(f"({self.float_(d)} {op} {self.int_(d)})", f"({self.int_(d)} {op} {self.float_(d)})")
        if kind == "call":
            return self.pick(
                f"abs({self.float_(d)})",
                f"min({self.float_(d)}, {self.float_(d)})",
                f"max({self.float_(d)}, {self.float_(d)})",
                f"math.sqrt(abs({self.float_(d)}))",
                f"math.sqrt({self.float_(d)})",
                f"math.floor({self.float_(d)}) * 1.0",
                f"math.sin({self.float_(d)})",
                f"math.copysign({self.float_(d)}, {self.float_(d)})",
                f"helper_float({self.float_(d)})",
                f"({self.float_(d)} ** 2)",
            )
        if kind == "choose":
            return self.pick(
                f"({self.float_(d)} if {self.bool_(d)} else {self.float_(d)})",
                f"({self.float_(d)} or {self.float_(d)})",
                f"({self.float_(d)} and {self.float_(d)})",
            )
        if kind == "array" and self.arrays:
            return f"float({self.element(d)})"
        return self.pick(f"float({self.int_(d)})", f"({self.int_(d)} / {self.int_divisor(d)})")

    def int_divisor(self, depth: int) -> str:
        """Seldom zero: else most programs would end there."""
        return self.pick("2", "3", "-7", "10", f"(abs({self.int_(depth)}) + 1)", f"({self.int_(depth)} | 1)", self.int_(depth))

    def float_divisor(self, depth: int) -> str:
        return self.pick("2.0", "-0.5", "3.0", f"(abs({self.float_(depth)}) + 0.5)", self.float_(depth))

    def bool_(self, depth: int = 0) -> str:
        if depth >= MAX_DEPTH or self.chance(20):
            return self.pick("True", "False") if self.chance(20) else self.name("b")
        d = depth + 1
        compare = self.pick("<", "<=", "==", "!=", ">", ">=")
        kind = self.pick("ints", "floats", "mixed", "chain", "not", "and", "or", "truth", "array")
        if kind == "ints":
            return f"({self.int_(d)} {compare} {self.int_(d)})"
        if kind == "floats":
            return f"({self.float_(d)} {compare} {self.float_(d)})"
        if kind == "mixed":
            return f"({self.int_(d)} {compare} {self.float_(d)})"
        if kind == "chain":
            return f"({self.int_(d)} {compare} {self.int_(d)} {self.pick('<', '==', '>=')} {self.int_(d)})"
        if kind == "not":
            return f"(not {self.pick(self.bool_(d), self.int_(d), self.float_(d))})"
        if kind in ("and", "or"):
            return f"({self.bool_(d)} {kind} {self.bool_(d)})"
        if kind == "array" and self.arrays:
            return f"bool({self.element(d)} {compare} {self.float_(d)})"
        return self.pick(f"bool({self.int_(d)})", f"bool({self.float_(d)})")

    def element(self, depth: int) -> str:
        """An element of u: a NumPy scalar."""
        if self.bound["e"] and self.chance(40):
            return self.pick(*self.bound["e"])
        return f"u[{self.index('u', depth)}]"

    def index(self, array: str, depth: int) -> str:
        if self.chance(80):
            return f"{self.int_(depth + 1)} % len({array})"
        return self.int_(depth + 1)

    def name(self, kind: str) -> str:
        names = self.bound[kind]
        maybe = [name for name in self.maybe if name[0] == kind and name not in names]
        if maybe and self.chance(8):
            return self.pick(*maybe)
        return self.pick(*names)

    # --- statements ---

    def line(self, indent: int, text: str) -> None:
        self.lines.append("    " * indent + text)

    def target(self, kind: str, but: str = "") -> str:
        names = [f"{kind}{k}" for k in range(4)]
        free = [name for name in names if name not in self.locked and name != but]
        return self.pick(*free)

    def bind(self, name: str) -> None:
        if name not in self.bound[name[0]]:
            self.bound[name[0]].append(name)

    def value(self, kind: str) -> str:
        return {"i": self.int_, "x": self.float_, "b": self.bool_}[kind]()

    def block(self, indent: int, depth: int) -> None:
        """A nested suite: what it binds is only perhaps bound afterwards."""
        before = {kind: list(names) for kind, names in self.bound.items()}
        count = self.draw(st.integers(1, 3))
        for _ in range(count):
            self.statement(indent, depth)
        for names in self.bound.values():
            self.maybe += [name for name in names if name not in self.maybe and name[0] != "e"]
        self.bound = before

    def statement(self, indent: int, depth: int) -> None:
        kinds = ["assign", "assign", "augment", "swap"]
        if depth < 3:
            kinds += ["if", "if", "for", "while"]
        if self.arrays:
            kinds += ["store", "store", "store_int", "augment_store"]
            if depth < 3:
                kinds += ["for_array", "for_array"]
        if self.loops:
            kinds += ["break", "continue"]
        kinds += ["return"]
        getattr(self, "write_" + self.pick(*kinds))(indent, depth)

    def write_assign(self, indent, depth):
        kind = self.pick("i", "x", "b")
        value = self.value(kind)
        name = self.target(kind)
        self.line(indent, f"{name} = {value}")
        self.bind(name)

    def write_augment(self, indent, depth):
        kind = self.pick("i", "x")
        names = [name for name in self.bound[kind] if name not in self.locked]
        if not names:
            return self.write_assign(indent, depth)
        op = self.pick("+", "-", "*", "//", "%", *("&|^" if kind == "i" else ()))
        divisor = self.int_divisor if kind == "i" else self.float_divisor
        value = divisor(1) if op in ("//", "%") else self.value(kind)
        self.line(indent, f"{self.pick(*names)} {op}= {value}")

    def write_swap(self, indent, depth):
        kind = self.pick("i", "x")
        values = self.value(kind), self.value(kind)
        a = self.target(kind)
        b = self.target(kind, but=a)  # CPython 3.11.2 gives `x, x = 1, 2` the value 1
        self.line(indent, f"{a}, {b} = {values[0]}, {values[1]}")
        self.bind(a)
        self.bind(b)

    def write_if(self, indent, depth):
        self.line(indent, f"if {self.bool_()}:")
        self.block(indent + 1, depth + 1)
        if self.chance(25):
            self.line(indent, f"elif {self.bool_()}:")
            self.block(indent + 1, depth + 1)
        if self.chance(50):
            self.line(indent, "else:")
            self.block(indent + 1, depth + 1)

    def loop(self, indent, depth, head, bound=(), locked=()):
        self.line(indent, head)
        before = {kind: list(names) for kind, names in self.bound.items()}
        for name in bound:
            self.bind(name)
        self.locked |= set(locked)
        self.loops += 1
        self.block(indent + 1, depth + 1)
        self.loops -= 1
        self.locked -= set(locked)
        self.bound = before
        self.maybe += [name for name in bound if name[0] != "e" and name not in self.maybe]
        if self.chance(15):
            self.line(indent, "else:")
            self.block(indent + 1, depth + 1)

    def write_for(self, indent, depth):
        name = self.target("i")
        small = f"({self.int_(MAX_DEPTH - 1)}) % {LOOP_LIMIT + 1}"
        head = self.pick(
            f"range({small})",
            f"range({self.pick(-2, 0, 1)}, {small})",
            f"range({small}, {self.pick(-1, 0)}, {self.pick(-1, -2)})",
            f"range({self.pick(0, 1)}, {LOOP_LIMIT}, {self.pick(1, 2, 3)})",
        )
        self.loop(indent, depth, f"for {name} in {head}:", bound=[name])

    def write_while(self, indent, depth):
        self.counter += 1
        name = f"k{self.counter}"
        self.line(indent, f"{name} = 0")
        self.line(indent, f"while {self.bool_()}:")
        self.line(indent + 1, f"{name} += 1")
        self.line(indent + 1, f"if {name} > {LOOP_LIMIT}:")
        self.line(indent + 2, "break")
        self.loops += 1
        self.block(indent + 1, depth + 1)
        self.loops -= 1

    def write_for_array(self, indent, depth):
        self.counter += 1
        element = f"e{self.counter}"
        index = self.target("i")
        part = self.pick("u", "u", "u[::-1]", "u[1:]", f"u[{self.int_(MAX_DEPTH - 1)}:]", "u[::2]")
        if self.chance(50):
            self.loop(indent, depth, f"for {element} in {part}:", bound=[element])
        elif self.chance(60):
            self.loop(indent, depth, f"for {index}, {element} in enumerate({part}):", bound=[index, element])
        else:
            self.loop(indent, depth, f"for {element}, {index} in zip({part}, range({LOOP_LIMIT})):", bound=[index, element])

    def write_store(self, indent, depth):
        value = self.pick(self.float_(), f"{self.element(1)} {self.pick('+', '-', '*')} {self.pick(self.float_(1), self.element(1))}")
        self.line(indent, f"u[{self.index('u', 1)}] = {value}")

    def write_store_int(self, indent, depth):
        small = f"({self.int_()}) % 100"
        value = self.pick(small, small, self.int_(1), f"v[{self.index('v', 1)}] {self.pick('+', '-', '*', '//', '%')} v[{self.index('v', 1)}]")
        self.line(indent, f"v[{self.index('v', 1)}] = {value}")

    def write_augment_store(self, indent, depth):
        self.line(indent, f"u[{self.index('u', 1)}] {self.pick('+', '-', '*')}= {self.pick(self.float_(1), self.element(1))}")

    def write_break(self, indent, depth):
        self.line(indent, f"if {self.bool_(1)}:")
        self.line(indent + 1, "break")

    def write_continue(self, indent, depth):
        self.line(indent, f"if {self.bool_(1)}:")
        self.line(indent + 1, "continue")

    def write_return(self, indent, depth):
        self.line(indent, f"if {self.bool_(1)}:")
        self.line(indent + 1, f"return {self.result()}")

    def result(self) -> str:
        return f"{self.int_(1)}, {self.float_(1)}, {self.bool_(1)}"


class RoundWriter(Writer):
    """One round of a loop over r: what it binds is its own, and it writes w[r] alone."""

    def __init__(self, draw):
        super().__init__(draw, arrays=True)
        for name in ("i0", "i1", "i2", "i3", "x0", "x1", "x2", "x3", "b0", "b1"):
            self.bind(name)
        self.bound["i"].append("r")
        self.locked |= {"r"}

    def bind(self, name: str) -> None:
        if name not in self.bound[name[0]]:
            self.bound[name[0]].append(name)

    def block(self, indent: int, depth: int) -> None:
        super().block(indent, depth)
        self.maybe.clear()

    def statement(self, indent: int, depth: int) -> None:
        kinds = ["assign", "assign", "augment", "augment"]
        if depth < 3:
            kinds += ["if", "if", "for", "while"]
        if self.loops:
            kinds += ["break", "continue"]
        if depth == 0:
            kinds += ["continue"]
        getattr(self, "write_" + self.pick(*kinds))(indent, depth)

    def element(self, depth: int) -> str:
        return self.pick("u[r]", "u[r]", f"u[{self.index('u', depth)}]")


HELPERS = """\
import math


def helper_int(p, q):
    if p > q:
        return p - q
    return q * 2 + p


def helper_float(p):
    total = 0.0
    for k in range(3):
        total = total * 0.5 + p * k
    return total


"""


def program(draw, arrays: bool) -> str:
    """The text of a module whose function `f` is random."""
    writer = Writer(draw, arrays)
    for _ in range(draw(st.integers(1, 6))):
        writer.statement(1, 0)
    writer.line(1, f"return {writer.result()}")
    parameters = "i0, i1, x0, x1, b0" + (", u, v" if arrays else "")
    return HELPERS + f"def f({parameters}):\n" + "\n".join(writer.lines) + "\n"


ROUND_START = """\
    for r in range(len(w)):
        i0 = int(v[r])
        i1 = p
        i2 = r
        i3 = 0
        x0 = float(u[r])
        x1 = q
        x2 = 0.0
        x3 = 1.0
        b0 = x0 > x1
        b1 = False
"""


def round_program(draw) -> str:
    """The text of a module whose function `f` is a loop of independent rounds."""
    writer = RoundWriter(draw)
    for _ in range(draw(st.integers(1, 5))):
        writer.statement(2, 0)
    writer.line(2, f"w[r] = {writer.float_(1)}")
    return HELPERS + "def f(p, q, u, v, w):\n" + ROUND_START + "\n".join(writer.lines) + "\n"


def round_arguments(draw) -> tuple:
    """Lengths around those of vectors; now and then an array is too short, or one overlaps another."""
    n = draw(st.sampled_from([0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33]))
    seed = draw(st.integers(0, 2**32))
    random = np.random.default_rng(seed)
    u = random.choice([0.0, -0.0, 0.5, 1.0, 1.5, -2.25, 3.0, 7.0, 1e10, float("nan")], n + 1)
    short = draw(st.integers(0, 9)) == 0
    v = random.integers(-4, 12, n // 2 if short else n).astype(draw(st.sampled_from(["int64", "int32", "int8"])))
    w = u[1:] if draw(st.integers(0, 9)) == 0 else np.full(n, -7.0)
    return (draw(st.integers(-9, 9)), draw(st.floats(-4, 4)), u, v, w)


def scalar_arguments(draw) -> tuple:
    ints = st.sampled_from(INTS) | st.integers(-20, 20) | st.integers(-(2**63), 2**63 - 1)
    floats = st.sampled_from([float(text) for text in FLOATS]) | st.floats(allow_subnormal=True, width=64)
    return (draw(ints), draw(ints), draw(floats), draw(floats), draw(st.booleans()))


def array_arguments(draw) -> tuple:
    """Two vectors, of any of the dtypes, contiguous or not; u and v never overlap."""
    n, m = draw(st.integers(0, 9)), draw(st.integers(0, 5))
    u_dtype, v_dtype = draw(st.sampled_from(FLOAT_DTYPES)), draw(st.sampled_from(INT_DTYPES))
    parts = draw(st.lists(st.sampled_from([0.0, -0.0, 1.0, 1.5, -2.25, 1e10, float("inf"), float("nan")]), min_size=2 * n, max_size=2 * n))
    u = np.array(parts, dtype=u_dtype)
    v = np.array(draw(st.lists(st.integers(0, 120), min_size=m, max_size=m)), dtype=v_dtype)
    layout = draw(st.sampled_from(["contiguous", "strided", "reversed"]))
    u = {"contiguous": u[:n], "strided": u[::2], "reversed": u[:n][::-1]}[layout]
    return (u, v)
