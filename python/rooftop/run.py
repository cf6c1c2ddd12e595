"""`rooftop run`: an unmodified NumPy script, with its own imports of NumPy turned into imports of rooftop.

The import statements of the script, and of what lies in its folder, are rewritten in their syntax trees as they are
compiled. Nothing is patched: the standard library and installed packages go on with NumPy, tracebacks show the user's
lines, and other threads notice nothing.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import linecache
import os
import sys
import sysconfig
import threading
from collections.abc import Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType, TracebackType

USAGE = """\
usage: rooftop run SCRIPT [ARGUMENTS ...]
       rooftop run -m MODULE [ARGUMENTS ...]
       rooftop run - [ARGUMENTS ...]

Runs a Python script (a file, a folder with a __main__.py, a module, or standard input) in which `import numpy` gives
rooftop: in the script itself and in everything below its folder, or in its own package. Installed packages and the
standard library stay on NumPy.
"""
FACADE = "rooftop._as_numpy"
#: Modules of NumPy that rooftop has, too.
SUBMODULES = {"numpy.linalg": "rooftop.linalg", "numpy.fft": "rooftop.fft", "numpy.random": "rooftop.random"}
_PACKAGE = os.path.dirname(os.path.realpath(__file__))
_STDIN = "<stdin>"
_lock = threading.RLock()


class _Rewriter(ast.NodeTransformer):
    """Turns imports of NumPy into imports of rooftop; they bind the same names."""

    def visit_Import(self, node: ast.Import) -> ast.Import:
        names: list[ast.alias] = []
        for alias in node.names:
            if alias.name != "numpy" and not alias.name.startswith("numpy."):
                names.append(alias)
            elif alias.asname is not None:
                name = FACADE if alias.name == "numpy" else SUBMODULES.get(alias.name, alias.name)
                names.append(_alias(alias, name, alias.asname))
            else:
                if alias.name != "numpy" and alias.name not in SUBMODULES:
                    names.append(alias)  # loads the module; then the name `numpy` is bound anew
                names.append(_alias(alias, FACADE, "numpy"))
        node.names = names
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        if node.level == 0 and node.module is not None:
            node.module = FACADE if node.module == "numpy" else SUBMODULES.get(node.module, node.module)
        return node


def _alias(like: ast.alias, name: str, asname: str) -> ast.alias:
    return ast.copy_location(ast.alias(name=name, asname=asname), like)


def _compile(source: bytes, path: str) -> CodeType:
    tree = compile(source, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    if b"numpy" in source:
        tree = _Rewriter().visit(tree)
    return compile(tree, path, "exec", dont_inherit=True)


class _Loader(SourceFileLoader):
    """Compiles with the imports turned. What was compiled without is not taken from __pycache__, nor written there."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return _compile(self.get_data(path), path)


