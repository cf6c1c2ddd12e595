"""From a function object to its syntax tree: which node of which file it was compiled from."""

from __future__ import annotations

import ast
import linecache
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import CellType, CodeType, FunctionType
from typing import Any

from rooftop._errors import CompileError

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, *_COMPREHENSIONS)


@dataclass(frozen=True)
class FunctionSource:
    """A function's source and surroundings: what the compiler needs to know of it.

    Attributes
    ----------
    function : function
    node : ast.FunctionDef, ast.AsyncFunctionDef or ast.Lambda
        Line numbers and columns are those of the file.
    filename : str
    lines : list of str
        All lines of the file.
    globals : dict
        The module's names, as they are now.
    closure : dict of str to cell
        The variables of enclosing functions.
    """

    function: FunctionType
    node: FunctionNode
    filename: str
    lines: list[str]
    globals: dict[str, Any]
    closure: dict[str, CellType]

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def qualname(self) -> str:
        return self.function.__qualname__

    @property
    def first_line(self) -> int:
        """The line of `def` or `lambda`, without decorators."""
        return self.node.lineno


class _File:
    """A parsed file: its functions by first line and name."""

    def __init__(self, filename: str, lines: list[str]) -> None:
        self.lines = lines
        tree = ast.parse("".join(lines), filename)
        self.functions: dict[tuple[int, str], list[FunctionNode]] = {}
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                # Code objects begin at the first decorator.
                line = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                self.functions.setdefault((line, node.name), []).append(node)
            elif isinstance(node, ast.Lambda):
                self.functions.setdefault((node.lineno, "<lambda>"), []).append(node)


_files: dict[str, _File] = {}


def function_source(function: FunctionType) -> FunctionSource:
    """Finds the source of a function.

    Parameters
    ----------
    function : function
        Defined in a file, a notebook cell, or by `exec` of text that `linecache` knows.

    Returns
    -------
    FunctionSource

    Raises
    ------
    CompileError
        If there is no source, or it is no longer that of the function.
    """
    code = function.__code__
    file = _parsed_file(function, code)
    candidates = file.functions.get((code.co_firstlineno, code.co_name), [])
    fitting = [node for node in candidates if _belongs(node, code)]
    if not fitting:
        raise _error(
            function,
            f"the source of {function.__qualname__}() has changed since it was loaded",
            f"line {code.co_firstlineno} of the file no longer holds this function",
            "load the module again, or restart the program",
        )
    node = fitting[0] if len(fitting) == 1 else _by_position(function, fitting, code)
    cells = dict(zip(code.co_freevars, function.__closure__ or (), strict=True))
    return FunctionSource(function, node, code.co_filename, file.lines, function.__globals__, cells)


def _parsed_file(function: FunctionType, code: CodeType) -> _File:
    lines = linecache.getlines(code.co_filename, function.__globals__)
    if not lines:
        raise _missing(function, code.co_filename)
    file = _files.get(code.co_filename)
    if file is None or file.lines != lines:
        try:
            file = _File(code.co_filename, lines)
        except SyntaxError as error:
            raise CompileError(
                f"the source of {function.__qualname__}() cannot be read: {error.msg}",
                filename=code.co_filename,
                lineno=error.lineno,
                why="its file has changed since it was loaded, or is not Python",
                hint="put the function into a file of its own",
            ) from None
        _files[code.co_filename] = file
    return file


def _error(function: FunctionType, message: str, why: str, hint: str) -> CompileError:
    code = function.__code__
    return CompileError(
        message,
        filename=code.co_filename,
        lineno=code.co_firstlineno,
        function=function.__qualname__,
        why=why,
        hint=hint,
        text="",
    )


