"""A file at an address: copied, hashed and read as one of ours, or a clear error."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from extracts import (
    PERIOD,
    csv_bytes,
    member,
    pull_project,
    register_project,
    write_config,
)

from coverage_lib.errors import SourceError
from coverage_lib.sources.access import Access, Patience


class Quiet(SimpleHTTPRequestHandler):
    """Files of a folder; `/cut/` promises more than it sends the first time, `/secret/` refuses."""

    cuts = 0

    def do_GET(self) -> None:
        if self.path.startswith("/secret/"):
            self.send_error(403)
        elif self.path.startswith("/cut/") and type(self).cuts:
            type(self).cuts -= 1
            self.send_response(200)
            self.send_header("Content-Length", "100000")
            self.end_headers()
            self.wfile.write(b"NIK;")
        else:
            self.path = self.path.removeprefix("/cut")
            super().do_GET()

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / f"{PERIOD}.csv").write_bytes(csv_bytes([member(1), member(2)]))
    handler = partial(Quiet, directory=str(tmp_path / "served"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


def pulled(folder: Path, files: str, more: str = ""):
    folder.mkdir(exist_ok=True)
    write_config(folder, {"participants": files})
    with (folder / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(f'producer = "Kantor"\nas_of = "{{period}}-01"\nsimulated = true\n{more}')
    access = Access(patience=Patience(attempts=2, first_wait_seconds=0))
    _, stored, changed = pull_project(folder, access=access)
    return stored, changed


@pytest.mark.parametrize("place", ["/", "/cut/"])
def test_a_file_on_a_server_is_one_of_ours(tmp_path, server, place):
    Quiet.cuts = 1
    stored, _ = pulled(tmp_path / "project", f"{server}{place}{{period}}.csv")
    (source,) = stored.account.sources
    assert source.name == f"{server}{place}{PERIOD}.csv"
    assert stored.account.tables[0].accepted == 2
    register_project(tmp_path / "file", {"a.csv": csv_bytes([member(1), member(2)])})
    _, of_file, _ = pull_project(tmp_path / "file")
    assert source.sha256 == of_file.account.sources[0].sha256
    assert pulled(tmp_path / "project", f"{server}{place}{{period}}.csv")[1] is False


def test_whose_region_codes_it_has_is_said_with_its_address(tmp_path, server):
    rows = csv_bytes([member(1, KODE_WILAYAH="1903")])
    (tmp_path / "served" / f"{PERIOD}.csv").write_bytes(rows)
    address = f"{(tmp_path / 'served').as_uri()}/{{period}}.csv"
    stored, _ = pulled(tmp_path / "project", address, 'region_codes = "bps"\n')
    (source,) = stored.account.sources
    assert source.region_codes == "bps"
    assert ("village_code", "code_bridged", 1) in source.repairs


def test_a_file_in_another_file_system(tmp_path, server):
    stored, _ = pulled(tmp_path / "project", f"{(tmp_path / 'served').as_uri()}/{{period}}.csv")
    assert stored.account.tables[0].accepted == 2


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("{server}/lain.csv", "is not there"),
        ("{server}/secret/lain.csv", r"may not be read \(HTTP 403\)"),
        ("{server}/cut/{{period}}.csv", "was not read whole .*tried 2 times"),
        ("http://127.0.0.1:1/a.csv", "was not read whole .*tried 2 times"),
        ("{folder}/lain.csv", "is not there"),
        ("gopher://x/lain.csv", "addresses of this kind cannot be read"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path, server, address, what):
    Quiet.cuts = 9
    named = address.format(server=server, folder=(tmp_path / "served").as_uri())
    with pytest.raises(SourceError, match=what):
        pulled(tmp_path / "project", named)


def test_what_may_be_left_out_may_not_be_there(tmp_path, server):
    folder = tmp_path / "project"
    more = (
        f'required = false\n[[profiles.demo.sources]]\ntable = "participants"\n'
        f'files = "{server}/{{period}}.csv"\nproducer = "Kantor"\nas_of = "{{period}}-01"\n'
        "simulated = true\n"
    )
    stored, _ = pulled(folder, f"{server}/lain.csv", more)
    assert [source.name for source in stored.account.sources] == [f"{server}/{PERIOD}.csv"]