class _Finder:
    """Finds modules as the import system does, and gives the script's own that loader.

    Parameters
    ----------
    roots : sequence of str
        The folders whose modules are the script's own.
    package : str, optional
        A module that is its own wherever it is, with all that is in it.
    """

    def __init__(self, roots: Sequence[str], package: str = "") -> None:
        self._roots = tuple(os.path.join(os.path.realpath(root), "") for root in roots)
        self._package = package
        paths = sysconfig.get_paths()
        self._library = tuple(os.path.join(os.path.realpath(paths[key]), "") for key in ("stdlib", "platstdlib"))

    def owns(self, name: str, origin: str) -> bool:
        """Whether the module of this name and file is the script's own."""
        path = os.path.realpath(origin)
        if path.startswith(os.path.join(_PACKAGE, "")):
            return False
        folders = path.split(os.sep)
        installed = "site-packages" in folders or "dist-packages" in folders
        if not installed and path.startswith(self._library):
            return False
        if self._package and name.partition(".")[0] == self._package:
            return True
        return not installed and path.startswith(self._roots)

    def find_spec(self, fullname: str, path=None, target=None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is None or type(spec.loader) is not SourceFileLoader or not self.owns(fullname, spec.origin):
            return spec
        with contextlib.suppress(OSError):  # what can't be read is reported by whoever loads it
            if b"numpy" in spec.loader.get_data(spec.origin):
                spec.loader = _Loader(fullname, spec.origin)
                spec.cached = None
        return spec


class _Program:
    """What is run: its code, what its `__main__` knows about itself, and how it finds its own modules."""

    def __init__(self, code: CodeType, argument: str, folder: str, finder: _Finder, **attributes) -> None:
        self.code = code
        self.argument = argument  # sys.argv[0]
        self.folder = folder  # sys.path[0]
        self.finder = finder
        self.attributes = attributes

    def module(self) -> ModuleType:
        main = ModuleType("__main__")
        # As Python does for a script: no docstring before the script sets it.
        main.__dict__.update({"__builtins__": __builtins__, "__cached__": None, "__spec__": None, "__package__": None})
        main.__dict__.update(self.attributes)
        return main

    def run(self, main: ModuleType) -> None:
        exec(self.code, main.__dict__)


def _script(path: str) -> _Program:
    """The program in a file, or in a folder's __main__.py. OSError where there is none."""
    file = os.path.join(path, "__main__.py") if os.path.isdir(path) else path
    with open(file, "rb") as stream:
        source = stream.read()
    folder = os.path.dirname(os.path.realpath(file))
    absolute = os.path.abspath(file)
    loader = SourceFileLoader("__main__", absolute)
    return _Program(
        _compile(source, absolute), path, folder, _Finder([folder]), __file__=absolute, __loader__=loader
    )  # fmt: skip


def _standard_input() -> _Program:
    source = sys.stdin.buffer.read()
    # Tracebacks show its lines, and `jit` finds its functions' text.
    text = source.decode("utf-8", "replace")
    linecache.cache[_STDIN] = (len(text), None, text.splitlines(keepends=True), _STDIN)
    return _Program(_compile(source, _STDIN), "-", "", _Finder([os.getcwd()]))


def _module(name: str, finder: _Finder) -> _Program:
    """The program `python -m name`; `finder` must be among the import system's. ImportError where there is none."""
    spec = importlib.util.find_spec(name)
    if spec is not None and spec.submodule_search_locations is not None:
        name += ".__main__"
        spec = importlib.util.find_spec(name)
    if spec is None or spec.loader is None or not hasattr(spec.loader, "get_code"):
        raise ImportError(f"No module named {name}", name=name)
    code = spec.loader.get_code(name)
    if code is None:
        raise ImportError(f"module {name} has no Python text", name=name)
    return _Program(
        code, spec.origin, os.getcwd(), finder,
        __file__=spec.origin, __loader__=spec.loader, __spec__=spec, __package__=spec.parent,
    )  # fmt: skip


def _install(finder: _Finder) -> None:
    """Puts the finder where the one is whose work it does: built-in and frozen modules come first."""
    places = [place for place, other in enumerate(sys.meta_path) if other is PathFinder]
    sys.meta_path.insert(places[0] if places else len(sys.meta_path), finder)


@contextlib.contextmanager
def _restored() -> Iterator[None]:
    """Puts back what a program finds and changes: sys.argv, sys.path, the finders, __main__ and its own modules."""
    argv, path, finders = sys.argv, sys.path[:], sys.meta_path[:]
    main, modules = sys.modules.get("__main__"), set(sys.modules)
    try:
        yield
    finally:
        sys.argv = argv
        sys.path[:] = path
        sys.meta_path[:] = [other for other in sys.meta_path if not isinstance(other, _Finder) or other in finders]
        for name in set(sys.modules) - modules:
            if isinstance(getattr(sys.modules[name], "__loader__", None), _Loader):
                del sys.modules[name]  # whoever imports it next wants NumPy
        if main is not None:
            sys.modules["__main__"] = main


def run_path(path: str | os.PathLike, arguments: Sequence[str] = ()) -> dict:
    """Run a script as `rooftop run` does, and put everything back afterwards.

    Parameters
    ----------
    path : str or path-like
        A Python file, or a folder with a `__main__.py`.
    arguments : sequence of str, optional
        The script's, after its own name.

    Returns
    -------
    dict
        The script's global names.

    Raises
    ------
    OSError
        If the file can't be read.

    Notes
    -----
    What the script raises, SystemExit included, passes through. Calls in several threads run one after another:
    `sys.argv` and `sys.modules["__main__"]` are the script's while it runs.

    Examples
    --------
    >>> from rooftop.run import run_path
    >>> names = run_path("examples/heat.py", ["--steps", "10"])  # doctest: +SKIP
    """
    with _lock, _restored():
        program = _script(os.fspath(path))
        main = program.module()
        sys.argv = [program.argument, *arguments]
        sys.path.insert(0, program.folder)
        _install(program.finder)
        sys.modules["__main__"] = main
        program.run(main)
        return dict(main.__dict__)


def _enter_folder(folder: str) -> None:
    """sys.path begins with the script's folder rather than with that of the program `rooftop`."""
    if getattr(sys.flags, "safe_path", False):
        return
    mine = {"", os.getcwd(), os.path.dirname(os.path.realpath(sys.argv[0]))}
    if sys.path and sys.path[0] in mine:
        sys.path[0] = folder
    else:
        sys.path.insert(0, folder)


def _trimmed(traceback: TracebackType | None) -> TracebackType | None:
    """The traceback without what is ours: all before the script, and calls within rooftop that led further."""
    links = []
    while traceback is not None:
        links.append(traceback)
        traceback = traceback.tb_next
    files = [link.tb_frame.f_code.co_filename for link in links]
    first = next((place for place, file in enumerate(files) if file == __file__), -1) + 1
    ours = os.path.join(os.path.dirname(__file__), "")
    trimmed = None
    for place in range(len(links) - 1, first - 1, -1):
        link, file = links[place], files[place]
        is_last = place == len(links) - 1
        if file == __file__ or file.startswith("<frozen ") or (file.startswith(ours) and not is_last):
            continue
        trimmed = TracebackType(trimmed, link.tb_frame, link.tb_lasti, link.tb_lineno)
    return trimmed


def _refuse(message: str) -> int:
    print(f"rooftop run: {message}", file=sys.stderr)
    return 2


def _prepare(words: list[str]) -> tuple[_Program, list[str]]:
    """The program that the command line asks for, and its arguments."""
    if words[0] == "-m":
        finder = _Finder([os.getcwd()], words[1].partition(".")[0])
        _enter_folder(os.getcwd())
        _install(finder)
        sys.argv = ["-m", *words[2:]]  # as Python has it while packages are imported
        return _module(words[1], finder), words[2:]
    program = _standard_input() if words[0] == "-" else _script(words[0])
    _enter_folder(program.folder)
    _install(program.finder)
    return program, words[1:]


def main(words: Sequence[str]) -> int:
    """The command `rooftop run WORDS...`.

    Returns
    -------
    int
        0 when the script came to its end, 2 when there is none. What it raises passes through, so that Python ends as
        it does for a script; the traceback shows the script's part.
    """
    words = list(words)
    if words[:1] in (["-h"], ["--help"]):
        print(USAGE, end="")
        return 0
    if not words or (words[0] == "-m" and len(words) < 2):
        print(USAGE, end="", file=sys.stderr)
        return _refuse("what shall be run is missing")
    if words[0].startswith("-") and words[0] not in ("-", "-m"):
        print(USAGE, end="", file=sys.stderr)
        return _refuse(f"unknown option {words[0]}")
    try:
        try:
            program, arguments = _prepare(words)
        except OSError as error:
            return _refuse(f"can't open file {words[0]!r}: {error.strerror or error}")
        except ImportError as error:
            if words[0] != "-m" or error.name is None or not f"{words[1]}.__main__.".startswith(error.name + "."):
                raise
            if error.name.endswith(".__main__"):
                return _refuse(f"{words[1]!r} is a package and has no __main__ module")
            return _refuse(f"no module named {error.name!r}")
        main = program.module()
        sys.argv = [program.argument, *arguments]
        sys.modules["__main__"] = main
        program.run(main)
    except SystemExit:
        raise
    except BaseException:
        show = sys.excepthook  # possibly the script's own
        sys.excepthook = lambda kind, value, traceback: show(
            kind, value.with_traceback(_trimmed(traceback)), value.__traceback__
        )
        raise
    return 0
