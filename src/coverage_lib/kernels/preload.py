"""What a notebook of the project imports: loaded once, in the process that kernels are forked from.

No module named here may start a thread or open a connection when it is imported: a fork
would carry neither over. The libraries for linear algebra do start threads, and put that
right themselves when they are forked.
"""

from __future__ import annotations

#: Of these the notebooks are made.
NOTEBOOK_MODULES = (
    "coverage_lib.marts",
    "coverage_lib.present.notebooks.briefing",
    "coverage_lib.present.notebooks.claims",
    "coverage_lib.present.notebooks.coverage",
    "coverage_lib.present.notebooks.methods",
    "coverage_lib.present.notebooks.quality",
    "coverage_lib.present.notebooks.village",
    "coverage_lib.present.ready",
    "duckdb",
    "ibis.backends.duckdb",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "pandas",
    "pyarrow.dataset",
    "pyarrow.parquet",
)

#: What ipykernel and IPython import only while a kernel starts or runs its first cell.
KERNEL_MODULES = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "coverage_lib.kernels.become",
    "ipykernel.debugger",
    "ipykernel.kernelapp",
    "psutil",
    "tornado.platform.asyncio",
    "tornado.queues",
    "zmq.asyncio",
)
