"""Executed notebooks to briefings."""

import sys

# Whoever reads notebooks imports jsonschema, and jsonschema a grammar of all web addresses where JupyterLab
# has brought one: nearly two seconds, in every process. No address is ever checked by it here.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # None: not to be imported
