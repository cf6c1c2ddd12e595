"""Twins of the corpus in which every int is checked for 64 bits.

Compiled code raises OverflowError where an exact Python int would leave 64 bits (docs/deviations.md). The twin of
a module is its text with a check around every expression that makes an int, so it stops at the very same place.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from functools import cache

import numpy as np

_CHECK = "__check__"
_SHIFT = "__shift_left__"
_CHECK_ALL = "__check_all__"
_ARRAY = "__array_type__"


class Beyond64Bits(OverflowError):
    """An int left the range of 64 bits."""


def check(value):
    """Returns the value; raises where it is, or holds, a Python int beyond 64 bits."""
    if type(value) is int and not -(2**63) <= value < 2**63:
        raise Beyond64Bits
    if type(value) is tuple:
        for part in value:
            check(part)
    return value


def check_all(values):
    """The values of an iterable, each checked."""
    for value in values:
        yield check(value)


def shift_left(value, count):
    """value << count, without making the number where it would not fit by far."""
    if type(value) is int and type(count) is int and value != 0 and count > 64:
        raise Beyond64Bits
    return value << count


class _Checks(ast.NodeTransformer):
    def _wrap(self, node: ast.expr) -> ast.expr:
        self.generic_visit(node)
        name = ast.Name(_CHECK, ast.Load())
        return ast.copy_location(ast.Call(name, [node], []), node)

    visit_Call = _wrap

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        if isinstance(node.op, ast.LShift):
            name = ast.Name(_SHIFT, ast.Load())
            return self._wrap(ast.copy_location(ast.Call(name, [node.left, node.right], []), node))
        return self._wrap(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        # The least int is written as minus a literal that alone does not fit.
        return self._wrap(node)

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.ctx, ast.Load):
            return self._wrap(node)
        self.generic_visit(node)
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.stmt:
        load = ast.parse(ast.unparse(node.target), mode="eval").body
        value = ast.BinOp(load, node.op, node.value)
        assign = self.visit(ast.fix_missing_locations(ast.copy_location(ast.Assign([node.target], value), node)))
        # Arrays change in place, and hold no Python ints.
        choice = ast.parse(f"if isinstance({ast.unparse(node.target)}, {_ARRAY}): pass\nelse: pass").body[0]
        choice.body, choice.orelse = [node], [assign]
        return ast.fix_missing_locations(ast.copy_location(choice, node))

    def visit_For(self, node: ast.For) -> ast.stmt:
        self.generic_visit(node)
        name = ast.Name(_CHECK_ALL, ast.Load())
        node.iter = ast.copy_location(ast.Call(name, [node.iter], []), node.iter)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.stmt:
        node.decorator_list = []
        node.body = [self.visit(statement) for statement in node.body]
        return node


def checked_namespace(source: str, filename: str, names: dict) -> dict:
    """Runs a module's text with the checks put in and returns its names."""
    tree = ast.fix_missing_locations(_Checks().visit(ast.parse(source)))
    namespace = {**names, _CHECK: check, _CHECK_ALL: check_all, _SHIFT: shift_left, _ARRAY: np.ndarray}
    exec(compile(tree, filename, "exec"), namespace)  # noqa: S102 - our own text
    return namespace


@cache
def _twins(module_name: str) -> dict:
    module = importlib.import_module(module_name)
    names = {"__name__": f"{module_name}_checked", "__package__": module.__package__}
    return checked_namespace(inspect.getsource(module), module.__file__, names)


def twin(function):
    """The function of the corpus with every int checked."""
    return _twins(function.__module__)[function.__name__]
