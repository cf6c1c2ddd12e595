"""tools/check_layers.py accepts this tree and refuses each kind of wrong include, naming file and line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run_check(root: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "tools" / "check_layers.py"), str(root)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def write(root: Path, path: str, text: str) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_this_tree_has_no_violation():
    result = run_check(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("path", "include", "reason"),
    [
        ("src/rooftop/ir/expr.h", '"rooftop/opt/pipeline.h"', "ir may not look at opt"),
        ("src/rooftop/base/errors.cpp", '"rooftop/ir/expr.h"', "base may not look at ir"),
        ("src/rooftop/opt/tile.cpp", "<rooftop/runtime/threads.h>", "opt may not look at runtime"),
        ("src/rooftop/ir/expr.h", '"rooftop/misc/all.h"', "no room 'misc'"),
        ("src/rooftop/backend/interp/run.cpp", '"rooftop/backend/llvm/jit.h"', "may not look at backend/llvm"),
        ("src/rooftop/backend/backend.h", '"rooftop/backend/llvm/jit.h"', "may not look at backend/llvm"),
        ("src/rooftop/opt/tile.cpp", "<llvm/IR/IRBuilder.h>", "LLVM headers"),
        ("src/rooftop/backend/interp/run.cpp", '"llvm/IR/IRBuilder.h"', "LLVM headers"),
        ("src/rooftop/runtime/threads.cpp", "<Python.h>", "Python headers"),
        ("src/rooftop/frontend/infer.cpp", "<nanobind/nanobind.h>", "Python headers"),
        ("src/rooftop/backend/cpu/target.cpp", "<cuda.h>", "CUDA"),
        ("src/rooftop/ir/expr.cpp", '"expr.h"', "whole path"),
        ("src/rooftop/api/array.h", '"rooftop/array/view.h"', "public headers may include only each other"),
        ("src/rooftop/api/array.h", '"rooftop/api/detail/storage.h"', "public headers may include only each other"),
        ("python/bindings/core/module.cpp", '"rooftop/opt/pipeline.h"', "_core loads without the compiler"),
        ("python/bindings/compiler/module.cpp", "<llvm/IR/Module.h>", "LLVM headers"),
        ("tools/rooftop_opt.cpp", "<Python.h>", "Python headers"),
    ],
)
def test_a_wrong_include_is_named_with_its_line(tmp_path, path, include, reason):
    write(tmp_path, path, f"// A file.\n#pragma once\n#include <vector>\n#  include {include}\n")
    result = run_check(tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith(f"{path}:4: ")
    assert reason in result.stdout
    assert len(result.stdout.splitlines()) == 1


def test_a_folder_that_is_no_room_is_named(tmp_path):
    write(tmp_path, "src/rooftop/util/strings.h", "#pragma once\n")
    result = run_check(tmp_path)
    assert result.returncode == 1
    assert result.stdout.startswith("src/rooftop/util/strings.h:1: ")


def test_right_includes_pass(tmp_path):
    write(tmp_path, "src/rooftop/opt/tile.cpp", '#include "rooftop/opt/tile.h"\n#include "rooftop/ir/expr.h"\n')
    write(
        tmp_path,
        "src/rooftop/backend/cpu/target.cpp",
        '#include <llvm/IR/Module.h>\n#include "rooftop/backend/llvm/jit.h"\n',
    )
    write(tmp_path, "src/rooftop/runtime/threads.cpp", '#include "rooftop/backend/abi.h"\n')
    write(tmp_path, "python/bindings/core/module.cpp", '#include <Python.h>\n#include "rooftop/runtime/threads.h"\n')
    write(tmp_path, "tests/unit/backend/llvm/jit_test.cpp", "#include <llvm/IR/Module.h>\n")
    result = run_check(tmp_path)
    assert result.returncode == 0, result.stdout
