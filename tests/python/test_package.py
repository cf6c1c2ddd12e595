"""The package as a whole: what `import rooftop` costs, what it loads, what it offers."""

from __future__ import annotations

import pickle
import re
import sys
import types
from pathlib import Path

import numpy
import pytest

import rooftop

IMPORT_TIME = """
import sys, time
begin = time.perf_counter()
import {module}
print(time.perf_counter() - begin)
"""


def import_seconds(run_python, module: str) -> float:
    result = run_python(IMPORT_TIME.format(module=module))
    assert result.returncode == 0, result.stderr
    return float(result.stdout)


def test_import_takes_less_than_a_third_of_numpys(run_python):
    pairs = [(import_seconds(run_python, "rooftop"), import_seconds(run_python, "numpy")) for _ in range(7)]
    ours = min(seconds for seconds, _ in pairs)
    numpys = min(seconds for _, seconds in pairs)
    assert ours < numpys / 3, f"import rooftop {ours * 1e3:.1f} ms, import numpy {numpys * 1e3:.1f} ms"


def test_import_loads_neither_numpy_nor_the_compiler(run_python):
    result = run_python(
        """
        import sys, rooftop
        print([name for name in ("numpy", "rooftop._compiler", "ast", "inspect") if name in sys.modules])
        print("rooftop._core" in sys.modules)
        """
    )
    assert result.stdout == "[]\nTrue\n", result.stderr


def test_the_compiler_is_loaded_by_the_first_compilation(run_python):
    result = run_python(
        """
        import sys, rooftop

        @rooftop.jit
        def twice(x):
            return x + x

        print("rooftop._compiler" in sys.modules, twice(21), "rooftop._compiler" in sys.modules)
        """
    )
    assert result.stdout == "False 42 True\n", result.stderr


def test_the_core_module_holds_no_compiler():
    core = Path(sys.modules["rooftop._core"].__file__)
    assert core.stat().st_size < 17_500_000  # with the kernels of three levels of CPU; the compiler alone has 30 MB
    assert b"LLVM" not in core.read_bytes()


def test_the_version_is_that_of_the_project(root):
    declared = re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text(), re.MULTILINE)
    assert rooftop.__version__ == declared[1]


def test_public_names_exist_and_the_package_is_typed():
    for name in ("jit", "CompileError", "InternalError"):
        assert name in rooftop.__all__
        assert getattr(rooftop, name)
    assert (Path(rooftop.__file__).parent / "py.typed").exists()


def test_the_module_is_one_whose_own_names_come_first():
    assert isinstance(rooftop, types.ModuleType)
    assert pickle.loads(pickle.dumps(rooftop)) is rooftop
    rooftop.anything = 3
    assert rooftop.anything == 3
    del rooftop.anything
    assert not hasattr(rooftop, "anything")
    assert rooftop.__dict__ is vars(rooftop)
    assert rooftop.matrix is numpy.matrix  # what is not native is NumPy's


def test_names_are_what_was_assigned_last():
    def read():
        return rooftop.assigned_by_a_test

    try:
        for value in (1, "two", [3]):
            rooftop.assigned_by_a_test = value
            assert read() is value and read() is value
            assert getattr(rooftop, "".join(["assigned_by", "_a_test"])) is value
    finally:
        del rooftop.assigned_by_a_test
    with pytest.raises(AttributeError, match="assigned_by_a_test"):
        read()
    # Names that are forgotten and made again lie where others lay.
    for i in range(1000):
        name = f"assigned_{i}"
        setattr(rooftop, name, i)
        assert getattr(rooftop, sys.intern(name)) == i
        delattr(rooftop, name)
        assert not hasattr(rooftop, name)
