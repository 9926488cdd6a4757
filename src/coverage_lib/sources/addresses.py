"""A file that lies elsewhere, copied here first: HTTP, and what pyarrow reads (S3, GCS, Azure, HDFS)."""

from __future__ import annotations

import shutil
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.fs
import requests  # noqa: TID251 - of an address that the profile itself names

from coverage_lib.errors import SourceError
from coverage_lib.periods import Month
from coverage_lib.source_settings import AddressSetting
from coverage_lib.sources.access import Access, LostConnectionError
from coverage_lib.sources.catalogue import Extract, file_sha256
from coverage_lib.sources.no_room import pass_no_room

_ANSWER_SECONDS = 60
_NOT_THERE = {404, 410}
_BLOCK_BYTES = 1 << 20


def fetch_file(
    setting: AddressSetting, period: Month, access: Access, folder: Path
) -> Extract | None:
    """A copy of the file in `folder`, under its own name, as an extract.

    None where it is not there and may be left out. Raises SourceError. Credentials come from
    the environment, never from the address, so that it may be told.
    """
    address = setting.at(period)
    path = folder / PurePosixPath(urlsplit(address).path).name

    copy = _copy_of_http if address.startswith(("http://", "https://")) else _copy_of_object

    def read() -> bool:
        with path.open("wb") as target:
            return copy(address, target)

    if not access.patiently(read):
        if not setting.required:
            return None
        raise SourceError(
            f"{address} is not there, or may not be read: correct the address in cakupan.toml, or ask "
            f"for the extract of {period}."
        )
    return Extract(
        path=path,
        name=address,
        table=setting.table,
        producer=setting.provenance.producer,
        as_of=setting.provenance.day(period),
        received=None,
        simulated=setting.provenance.simulated,
        sha256=file_sha256(path),
        expected_rows=setting.provenance.expected_rows,
        region_codes=setting.provenance.region_codes,
    )


def _copy_of_http(address: str, target: BinaryIO) -> bool:
    """Whether there is a file. User and password may stand in ~/.netrc."""
    try:
        with requests.get(address, stream=True, timeout=_ANSWER_SECONDS) as answer:
            if answer.status_code in _NOT_THERE:
                return False
            if 400 <= answer.status_code < 500:
                raise SourceError(
                    f"{address} may not be read (HTTP {answer.status_code}): ask its owner for access."
                )
            answer.raise_for_status()
            target.writelines(answer.iter_content(_BLOCK_BYTES))
    except requests.RequestException as error:
        raise LostConnectionError(
            f"{address} was not read whole ({type(error).__name__})."
        ) from None
    return True


def _copy_of_object(address: str, target: BinaryIO) -> bool:
    try:
        filesystem, place = pyarrow.fs.FileSystem.from_uri(address)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ImportError):
        raise SourceError(f"{address}: addresses of this kind cannot be read here.") from None
    try:
        if filesystem.get_file_info(place).type != pyarrow.fs.FileType.File:
            return False
        with filesystem.open_input_stream(place) as stream:
            shutil.copyfileobj(stream, target, _BLOCK_BYTES)
    except OSError as error:
        pass_no_room(error)
        raise LostConnectionError(
            f"{address} was not read whole ({type(error).__name__})."
        ) from None
    return True
