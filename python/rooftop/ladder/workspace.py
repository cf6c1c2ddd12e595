"""The temporary folder of one climb: inputs written once for every program, results read back and verified."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

import numpy

from rooftop.ladder.kernel import Kernel, LadderError
from rooftop.ladder.machine import available_memory
from rooftop.ladder.process import Failure

SEED = 20_240_229


class Workspace:
    """Inputs, references and outputs of `kernel` in one dtype; a context manager that removes its folder."""

    def __init__(self, kernel: Kernel, dtype: str) -> None:
        self.kernel = kernel
        self.dtype = dtype
        self.folder = Path(tempfile.mkdtemp(prefix="rooftop-ladder-"))
        self.output = self.folder / "output.bin"
        self._arrays: dict[int, Mapping[str, numpy.ndarray]] = {}
        self._references: dict[int, numpy.ndarray] = {}

    def __enter__(self) -> Workspace:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def check_room(self, n: int) -> None:
        """Refuse a size whose arrays this machine has no memory or disk for.

        Raises
        ------
        LadderError
            Naming what is needed and what there is.
        """
        size = self.kernel.numbers(n) * numpy.dtype(self.dtype).itemsize
        # The driver keeps the inputs and a float64 reference while a rung has inputs, result and packed copies.
        for what, need, there in (
            ("memory", 4 * size, available_memory()),
            (f"disk in {self.folder.parent}", size, shutil.disk_usage(self.folder).free),
        ):
            if need > there:
                raise LadderError(
                    f"n = {n} needs about {need / 2**30:.1f} GiB of {what}, and {there / 2**30:.1f} GiB are free"
                )

    def inputs(self, n: int) -> Path:
        """The folder with the inputs of size n, written when first asked for. The same numbers every time."""
        folder = self.folder / f"n{n}"
        if n not in self._arrays:
            arrays = self.kernel.inputs(n, self.dtype, numpy.random.default_rng(SEED))
            folder.mkdir()
            for name, array in arrays.items():
                array.tofile(folder / f"{name}.bin")
            self._arrays[n] = arrays
        return folder

    def reference(self, n: int, part: int) -> numpy.ndarray:
        """The right result of the first `part` slices, in float64."""
        known = self._references.get(n)
        if known is None or len(known) < part:
            self.inputs(n)
            known = self._references[n] = self.kernel.reference(self._arrays[n], part)
        return known[:part]

    def verify(self, n: int, part: int) -> float:
        """Compare the output with the reference.

        Returns
        -------
        float
            The largest error, in units of what is allowed.

        Raises
        ------
        Failure
            When the output has the wrong size or a number is wrong; the message shows one.
        """
        expected = self.reference(n, part)
        try:
            found = numpy.fromfile(self.output, self.dtype)
        except FileNotFoundError:
            raise Failure("wrong result: the program wrote none") from None
        if found.size != expected.size:
            raise Failure(f"wrong result: {found.size} numbers instead of {expected.size}")
        found = found.reshape(expected.shape)
        worst = 0.0
        for row, (got, want) in enumerate(zip(found, expected)):  # row by row: no third array of the whole size
            ratio = numpy.abs(got - want) / self.kernel.tolerance(n, self.dtype, want)
            if not (ratio <= 1).all():
                place = int(numpy.argmax(numpy.where(numpy.isnan(ratio), numpy.inf, ratio)))
                raise Failure(
                    f"wrong result: {got.flat[place]:.9g} instead of {want.flat[place]:.9g} at [{row}, {place}]"
                )
            worst = max(worst, float(ratio.max()))
        return worst
