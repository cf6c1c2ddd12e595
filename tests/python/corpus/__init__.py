"""Small realistic functions that CPython runs as they stand, each with its argument cases.

The modules here hold functions by construct; ``registry`` collects them, ``compare`` says what "the same
result" means, ``wide`` finds where an exact Python int would leave 64 bits.
"""
