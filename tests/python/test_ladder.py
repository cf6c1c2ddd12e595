"""The ladder: which rungs words mean, that every rung is right at awkward sizes, and what happens when one is not."""

import functools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy
import pytest

from rooftop.cli import main
from rooftop.ladder import chart, kernel, measure, peers, process, programs, report, selection, sizes
from rooftop.ladder.kernel import LadderError
from rooftop.ladder.workspace import Workspace

MATMUL = kernel.load("matmul")
QUICK = ["--budget", "0.05", "--threads", "2"]
COMPILER = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
needs_compiler = pytest.mark.skipif(not COMPILER, reason="no C compiler")


@pytest.fixture(autouse=True, scope="module")
def ceilings_once():
    """Ceilings are measured once for all tests of this file: they take a second."""
    from rooftop.ladder import machine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(machine, "measure_ceilings", functools.cache(machine.measure_ceilings))
        yield


def ladder(*words, out):
    return main(["ladder", *QUICK, "--out", str(out), *map(str, words)])


def results(folder):
    (path,) = folder.glob("*.json")
    return json.loads(path.read_text())


def rows(folder):
    return {rung["name"]: rung for rung in results(folder)["rungs"]}


# ------------------------------------------------------------------------------------------ usage


@pytest.mark.parametrize(
    "words, message",
    [
        (["--n", "0"], "a whole number of at least 1 is wanted, not '0'"),
        (["--n", "-5"], "a whole number of at least 1 is wanted, not '-5'"),
        (["--n", "many"], "a whole number of at least 1 is wanted, not 'many'"),
        (["--threads", "0"], "a whole number of at least 1 is wanted, not '0'"),
        (["--budget", "nan"], "a number of seconds above 0 is wanted, not 'nan'"),
        (["--dtype", "int8"], "invalid choice: 'int8'"),
        (["--rungs", "numpy,fortran"], "no rung 'fortran'; the rungs of matmul are python-lists, python-array, pypy"),
        (["--rungs", ","], "--rungs names no rung"),
        (["--kernel", "raytrace"], "no kernel 'raytrace'; the kernels are matmul, or a folder with a kernel.py"),
        (["--n", "10000000"], "n = 10000000 needs about"),
    ],
)
def test_bad_usage_is_named_and_writes_nothing(words, message, tmp_path, capsys):
    try:
        code = ladder(*words, out=tmp_path / "out")
    except SystemExit as end:
        code = end.code
    assert code == 2
    assert message in capsys.readouterr().err
    assert not list(tmp_path.glob("out/*"))


def test_an_output_folder_that_cannot_be_is_refused_before_anything_runs(tmp_path, capsys):
    (tmp_path / "taken").write_text("a file")
    assert ladder("--rungs", "numpy", out=tmp_path / "taken") == 2
    assert f"cannot write to --out {tmp_path / 'taken'}" in capsys.readouterr().err


def test_without_a_command_the_usage_is_shown(capsys):
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


def test_python_m_rooftop_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "rooftop", "ladder", "--list", "--rungs", "blas"], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["python-lists", "blas"]


# ------------------------------------------------------------------------------------------ selection


@pytest.mark.parametrize(
    "words, names",
    [
        ("numpy", ["python-lists", "numpy"]),
        ("numba", ["python-lists", "numba", "numba-parallel"]),
        ("java", ["python-lists", "java-ijk", "java-ikj"]),
        ("c-o", ["python-lists", "c-o0", "c-o3", "c-openmp"]),
        ("c-o3, blas", ["python-lists", "c-o3", "blas"]),
        ("blas,c-o3", ["python-lists", "c-o3", "blas"]),
        ("py", ["python-lists", "python-array", "pypy"]),
        ("python-lists", ["python-lists"]),
    ],
)
def test_words_choose_rungs_in_the_ladders_order_with_the_baseline(words, names):
    assert [rung.name for rung in selection.select(MATMUL, words)] == names


