"""NumPy's random numbers as our arrays."""

import sys as _sys

import numpy.random as _numpy

from rooftop import _delegate, _delegated_names


class _Wrapped:
    """The methods of a generator of NumPy's, with our arrays."""

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if name.startswith("_") or not callable(found) or isinstance(found, type):
            return found

        def method(*arguments, **keywords):
            return _delegate.run(found, arguments, keywords)

        method.__name__ = name
        method.__doc__ = found.__doc__
        return method


class Generator(_Wrapped, _numpy.Generator):
    __doc__ = _numpy.Generator.__doc__

    def __reduce__(self):
        return Generator, (self.bit_generator,)


class RandomState(_Wrapped, _numpy.RandomState):
    __doc__ = _numpy.RandomState.__doc__

    def __reduce__(self):
        make, arguments, state = super().__reduce__()
        return _rebuild_state, (make, arguments), state


def _rebuild_state(make, arguments):
    return RandomState(make(*arguments)._bit_generator)


def default_rng(seed=None):
    """A new generator.

    Parameters
    ----------
    seed : int, array_like, SeedSequence, BitGenerator, Generator, optional
        As numpy.random.default_rng.

    Returns
    -------
    Generator
    """
    if isinstance(seed, Generator):
        return seed
    return Generator(_numpy.default_rng(_delegate.unwrap(seed)).bit_generator)


_delegated_names.fill_module(_sys.modules[__name__], _numpy)
