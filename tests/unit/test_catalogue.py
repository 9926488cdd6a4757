"""Which files a source means, and what is asked of the sidecar beside each."""

import re
from datetime import date

import pytest
from extracts import PERIOD, profile_of, write_sidecar

from coverage_lib.config import Profile
from coverage_lib.errors import ConfigError, SourceError
from coverage_lib.source_settings import DatabaseSetting, Provenance
from coverage_lib.sources.catalogue import Extract, find_extracts


def put(folder, name, table="claims", as_of=date(2025, 6, 17)):
    path = folder / "data" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("isi", encoding="utf-8")
    write_sidecar(path, table, as_of)
    return path


def test_files_come_in_the_profile_s_order_then_by_name(tmp_path):
    for name in ("klaim_b.csv", "klaim_a.xlsx", "klaim_2025-06.csv"):
        put(tmp_path, name)
    put(tmp_path, "potensi.csv", "observations", None)
    profile = profile_of(("observations", "data/potensi.csv"), ("claims", "data/klaim_*"))
    found = find_extracts(profile, PERIOD, tmp_path)
    assert [extract.name for extract in found] == [
        "data/potensi.csv", "data/klaim_2025-06.csv", "data/klaim_a.xlsx", "data/klaim_b.csv",
    ]  # fmt: skip
    assert [extract.as_of for extract in found] == [None, *[date(2025, 6, 17)] * 3]
    assert all(extract.received == date(2025, 6, 5) and extract.simulated for extract in found)
    assert len(found[0].sha256) == 64


def test_the_period_stands_in_the_pattern(tmp_path):
    put(tmp_path, "klaim_2025-05.csv")
    put(tmp_path, "klaim_2025-06.csv")
    (found,) = find_extracts(profile_of(("claims", "data/klaim_{period}.csv")), PERIOD, tmp_path)
    assert found.name == "data/klaim_2025-06.csv"


def test_what_editors_leave_behind_is_no_extract(tmp_path):
    put(tmp_path, "klaim.xlsx")
    for name in ("~$klaim.xlsx", ".klaim.xlsx.swp", "~klaim.tmp"):
        (tmp_path / "data" / name).write_text("", encoding="utf-8")
    (found,) = find_extracts(profile_of(("claims", "data/*")), PERIOD, tmp_path)
    assert found.name == "data/klaim.xlsx"


def test_a_missing_file_tells_pattern_table_and_command(tmp_path):
    with pytest.raises(SourceError, match=r"data/klaim_2025-06\.\*.*claims.*cakupan demo"):
        find_extracts(profile_of(("claims", "data/klaim_{period}.*")), PERIOD, tmp_path)


def test_a_source_that_is_not_required_may_be_missing(tmp_path):
    profile = profile_of(("claims", "data/klaim.csv"), required=False)
    assert find_extracts(profile, PERIOD, tmp_path) == ()


def test_a_slip_in_the_name_of_a_table_is_no_table_that_may_be_missing(tmp_path):
    profile = profile_of(("claimss", "data/klaim.csv"), required=False)
    with pytest.raises(ConfigError, match="claimss"):
        find_extracts(profile, PERIOD, tmp_path)


def test_one_of_several_files_may_not_vanish_silently(tmp_path):
    put(tmp_path, "klaim_a.csv")
    put(tmp_path, "klaim_b.csv").unlink()
    with pytest.raises(SourceError, match=r"klaim_b\.csv, which is not there"):
        find_extracts(profile_of(("claims", "data/klaim_*")), PERIOD, tmp_path)


WHOLE = "table: claims\nproducer: x\nas_of: 2025-06-01\nsimulated: true\n"


def test_parts_of_one_table_must_be_of_one_day(tmp_path):
    """Two archives of different days overlap: their claims would be counted twice."""
    put(tmp_path, "klaim_a.csv")
    sidecar = put(tmp_path, "klaim_b.csv").with_name("klaim_b.csv.source.yml")
    sidecar.write_text(sidecar.read_text().replace("2025-06-17", "2025-06-18"))
    with pytest.raises(SourceError, match="as of 2025-06-17 and 2025-06-18, one day was expected"):
        find_extracts(profile_of(("claims", "data/klaim_*")), PERIOD, tmp_path)


