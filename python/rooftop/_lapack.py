"""Where LAPACK is: what NumPy itself is linked against comes first, so that results are NumPy's, bit by bit."""

from __future__ import annotations

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path


def libraries() -> list[str]:
    """The module of NumPy that is linked against its LAPACK, without importing it.

    Returns
    -------
    list of str
        Paths to try one after the other; empty where there is no NumPy, or one that is laid out in another way.
    """
    spec = find_spec("numpy")
    folders = spec.submodule_search_locations if spec is not None else None
    candidates = (
        Path(folder, "linalg", "_umath_linalg" + suffix) for folder in folders or () for suffix in EXTENSION_SUFFIXES
    )
    return [str(path) for path in candidates if path.is_file()]
