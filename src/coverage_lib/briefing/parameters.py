"""What a notebook is given, held against what it declares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError
from papermill.inspection import inspect_notebook

from coverage_lib.errors import BriefingError, UsageError


def check_parameters(notebook: Path, parameters: Mapping[str, object]) -> None:
    """Compare parameters with the notebook's own, before any kernel starts.

    Raises UsageError for a parameter that the notebook does not have or of another type
    than it declares, BriefingError where the notebook cannot be read or declares none.
    """
    try:
        nbformat.read(notebook, as_version=4)
        declared = inspect_notebook(str(notebook))
    except (OSError, ValueError, TypeError, AttributeError, NotJSONError) as error:
        # nbformat meets JSON that is no notebook at all with whatever the first access gives.
        raise BriefingError(
            f"notebook {notebook.name} cannot be read ({type(error).__name__}); a valid .ipynb with a "
            "cell tagged `parameters` was expected."
        ) from error
    if not declared:
        raise BriefingError(f"notebook {notebook.name} has no cell tagged `parameters`; add one.")
    for name, value in parameters.items():
        if name not in declared:
            raise UsageError(
                f"notebook {notebook.name} has no parameter {name!r}: {', '.join(declared)} are declared."
            )
        wanted = str(declared[name]["inferred_type_name"]).strip("'\"")
        if wanted not in ("None", type(value).__name__):
            raise UsageError(
                f"parameter {name} of {notebook.name} must be {wanted}, not {type(value).__name__}."
            )