def test_a_family_is_no_other_rung_that_begins_alike():
    chosen = {rung.name for rung in selection.select(MATMUL, "c")}
    assert {"c-o0", "c-o3", "c-ikj", "c-openmp", "c-divide", "c-blocked", "c-intrinsics"} == chosen - {"python-lists"}


def test_no_words_choose_everything():
    assert selection.select(MATMUL, None) == list(MATMUL.rungs)


def test_every_rung_is_a_program_in_the_repository():
    names = [rung.name for rung in MATMUL.rungs]
    assert len(set(names)) == len(names)
    for rung in MATMUL.rungs:
        assert (MATMUL.folder / rung.source).is_file()
        assert rung.language in programs.LANGUAGES


def test_the_rooftop_rung_is_the_naive_text():
    text = (MATMUL.folder / "rooftop_naive.py").read_text()
    naive = """
        @rooftop.jit
        def matmul(A, B, C):
            n, m, p = A.shape[0], A.shape[1], B.shape[1]
            for i in range(n):
                for j in range(p):
                    for k in range(m):
                        C[i, j] += A[i, k] * B[k, j]
    """
    assert textwrap.dedent(naive) in text


# ------------------------------------------------------------------------------------------ the rungs are right


@pytest.fixture(scope="module", params=["float64", "float32"])
def bench(request, tmp_path_factory):
    with Workspace(MATMUL, request.param) as space:
        yield space, programs.Toolbox(tmp_path_factory.mktemp("build"), request.param)


# Below, at and above vectors, tiles, panels and blocks; the part cuts blocks of rows.
SHAPES = [(1, 1), (2, 2), (3, 1), (7, 5), (24, 24), (50, 49), (97, 96), (131, 131), (259, 13), (300, 257)]


def check(space, program, n, part, threads):
    job = process.Job(n, part, threads, repeats=3, calls=2)
    found = process.run(program, job, space.inputs(n), space.output, space.dtype, timeout=60)
    assert len(found.times) == 3 and found.best > 0
    assert space.verify(n, part) <= 1


def sizes_for(rung):
    slow = rung.language in ("python", "pypy") and rung.source != "numpy_dot.py"
    return [(n, part) for n, part in SHAPES if not slow or n * n * part <= 120_000]


@pytest.mark.parametrize("name", [rung.name for rung in MATMUL.rungs])
def test_every_rung_is_right_at_awkward_sizes(name, bench):
    space, toolbox = bench
    rung = MATMUL.rung(name)
    try:
        program = programs.prepare(MATMUL, rung, toolbox)
        shapes = SHAPES[-1:] if rung.language in ("java", "numba") else sizes_for(rung)  # these start slowly
        for n, part in shapes:
            for threads in (1, 3) if rung.parallel else (1,):
                check(space, program, n, part, threads)
    except programs.Skip as skip:
        pytest.skip(str(skip))


@needs_compiler
def test_the_narrow_intrinsics_are_right_too(bench):
    if "avx2" not in Path("/proc/cpuinfo").read_text():
        pytest.skip("no AVX2")
    space, toolbox = bench
    rung = kernel.Rung("avx2", "", "c", "intrinsics.c", 1e9, flags=("-O3", "-march=haswell", "-fopenmp"))
    program = programs.prepare(MATMUL, rung, toolbox)
    for n, part in SHAPES:
        check(space, program, n, part, 2)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_verification_takes_any_order_of_adding_and_no_slip(dtype):
    n = 300
    with Workspace(MATMUL, dtype) as space:
        space.inputs(n)
        A, B = (numpy.fromfile(space.inputs(n) / f"{name}.bin", dtype).reshape(n, n) for name in "AB")
        sequential = numpy.zeros((n, n), dtype)
        for k in range(n):
            sequential += A[:, k, None] * B[k]
        sequential.tofile(space.output)
        assert 0 < space.verify(n, n) <= 1
        slips = {
            "a product left out": sequential - A[:, 7, None] * B[7],
            "transposed": sequential.T.copy(),
            "one number a little off": sequential + (numpy.arange(n * n).reshape(n, n) == 4321) * 1e-2,
            "not a number": numpy.where(numpy.arange(n * n).reshape(n, n) == 17, numpy.nan, sequential),
            "not zeroed": sequential * 2,
        }
        for slip, wrong in slips.items():
            wrong.astype(dtype).tofile(space.output)
            with pytest.raises(process.Failure, match="wrong result"):
                space.verify(n, n)
                pytest.fail(slip)


