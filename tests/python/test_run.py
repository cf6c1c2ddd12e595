"""`rooftop run`: unmodified NumPy scripts, whose own imports of NumPy give rooftop."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time

import numpy
import pytest

import rooftop
from rooftop.run import run_path


@pytest.fixture
def write(tmp_path):
    """Writes files below the test's folder; gives the path of the last."""

    def write(**texts):
        for name, text in texts.items():
            path = tmp_path / (name.replace("__DOT__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def run(tmp_path):
    """Runs `python -m rooftop run WORDS` in a folder of its own."""

    def run(*words, cwd=tmp_path, stdin="", **options):
        command = [sys.executable, "-m", "rooftop", "run", *map(str, words)]
        return subprocess.run(
            command, capture_output=True, text=True, cwd=cwd, input=stdin, timeout=60, env=environment(), **options
        )

    return run


def environment():
    """That of this process, in which rooftop can be imported from anywhere."""
    package = os.path.dirname(os.path.dirname(rooftop.__file__))
    return {**os.environ, "PYTHONPATH": os.pathsep.join([package, os.environ.get("PYTHONPATH", "")])}


IMPORTS = {
    "import numpy": "numpy.zeros(2)",
    "import numpy as np": "np.zeros(2)",
    "import os, numpy as np, sys": "np.zeros(2) if os and sys else 0",
    "from numpy import zeros": "zeros(2)",
    "from numpy import zeros as z, ones": "z(2) + ones(2)",
    "from numpy import *": "zeros(2)",
    "import numpy.linalg": "numpy.linalg.inv(numpy.eye(2))",
    "import numpy.linalg as la": "la.inv([[1.0]])",
    "from numpy import linalg": "linalg.inv([[1.0]])",
    "from numpy.linalg import inv": "inv([[1.0]])",
    "import numpy.random": "numpy.random.default_rng(1).random(3)",
    "from numpy.random import default_rng": "default_rng(1).random(3)",
    "from numpy.fft import fft": "fft([1.0, 2.0])",
    "import numpy.lib.stride_tricks": "numpy.lib.stride_tricks.sliding_window_view(numpy.zeros(4), 2)",
    "from numpy.lib.stride_tricks import sliding_window_view as w\nimport numpy as np": "w(np.zeros(4), 2)",
    "import numpy.lib.recfunctions": "numpy.zeros(2)",
    "import numpy.lib.recfunctions as r\nimport numpy": "numpy.zeros(2) if r.append_fields else 0",
}


@pytest.mark.parametrize("statement", IMPORTS)
def test_every_form_of_import_gives_rooftop(write, statement):
    names = run_path(write(script=f"{statement}\nfound = {IMPORTS[statement]}\n"))
    assert type(names["found"]) is rooftop.ndarray


def test_imports_within_functions_and_conditions_are_turned_too(write):
    path = write(
        script="""
        def late():
            if True:
                try:
                    import numpy as np
                except ImportError:
                    np = None
            return np.ones(1)

        class Inner:
            from numpy import pi, array
        found = [late(), Inner.array([Inner.pi])]
        """
    )
    assert all(type(value) is rooftop.ndarray for value in run_path(path)["found"])


def test_numpy_is_numpy_in_all_but_its_arrays(write):
    path = write(
        script="""
        import numpy as np
        version, name, has_jit = np.__version__, np.__name__, hasattr(np, "jit")
        missing = None
        try:
            np.no_such_name
        except AttributeError as error:
            missing = str(error)
        listed = dir(np)
        """
    )
    names = run_path(path)
    assert (names["version"], names["name"], names["has_jit"]) == (numpy.__version__, "numpy", False)
    assert names["missing"] == "module 'numpy' has no attribute 'no_such_name'"
    assert set(numpy.__all__) <= set(names["listed"])


def test_own_modules_are_turned_and_others_are_not(write, tmp_path):
    write(
        helper="import numpy as np\nmade = np.zeros(2)\n",
        own__DOT____init__="from . import inner\n",
        own__DOT__inner="from numpy import ones\nmade = ones(2)\n",
        venv__DOT__lib__DOT__site_packages="",
    )
    installed = tmp_path / "venv" / "lib" / "site-packages"
    installed.mkdir()
    (installed / "third_party.py").write_text("import numpy as np\nmade = np.zeros(2)\n")
    path = write(
        script="""
        import sys
        sys.path.append(__file__.replace("script.py", "venv/lib/site-packages"))
        import helper, own, third_party, statistics
        found = [type(value.made).__module__ for value in (helper, own.inner, third_party)]
        """
    )
    assert run_path(path)["found"] == ["rooftop", "rooftop", "numpy"]


def test_everything_is_put_back(write):
    path = write(
        helper="import numpy as np\nmade = np.zeros(2)\n",
        script="""
        import sys
        import helper
        sys.argv.append("more")
        sys.path.append("/nowhere")
        arguments, name = sys.argv[1:], __name__
        """,
    )
    before = sys.argv, list(sys.argv), list(sys.path), list(sys.meta_path), sys.modules["__main__"]
    names = run_path(path, ["a", "b"])
    assert names["arguments"] == ["a", "b", "more"] and names["name"] == "__main__"
    assert (sys.argv, list(sys.argv), list(sys.path), list(sys.meta_path), sys.modules["__main__"]) == before
    assert "helper" not in sys.modules
    import numpy as again

    assert again is numpy


def test_everything_is_put_back_after_an_error(write):
    before = list(sys.argv), list(sys.path), list(sys.meta_path)
    with pytest.raises(ZeroDivisionError):
        run_path(write(script="import numpy\n1 / 0\n"))
    with pytest.raises(SystemExit):
        run_path(write(script="raise SystemExit(3)\n"))
    with pytest.raises(FileNotFoundError):
        run_path("no such file.py")
    assert (list(sys.argv), list(sys.path), list(sys.meta_path)) == before


def test_other_threads_import_numpy_meanwhile(write):
    path = write(script="import time\nimport numpy as np\ntime.sleep(0.3)\nfound = np.zeros(1)\n")
    found = []

    def work():
        time.sleep(0.1)
        import numpy as np

        found.append(np.zeros(1))

    thread = threading.Thread(target=work)
    thread.start()
    assert type(run_path(path)["found"]) is rooftop.ndarray
    thread.join()
    assert type(found[0]) is numpy.ndarray


def test_threads_that_run_scripts_take_turns(write):
    path = write(script="import sys, time\nfirst = sys.argv[1]\ntime.sleep(0.02)\nlast = sys.argv[1]\n")
    seen = []

    def work(word):
        names = run_path(path, [word])
        seen.append((names["first"], names["last"]))

    threads = [threading.Thread(target=work, args=(str(i),)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == [(str(i), str(i)) for i in range(8)]


def test_pycache_holds_nothing_of_it(write, run, tmp_path):
    path = write(
        helper="import numpy as np\nprint(type(np.zeros(1)).__module__)\n", script="import helper\n"
    )
    python = [sys.executable, str(path)]
    assert subprocess.run(python, capture_output=True, text=True, check=True).stdout == "numpy\n"
    assert run(path).stdout == "rooftop\n"
    assert subprocess.run(python, capture_output=True, text=True, check=True).stdout == "numpy\n"


def test_a_script_is_the_main_module(write, run):
    path = write(
        script="""
        import pickle, sys
        class Own: pass
        print(__name__, __file__ == sys.argv[1], sys.argv[2:], sys.path[0] == sys.argv[1][: -len("/script.py")])
        print(__doc__, __package__, type(pickle.loads(pickle.dumps(Own()))) is sys.modules["__main__"].Own)
        """
    )
    done = run(path, path, "-m", "--help", "x")
    assert done.stdout == "__main__ True ['-m', '--help', 'x'] True\nNone None True\n", done.stderr


def test_future_imports_and_encodings_hold(tmp_path):
    path = tmp_path / "latin.py"
    path.write_bytes(
        "# -*- coding: latin-1 -*-\n'''é'''\nfrom __future__ import annotations\nimport numpy\n"
        "def f(x: undefined): pass\ntext = 'ü'\n".encode("latin-1")
    )
    names = run_path(path)
    assert (names["__doc__"], names["text"], names["f"].__annotations__) == ("é", "ü", {"x": "undefined"})


@pytest.mark.parametrize(
    ("end", "code", "error"),
    [("sys.exit(7)", 7, ""), ("sys.exit('words')", 1, "words\n"), ("sys.exit()", 0, ""), ("pass", 0, "")],
)
def test_exit_codes_are_those_of_python(write, run, end, code, error):
    done = run(write(script=f"import sys\nimport numpy\n{end}\n"))
    assert (done.returncode, done.stderr) == (code, error)


ERRORS = {
    "raised": "import numpy as np\ndef f():\n    raise ValueError('no')\nf()\n",
    "in_own_module": "import numpy as np\nimport helper\nhelper.fail()\n",
    "on_import": "import numpy as np\nimport broken\n",
    "no_module": "import numpy\nimport no_such_module\n",
    "no_name": "import no_numpy_here\n",
    "chained": "import numpy as np\ntry:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('x') from e\n",
    "syntax": "import numpy as np\nx = = 1\n",
    "in_library": "import numpy as np\nimport json\njson.loads('{')\n",
    "interrupted": "raise KeyboardInterrupt\n",
    "own_hook": "import sys\nsys.excepthook = lambda *e: print('mine', e[0].__name__, file=sys.stderr)\n1 / 0\n",
}


@pytest.mark.parametrize("name", ERRORS)
def test_tracebacks_are_those_of_python(write, run, name):
    write(
        helper="import numpy as np\ndef fail():\n    return [][1]\n",
        broken="import numpy as np\n\nnp.zeros(1) + undefined\n",
    )
    path = write(script=ERRORS[name])
    theirs = subprocess.run([sys.executable, str(path)], capture_output=True, text=True, check=False)
    ours = run(path)
    assert ours.stderr == theirs.stderr
    assert ours.returncode == theirs.returncode != 0


def test_an_error_of_numpys_shows_no_frame_of_ours(write, run):
    done = run(write(script="import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))\n"))
    assert done.stderr.endswith("Singular matrix\n") and "LinAlgError" in done.stderr
    assert os.path.join("rooftop", "") not in done.stderr


def test_a_module_is_run(write, run):
    write(own__DOT____init__="", own__DOT__part="import numpy as np\nmade = np.zeros(1)\n")
    write(
        own__DOT____main__="""
        import sys
        from .part import made
        import numpy
        print(__name__, __package__, __spec__.name, sys.argv[1:], type(made).__module__, numpy.zeros(1).__class__.__module__)
        """
    )
    expected = "__main__ own own.__main__ ['-x', 'y'] rooftop rooftop\n"
    done = run("-m", "own", "-x", "y")
    assert done.stdout == expected, done.stderr


def test_a_module_of_the_standard_library_is_run_with_numpy(write, run):
    write(calc="import numpy as np\nmade = type(np.zeros(1)).__module__\n")
    done = run("-m", "timeit", "-n1", "-r1", "import calc; print(calc.made)")
    assert done.stdout.startswith("rooftop\n"), done.stderr
    assert run("-m", "json.tool", stdin="[1]").stdout == "[\n    1\n]\n"


def test_standard_input_is_run(run):
    done = run("-", "a", stdin="import sys\nimport numpy as np\nprint(sys.argv, type(np.zeros(1)).__module__)\n1 / 0\n")
    assert done.stdout == "['-', 'a'] rooftop\n"
    assert done.returncode == 1 and 'File "<stdin>", line 4' in done.stderr and "run.py" not in done.stderr


def test_a_folder_with_a_main_module_is_run(write, run):
    path = write(folder__DOT____main__="import numpy as np\nprint(type(np.zeros(1)).__module__)\n")
    assert run(path.parent).stdout == "rooftop\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["no_such_file.py"], "can't open file 'no_such_file.py': No such file or directory"),
        (["-m", "no_such_module"], "no module named 'no_such_module'"),
        (["-m", "json"], "'json' is a package and has no __main__ module"),
        (["-m"], "what shall be run is missing"),
        ([], "what shall be run is missing"),
        (["--fast", "x.py"], "unknown option --fast"),
    ],
)
def test_bad_usage_says_what_is_wrong(run, words, message):
    done = run(*words)
    assert done.returncode == 2 and done.stderr.endswith(f"rooftop run: {message}\n")
    assert "Traceback" not in done.stderr


def test_help_is_printed(run):
    assert run("--help").stdout.startswith("usage: rooftop run SCRIPT")


def test_imports_that_are_no_statements_give_numpy(write):
    path = write(
        script="""
        import importlib
        import numpy as np
        found = [importlib.import_module("numpy"), __import__("numpy")]
        exec("import numpy; found.append(numpy)")
        both = np.zeros(2) + found[0].ones(2)
        """
    )
    names = run_path(path)
    assert names["found"] == [numpy] * 3 and type(names["both"]) is rooftop.ndarray


def test_arrays_of_packages_are_no_arrays_of_the_scripts(write):
    path = write(
        script="""
        import numpy as np
        from numpy.lib import stride_tricks
        theirs = np.ma.ones(2).data
        found = isinstance(theirs, np.ndarray), isinstance(np.asarray(theirs), np.ndarray), str(np.ndarray)
        """
    )
    assert run_path(path)["found"] == (False, True, "<class 'rooftop.ndarray'>")


def test_jit_takes_the_scripts_numpy(write):
    path = write(
        script="""
        import numpy as np
        from rooftop import jit

        @jit
        def total(x):
            s = 0.0
            for i in range(len(x)):
                s += np.sqrt(x[i])
            return s

        found = total(np.array([1.0, 4.0, 9.0]))
        """
    )
    assert run_path(path)["found"] == 6.0


def test_the_example_prints_the_same_under_both(root, run):
    path = root / "examples" / "heat.py"
    theirs = subprocess.run(
        [sys.executable, str(path), "--steps", "50"], capture_output=True, text=True, check=True
    ).stdout
    ours = run(path, "--steps", "50")
    assert ours.stdout == theirs and "hottest" in theirs, ours.stderr
