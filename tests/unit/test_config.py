"""cakupan.toml: what it gives, and the one line that names each mistake in it."""

import re
from datetime import date
from pathlib import Path

import pytest
from extracts import PERIOD

from coverage_lib.config import (
    DuckDBSetting,
    PostgreSQLSetting,
    SparkSetting,
    find_project,
    load_settings,
)
from coverage_lib.errors import ConfigError, UsageError
from coverage_lib.office import Office
from coverage_lib.source_settings import AddressSetting, DatabaseSetting, Provenance

PROJECT = Path(__file__).parents[2]
GOOD = """
regions = ["data/wilayah.csv"]
[folders]
incoming = "data/incoming"
store = "data/store"
quarantine = "data/quarantine"
reports = "reports"
notebooks = "notebooks"
reference = "data/reference"
key_file = "~/key"
[office]
id = "Kantor"
[profiles.own]
province = "14"
[[profiles.own.sources]]
table = "claims"
files = "data/{period}/klaim_{period}.csv"
required = false
"""


def write(folder: Path, text: str) -> Path:
    (folder / "cakupan.toml").write_text(text, encoding="utf-8")
    return folder


def test_a_profile_names_its_sources(tmp_path):
    settings = load_settings(write(tmp_path, GOOD))
    (source,) = settings.profile("own").sources
    assert source.pattern(PERIOD) == "data/2025-06/klaim_2025-06.csv"
    assert not source.required
    assert settings.profile("own").province == "14"
    assert settings.profile("own").provides("claims")
    assert not settings.profile("own").provides("participants")
    assert settings.regions == (tmp_path / "data/wilayah.csv",)
    assert settings.store == tmp_path / "data" / "store"


def test_the_project_s_own_configuration_is_good():
    settings = load_settings(PROJECT)
    assert {"demo", "published"} <= set(settings.profiles)
    assert all(profile.sources for profile in settings.profiles.values())


def test_a_source_is_required_unless_it_says_otherwise(tmp_path):
    settings = load_settings(write(tmp_path, GOOD.replace("required = false", "")))
    assert settings.profile("own").sources[0].required


def test_an_unknown_profile_is_told_which_there_are(tmp_path):
    settings = load_settings(write(tmp_path, GOOD))
    with pytest.raises(UsageError, match="own"):
        settings.profile("other")


def test_the_nearest_project_above_counts(tmp_path):
    write(tmp_path, GOOD)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert find_project(below) == tmp_path
    (tmp_path / "a" / "cakupan.toml").write_text("", encoding="utf-8")
    assert find_project(below) == tmp_path / "a"


def test_outside_a_project(tmp_path):
    with pytest.raises(ConfigError, match=r"cakupan\.toml"):
        find_project(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ("[folders]", "[folders", "cannot be read"),
        ('store = "data/store"', "", "store"),
        ('store = "data/store"', "store = 5", "store"),
        ('store = "data/store"', 'store = "s"\nstorre = "s"', "storre"),
        ("[folders]", "[ordner]", "ordner"),
        ('regions = ["data/wilayah.csv"]', 'regions = "data/wilayah.csv"', "regions"),
        ('regions = ["data/wilayah.csv"]', "regions = [5]", "regions"),
        ('regions = ["data/wilayah.csv"]', "folders = 5", "cannot be read"),
        ('[office]\nid = "Kantor"', "", None),
        ('province = "14"', "", "province"),
        ('province = "14"', 'province = "14.01"', "province"),
        ('province = "14"', 'province = "14"\nregion = "14"', "region"),
        ("[[profiles.own.sources]]", "[profiles.own.sources]", "sources"),
        ("[[profiles.own.sources]]", 'sources = ["x"]\n[profiles.own.more]', None),
        ('table = "claims"', "", "table and files"),
        ('table = "claims"', 'table = "claims"\nfile = "x"', "file"),
        ("data/{period}/klaim_{period}.csv", "/etc/passwd", "relative"),
        ('"data/{period}/klaim_{period}.csv"', '""', "relative"),
        ('"data/{period}/klaim_{period}.csv"', "5", "relative"),
        ("required = false", 'required = "no"', "required"),
    ],
)
def test_a_mistake_is_named_in_one_line(tmp_path, before, after, named):
    assert before in GOOD
    folder = write(tmp_path, GOOD.replace(before, after))
    if before.startswith("[office]"):
        assert load_settings(folder).office == Office()
        return
    with pytest.raises(ConfigError) as error:
        load_settings(folder)
    message = str(error.value)
    assert message.startswith("cakupan.toml")
    assert "\n" not in message
    assert named is None or named in message


