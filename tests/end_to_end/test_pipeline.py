"""From extracts to briefings, on a fresh folder, by the command alone."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import outloud
import pikepdf
import pymupdf
import pytest
from axe_playwright_python.sync_playwright import Axe
from filelock import FileLock
from playwright.sync_api import Browser
from projects import KEY, PERIOD, ROOT, Project
from reference_figures import CLAIMS, ENROLMENT, published, value

from coverage_lib.briefing.execute import make_briefing
from coverage_lib.briefing.plan import Job
from coverage_lib.periods import Month
from coverage_lib.reference.regions import load_regions

EVIL = '[x] #read("/etc/passwd") <script>alert(1)</script> | = 1+1'
# The last is the village whose name, with those of the regions above it, is the longest.
PLACES = ("19", "19.71", "19.06.07", "19.06.07.2002")
BRIEFINGS = [
    (profile, place, language)
    for profile, places in (("demo", PLACES), ("published", PLACES[:2]))
    for place in places
    for language in ("id", "en")
]
BAND = {"id": "DATA SIMULASI", "en": "SIMULATED DATA"}


@pytest.fixture(scope="session")
def briefings(demo_project: Project, shared_folder: Path) -> Project:
    """The project with the briefings of BRIEFINGS made."""
    with FileLock(shared_folder / "briefings.lock"):
        if not (shared_folder / "briefings.done").exists():
            for profile in ("demo", "published"):
                places = sorted({place for made, place, _ in BRIEFINGS if made == profile})
                chosen = [word for place in places for word in ("--region", place)]
                demo_project.do(
                    "report", "--profile", profile, "--lang", "id", "--lang", "en",
                    "--out", str(demo_project.folder / f"reports-{profile}"), *chosen,
                )  # fmt: skip
            (shared_folder / "briefings.done").touch()
    return demo_project


def file_of(project: Project, profile: str, place: str, language: str, kind: str) -> Path:
    folder = project.folder / f"reports-{profile}" / PERIOD / place
    return folder / f"briefing.{language}.{kind}"


def text_of_pdf(path: Path) -> str:
    with pymupdf.open(path) as opened:
        return "\n".join(page.get_text() for page in opened)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


# The briefings


def test_report_twice_gives_the_same_bytes(briefings: Project) -> None:
    out = briefings.folder / "reports-again"
    briefings.do("report", "--region", "19.71", "--lang", "en", "--out", str(out), fresh=True)
    first = briefings.folder / "reports-demo" / PERIOD
    names = ["19.71/briefing.en.html", "19.71/briefing.en.pdf"]
    for name in names:
        assert (out / PERIOD / name).read_bytes() == (first / name).read_bytes()
    again = json.loads((out / PERIOD / "manifest.json").read_text(encoding="utf-8"))
    everything = json.loads((first / "manifest.json").read_text(encoding="utf-8"))
    only = {
        name: entry for name, entry in everything["briefings"].items() if name in again["briefings"]
    }
    assert again == everything | {"briefings": only}
    assert set(only) == {"19.71/briefing.en"}


@pytest.mark.parametrize(("profile", "place", "language"), BRIEFINGS)
def test_pdf_is_accessible(briefings: Project, profile: str, place: str, language: str) -> None:
    result = outloud.check(str(file_of(briefings, profile, place, language, "pdf")))
    assert result.errors == 0, list(result.findings)


@pytest.mark.parametrize(("profile", "place", "language"), BRIEFINGS)
def test_simulated_figures_are_marked_and_real_ones_are_not(
    briefings: Project, profile: str, place: str, language: str
) -> None:
    html = file_of(briefings, profile, place, language, "html").read_text(encoding="utf-8")
    path = file_of(briefings, profile, place, language, "pdf")
    with pikepdf.open(path) as opened:
        metadata = opened.open_metadata()
        described = " ".join(
            str(metadata.get(name, "")) for name in ("dc:title", "dc:description", "pdf:Keywords")
        )
    marked = [
        BAND[language] in html,
        '<meta name="cakupan.simulated" content="true">' in html,
        BAND[language] in text_of_pdf(path),
        BAND[language] in described,
    ]
    assert marked == [profile == "demo"] * 4
    if profile == "published":
        everything = html + text_of_pdf(path) + described
        assert not [band for band in BAND.values() if band in everything]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_province_is_told_its_reference_figures(briefings: Project, language: str) -> None:
    html = file_of(briefings, "demo", "19", language, "html").read_text(encoding="utf-8")
    text = text_of_pdf(file_of(briefings, "demo", "19", language, "pdf"))
    mark, comma = (".", ",") if language == "id" else (",", ".")
    shown = [f"{published('coverage_pct', ENROLMENT):.2f}".replace(".", comma)]
    shown += [
        f"{int(published(name, day)):,}".replace(",", mark)
        for name, day in (
            ("participants_active", ENROLMENT),
            ("participants_active_pu", ENROLMENT),
            ("workers_still_to_protect_for_target", ENROLMENT),
            ("claims_count_ytd", CLAIMS),
        )
    ]
    for number in shown:
        assert number in html
        assert number in text


def test_published_figures_alone_leave_the_rest_not_available(briefings: Project) -> None:
    html = file_of(briefings, "published", "19.71", "id", "html").read_text(encoding="utf-8")
    assert "data belum tersedia" in html
    rows = briefings.figures("--profile", "published", "--region", "19")
    assert set(rows[rows["value"].notna()]["origin"]) <= {"published", "computed"}
    assert value(rows, "coverage", scope="excl_jakon") == published("coverage_pct", ENROLMENT)


def opened_alone(browser: Browser, path: Path) -> tuple[list[object], list[str], str]:
    """(violations, what went wrong or outside, text) of a page that no network answers."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    wrong: list[str] = []
    context.route(
        lambda url: url != path.as_uri() and not url.startswith("data:"),
        lambda route: (wrong.append(route.request.url), route.abort()),
    )
    page = context.new_page()
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(path.as_uri())
    text = page.locator("body").text_content() or ""
    violations = Axe().run(page).response["violations"]
    context.close()
    return [(one["id"], one["nodes"][0]["html"]) for one in violations], wrong, text


