"""The ladder: one kernel in every tool that this machine has, each verified, from plain Python to the ceiling.

`rooftop ladder` is the way in; `docs/ladder.md` tells how to read it and how to add a kernel or a rung.
"""
