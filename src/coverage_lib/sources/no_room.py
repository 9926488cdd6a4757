"""Faults of this machine, which must not be taken for faults of what is read."""

from __future__ import annotations

import errno
import os

import duckdb

_ERRORS = {code: os.strerror(code) for code in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)}


def why_no_room(error: BaseException) -> str | None:
    """What the system calls it that disk or memory is full; None for every other fault.

    Never the path, nor anything that was read.
    """
    if isinstance(error, duckdb.OutOfMemoryException | MemoryError):
        return type(error).__name__
    if isinstance(error, OSError) and error.errno in _ERRORS:
        return _ERRORS[error.errno]
    if isinstance(error, OSError | duckdb.IOException):
        words = str(error).lower()
        return next((known for known in _ERRORS.values() if known.lower() in words), None)
    return None


def pass_no_room(error: BaseException) -> None:
    """Raises the error itself where it is one of those."""
    if why_no_room(error) is not None:
        raise error
