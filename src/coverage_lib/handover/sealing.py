"""Workbooks under a password: AES in the agile encryption of Office, which Excel and LibreOffice open."""

from __future__ import annotations

import io
import secrets

from msoffcrypto.format.ooxml import OOXMLFile

#: Without signs that look alike on paper or sound alike on a telephone.
_SIGNS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_GROUPS, _GROUP_LENGTH = 4, 4


def new_password() -> str:
    """80 random bits as four groups of four: `K7QF-M2XH-9TRW-4ZPC`."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def sealed(workbook: bytes, password: str) -> bytes:
    """The workbook encrypted; everything happens in memory. Never twice the same bytes."""
    out = io.BytesIO()
    OOXMLFile(io.BytesIO(workbook)).encrypt(password, out)
    return out.getvalue()