@pytest.mark.parametrize(("profile", "place", "language"), BRIEFINGS)
def test_html_is_accessible_and_asks_nobody(
    briefings: Project, browser: Browser, profile: str, place: str, language: str
) -> None:
    violations, wrong, _ = opened_alone(
        browser, file_of(briefings, profile, place, language, "html")
    )
    assert violations == []
    assert wrong == []


# The manifest


def every_text(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for name, entry in node.items():
            yield str(name)
            yield from every_text(entry)
    elif isinstance(node, list):
        for entry in node:
            yield from every_text(entry)
    else:
        yield str(node)


@pytest.mark.parametrize("profile", ["demo", "published"])
def test_manifest_says_what_it_was_made_from_and_nothing_more(
    briefings: Project, profile: str
) -> None:
    folder = briefings.folder / f"reports-{profile}" / PERIOD
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    manifest = json.loads(text)
    made = {
        f"{place}/briefing.{language}" for kind, place, language in BRIEFINGS if kind == profile
    }
    assert set(manifest["briefings"]) == made
    for entry in manifest["briefings"].values():
        assert entry["simulated"] is (profile == "demo")
        for name, output in entry["outputs"].items():
            content = (folder / name).read_bytes()
            assert output["bytes"] == len(content)
            assert output["sha256"] == hashlib.sha256(content).hexdigest()
        for source in entry["inputs"]:
            content = (briefings.folder / source["name"]).read_bytes()
            assert source["sha256"] == hashlib.sha256(content).hexdigest()
        assert len(entry["outputs"]) == 2
        assert "figures" not in entry, "they are in the files, 448 times as many"
    absolute = [
        word for word in every_text(manifest) if word.startswith(("/", "~")) or ":\\" in word
    ]
    assert absolute == []
    for secret in (KEY, str(briefings.folder), str(briefings.home), str(ROOT)):
        assert secret not in text


def test_no_machine_path_or_key_is_in_a_briefing(briefings: Project) -> None:
    for profile, place, language in BRIEFINGS:
        for kind in ("html", "pdf"):
            path = file_of(briefings, profile, place, language, kind)
            content = path.read_bytes()
            if kind == "pdf":
                content += text_of_pdf(path).encode()
            for secret in (KEY, str(briefings.folder), str(ROOT)):
                assert secret.encode() not in content


# Data decide


def test_one_row_more_changes_the_briefing(small_project: Project, tmp_path: Path) -> None:
    project = small_project.copy(tmp_path / "project")
    project.do("report", "--region", "19")
    report = project.folder / "reports" / PERIOD / "19" / "briefing.id.html"
    before, figures = report.read_bytes(), project.figures()

    def with_one_person_less(text: str) -> str:
        """The last person of the register who is covered beyond doubt ends the day before."""
        lines = text.splitlines(keepends=True)
        header = lines[0].rstrip().split(";")
        end, start, segment = (
            header.index(name)
            for name in ("TGL AKHIR KEPESERTAAN", "TGL MULAI KEPESERTAAN", "SEGMEN")
        )
        for number in range(len(lines) - 1, 0, -1):
            cells = lines[number].split(";")
            once = sum(cells[1] in line for line in lines) == 1
            if cells[segment] == "PU" and not cells[end] and once and cells[start][6:] < "2025":
                cells[end] = "31-05-2025"
                lines[number] = ";".join(cells)
                return "".join(lines)
        raise AssertionError("no such person")

    project.edit(project.incoming / "kepesertaan_2025-06.csv", with_one_person_less)
    project.do("pull", "--supersede-all")
    project.do("report", "--region", "19")
    assert report.read_bytes() != before
    where = {"dimension": "segment", "category": "PU"}
    now = value(project.figures(), "active_participants", **where)
    assert now == value(figures, "active_participants", **where) - 1


def test_a_hostile_name_is_shown_and_does_nothing(
    small_project: Project, browser: Browser, tmp_path: Path
) -> None:
    """A village of that name with a participant, and a published figure of that title."""
    project = small_project.copy(tmp_path / "project")
    code = "19.71.01.1099"
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["code", "name", "level", "parent"])
    writer.writerow([code, EVIL, "kelurahan", "19.71.01"])
    (project.folder / "more.csv").write_text(buffer.getvalue(), encoding="utf-8")
    project.edit(
        project.folder / "cakupan.toml",
        lambda text: text.replace("regions = []", 'regions = ["more.csv"]'),
    )

    def move_one(text: str) -> str:
        assert ";19.71.01.1004;" in text
        return text.replace(";19.71.01.1004;", f";{code};", 1)

    project.edit(project.incoming / "kepesertaan_2025-06.csv", move_one)
    buffer = io.StringIO()
    # The profile counts this one beside the demo's own: same columns, a title of that name.
    csv.writer(buffer, lineterminator="\n").writerow(
        ["2025-06-01", "19.71.01", "participants_active", "7", "persons", "excl_jakon", EVIL, "https://example.org", "2025-06-02", EVIL]
    )  # fmt: skip
    project.edit(
        project.folder / "data/reference/bpjstk_observations.csv",
        lambda text: text.rstrip("\r\n") + "\n" + buffer.getvalue(),
    )
    quoted = '"' + EVIL.replace('"', '""') + '"'
    project.edit(
        project.incoming / "potensi_pekerja.csv",
        lambda text: re.sub(r"(?m)^(\d.*;)[^;\r\n]*", lambda found: found[1] + quoted, text),
    )
    project.do("pull", "--supersede-all")
    project.do("report", "--region", "19.71.01", "--region", code)
    for place in ("19.71.01", code):
        folder = project.folder / "reports" / PERIOD / place
        html = folder / "briefing.id.html"
        _, wrong, text = opened_alone(browser, html)
        assert wrong == []
        assert EVIL in text
        assert "<script>alert" not in html.read_text(encoding="utf-8")
        pdf = text_of_pdf(folder / "briefing.id.pdf")
        assert squeezed(EVIL) in squeezed(pdf)
        assert "root:" not in pdf
    assert (
        outloud.check(str(project.folder / "reports" / PERIOD / "19.71.01/briefing.id.pdf")).errors
        == 0
    )
    district = project.do("indicators", "--region", "19", "--format", "csv")
    cells = [cell for line in csv.reader(io.StringIO(district)) for cell in line]
    assert EVIL in cells
    document = json.loads(project.do("indicators", "--region", "19", "--format", "json"))
    assert EVIL in {entry["denominator_source"] for entry in document}


@pytest.mark.parametrize(
    ("name", "place", "language"),
    [
        ("village", "19.71.01.1004", "en"),
        ("briefing", "19", "id"),
        ("coverage", "19.71", "id"),
    ],
)
def test_a_warm_and_a_stock_kernel_make_the_same_bytes(
    demo_project: Project, tmp_path: Path, name: str, place: str, language: str
) -> None:
    region = load_regions().get(place)
    job = Job(ROOT / "notebooks" / f"{name}.ipynb", region, Month.parse(PERIOD), language, "demo")
    warm, stock = (
        make_briefing(job, demo_project.folder, tmp_path / kernel, {}, kernel_name=kernel)
        for kernel in ("cakupan", "python3")
    )
    assert [file.read_bytes() for file in warm.files] == [file.read_bytes() for file in stock.files]
