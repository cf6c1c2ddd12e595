"""Rooftop from C++: what is installed is enough to build against, the examples do what they say, and every function
gives what the same call gives in Python, bit by bit."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import numpy
import pytest

import rooftop as np

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"
HERE = Path(__file__).resolve().parent / "cpp"
DTYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 bfloat16 float32 float64 complex64 complex128"

PRODUCTS = "matmul einsum tensordot".split()
REDUCTIONS = "sum prod min max all any mean var stddev count_nonzero argmax argmin".split()

pytestmark = pytest.mark.skipif(
    not (BUILD / "lib" / "librooftop.a").exists(), reason="the C++ libraries are not built: ./dev test builds them"
)


def run(*command: object, expect: int = 0) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300)
    assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def prefix(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("prefix")
    run("cmake", "--install", BUILD, "--prefix", folder)
    return folder


def configure(source: Path, build: Path, prefix: Path, *options: str, expect: int = 0) -> str:
    return run(
        "cmake", "-S", source, "-B", build, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}", *options, expect=expect
    )


@pytest.fixture(scope="module")
def examples(prefix, tmp_path_factory) -> Path:
    build = tmp_path_factory.mktemp("examples")
    configure(ROOT / "examples" / "cpp", build, prefix)
    run("cmake", "--build", build)
    return build


def test_the_installation_holds_libraries_a_package_and_public_headers_alone(prefix):
    files = {path.relative_to(prefix).as_posix() for path in prefix.rglob("*") if path.is_file()}
    headers = {name for name in files if name.startswith("include/")}
    public = {path.name for path in (ROOT / "src/rooftop/api").glob("*.h")} - {"rooftop.h"} | {"ufuncs.h"}
    assert headers == {"include/rooftop/rooftop.h"} | {f"include/rooftop/api/{name}" for name in public}
    rest = {Path(name).name for name in files - headers}
    assert {"librooftop.a", "librooftop_array.a", "rooftopConfig.cmake", "rooftopConfigVersion.cmake"} <= rest
    assert not [name for name in files if name.endswith(".so") or "python" in name]


@pytest.mark.parametrize("name", ["heat", "least_squares"])
def test_an_example_checks_its_own_result(examples, name):
    assert run(examples / name).splitlines()[-1] == "ok"


def test_arrays_alone_hold_no_compiler(examples):
    assert "llvm::" in run("nm", "-C", examples / "heat")
    assert "llvm::" not in run("nm", "-C", examples / "least_squares")


def test_without_llvm_there_are_arrays_and_the_compiler_is_an_error(prefix, tmp_path):
    missing = "-DCMAKE_DISABLE_FIND_PACKAGE_LLVM=ON"
    report = configure(ROOT / "examples" / "cpp", tmp_path / "all", prefix, missing, expect=1)
    assert "the static libraries of LLVM" in report
    configure(HERE, tmp_path / "arrays", prefix, missing, f"-DINCLUDED={tmp_path}")


# ------------------------------------------------------------------------------- agreement with Python


def inputs(dtype: str) -> dict[str, np.ndarray]:
    """Eight elements for either side, and a table for reductions."""
    left, right = [0, 1, 2, 3, 7, 100, 5, 1], [1, 2, 0, 3, 2, 6, 4, 1]
    table = numpy.arange(15) % 7 + 1
    if not dtype.startswith(("u", "b")):
        left, right = [-value for value in left[:4]] + left[4:], right[:6] + [-3, 1]
        table = table - 3
    if dtype.startswith(("float", "bfloat", "complex")):
        left = left[:3] + [0.3, -1.5, numpy.inf, numpy.nan, 2.5]
        table = table / 4
    if dtype.startswith("complex"):
        left, right = [value * (1 + 0.5j) if numpy.isfinite(value) else value for value in left], right
    made = {"left": left, "right": right, "table": table.reshape(3, 5)}
    return {name: np.asarray(numpy.array(values)).astype(getattr(np, dtype)) for name, values in made.items()}


def described(result) -> str:
    if isinstance(result, tuple):
        return " ".join(described(part) for part in result)
    array = np.asarray(result)
    shape = "".join(f"{length}," for length in array.shape)
    return f"{array.dtype.name} {shape} {array.tobytes().hex()}"


def in_python(name: str, arguments: tuple) -> str:
    with np.errstate(all="ignore"):
        try:
            return described(getattr(np, name)(*arguments))
        except (TypeError, OverflowError, ValueError) as error:
            kinds = (TypeError, OverflowError, ValueError)
            return next(kind.__name__ for kind in kinds if isinstance(error, kind))


@pytest.fixture(scope="module")
def calls(prefix, tmp_path_factory) -> list[tuple[str, str, str, str]]:
    """Function, type of the first input, the second one, and what C++ gave."""
    folder = tmp_path_factory.mktemp("agreement")
    text = (prefix / "include/rooftop/api/ufuncs.h").read_text()
    found = {name: (result, rest) for result, name, rest in re.findall(r"API (.+) (\w+)\((const.*)\);", text)}
    lines = [
        f"FUNCTION_{2 if 'Operand& y' in rest else 1}_{2 if 'pair' in result else 1}({name})\n"
        for name, (result, rest) in found.items()
    ]
    (folder / "functions.inc").write_text("".join(lines))
    for dtype in DTYPES.split():
        for name, array in inputs(dtype).items():
            (folder / f"{name}-{dtype}").write_bytes(array.tobytes())
    configure(HERE, folder / "build", prefix, f"-DINCLUDED={folder}")
    run("cmake", "--build", folder / "build")
    return [tuple(line.split("|")) for line in run(folder / "build" / "agreement", folder).splitlines()]


def test_every_function_of_the_table_is_called(calls):
    table = re.findall(r"^ROOFTOP_UFUNC\(([a-z0-9_]+), \d", (ROOT / "src/rooftop/ops/ops.def").read_text(), re.M)
    assert set(table) <= {name for name, *_ in calls}
    assert len(table) > 80


#: What has no kernel for complex numbers. In Python these are NumPy's; in C++ they are a TypeError.
REAL_ONLY = {"argmax", "argmin"}


def is_native(name: str, *types: str) -> bool:
    return name not in REAL_ONLY or not any("complex" in each or each == "1j" for each in types)


def agree(name: str, dtype: str, given: str, expected: str) -> bool:
    if dtype != "bfloat16" or name not in ("mean", "var", "stddev"):
        return given == expected
    # ml_dtypes rounds each partial sum: a unit in the last place.
    (*kind, bits), (*expected_kind, expected_bits) = given.split(" "), expected.split(" ")
    difference = numpy.frombuffer(bytes.fromhex(bits), "<i2") - numpy.frombuffer(bytes.fromhex(expected_bits), "<i2")
    return kind == expected_kind and abs(difference).max() <= 1


def product_arguments(name: str, table: np.ndarray, other: str) -> tuple:
    if name == "matmul":
        return table, table.T if other == "table.T" else table[0]
    if name == "tensordot":
        return table, table, eval(other)
    return other, *[table] * (other.count(",") + 1)


def test_every_function_gives_what_it_gives_in_python(calls):
    arrays = {dtype: inputs(dtype) for dtype in DTYPES.split()}
    different = []
    for name, dtype, other, given in calls:
        if name in PRODUCTS:
            if dtype == "bfloat16":  # NumPy has none of them
                continue
            arguments = product_arguments(name, arrays[dtype]["table"], other)
        elif name in REDUCTIONS:
            arguments = (arrays[dtype]["table"], None if other == "None" else int(other))
        elif other in arrays:
            arguments = (arrays[dtype]["left"], arrays[other]["right"])
        else:
            arguments = (arrays[dtype]["left"], *([complex(other) if "j" in other else eval(other)] if other else []))
        python_name = "std" if name == "stddev" else name
        expected = in_python(python_name, arguments) if is_native(name, dtype, other) else "TypeError"
        if not agree(name, dtype, given, expected):
            different.append(f"{name}({dtype}, {other}): {given}, not {expected}")
    assert not different, f"{len(different)} of {len(calls)}:\n" + "\n".join(different[:40])