def test_a_missing_file_and_one_that_is_not_utf8(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path)
    (tmp_path / "cakupan.toml").write_bytes(b'id = "caf\xe9"')
    with pytest.raises(ConfigError, match="cannot be read"):
        load_settings(tmp_path)


ENGINE = GOOD + "\n[profiles.own.engine]\n"


@pytest.mark.parametrize(
    ("text", "engine"),
    [
        ("", DuckDBSetting()),
        ('memory_limit = "1.5GB"\nthreads = 2', DuckDBSetting("1.5GB", 2)),
        (
            'kind = "postgresql"\nschema = "kantor"\naddress_env = "KANTOR_URL"',
            PostgreSQLSetting("kantor", "KANTOR_URL"),
        ),
        (
            (
                'kind = "spark"\nmaster = "spark://a:7077,b:7077"\n'
                'options = {"spark.executor.memory" = "8g"}'
            ),
            SparkSetting("spark://a:7077,b:7077", {"spark.executor.memory": "8g"}),
        ),
    ],
)
def test_a_profile_names_its_engine(tmp_path, text, engine):
    assert load_settings(write(tmp_path, ENGINE + text)).profile("own").engine == engine


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('kind = "oracle"', "kind 'oracle' is not known; duckdb, postgresql, spark are"),
        ('schema = "kantor"', "kind duckdb: schema is not known"),
        ("threads = 0", "threads must be a whole number from 1"),
        ("threads = true", "threads must be a whole number from 1"),
        ('memory_limit = "plenty"', 'memory_limit = "…" such as "6GB"'),
        ('kind = "postgresql"\naddress_env = "URL"', "schema = .* was expected"),
        ('kind = "postgresql"\nschema = "pg_x"\naddress_env = "URL"', "name of a schema"),
        ('kind = "spark"\nmaster = "local[2]"', 'master = "spark://host:7077" was expected'),
        ('kind = "spark"\nmaster = "spark://a:1"\noptions = {"spark.x" = 1}', "in quotes"),
        ('kind = "spark"\nmaster = "spark://a:1"\noptions = {memory = "1g"}', "begin with spark."),
    ],
)
def test_a_mistake_in_an_engine_is_named(tmp_path, text, what):
    with pytest.raises(ConfigError, match=r"\[profiles\.own\.engine\].*") as caught:
        load_settings(write(tmp_path, ENGINE + text))
    assert re.search(what, str(caught.value))


def test_an_address_in_the_configuration_is_refused_and_not_repeated(tmp_path):
    text = 'kind = "postgresql"\nschema = "kantor"\naddress_env = "postgresql://ani:s3cret@db/x"'
    with pytest.raises(ConfigError, match="never the address itself") as caught:
        load_settings(write(tmp_path, ENGINE + text))
    assert "s3cret" not in str(caught.value)


DATABASE = (
    GOOD
    + """
[[profiles.own.sources]]
table = "participants"
database = "KANTOR_URL"
relation = "kantor.peserta"
as_of = "{period}-01"
as_of_column = "tanggal_data"
producer = "Kantor"
simulated = false
"""
)


