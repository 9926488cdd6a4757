"""Kernels forked from a process that has done the imports: see docs/kernels.md."""
