"""What every Python rung shares: its arguments, its input files, the clock, and the lines that the driver reads.

Standard library only: CPython, PyPy and the peers' interpreters all run it. A rung is run as
`PROGRAM n part threads repeats calls INPUT-FOLDER OUTPUT-FILE dtype`.
"""

import os
import sys
import time
from array import array


class Rung:
    """One run of one rung: what the driver asked for, and how to answer."""

    def __init__(self, arguments):
        numbers = [int(text) for text in arguments[:5]]
        self.n, self.part, self.threads, self.repeats, self.calls = numbers
        self.inputs, self.output, self.dtype = arguments[5:8]

    def path(self, name):
        """The input `name`: raw numbers in this machine's byte order."""
        return os.path.join(self.inputs, name + ".bin")

    def read(self, name, count):
        """The first `count` numbers of the input `name`."""
        numbers = array("d" if self.dtype == "float64" else "f")
        with open(self.path(name), "rb") as file:
            numbers.fromfile(file, count)
        return numbers

    def write(self, numbers):
        """Write the result, an array or anything else with the buffer interface."""
        with open(self.output, "wb") as file:
            file.write(numbers)

    def measure(self, call, result):
        """Time `call()`, which adds to zeroed output; `result()` after the first call is what the driver verifies."""
        for sample in range(self.repeats):
            calls = 1 if sample == 0 else self.calls
            start = time.perf_counter()
            for _ in range(calls):
                call()
            say("time", "%.9e" % ((time.perf_counter() - start) / calls))
            if sample == 0:
                self.write(result())


def arguments():
    """The run that the command line describes."""
    if len(sys.argv) != 9:
        sys.exit(f"usage: {sys.argv[0]} n part threads repeats calls INPUT-FOLDER OUTPUT-FILE dtype")
    return Rung(sys.argv[1:])


def say(word, text):
    """One line for the driver: `time`, `compile`, `note` or `skip`, then what it has to say."""
    print(word, text, flush=True)


def skip(reason):
    """End: this rung cannot run here."""
    say("skip", reason)
    sys.exit(0)


def compiled(call):
    """Report how long `call()` took as compile time."""
    start = time.perf_counter()
    call()
    say("compile", "%.9e" % (time.perf_counter() - start))