def test_a_source_may_be_a_database_or_an_address(tmp_path):
    away = (
        '[[profiles.own.sources]]\ntable = "claims"\nfiles = "s3://ember/{period}/klaim.csv"\n'
        'producer = "Kantor"\nas_of = 2025-06-17\nsimulated = true\nexpected_rows = 7\n'
        'region_codes = "bps"\n'
    )
    settings = load_settings(write(tmp_path, DATABASE + away))
    _, database, address = settings.profile("own").sources
    assert isinstance(database, DatabaseSetting)
    assert database.name == "database:KANTOR_URL/kantor.peserta"
    assert database.provenance.day(PERIOD) == date(2025, 6, 1)
    assert database.required
    assert isinstance(address, AddressSetting)
    assert address.at(PERIOD) == "s3://ember/2025-06/klaim.csv"
    assert address.provenance == Provenance("Kantor", True, "2025-06-17", 7, "bps")
    assert database.provenance.region_codes == "ministry"


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ('"KANTOR_URL"', '"postgresql://ani:s3cret@db/x"', "never the address itself"),
        ('relation = "kantor.peserta"', "", "one of relation, query, query_file was expected"),
        ('relation = "kantor.peserta"', 'relation = "a"\nquery = "b"', "one of relation, query"),
        ('relation = "kantor.peserta"', "relation = 5", "relation, as_of_column must be texts"),
        ('relation = "kantor.peserta"', 'query_file = "/a.sql"', "relative to the project"),
        ('as_of = "{period}-01"', "", "as_of_column needs as_of"),
        ('as_of = "{period}-01"', 'as_of = "{period}-32"', "as_of must be a day"),
        ('producer = "Kantor"', "", 'producer = "…" and simulated'),
        ("simulated = false", 'simulated = "no"', "simulated = true|false"),
        ("simulated = false", "simulated = false\nexpected_rows = 0", "expected_rows"),
        ("simulated = false", "simulated = false\nregion_codes = 'dagri'", "ministry, bps"),
        ("simulated = false", "simulated = false\ntimeout_seconds = 0", "timeout_seconds"),
        ("simulated = false", "simulated = false\npassword = 's3cret'", "password is not known"),
        ('database = "KANTOR_URL"', 'files = "https://ani:s3cret@x/a.csv"', "table and files"),
    ],
)
def test_a_mistake_in_a_database_is_named_and_no_secret_repeated(tmp_path, before, after, what):
    assert before in DATABASE
    with pytest.raises(ConfigError) as error:
        load_settings(write(tmp_path, DATABASE.replace(before, after)))
    assert what in str(error.value)
    assert "s3cret" not in str(error.value)


@pytest.mark.parametrize(
    "address", ["https://ani:s3cret@x/a.csv", "s3://x/*.csv", "https://x/a?s3cret"]
)
def test_an_address_holds_no_credentials_and_is_of_one_file(tmp_path, address):
    text = DATABASE[: DATABASE.index('table = "participants"')] + (
        f'table = "claims"\nfiles = "{address}"\nproducer = "Kantor"\nsimulated = true\n'
    )
    with pytest.raises(ConfigError, match="one file's address was expected") as error:
        load_settings(write(tmp_path, text))
    assert "s3cret" not in str(error.value)


def test_service_points_are_read_in_their_order(tmp_path):
    points = """
[[office.service_points]]
name = "Kantor Satu"
address = "Jalan Contoh"
regions = ["19.71"]
[[office.service_points]]
name = "Kantor Dua"
"""
    settings = load_settings(write(tmp_path, GOOD.replace("[profiles.own]", points + "[profiles.own]")))  # fmt: skip
    assert [point.name for point in settings.service_points] == ["Kantor Satu", "Kantor Dua"]
    assert settings.service_points[0].regions == ("19.71",)
    assert settings.office.name == {"id": "Kantor"}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("[[office.service_points]]\naddress = 'x'", r"point 1: name = \"…\" is missing"),
        ("[[office.service_points]]\nname = 'x'\nphone = '1'", "phone"),
        ("[[office.service_points]]\nname = 'x'\nregions = ['1971']", "a list of ministry codes"),
        ("[[office.service_points]]\nname = 'x'\nhours = 8", r"hours = \"…\" must be a text"),
        ("[[office.service_points]]\nname = 'x'\nregions = '19'", r"regions = \[\"19.71\"\]"),
        ("[office.service_points]\nname = 'x'", r"\[\[office.service_points\]\] with name"),
    ],
)
def test_a_mistake_in_a_service_point_is_named(tmp_path, entry, message):
    text = GOOD.replace("[profiles.own]", f"{entry}\n[profiles.own]")
    with pytest.raises(ConfigError, match=message):
        load_settings(write(tmp_path, text))
