"""The kernelspec `cakupan`: what Jupyter's programs show and what names the provisioner.

Run as a program it installs the specification into the environment that runs it.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import ipykernel
from jupyter_client.kernelspec import KernelSpecManager

from coverage_lib.kernels.launch import LAUNCHER
from coverage_lib.kernels.preload import NOTEBOOK_MODULES

KERNEL_NAME = "cakupan"
#: The entry point in pyproject.toml.
PROVISIONER_NAME = "cakupan-warm"


def kernel_specification() -> dict[str, Any]:
    """The environment's own interpreter, and the modules that its kernels have from the start."""
    return {
        "argv": [
            sys.executable,
            "-Xfrozen_modules=off",
            *LAUNCHER,
            "-f",
            "{connection_file}",
        ],
        "display_name": "Cakupan",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {
            "debugger": True,
            "kernel_provisioner": {
                "provisioner_name": PROVISIONER_NAME,
                "config": {"preload": list(NOTEBOOK_MODULES)},
            },
        },
    }


def install(prefix: Path) -> Path:
    """Write the specification and its pictures below `prefix`, in place of an older one."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(ipykernel.__path__[0]) / "resources"
        for picture in pictures.glob("logo-*"):
            shutil.copy(picture, folder)
        text = json.dumps(kernel_specification(), indent=1)
        (Path(folder) / "kernel.json").write_text(text, encoding="utf-8")
        target = KernelSpecManager().install_kernel_spec(folder, KERNEL_NAME, prefix=str(prefix))
    return Path(target)


def is_installed() -> bool:
    """Whether Jupyter finds the specification; an environment made by hand may be without."""
    return KERNEL_NAME in KernelSpecManager().find_kernel_specs()


if __name__ == "__main__":
    install(Path(sys.prefix))
