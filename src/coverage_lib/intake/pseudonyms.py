"""Pseudonyms: an identifier under a secret key, made inside the engine.

A NIK can be enumerated, so a plain hash of it hides nothing; with a secret key the same
person has the same pseudonym in every table of one office and nobody else can make it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.duckdb import Backend

from coverage_lib.errors import ConfigError

_KEPT_HEX_DIGITS = 32  # 128 bits: a collision among 10^9 people has a chance of 10^-21
_KEY_TABLE = "pseudonym_key"
_COUNTER = b"\0\0\0\1"
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


@ibis.udf.scalar.builtin(name="encode")
def _utf8(text: str) -> bytes:  # type: ignore[empty-body]
    """The engine's own: the bytes of a text."""


@ibis.udf.scalar.builtin(name="concat")
def _joined(first: bytes, second: bytes) -> bytes:  # type: ignore[empty-body]
    """The engine's own."""


def add_key_table(connection: Backend, key: PseudonymKey, domains: Iterable[str]) -> ir.Table:
    """What `pseudonym` needs of the key for each domain, as a one-row table in the memory of the
    engine, so that no statement holds it.
    """
    begins = {
        _begin_of(domain): pa.array(
            [_COUNTER + hmac.digest(key.secret, domain.encode(), "sha256")], pa.binary()
        )
        for domain in sorted(set(domains))
    }
    return connection.create_table(_KEY_TABLE, ibis.memtable(pa.table(begins)), temp=True)


def pseudonym(identifier: ir.StringValue, domain: str, key: ir.Table) -> ir.StringValue:
    """The first 32 hex digits of SHA-256(1 as 32 bits || key of the domain || identifier); null stays null.

    That is the one-step key derivation of NIST SP 800-56C Rev. 2, section 4.1, and the key of a
    domain is HMAC-SHA-256 (RFC 2104) of its name: numbers of different kinds that happen to be
    equal are kept apart. Everything fits into one block of the hash for identifiers up to 19
    bytes, a quarter of what an HMAC of each would cost, and a register has millions. `key` is
    the table of `add_key_table`, joined to the rows.
    """
    digest = _sha256(_joined(key[_begin_of(domain)], _utf8(identifier)))
    return ibis.ifelse(identifier.isnull(), ibis.null("string"), digest.substr(0, _KEPT_HEX_DIGITS))


def _begin_of(domain: str) -> str:
    return f"key_of_{domain}"