def _missing(function: FunctionType, filename: str) -> CompileError:
    if filename == "<stdin>":
        why = "it was typed at the interactive prompt, which keeps no source"
        hint = "save it in a file and import it, or use a notebook or IPython"
    elif filename.startswith("<"):
        why = f"it was made by exec(), eval() or `python -c` ({filename}), which keep no source"
        hint = "save it in a file, or register its text with `linecache` under the file name given to compile()"
    else:
        why = f"{filename} cannot be read"
        hint = "put the source file where it was when the module was compiled, and run from there"
    return _error(function, f"the source of {function.__qualname__}() is not available", why, hint)


def _parameters(node: FunctionNode) -> Iterator[str]:
    arguments = node.args
    for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        yield argument.arg
    for extra in (arguments.vararg, arguments.kwarg):
        if extra is not None:
            yield extra.arg


def _belongs(node: FunctionNode, code: CodeType) -> bool:
    """Whether the node can be the code's source: stale files are the usual reason when it cannot."""
    parameters = list(_parameters(node))
    if len(parameters) != code.co_argcount + code.co_kwonlyargcount + _extra_parameters(code):
        return False
    lines = {code.co_firstlineno} | {child.lineno for child in ast.walk(node) if hasattr(child, "lineno")}
    if not {line for _, _, line in code.co_lines() if line is not None} <= lines:
        return False
    assigned = {
        child.id for child in _own_nodes(node) if isinstance(child, ast.Name) and isinstance(child.ctx, ast.Store)
    }
    known = {*code.co_varnames, *code.co_cellvars, *code.co_freevars, *code.co_names}
    private = {name for name in {*parameters, *assigned} if name.startswith("__")}  # renamed within a class
    return set(parameters) - private <= set(code.co_varnames) and assigned - private <= known


def _own_nodes(node: FunctionNode) -> Iterator[ast.AST]:
    """The nodes of the function's own code: not those of functions and classes in it, whose names are their own."""
    waiting: list[ast.AST] = [node.args, *(node.body if isinstance(node.body, list) else [node.body])]
    while waiting:
        child = waiting.pop()
        yield child
        if not isinstance(child, _SCOPES):
            waiting.extend(ast.iter_child_nodes(child))


def _extra_parameters(code: CodeType) -> int:
    has_args, has_kwargs = 0x04, 0x08
    return bool(code.co_flags & has_args) + bool(code.co_flags & has_kwargs)


def _by_position(function: FunctionType, nodes: list[FunctionNode], code: CodeType) -> FunctionNode:
    """Tells several lambdas of one line apart."""
    fitting = [node for node in nodes if _is_source_of(node, code)]
    if len({ast.dump(node) for node in fitting}) == 1:
        return fitting[0]  # the same text several times: any of them will do
    raise _error(
        function,
        f"it cannot be told which lambda of line {code.co_firstlineno} is meant",
        "several lambdas stand on this line, and the code object does not say which it is",
        "put each lambda on a line of its own, or use def",
    )


def _is_source_of(node: FunctionNode, code: CodeType) -> bool:
    if sys.version_info >= (3, 11):
        return _positions(_compiled(node, code)) == _positions(code)
    return _shape(_compiled(node, code)) == _shape(code)


def _compiled(node: FunctionNode, code: CodeType) -> CodeType:
    """Compiles a lambda alone, with the variables of its surroundings as such."""
    names = [ast.arg(name) for name in code.co_freevars]
    arguments = ast.arguments(posonlyargs=[], args=names, kwonlyargs=[], kw_defaults=[], defaults=[])
    outer = ast.Expression(ast.Lambda(arguments, node))
    ast.copy_location(outer.body, node)
    ast.fix_missing_locations(outer)
    compiled = compile(outer, code.co_filename, "eval")
    for _ in range(2):
        compiled = next(constant for constant in compiled.co_consts if isinstance(constant, CodeType))
    return compiled


def _positions(code: CodeType) -> list[tuple]:
    return list(code.co_positions())


def _shape(code: CodeType) -> tuple:
    # Qualified names of inner functions tell where the code was compiled, not what it is.
    constants = [repr(c) for c in code.co_consts if not isinstance(c, CodeType) and "<locals>" not in str(c)]
    return code.co_code, constants, code.co_names, code.co_varnames