def test_inputs_are_the_same_every_time():
    with Workspace(MATMUL, "float64") as one, Workspace(MATMUL, "float64") as other:
        assert (one.inputs(9) / "A.bin").read_bytes() == (other.inputs(9) / "A.bin").read_bytes()
        assert (one.inputs(9) / "A.bin").read_bytes() != (one.inputs(9) / "B.bin").read_bytes()
        folder = one.folder
    assert not folder.exists()


# ------------------------------------------------------------------------------------------ a whole ladder


@needs_compiler
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_small_ladder_measures_verifies_and_writes(dtype, tmp_path, capsys):
    assert ladder("--n", 24, "--dtype", dtype, "--rungs", "numpy,c-ikj,c-openmp", out=tmp_path) == 0
    found = results(tmp_path)
    assert (found["n"], found["dtype"], found["threads"], found["interrupted"]) == (24, dtype, 2, False)
    assert found["machine"]["cpu"]
    by_name = rows(tmp_path)
    assert list(by_name) == ["python-lists", "c-ikj", "c-openmp", "numpy"]
    for row in by_name.values():
        assert row["status"] == "ok"
        assert row["best_seconds"] == min(row["sample_seconds"]) <= row["median_seconds"]
        assert row["flops_per_second"] == pytest.approx(2 * 24**3 / row["seconds"])
        assert 0 <= row["error_of_allowed"] <= 1
        assert row["times_baseline"] == pytest.approx(by_name["python-lists"]["seconds"] / row["seconds"])
    assert by_name["c-ikj"]["times_baseline"] > 5
    assert (by_name["c-ikj"]["threads"], by_name["c-openmp"]["threads"]) == (1, 2)
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert lines[1].startswith(f"matmul, C = A B, n = 24, {dtype}, 2 threads, ")
    seconds = [float(line.split()[-4]) for line in lines if line.startswith(("python-lists", "numpy", "c-"))]
    assert len(seconds) == 4 and seconds == sorted(seconds, reverse=True)
    assert "[ 1/4] Python, lists, ijk" in said.err


def test_the_ceiling_is_measured_and_rungs_stand_below_it(tmp_path):
    assert ladder("--n", 256, "--rungs", "numpy", out=tmp_path) == 0
    ceilings = {ceiling["threads"]: ceiling for ceiling in results(tmp_path)["ceilings"]}
    assert set(ceilings) == {1, 2}
    row = rows(tmp_path)["numpy"]
    assert row["share_of_ceiling"] == pytest.approx(row["flops_per_second"] / ceilings[2]["flops_per_second"])
    assert 0 < row["share_of_ceiling"] < 4  # of one order: on a shared machine either may be disturbed


def test_slow_rungs_compute_a_part_and_say_so(tmp_path, capsys):
    assert ladder("--n", 400, "--rungs", "python-lists", out=tmp_path) == 0
    row = rows(tmp_path)["python-lists"]
    run = row["run"]
    assert row["extrapolated"] and run["n"] == 400 and run["part"] < run["parts"] == 400
    assert row["seconds"] == pytest.approx(row["best_seconds"] * 400 / run["part"])
    out = capsys.readouterr().out
    assert f"{run['part']} row{'s' * (run['part'] > 1)} of 400" in out
    assert "x: extrapolated to the whole problem" in out


