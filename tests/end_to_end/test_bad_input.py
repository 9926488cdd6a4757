"""What goes wrong in an office: one clear line, the exit code that is documented, no traceback."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from projects import PERIOD, ROOT, Project, new_project

USAGE, CONFIG, SOURCE, STORE, REFERENCE, BRIEFING = 2, 3, 4, 5, 6, 8
REGISTER = "kepesertaan_2025-06.csv"


@pytest.fixture
def project(small_project: Project, tmp_path: Path) -> Project:
    return small_project.copy(tmp_path / "project")


def assert_refused(done: subprocess.CompletedProcess[str], exit_code: int, *expected: str) -> None:
    """One line that says all that is expected; steps done before it may be named above it."""
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == exit_code, done.stderr
    complaints = [line for line in done.stderr.splitlines() if line.startswith("cakupan: ")]
    assert done.stderr.splitlines()[-1:] == complaints, done.stderr
    for text in expected:
        assert text in complaints[0]


def pull(project: Project) -> subprocess.CompletedProcess[str]:
    return project.run("pull", "--period", PERIOD, "--supersede-all")


def generation(project: Project) -> str:
    return (project.folder / "data/store/demo" / PERIOD / "current").read_text()


# What is typed


@pytest.mark.parametrize(
    ("verb", "text"),
    [("demo", "June 2025"), ("pull", "2025-13"), ("indicators", "2025/06"), ("report", "2025-6")],
)
def test_wrong_period(small_project: Project, verb: str, text: str) -> None:
    done = small_project.run(verb, "--period", text)
    assert_refused(done, USAGE, f"period {text!r}", "YYYY-MM", "for example 2025-06")


@pytest.mark.parametrize(("verb", "code"), [("indicators", "19.99"), ("report", "../19")])
def test_unknown_region(small_project: Project, verb: str, code: str) -> None:
    done = small_project.run(verb, "--period", PERIOD, "--region", code)
    assert_refused(done, USAGE, f"region {code!r} is not known", "19.01.01.1001")


def test_what_is_asked_of_a_report_is_checked_before_there_are_data(tmp_path: Path) -> None:
    project = new_project(tmp_path / "project", tmp_path)
    asked = ("report", "--check", "--period", PERIOD)
    done = project.run(*asked, "--region", "19.71", "--lang", "en")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    done = project.run(*asked, "--region", "19", "--region", "19.99")
    assert_refused(done, USAGE, "region '19.99' is not known")
    done = project.run(*asked, "--region", "31")
    assert_refused(done, USAGE, "region 31 is not in province 19")
    assert_refused(project.run(*asked, "--notebook", "brief"), USAGE, "no notebook brief")
    done = project.run(*asked, "--region", "19.71.01", "--level", "kabupaten")
    assert_refused(done, USAGE, "no region of level kabupaten")
    assert project.run(*asked, "--lang", "jv").returncode == USAGE


def test_make_report_checks_first() -> None:
    command = ["make", "-n", "report", "REGION=19 19.71", "REPORT_LANG=id en"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    verbs = re.findall(r"bin/cakupan (.*)", told)
    assert [verb.split()[0] for verb in verbs] == ["report", "demo", "pull", "report"]
    asked = f"--period {PERIOD} --profile demo --notebook briefing --region 19 --region 19.71 --lang id --lang en"
    assert verbs[0].split() == ["report", "--check", *asked.split()]
    assert verbs[-1].split() == ["report", *asked.split()]


@pytest.mark.parametrize("verb", ["pull", "indicators", "report"])
def test_unknown_profile(small_project: Project, verb: str) -> None:
    done = small_project.run(verb, "--period", PERIOD, "--profile", "real")
    assert_refused(done, USAGE, "profile 'real'", "demo, published")


def test_unknown_indicator(small_project: Project) -> None:
    done = small_project.run("indicators", "--period", PERIOD, "--indicator", "cover")
    assert_refused(done, USAGE, "indicator 'cover'", "gap_to_target")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("report", "--period", PERIOD, "--lang", "jv"), "jv"),
        (("report", "--period", PERIOD, "--level", "dusun"), "dusun"),
        (("indicators", "--period", PERIOD, "--format", "xml"), "xml"),
        (("pull",), "--period"),
        (("demo", "--period", PERIOD, "--months", "0"), "--months"),
        (("demo", "--period", PERIOD, "--scale", "-1"), "--scale"),
        (("reprot", "--period", PERIOD), "reprot"),
        (("pull", "--period", PERIOD, "--speed"), "--speed"),
    ],
)
def test_options_that_do_not_exist(
    small_project: Project, arguments: tuple[str, ...], expected: str
) -> None:
    done = small_project.run(*arguments)
    assert done.returncode == USAGE
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_no_region_of_a_level_within_the_region(small_project: Project) -> None:
    done = small_project.run(
        "report", "--period", PERIOD, "--region", "19.71.01", "--level", "kabupaten"
    )
    assert_refused(done, USAGE, "no region of level kabupaten in 19.71.01")


@pytest.mark.parametrize("verb", ["indicators", "report"])
def test_period_that_was_never_pulled(small_project: Project, verb: str) -> None:
    done = small_project.run(verb, "--period", "2025-05")
    assert_refused(done, STORE, "2025-05", "cakupan pull --period 2025-05 --profile demo")


# What the extracts are


def test_missing_file(project: Project) -> None:
    for path in project.incoming.glob("kepesertaan_*"):
        path.unlink()
    done = pull(project)
    assert_refused(done, SOURCE, f"data/incoming/{PERIOD}/kepesertaan_*", "participants")


def test_missing_sidecar(project: Project) -> None:
    (project.incoming / f"{REGISTER}.source.yml").unlink()
    assert_refused(pull(project), SOURCE, REGISTER, "as_of")


def test_broken_excel(project: Project) -> None:
    path = project.incoming / "arsip_klaim.xlsx"
    content = path.read_bytes()[:1000]
    path.unlink()
    path.write_bytes(content)
    project.keep_sources("claims")
    assert_refused(pull(project), SOURCE, "arsip_klaim.xlsx", "Excel")


def test_missing_column(project: Project) -> None:
    project.edit(project.incoming / REGISTER, lambda text: text.replace(";SEGMEN;", ";SEGMNE;", 1))
    assert_refused(pull(project), SOURCE, REGISTER, "SEGMEN", "SEGMNE")


@pytest.mark.parametrize(
    ("keep_lines", "expected"), [(0, "is empty"), (1, "has a header but no rows")]
)
def test_empty_extract(project: Project, keep_lines: int, expected: str) -> None:
    project.edit(
        project.incoming / REGISTER,
        lambda text: "".join(text.splitlines(keepends=True)[:keep_lines]),
    )
    before = generation(project)
    assert_refused(pull(project), SOURCE, REGISTER, expected)
    assert generation(project) == before


def test_text_of_no_known_encoding(project: Project) -> None:
    path = project.incoming / "beasiswa.csv"
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content + b"\x81\x8d;\r\n")
    line = content.count(b"\n") + 1
    project.keep_sources("scholarships")
    assert_refused(pull(project), SOURCE, f"beasiswa.csv, line {line}", "neither UTF-8 nor cp1252")


# What the figures need


def test_period_without_target(project: Project) -> None:
    def without_2025(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("2025;"))

    project.edit(project.incoming / "target_cakupan.csv", without_2025)
    project.keep_sources("participants", "eligible_workers", "coverage_targets")
    assert pull(project).returncode == 0
    done = project.run("report", "--period", PERIOD)
    assert_refused(done, REFERENCE, "coverage_targets has no entry for 2025")


def test_period_without_denominator(project: Project) -> None:
    def without_2025(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.startswith("2025;"))

    project.edit(project.incoming / "potensi_pekerja.csv", without_2025)
    project.keep_sources("participants", "eligible_workers", "coverage_targets")
    assert pull(project).returncode == 0
    done = project.run("indicators", "--period", PERIOD)
    assert_refused(done, REFERENCE, "eligible_workers has no entry for 2025-06-01")


# The project itself


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda text: text + "\n[profiles.demo", "cannot be read"),
        (lambda text: text.replace("notebooks =", "notebook ="), "notebooks"),
        (lambda text: text.replace('table = "claims"', 'tabel = "claims"'), "tabel"),
        (lambda text: text.replace('store = "', 'store = 5 # "'), "store"),
        (lambda text: text.replace("regions = []", 'regions = ["none.csv"]'), "none.csv"),
        (lambda text: text.replace("regions = []", "regions = 5"), "regions"),
    ],
)
def test_broken_configuration(project: Project, change, expected: str) -> None:
    project.edit(project.folder / "cakupan.toml", change)
    assert_refused(pull(project), CONFIG, expected)


def test_table_that_the_dictionary_does_not_have(project: Project) -> None:
    project.edit(
        project.folder / "cakupan.toml",
        lambda text: text.replace('table = "claims"', 'table = "klaim"'),
    )
    assert_refused(pull(project), CONFIG, "table 'klaim' is not in the data dictionary")


def test_no_project(small_project: Project, tmp_path: Path) -> None:
    nowhere = small_project.run("pull", "--period", PERIOD, CAKUPAN_PROJECT=str(tmp_path / "none"))
    assert_refused(nowhere, USAGE, "CAKUPAN_PROJECT")
    empty = small_project.run("pull", "--period", PERIOD, CAKUPAN_PROJECT=str(tmp_path))
    assert_refused(empty, CONFIG, "cakupan.toml")


def test_key_file_that_others_can_read(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_text("a-secret-that-must-not-be-shown-0123456789")
    path.chmod(0o644)
    project.edit(
        project.folder / "cakupan.toml",
        lambda text: text.replace("~/.config/cakupan/pseudonym.key", path.as_posix()),
    )
    done = project.run("pull", "--period", PERIOD, key=None)
    assert_refused(done, CONFIG, "pseudonym.key", "0644", "0600")
    assert "a-secret" not in done.stderr + done.stdout


def test_short_key(small_project: Project) -> None:
    done = small_project.run("pull", "--period", PERIOD, key="short-secret")
    assert_refused(done, CONFIG, "CAKUPAN_PSEUDONYM_KEY", "32")
    assert "short-secret" not in done.stderr + done.stdout


# The notebook


def with_notebook(project: Project, change) -> None:
    """Give the project a notebook of its own with a changed cell."""
    folder = project.folder / "notebooks"
    folder.mkdir()
    document = json.loads((ROOT / "notebooks/briefing.ipynb").read_text(encoding="utf-8"))
    change({cell["id"]: cell for cell in document["cells"]})
    (folder / "briefing.ipynb").write_text(json.dumps(document), encoding="utf-8")
    there = f'notebooks = "{(ROOT / "notebooks").as_posix()}"'
    project.edit(
        project.folder / "cakupan.toml", lambda text: text.replace(there, 'notebooks = "notebooks"')
    )


def test_failing_cell_publishes_nothing_and_leaves_the_earlier_report(project: Project) -> None:
    project.do("report", "--region", "19.71")
    month = project.folder / "reports" / PERIOD  # a link, and what readers open
    before = {path: path.read_bytes() for path in month.glob("**/*") if path.is_file()}

    def fail_for_one(cells) -> None:
        cells["cover"]["source"] = [
            'parts.cover(measures, language) if region != "19.01" else 1 / 0'
        ]

    with_notebook(project, fail_for_one)
    done = project.run("report", "--period", PERIOD, "--region", "19.71", "--region", "19.01")
    assert_refused(done, BRIEFING, "19.01/briefing.id", "ZeroDivisionError")
    after = {path: path.read_bytes() for path in month.glob("**/*") if path.is_file()}
    assert after == before
    assert len(before) >= 3


def test_unknown_parameter_is_an_error_before_a_kernel_starts(project: Project) -> None:
    def rename(cells) -> None:
        cells["parameters"]["source"] = [
            line.replace("language: str", "tongue: str") for line in cells["parameters"]["source"]
        ]
        cells["read"]["source"] = ['open("kernel-was-here", "w")']

    with_notebook(project, rename)
    done = project.run("report", "--period", PERIOD)
    assert_refused(done, USAGE, "'language'", "tongue")
    assert not (project.folder / "kernel-was-here").exists()


def test_notebook_that_is_none(project: Project) -> None:
    with_notebook(project, lambda _: None)
    (project.folder / "notebooks/briefing.ipynb").write_text("{", encoding="utf-8")
    assert_refused(project.run("report", "--period", PERIOD), BRIEFING, "briefing.ipynb")
    shutil.rmtree(project.folder / "notebooks")
    done = project.run("report", "--period", PERIOD)
    assert_refused(
        done, USAGE, "no notebook briefing in notebooks", "no notebook there makes a briefing"
    )


def test_damaged_manifest(project: Project) -> None:
    (project.folder / "reports" / PERIOD).mkdir(parents=True)
    (project.folder / "reports" / PERIOD / "manifest.json").write_text("{", encoding="utf-8")
    assert_refused(
        project.run("report", "--period", PERIOD, "--region", "19.71"), BRIEFING, "manifest.json"
    )
