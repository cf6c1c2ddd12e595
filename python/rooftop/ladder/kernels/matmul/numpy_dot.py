"""Matmul by NumPy: numpy.dot into an array that exists."""

import arrays
import numpy
import rung

run = rung.arguments()
A, B, C = arrays.matrices(run)
C.fill(0)
numpy.dot(numpy.ones((4, 4)), numpy.ones((4, 4)))  # the library's threads start here
rung.say("note", "NumPy " + numpy.__version__)
run.measure(lambda: numpy.dot(A, B, out=C), lambda: C)