@pytest.mark.parametrize(
    ("sidecar", "named"),
    [
        (None, "table, producer, as_of and simulated was expected; docs/sources.md"),
        ("table: [claims", "YAML"),
        (b"table: caf\xe9", "YAML"),
        ("", "producer"),
        ("claims", "producer"),
        ("table: claims\nas_of: 2025-06-01\nsimulated: true\n", "producer"),
        ("table: claims\nproducer: x\nsimulated: true\n", "as_of"),
        ("table: scholarships\nproducer: x\nas_of: 2025-06-01\nsimulated: true\n", "scholarships"),
        (
            'table: claims\nproducer: x\nas_of: "2025-06-01"\nsimulated: true\n',
            "as_of must be a date",
        ),
        (
            "table: claims\nproducer: x\nas_of: 01-06-2025\nsimulated: true\n",
            "as_of must be a date",
        ),
        ("table: claims\nproducer: x\nas_of: 2025-06-31\n", "YAML"),
        (
            "table: claims\nproducer: x\nas_of: 2025-06-01 08:00:00\nsimulated: true\n",
            "as_of must be a date",
        ),
        (f"{WHOLE}received: soon\n", "received must be a date"),
        (f"{WHOLE}expected_rows: many\n", "expected_rows must be a whole number above 0"),
        (f"{WHOLE}expected_rows: 0\n", "expected_rows must be a whole number above 0"),
        ("table: claims\nproducer: x\nas_of: null\nsimulated: true\n", "as_of is empty"),
        ("table: claims\nproducer: x\nas_of: 2025-06-01\n", "simulated"),
        ("table: claims\nproducer: x\nas_of: 2025-06-01\nsimulatd: true\n", "simulated"),
        ("table: claims\nproducer: x\nas_of: 2025-06-01\nsimulated: ja\n", "true or false"),
        (f"{WHOLE}simulatd: true\n", "no others"),
        ("!!python/object/apply:os.system ['true']", "YAML"),
    ],
)
def test_a_sidecar_that_does_not_do_is_named_in_one_line(tmp_path, sidecar, named):
    path = put(tmp_path, "klaim.csv")
    beside = path.with_name("klaim.csv.source.yml")
    if sidecar is None:
        beside.unlink()
    else:
        beside.write_bytes(sidecar if isinstance(sidecar, bytes) else sidecar.encode())
    with pytest.raises(SourceError) as error:
        find_extracts(profile_of(("claims", "data/klaim.csv")), PERIOD, tmp_path)
    assert "klaim.csv.source.yml" in str(error.value)
    assert named in str(error.value)
    assert "\n" not in str(error.value)
    assert str(tmp_path) not in str(error.value)


def test_a_database_named_twice_would_count_twice(tmp_path):
    source = DatabaseSetting("claims", "URL", Provenance("Kantor", True), relation="klaim")
    extract = Extract(tmp_path, source.name, "claims", "Kantor", None, None, True, "")
    profile = Profile("demo", "", "19", (source, source))
    with pytest.raises(SourceError, match="database:URL/klaim is named twice"):
        find_extracts(profile, PERIOD, tmp_path, lambda _source: extract)


def test_what_a_database_does_not_have_is_no_extract(tmp_path):
    source = DatabaseSetting("claims", "URL", Provenance("Kantor", True), False, relation="klaim")
    profile = Profile("demo", "", "19", (source,))
    assert find_extracts(profile, PERIOD, tmp_path, lambda _source: None) == ()


def test_a_file_named_by_two_sources_would_count_twice(tmp_path):
    put(tmp_path, "klaim_a.csv")
    put(tmp_path, "klaim_b.csv")
    profile = profile_of(("claims", "data/klaim_*"), ("claims", "data/klaim_b.csv"))
    with pytest.raises(SourceError) as refused:
        find_extracts(profile, PERIOD, tmp_path)
    assert refused.value.exit_code == 4
    named = r"data/klaim_b\.csv is named twice .* by data/klaim_\* and by data/klaim_b\.csv"
    assert re.search(named, str(refused.value))
