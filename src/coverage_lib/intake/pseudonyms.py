"""Pseudonyms: a keyed HMAC-SHA-256 of an identifier, made inside the engine.

A NIK can be enumerated, so a plain hash of it hides nothing; with a secret key the same
person has the same pseudonym in every table of one office and nobody else can make it.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from coverage_lib.errors import ConfigError

_BLOCK_BYTES = 64
_KEPT_HEX_DIGITS = 32  # 128 bits: a collision among 10^9 people has a chance of 10^-21
_KEY_TABLE = "pseudonym_key"
MINIMUM_KEY_LENGTH = 32


@dataclass(frozen=True)
class PseudonymKey:
    """The secret. It never shows in a repr, a log, a statement or a file of the store."""

    secret: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """Eight hex digits that tell two keys apart and say nothing of either."""
        return hashlib.sha256(b"cakupan pseudonym key fingerprint" + self.secret).hexdigest()[:8]


def load_key(from_environment: str | None, key_file: Path) -> PseudonymKey:
    """The key of the environment, else of the key file, which is made on first use (mode 0600).

    Raises ConfigError where the key is shorter than 32 characters, or others than its
    owner may read the file.
    """
    if from_environment is not None:
        return _checked(os.fsencode(from_environment), "CAKUPAN_PSEUDONYM_KEY")
    try:
        if not key_file.exists():
            _make_key_file(key_file)
        mode = stat.S_IMODE(key_file.stat().st_mode)
        secret = key_file.read_bytes().strip()
    except OSError as error:
        raise ConfigError(
            f"the key file {key_file.name} cannot be made or read ({error.strerror}); set key_file "
            "in cakupan.toml or CAKUPAN_PSEUDONYM_KEY in the environment."
        ) from error
    if mode & 0o077:
        raise ConfigError(
            f"the key file {key_file.name} has the permissions {mode:04o}: 0600 was expected; run "
            f"chmod 600 on it."
        )
    return _checked(secret, f"the key file {key_file.name}")


def _make_key_file(key_file: Path) -> None:
    """Write a new key and only then give it its name: of two runs at once one key counts, whole."""
    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = key_file.with_name(f".{key_file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(unfinished, key_file)
    finally:
        unfinished.unlink()


def _checked(secret: bytes, where: str) -> PseudonymKey:
    if len(secret) < MINIMUM_KEY_LENGTH:
        raise ConfigError(
            f"{where} is too short: at least {MINIMUM_KEY_LENGTH} characters were expected, for "
            "example from `openssl rand -hex 32`."
        )
    return PseudonymKey(secret)


@ibis.udf.scalar.builtin(name="sha256")
def _sha256(message: bytes) -> str:  # type: ignore[empty-body]
    """The engine's own, as hexadecimal text."""


@ibis.udf.scalar.builtin(name="unhex")
def _unhex(text: str) -> bytes:  # type: ignore[empty-body]
    """The engine's own."""


@ibis.udf.scalar.builtin(name="encode")
def _utf8(text: str) -> bytes:  # type: ignore[empty-body]
    """The engine's own: the bytes of a text."""


@ibis.udf.scalar.builtin(name="concat")
def _joined(first: bytes, second: bytes) -> bytes:  # type: ignore[empty-body]
    """The engine's own."""


def add_key_table(connection: Backend, key: PseudonymKey) -> ir.Table:
    """The padded keys as a one-row table in the memory of the engine, so that no statement holds them."""
    secret = key.secret if len(key.secret) <= _BLOCK_BYTES else hashlib.sha256(key.secret).digest()
    padded = secret.ljust(_BLOCK_BYTES, b"\0")
    pads = pa.table(
        {
            "inner_pad": pa.array([bytes(byte ^ 0x36 for byte in padded)], pa.binary()),
            "outer_pad": pa.array([bytes(byte ^ 0x5C for byte in padded)], pa.binary()),
        }
    )
    return connection.create_table(_KEY_TABLE, ibis.memtable(pads), temp=True)


def pseudonym(identifier: ir.StringValue, domain: str, key: ir.Table) -> ir.StringValue:
    """HMAC-SHA-256 (RFC 2104) of `domain:identifier`, its first 32 hex digits; null stays null.

    The domain keeps apart numbers of different kinds that happen to be equal. `key` is the
    table of `add_key_table`, joined to the rows.
    """
    message = _utf8(ibis.literal(f"{domain}:") + identifier)
    inner = _unhex(_sha256(_joined(key.inner_pad, message)))
    digest = _sha256(_joined(key.outer_pad, inner))
    return ibis.ifelse(identifier.isnull(), ibis.null("string"), digest.substr(0, _KEPT_HEX_DIGITS))
