"""Where a row belongs: code or names in, village code out, `00` and `0000` for what is not known."""

import csv
from importlib import resources

import pytest

from coverage_lib.intake.places import load_places, normalise_name
from coverage_lib.reference.regions import Region, Regions, load_regions

REGIONS = load_regions()
PLACES = load_places(REGIONS, "19")
VILLAGES = REGIONS.at_level("desa", "19")


def names_of(code: str) -> list[str]:
    return [REGIONS.get(part).name for part in REGIONS.ancestors(code)[1:]]


def test_there_are_villages_to_look_at():
    assert len(VILLAGES) > 300


@pytest.mark.parametrize(
    ("code", "village"),
    [
        ("19.01.01.1001", "19.01.01.1001"),
        (" 19.01.01.1001 ", "19.01.01.1001"),
        ("19.71.01.9999", "19.71.01.0000"),  # sub-district known
        ("19.71.01", "19.71.01.0000"),
        ("19.71.99.1001", "19.71.00.0000"),  # district known
        ("19.71", "19.71.00.0000"),
        ("19.71.00.0000", "19.71.00.0000"),
        ("19", "19.00.00.0000"),  # province known
        ("19.99.01.1001", "19.00.00.0000"),
        ("14.71.01.1001", "19.00.00.0000"),  # another province's code does not count here
        ("190.71", "19.00.00.0000"),
        ("desa", "19.00.00.0000"),
        ("", "19.00.00.0000"),
        (None, "19.00.00.0000"),
    ],
)
def test_code_alone(code, village):
    assert PLACES.village_of(code, []) == village


def test_every_village_is_found_by_its_code_and_by_its_official_names():
    for village in VILLAGES:
        assert PLACES.village_of(village.code, []) == village.code
        assert PLACES.village_of(None, names_of(village.code)) == village.code


def test_every_alias_that_means_one_region_leads_to_it():
    text = (
        resources.files("coverage_lib.reference") / "data" / "regions" / "name_aliases_babel.csv"
    ).read_text(encoding="utf-8")
    meanings: dict[tuple[str, str], set[str]] = {}
    for row in csv.DictReader(text.splitlines()):
        if row["code"].count(".") == 3 and row["code"] in REGIONS.by_code:
            parent = row["code"].rpartition(".")[0]
            meanings.setdefault((parent, normalise_name(row["alias"])), set()).add(row["code"])
    assert len(meanings) > 300
    for (parent, alias), codes in meanings.items():
        found = PLACES.village_of(None, [*names_of(parent), alias])
        official = {
            child.code for child in REGIONS.children(parent) if normalise_name(child.name) == alias
        }
        assert found in (official or codes) or len(codes) > 1
        assert found.startswith(parent)


@pytest.mark.parametrize(
    ("district", "subdistrict", "village", "code"),
    [
        ("Kabupaten Bangka", "Sungailiat", "Rebo", "19.01.01.2007"),
        ("KAB. BANGKA", "KEC. SUNGAI LIAT", "DESA REBO", "19.01.01.2007"),
        ("bangka", "kecamatan sungailiat", "desa  rebo", "19.01.01.2007"),
        ("Kab.Bangka", "Kec.Sungailiat", "Kel. Kuday", "19.01.01.1003"),  # an older spelling
        ("Kab. Bangka", "Sungailiat", "Antah", "19.01.01.0000"),
        ("Kab. Bangka", "Antah", "Rebo", "19.01.00.0000"),  # never looked for elsewhere
        ("Kab. Bangka", None, "Rebo", "19.01.01.2007"),  # one village of the district bears it
        (None, None, "Rebo", "19.01.01.2007"),
        (None, "Sungailiat", "Rebo", "19.01.01.2007"),
        ("Antah", "Sungailiat", "Rebo", "19.00.00.0000"),
        (None, None, None, "19.00.00.0000"),
        ("", "", "", "19.00.00.0000"),
    ],
)
def test_names(district, subdistrict, village, code):
    assert PLACES.village_of(None, [district, subdistrict, village]) == code


def test_a_usable_code_counts_before_names():
    elsewhere = ["Kabupaten Bangka", "Sungailiat", "Rebo"]
    assert PLACES.village_of("19.71.01", elsewhere) == "19.71.01.0000"
    assert PLACES.village_of("14.71.01", elsewhere) == "19.01.01.2007"


