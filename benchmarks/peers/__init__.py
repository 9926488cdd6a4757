"""The marts of one month by four implementations. Each `compute(task)` gives a Parts.

A part is a small frame; `benchmarks.figures` makes the same rows of all of them.
"""
