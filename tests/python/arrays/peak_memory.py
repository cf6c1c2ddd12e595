"""How much memory each call of TEXTS takes at its height, with NumPy and with rooftop; prints JSON.

Started by test_array_peak_memory.py. Each call is a process of its own, forked from this one; Linux tells the
largest resident size since it was last asked to forget.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import sys

import numpy

import rooftop

#: Of madvise: read every page (Linux 5.14; older ones refuse).
MADV_POPULATE_READ = 22

#: By lines: functions, comparisons and operators; reductions; copies and conversions; choosing and joining; new arrays
#: and products; writing into arrays.
TEXTS = """
a + b; a * 2.0; np.sin(a); np.exp(a); a > b; a == b; np.sqrt(x); x + x; x * 2.5; a // b; np.divmod(a, b); np.power(a, 2); a ** 2
np.abs(c); c * c; -a; np.add(x, a); np.logaddexp(a, b); np.frexp(a); np.modf(a); np.isfinite(a); a[:, ::-1] + a; a[::2] * 2.0; a + a.T.T
np.add(a, b, dtype='f4'); np.multiply.outer(v[:1024], v[:1024]); np.add(a, a[0])
a.sum(); a.sum(axis=0); a.sum(axis=1); a.mean(); a.mean(axis=0); x.mean(); x.sum(); x.sum(axis=0); a.std(); a.var(axis=0); x.std()
a.max(axis=1); a.argmax(); a[::2].argmax(); a.argmax(axis=0); a.any(); m.all(axis=0); a.prod(); c.sum(); np.add.reduce(a); np.linalg.norm(a)
a.T.copy(); a.copy(); np.copy(a); a.astype('f4'); a.astype('i4'); a.astype('c16'); x.astype('f8'); a.T.ravel(); a.T.flatten(); a.T.reshape(-1)
a.tobytes(); np.array(a); np.ascontiguousarray(a.T); np.array(a.T, order='C')
np.where(m, a, b); np.where(m, a, 0.0); np.where(m, x, a); np.clip(a, 1, 50); a.clip(1, 50); np.concatenate([a, b]); np.concatenate([x, a])
np.stack([a, b]); np.vstack([a, b]); v[i]; v[i[:1000]]; a[m]; a.T[m.T]; v.take(i); np.repeat(v, 2); np.tile(v, 2); np.roll(v, 5)
np.sort(v); np.argsort(v); np.unique(x); np.median(v); np.cumsum(v); np.diff(v); np.round(a, 1); np.nonzero(m); np.searchsorted(v, v[:100])
np.zeros((1024, 2048)); np.ones((1024, 2048)); np.full((1024, 2048), 3.0); np.arange(1 << 21); np.arange(0.0, 1 << 21); np.linspace(0, 1, 1 << 21)
np.zeros_like(a); np.ones_like(a); np.empty_like(a); a @ a.T[:, :64]; a.T @ a[:, :64]; a[:512, :512] @ b[:512, :512]
a.__iadd__(b); a.__iadd__(1); np.add(a, b, out=a); np.sin(a, out=a); a.__iadd__(x); a.__setitem__(m, 0); a.__setitem__(m, a[m]); a.fill(3)
a.__setitem__((slice(None), slice(1, None)), a[:, :-1]); v.__setitem__(i, 1.0); a.__setitem__(slice(None), b.T.reshape(a.shape)); a.__iadd__(a.T.reshape(a.shape))
"""


def names(module) -> dict:
    """Arrays of 16 MB, and small ones of the same kinds."""
    values = numpy.arange(1 << 21, dtype="f8") % 97 + 0.5
    grid = values.reshape(1024, -1)
    arrays = {
        "a": grid,
        "b": grid * 2,
        "v": values,
        "m": grid > 40,
        "x": grid.astype("i4"),
        "c": grid[:512] + 1j * grid[512:],
    }
    arrays["i"] = numpy.arange(1 << 21) * 31 % (1 << 21)
    return {"np": module, **{key: module.array(value) for key, value in arrays.items()}}


def resident(kind: str) -> int:
    """VmHWM, the largest so far, or VmRSS, the one now, in bytes."""
    with open("/proc/self/status", encoding="ascii") as lines:
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith(kind + ":"))


def peak(text: str, given: dict) -> int:
    reading, writing = os.pipe()
    process = os.fork()
    if process == 0:
        code = compile(text, text, "eval")
        square = given["np"].ones((512, 512))
        square @ square  # buffers that products keep; small ones need none
        del square
        for n in (8, 64):  # what is made once for all calls; the smallest have code of their own
            small = {key: value[:n].copy() for key, value in given.items() if key != "np"}
            small |= {key: value[:, :n] for key, value in small.items() if value.ndim == 2}
            small |= {"i": given["i"][:n] % n, "np": given["np"]}
            try:
                eval(code, small)
            except Exception:  # noqa: BLE001 - the small ones do not fit every text
                pass
            small.clear()
        gc.collect()
        map_code()
        with open("/proc/self/clear_refs", "w", encoding="ascii") as forget:
            forget.write("5")
        before = resident("VmRSS")
        kept = eval(code, given)  # noqa: F841 - lives until it is measured
        os.write(writing, str(resident("VmHWM") - before).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, encoding="ascii") as pipe:
        bytes_taken = int(pipe.read() or "-1")
    os.waitpid(process, 0)
    return bytes_taken


def map_code() -> None:
    """Map all pages of programs and libraries: else one that is touched first brings megabytes of its file with it."""
    madvise = ctypes.CDLL(None).madvise
    with open("/proc/self/maps", encoding="ascii") as lines:
        mapped = [line.split() for line in lines]
    for span, access, _offset, _device, inode, *_name in mapped:
        if inode != "0" and access.startswith("r"):
            begin, end = (int(bound, 16) for bound in span.split("-"))
            madvise(ctypes.c_void_p(begin), ctypes.c_size_t(end - begin), MADV_POPULATE_READ)


def main(texts: list[str]) -> None:
    both = [names(numpy), names(rooftop)]
    # The less of two: the kernel counts a huge page here and there.
    print(json.dumps({text: [min(peak(text, given), peak(text, given)) for given in both] for text in texts}))


def all_texts() -> list[str]:
    return [text.strip() for line in TEXTS.split("\n") for text in line.split(";") if text.strip()]


if __name__ == "__main__":
    main(sys.argv[1:] or all_texts())
