"""Collatz: which number below n takes the most steps to 1."""

from _suite import Kernel


def collatz(n):
    best, longest = 1, 1
    for start in range(1, n):
        x = start
        steps = 1
        while x != 1:
            if x % 2 == 0:
                x = x // 2
            else:
                x = 3 * x + 1
            steps += 1
        if steps > longest:
            best, longest = start, steps
    return best, longest


def inputs(random, n):
    return {"n": n}


KERNELS = (Kernel(collatz, inputs, (), {"n": 1_000_000}, {"n": 300}, returns=2, lengths=()),)