def test_when_not_even_one_slice_fits_the_size_is_halved(tmp_path):
    assert ladder("--n", 1600, "--rungs", "python-lists", "--budget", "0.02", out=tmp_path) == 0
    row = rows(tmp_path)["python-lists"]
    assert row["extrapolated"] and row["run"]["n"] in (200, 400)
    share = 1600**3 / (row["run"]["n"] ** 2 * row["run"]["part"])
    assert row["seconds"] == pytest.approx(row["best_seconds"] * share)


def test_the_picture_is_a_png(tmp_path):
    pytest.importorskip("matplotlib")
    assert ladder("--n", 40, "--rungs", "numpy", out=tmp_path) == 0
    (picture,) = tmp_path.glob("*.png")
    assert picture.name == "matmul-40-float64-2t.png"
    assert picture.read_bytes().startswith(b"\x89PNG") and picture.stat().st_size > 10_000


def test_without_matplotlib_the_rest_is_there(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    assert ladder("--n", 20, "--rungs", "numpy", out=tmp_path) == 0
    assert "no picture: matplotlib is missing" in capsys.readouterr().err
    assert results(tmp_path)["rungs"]
    assert not list(tmp_path.glob("*.png"))


def test_the_size_is_chosen_so_that_the_ladder_ends():
    def estimate(n, slowness):
        return sizes.estimate(MATMUL, MATMUL.rungs, n, 3.0, slowness * 5e-12, slowness * 4e-8)

    assert estimate(512, 1) < estimate(2048, 1) < estimate(4096, 1)
    assert estimate(1024, 1) < estimate(1024, 30)
    assert sizes.choose(MATMUL, MATMUL.rungs[:1], "float64", 0.5) in sizes.SIZES


# ------------------------------------------------------------------------------------------ what goes wrong


def plug_in(folder, source, language="python", name="bad.py", **more):
    """A kernel of one's own: matmul with the baseline and one rung more, in a folder outside the package."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(textwrap.dedent(source))
    shutil.copy(MATMUL.folder / "python_lists.py", folder)
    shutil.copy(MATMUL.folder / "matmul.h", folder)
    rung = f"Rung('bad', 'a rung', {language!r}, {name!r}, 1e9, **{more!r})"
    (folder / "kernel.py").write_text(
        textwrap.dedent(
            f"""
            import dataclasses, pathlib
            from rooftop.ladder.kernel import Rung, load
            matmul = load("matmul")
            rungs = (matmul.rung("python-lists"), {rung})
            KERNEL = dataclasses.replace(matmul, name="mine", rungs=rungs, folder=pathlib.Path(__file__).parent)
            """
        )
    )
    return folder


def climb_bad(tmp_path, source, **more):
    code = ladder("--kernel", plug_in(tmp_path / "mine", source, **more), "--n", 8, out=tmp_path / "out")
    by_name = rows(tmp_path / "out")
    assert by_name["python-lists"]["status"] == "ok"
    return code, by_name["bad"]


PROGRAM = """
    import rung
    run = rung.arguments()
    A, B = run.read("A", run.part * run.n), run.read("B", run.n * run.n)
    C = A[:]
    {body}
    run.measure(lambda: None, lambda: C)
"""


@pytest.mark.parametrize(
    "body, reason",
    [
        ("pass", "wrong result: "),
        ("C[3] = float('nan')", "wrong result: "),
        ("C.pop()", "wrong result: 63 numbers instead of 64"),
        ("raise RuntimeError('out of ink')", "RuntimeError: out of ink"),
        ("import os; os.abort()", "ended by SIGABRT"),
        ("import sys; sys.exit(0)", "the program reported no time"),
        ("run.write = print", "wrong result: the program wrote none"),
    ],
)
def test_a_rung_that_fails_is_a_failed_row_and_a_failing_exit(body, reason, tmp_path, capsys):
    code, row = climb_bad(tmp_path, PROGRAM.format(body=body))
    assert code == 1
    assert row["status"] == "failed" and reason in row["reason"]
    said = capsys.readouterr()
    assert f"bad           FAILED: {row['reason']}" in said.out
    assert all("    " + line in said.err for line in row["details"].splitlines())


def test_the_exception_that_ended_a_program_is_found_in_what_it_said():
    said = "Traceback (most recent call last):\n  File 'x', line 1\nTypeError: no such overload\n  1. f(int)\n"
    assert process.describe_exit(1, said) == "TypeError: no such overload"
    java = 'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat Naive.main(Naive.java:3)\n'
    assert process.describe_exit(1, java).endswith("OutOfMemoryError: Java heap space")
    assert process.describe_exit(3, "one\ntwo\n") == "two"
    assert process.describe_exit(3, "") == "exit code 3"


def test_a_wrong_number_is_shown_beside_the_right_one(tmp_path):
    code, row = climb_bad(tmp_path, PROGRAM.format(body="pass"))
    assert code == 1
    assert re.fullmatch(r"wrong result: \S+ instead of \S+ at \[0, \d\]", row["reason"])


def test_a_rung_that_does_not_end_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(measure, "GRACE_SECONDS", 1.0)
    code, row = climb_bad(tmp_path, PROGRAM.format(body="import time; time.sleep(1000)"))
    assert code == 1
    assert row["reason"].startswith("stopped: not done after 1 seconds")


def test_a_rung_may_say_why_it_cannot_run(tmp_path, capsys):
    code, row = climb_bad(tmp_path, PROGRAM.format(body="rung.skip('the moon is full')"))
    assert code == 0
    assert (row["status"], row["reason"]) == ("skipped", "the moon is full")
    assert "bad           SKIPPED: the moon is full" in capsys.readouterr().out


@needs_compiler
def test_a_rung_that_does_not_compile_is_skipped_with_the_compilers_words(tmp_path, capsys):
    code, row = climb_bad(tmp_path, "int main(void) { return missing; }\n", language="c", name="bad.c")
    assert code == 0
    assert row["status"] == "skipped" and "bad.c does not compile" in row["reason"] and "missing" in row["reason"]
    assert "undeclared" in row["details"]
    assert "    " + row["details"].splitlines()[0] in capsys.readouterr().err


@needs_compiler
def test_a_missing_library_is_named(tmp_path):
    code, row = climb_bad(
        tmp_path,
        "int main(void) { return 0; }\n",
        language="c",
        name="bad.c",
        libraries=("-lno-such-library",),
        needs="a library of that name",
    )
    assert (code, row["status"], row["reason"]) == (0, "skipped", "needs a library of that name")
    assert "no-such-library" in row["details"]


def test_a_compiler_in_cc_that_does_not_exist_is_named(tmp_path, monkeypatch):
    monkeypatch.setenv("CC", "/no/such/compiler -pipe")
    code, row = climb_bad(tmp_path, "int main(void) { return 0; }\n", language="c", name="bad.c")
    assert (code, row["reason"]) == (0, "the compiler /no/such/compiler (from CC) does not exist")


def test_what_is_not_on_path_is_skipped_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)
    assert ladder("--n", 8, "--rungs", "pypy,java-ijk,c-o0", out=tmp_path / "out") == 0
    reasons = {name: row.get("reason") for name, row in rows(tmp_path / "out").items()}
    assert reasons == {
        "python-lists": None,
        "pypy": "pypy3 is not on PATH",
        "java-ijk": "java is not on PATH",
        "c-o0": "cc is not on PATH",
    }


@pytest.mark.parametrize(
    "text, message",
    [
        ("KERNEL = 3\n", "KERNEL is a int, not a Kernel"),
        ("import no_such_module_at_all\n", "cannot be loaded: ModuleNotFoundError"),
        ("", "cannot be loaded: AttributeError"),
    ],
)
def test_a_kernel_that_cannot_be_loaded_is_explained(text, message, tmp_path):
    (tmp_path / "kernel.py").write_text(text)
    with pytest.raises(LadderError, match=message):
        kernel.load(str(tmp_path))


def test_variables_that_pin_a_librarys_kernels_are_left_out_and_told(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    assert "OPENBLAS_CORETYPE" not in programs.clean_environment(2)
    assert programs.clean_environment(2)["OMP_NUM_THREADS"] == "2"
    assert ladder("--n", 8, "--rungs", "numpy", out=tmp_path) == 0
    assert "left out for the rungs" in capsys.readouterr().err


def test_ctrl_c_shows_what_is_done_and_leaves_nothing_running(tmp_path):
    slow = PROGRAM.format(
        body="open('running', 'w').write(str(__import__('os').getpid())); __import__('time').sleep(600)"
    )
    folder = plug_in(tmp_path / "mine", slow)
    command = [sys.executable, "-m", "rooftop", "ladder", *QUICK, "--kernel", str(folder), "--n", "8", "--out", "out"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    ladder = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    running = tmp_path / "running"
    for _ in range(600):
        if running.exists() and running.read_text():
            break
        time.sleep(0.1)
    ladder.send_signal(signal.SIGINT)
    out, err = ladder.communicate(timeout=60)
    assert ladder.returncode == 130, err
    assert "Interrupted: the rungs that follow were not run." in out
    assert any(line.startswith("python-lists") for line in out.splitlines())
    assert results(tmp_path / "out")["interrupted"] is True
    assert "Traceback" not in err
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)


def test_peers_that_cannot_be_installed_are_explained(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    place = tmp_path / "peers"
    with pytest.raises(LadderError, match="cannot install numba into .*\n  .*numba"):
        peers.prepare(place)
    assert not peers.works(place)


def test_peers_are_kept_where_the_user_keeps_caches(monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert peers.folder() == Path(f"/somewhere/rooftop/peers-python{version}")


# ------------------------------------------------------------------------------------------ words and numbers


@pytest.mark.parametrize(
    "number, text",
    [(12345.6, "12,346"), (123.4, "123"), (99.96, "100"), (12.34, "12.3"), (1.0, "1.00"), (0.0123456, "0.0123"),
     (0.00001234, "0.0000123"), (1.5e-9, "0.00000000150")],
)  # fmt: skip
def test_numbers_have_three_digits_and_no_exponents(number, text):
    assert report.significant(number) == text


def test_lines_that_are_not_for_the_driver_are_left_out():
    found = process.parse("hello\ntime 0.5\ncompile 1.5\nnote made of stone\ntime 0.25\ntime 0\n")
    assert found.times == [0.5, 0.25, 1e-9]
    assert (found.compile_seconds, found.notes) == (1.5, ["made of stone"])


def test_a_chart_marks_extrapolated_bars_by_hatching(tmp_path):
    pytest.importorskip("matplotlib")
    outcomes = [
        measure.Outcome(MATMUL.rungs[0], 1, n=9, part=1, parts=9, times=[9.0], seconds=81, extrapolated=True,
                        flops_per_second=1e7),
        measure.Outcome(MATMUL.rungs[-1], 2, n=9, part=9, parts=9, times=[0.1], seconds=0.1, flops_per_second=1e11),
    ]  # fmt: skip
    climb = report.Climb(MATMUL, 9, "float64", 2, {}, "not measured: no reason", "a CPU", outcomes)
    assert chart.label(climb, outcomes[0]) == "81.0 s (extrapolated)   1.00×"
    assert chart.label(climb, outcomes[1]) == "0.100 s   810×"
    assert chart.draw(climb, tmp_path).is_file()
    assert "Ceiling: not measured: no reason." in report.table(climb)
