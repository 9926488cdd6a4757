"""Pseudonyms are what the standard library makes of the two standards; the key stays where it is."""

import hashlib
import hmac
import os
import stat
from concurrent.futures import ThreadPoolExecutor

import ibis
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverage_lib.errors import ConfigError
from coverage_lib.intake.pseudonyms import (
    MINIMUM_KEY_LENGTH,
    PseudonymKey,
    add_key_table,
    load_key,
    pseudonym,
)

texts = st.text(st.characters(exclude_categories=["Cs"]))
secrets = st.binary(min_size=MINIMUM_KEY_LENGTH, max_size=200)


def pseudonyms_of(identifiers, domain, secret):
    connection = ibis.duckdb.connect()
    rows = connection.create_table(
        "rows",
        schema=ibis.schema({"place": "int64", "identifier": "string"}),
    )
    connection.insert("rows", ibis.memtable(
        {"place": range(len(identifiers)), "identifier": identifiers},
        schema={"place": "int64", "identifier": "string"},
    ))  # fmt: skip
    keyed = rows.cross_join(add_key_table(connection, PseudonymKey(secret), ["other", domain]))
    made = keyed.select("place", made=pseudonym(keyed.identifier, domain, keyed))
    return made.order_by("place").to_pyarrow()["made"].to_pylist()


def standard(identifier, domain, secret):
    of_domain = hmac.new(secret, domain.encode(), hashlib.sha256).digest()
    return hashlib.sha256(b"\0\0\0\1" + of_domain + identifier.encode()).hexdigest()[:32]


@settings(max_examples=30)
@given(st.lists(st.none() | texts, min_size=1), st.sampled_from(["person_key", "x"]), secrets)
def test_any_text_under_any_key_is_the_standard_s_and_null_stays_null(identifiers, domain, secret):
    expected = [
        None if identifier is None else standard(identifier, domain, secret)
        for identifier in identifiers
    ]
    assert pseudonyms_of(identifiers, domain, secret) == expected


@pytest.mark.parametrize("length", [32, 63, 64, 65, 200])
def test_keys_around_the_length_of_a_block(length):
    secret = bytes(range(1, length + 1))
    assert pseudonyms_of(["1971010101850000"], "d", secret) == [
        standard("1971010101850000", "d", secret)
    ]


def test_numbers_of_two_kinds_that_are_equal_are_kept_apart():
    secret = b"s" * 40
    (person,) = pseudonyms_of(["26133068531"], "person_key", secret)
    (membership,) = pseudonyms_of(["26133068531"], "membership_key", secret)
    (other_key,) = pseudonyms_of(["26133068531"], "person_key", b"t" * 40)
    assert len({person, membership, other_key}) == 3
    assert all(len(made) == 32 for made in (person, membership, other_key))


@given(secrets)
def test_the_key_never_shows(secret):
    key = PseudonymKey(secret)
    assert repr(key) == str(key) == "PseudonymKey()"
    assert len(key.fingerprint) == 8
    plain = hashlib.sha256(secret).hexdigest()
    assert key.fingerprint not in plain


def test_no_statement_holds_the_key():
    connection = ibis.duckdb.connect()
    secret = b"SECRETSECRETSECRETSECRETSECRETSECRET"
    table = add_key_table(connection, PseudonymKey(secret), ["d"])
    rows = connection.create_table("rows", ibis.memtable({"identifier": ["1"]}))
    keyed = rows.cross_join(table)
    statement = ibis.to_sql(keyed.select(made=pseudonym(keyed.identifier, "d", keyed)))
    assert "SECRET" not in str(statement)
    assert secret.hex() not in str(statement).lower()


# The key file


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_the_first_use_makes_a_file_that_only_its_owner_reads(tmp_path):
    path = tmp_path / "config" / "cakupan" / "key"
    key = load_key(None, path)
    assert mode_of(path) == 0o600
    assert mode_of(path.parent) == 0o700
    assert len(key.secret) >= MINIMUM_KEY_LENGTH
    assert load_key(None, path) == key
    assert list(path.parent.iterdir()) == [path]
    assert load_key(None, tmp_path / "other") != key


def test_many_first_uses_at_once_agree_on_one_key(tmp_path):
    path = tmp_path / "key"
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda _: load_key(None, path), range(64)))
    assert set(keys) == {load_key(None, path)}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o777, 0o601])
def test_a_file_that_others_may_open_is_refused(tmp_path, mode):
    path = tmp_path / "key"
    load_key(None, path)
    path.chmod(mode)
    with pytest.raises(ConfigError, match=f"{mode:04o}: 0600 was expected") as error:
        load_key(None, path)
    assert path.read_text() not in str(error.value)


@pytest.mark.parametrize("content", ["", "short", "k" * 31, "k" * 31 + "\n\n\n"])
def test_a_short_key_is_refused_and_not_shown(tmp_path, content):
    path = tmp_path / "key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(ConfigError, match="at least 32 characters") as error:
        load_key(None, path)
    assert "kkk" not in str(error.value)
    with pytest.raises(ConfigError, match="CAKUPAN_PSEUDONYM_KEY is too short"):
        load_key(content.strip(), path)


def test_the_environment_counts_before_the_file_and_makes_none(tmp_path):
    path = tmp_path / "key"
    assert load_key("e" * 32, path) == PseudonymKey(b"e" * 32)
    assert not path.exists()
    odd = os.fsdecode(b"\xff" * 32)
    assert load_key(odd, path) == PseudonymKey(b"\xff" * 32)


def test_a_place_where_no_file_can_be_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    folder = tmp_path / "folder"
    folder.mkdir(mode=0o700)
    for path in (tmp_path / "file" / "key", folder):
        with pytest.raises(ConfigError, match="CAKUPAN_PSEUDONYM_KEY") as error:
            load_key(None, path)
        assert "\n" not in str(error.value)
