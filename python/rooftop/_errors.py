"""The exceptions of rooftop: what the user wrote cannot be compiled, or rooftop itself is broken."""

from __future__ import annotations

__all__ = ["CompileError", "InternalError"]


class CompileError(Exception):
    """Source text that cannot be compiled.

    Raised by the first call for new argument types, before anything has run.

    Parameters
    ----------
    message : str
        What cannot be compiled.
    filename : str, optional
    lineno : int, optional
        Line, from 1.
    column, end_column : int, optional
        Columns as in `ast`: from 0, in UTF-8 bytes, the end exclusive.
    end_lineno : int, optional
    function : str, optional
        Name of the function that the line belongs to.
    why : str, optional
        Why it cannot.
    hint : str, optional
        What to do about it.
    text : str, optional
        The source line; looked up when it is not given.

    Attributes
    ----------
    message, filename, lineno, end_lineno, function, why, hint, text
        As given.
    offset, end_offset : int or None
        Columns as in `SyntaxError`: from 1, in characters.
    """

    # _core drops the frames of rooftop's own modules from the traceback.
    _hides_machinery = True

    def __init__(
        self,
        message: str,
        *,
        filename: str | None = None,
        lineno: int | None = None,
        column: int | None = None,
        end_lineno: int | None = None,
        end_column: int | None = None,
        function: str | None = None,
        why: str | None = None,
        hint: str | None = None,
        text: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.filename = filename
        self.lineno = lineno
        self.end_lineno = end_lineno if end_lineno is not None else lineno
        self.function = function
        self.why = why or None
        self.hint = hint or None
        self.text = text if text is not None else _source_line(filename, lineno)
        self._columns = (column, end_column)
        end_text = self.text if self.end_lineno == lineno else _source_line(filename, self.end_lineno)
        self.offset = _character_offset(self.text, column)
        self.end_offset = _character_offset(end_text, end_column)

    def __reduce__(self):
        column, end_column = self._columns
        details = {
            "filename": self.filename,
            "lineno": self.lineno,
            "column": column,
            "end_lineno": self.end_lineno,
            "end_column": end_column,
            "function": self.function,
            "why": self.why,
            "hint": self.hint,
            "text": self.text,
        }
        return _rebuild, (type(self), self.message, details)

    def __str__(self) -> str:
        lines = [self.message]
        if self.filename is not None:
            place = f'  File "{self.filename}"'
            if self.lineno is not None:
                place += f", line {self.lineno}"
            if self.function:
                place += f", in {self.function}"
            lines.append(place)
        lines += self._marked_source()
        if self.why:
            lines.append(f"  Why: {self.why}")
        if self.hint:
            lines.append(f"  What to do: {self.hint}")
        return "\n".join(lines)

    def _marked_source(self) -> list[str]:
        if not self.text or not self.text.strip():
            return []
        source = self.text.rstrip()
        shown = source.lstrip()
        lines = ["    " + shown]
        if self.offset is not None:
            start = max(self.offset - 1 - (len(source) - len(shown)), 0)
            last = len(shown)
            if self.end_lineno == self.lineno and self.end_offset is not None:
                last = min(self.end_offset - 1 - (len(source) - len(shown)), last)
            lines.append("    " + " " * start + "^" * max(last - start, 1))
        return lines


def _rebuild(error_type, message, details):
    return error_type(message, **details)


def _source_line(filename: str | None, lineno: int | None) -> str | None:
    if filename is None or lineno is None:
        return None
    import linecache

    return linecache.getline(filename, lineno) or None


def _character_offset(text: str | None, column: int | None) -> int | None:
    if column is None:
        return None
    if text is None:
        return column + 1
    return len(text.encode()[:column].decode(errors="replace")) + 1


class InternalError(RuntimeError):
    """rooftop itself is broken: a check of its own failed, or the code generator did.

    Parameters
    ----------
    message : str
        What went wrong.
    dump : str, optional
        File that holds the ir and the place, for a report.
    """

    _hides_machinery = True

    def __init__(self, message: str, dump: str | None = None) -> None:
        super().__init__(message, dump)
        self.message = message
        self.dump = dump

    def __str__(self) -> str:
        lines = [
            self.message,
            "  This is an error in rooftop, not in your program; the function's py_func still works.",
        ]
        if self.dump:
            lines.append(f"  The ir at that point was written to {self.dump}")
        return "\n".join(lines)