def test_a_name_that_two_villages_of_one_parent_bear_is_unknown():
    regions = Regions(
        {
            region.code: region
            for region in (
                Region("19", "Provinsi", "provinsi"),
                Region("19.01", "Kabupaten Satu", "kabupaten"),
                Region("19.01.01", "Satu", "kecamatan"),
                Region("19.01.01.1001", "Mawar", "kelurahan"),
                Region("19.01.01.2001", "Desa Mawar", "desa"),
                Region("19.01.01.2002", "Melati", "desa"),
                Region("19.01.02", "Dua", "kecamatan"),
                Region("19.01.02.2001", "Mawar", "desa"),
            )
        }
    )
    places = load_places(regions, "19")
    assert places.village_of(None, ["Satu", "Satu", "Mawar"]) == "19.01.01.0000"
    assert places.village_of(None, ["Satu", "Satu", "Melati"]) == "19.01.01.2002"
    assert places.village_of(None, ["Satu", "Dua", "Mawar"]) == "19.01.02.2001"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Kota Pangkal Pinang", "PANGKALPINANG"),
        ("PANGKALPINANG", "PANGKALPINANG"),
        ("Kab. Bangka", "BANGKA"),
        ("Kelurahan Gabek I", "GABEKI"),
        ("Keluang", "KELUANG"),  # only a whole word is a kind
        ("Desapora", "DESAPORA"),
        ("Air Saga' ", "AIRSAGA"),
        ("", ""),
    ],
)
def test_names_without_their_kind(name, plain):
    assert normalise_name(name) == plain


BANGKA, BARAT = "Kabupaten Bangka", "Kabupaten Bangka Barat"


@pytest.mark.parametrize(
    ("code", "names", "system", "village", "rules"),
    [
        # a name that two sub-districts have: its parent tells which is meant
        (None, [BANGKA, "Mendo Barat", "Air Duren"], "ministry", "19.01.04.2009", ()),
        (None, [None, "Mendo Barat", "Air Duren"], "ministry", "19.01.04.2009",
         ("name_without_parent",)),
        (None, [BANGKA, None, "Rebo"], "ministry", "19.01.01.2007", ("name_without_parent",)),
        (None, [BANGKA, "-", "Rebo"], "ministry", "19.01.01.2007", ("name_without_parent",)),
        (None, [BANGKA, "SUNGAI LIAT", "Kuday"], "ministry", "19.01.01.1003", ("name_alias",)),
        (None, [BANGKA, "Sungailiat", "Antah"], "ministry", "19.01.01.0000", ("place_unknown",)),
        (None, ["Kab. Bangka", "Sungailiat", None], "ministry", "19.01.01.0000", ()),
        # a village named after the word for a city is not what a missing name means
        (None, ["Belitung", "Tanjungpandan", ""], "ministry", "19.02.01.0000", ()),
        # the code says where, the names what it leaves open
        ("19.01", [BANGKA, "Sungailiat", "Rebo"], "ministry", "19.01.01.2007", ()),
        ("19.01.01.9999", [BANGKA, "Sungailiat", "Rebo"], "ministry", "19.01.01.2007", ()),
        ("19.01.01.9999", [None, None, None], "ministry", "19.01.01.0000", ("place_unknown",)),
        ("14.71", [None, None, None], "ministry", "19.00.00.0000", ("place_unknown",)),
        ("19.00.00.0000", [None, None, None], "ministry", "19.00.00.0000", ()),
        # 1903 is Bangka Barat to the statistics office, Bangka Selatan to the ministry
        ("1903", [None], "ministry", "19.03.00.0000", ("code_without_dots",)),
        ("1903", [None], "bps", "19.05.00.0000", ("code_bridged",)),
        ("1903", [BARAT], "bps", "19.05.00.0000", ("code_bridged",)),
        ("1903", [BARAT], "ministry", "19.03.00.0000",
         ("code_without_dots", "code_of_other_system", "code_and_name_differ")),
        ("1903", ["Kabupaten Belitung"], "ministry", "19.03.00.0000",
         ("code_without_dots", "code_and_name_differ")),
        ("19.03", ["Kabupaten Bangka Selatan"], "bps", "19.03.00.0000", ()),
        ("1901090018", [BANGKA, "Sungailiat", "Sungailiat"], "bps", "19.01.01.1001",
         ("code_bridged",)),
        ("1901090999", [], "bps", "19.01.01.0000", ("code_bridged", "place_unknown")),
    ],
)  # fmt: skip
def test_the_rules_that_lead_to_a_place(code, names, system, village, rules):
    place = PLACES.place_of(code, names, system)
    assert (place.village, place.rules, place.fault) == (village, rules, None)


@pytest.mark.parametrize(
    "names", [[None, None, "Air Duren"], [BANGKA, None, "Air Duren"], [None, "", "Pasir Garam"]]
)
def test_a_name_of_several_places_without_a_parent_has_a_fault(names):
    assert PLACES.place_of(None, names).fault == "name of several places"
