"""The command's own help: an example for every verb, and every exit code explained."""

from __future__ import annotations

import os
import re

import pytest
from extracts import write_config
from typer.testing import CliRunner

from coverage_lib import cli, errors
from coverage_lib.cli.application import source_addresses
from coverage_lib.cli.briefings import forget_secrets
from coverage_lib.config import load_settings

VERBS = ("demo", "pull", "indicators", "report", "month")


def shown(*arguments: str) -> str:
    result = CliRunner().invoke(cli.app, [*arguments], env={"COLUMNS": "300", "NO_COLOR": "1"})
    assert result.exit_code == 0, result.output
    return re.sub(r"\s+", " ", result.output)


def every_error(kind: type[errors.CakupanError]) -> list[type[errors.CakupanError]]:
    return [kind, *(below for child in kind.__subclasses__() for below in every_error(child))]


def test_help_lists_the_verbs() -> None:
    text = shown("--help")
    for verb in VERBS:
        assert f" {verb} " in text


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_shows_an_example_of_itself(verb: str) -> None:
    assert f"cakupan {verb} --period 2025-06" in shown(verb, "--help")


@pytest.mark.parametrize("verb", VERBS)
def test_every_option_says_what_it_is_for(verb: str) -> None:
    command = next(entry for entry in cli.app.registered_commands if entry.name in (verb, None)
                   and entry.callback is getattr(cli, verb))  # fmt: skip
    assert command.callback is not None
    assert command.callback.__doc__
    text = shown(verb, "--help")
    for name in command.callback.__annotations__:
        if name not in {"return", "output"}:
            assert re.search(
                rf"--{name.replace('_', '-')} (?:<[^>]*> |[A-Z\[][^ ]* )*\S*\s*[A-Z]", text
            ), name


@pytest.mark.parametrize("verb", ["list", "test"])
def test_the_verbs_about_sources_show_an_example(verb: str) -> None:
    assert f" {verb} " in shown("sources", "--help")
    assert f"cakupan sources {verb} --period 2025-06" in shown("sources", verb, "--help")


def test_the_addresses_of_databases_leave_the_environment(tmp_path, monkeypatch) -> None:
    """What starts later, such as a notebook's kernel, cannot inherit them."""
    write_config(tmp_path, {})
    with (tmp_path / "cakupan.toml").open("a", encoding="utf-8") as file:
        file.write(
            '[[profiles.demo.sources]]\ntable = "claims"\ndatabase = "KANTOR_URL"\n'
            'relation = "klaim"\nproducer = "Kantor"\nsimulated = true\n'
        )
    monkeypatch.setenv("KANTOR_URL", "postgresql://pembaca@host/kantor")
    settings = load_settings(tmp_path)
    assert source_addresses(settings) == {"KANTOR_URL": "postgresql://pembaca@host/kantor"}
    assert "KANTOR_URL" not in os.environ  # noqa: TID251
    assert source_addresses(settings) == {}


def test_every_exit_code_is_documented_and_has_one_meaning() -> None:
    documented = {int(number) for number in re.findall(r"(?:^|[:·])\s*(\d+)\s", cli.EXIT_CODES)}
    kinds = [kind for kind in every_error(errors.CakupanError) if kind is not errors.CakupanError]
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert set(codes) | {0, 1, cli.INTERRUPTED} == documented
    assert "Exit codes" in shown("--help")
    for kind in kinds:
        assert re.search(rf"{kind.__name__}\s+{kind.exit_code}\b", errors.__doc__ or "")


GROUPS = {
    "store": ("log", "show", "rollback"),
    "quarantine": ("list", "show", "export", "retry"),
}


@pytest.mark.parametrize("group", GROUPS)
def test_every_verb_of_a_group_shows_an_example_and_says_what_its_options_are_for(group) -> None:
    (found,) = [g for g in cli.app.registered_groups if g.typer_instance.info.name == group]
    commands = found.typer_instance.registered_commands
    assert len(commands) == len(GROUPS[group])
    for verb in GROUPS[group]:
        assert f" {verb} " in shown(group, "--help")
        text = shown(group, verb, "--help")
        assert f"cakupan {group} {verb} --period 2025-06" in text
        for option in re.findall(r"--[a-z-]+ <[A-Z]", text):
            assert re.search(rf"{option}[^>]*> +[*]? *[A-Z]", text), option


def test_purge_shows_an_example_with_its_age() -> None:
    assert "cakupan purge --older-than 13m --dry-run" in shown("purge", "--help")
    assert " purge " in shown("--help")


def test_no_kernel_inherits_a_secret_of_any_profile(tmp_path, monkeypatch) -> None:
    write_config(tmp_path, {"claims": "data/incoming/*"})
    with (tmp_path / "cakupan.toml").open("a") as file:
        file.write(
            '[profiles.warehouse]\nprovince = "19"\nsources = []\n'
            'engine = {kind = "postgresql", schema = "cakupan", address_env = "WAREHOUSE_URL"}\n'
        )
    for name in ("WAREHOUSE_URL", "CAKUPAN_PSEUDONYM_KEY"):
        monkeypatch.setenv(name, "postgresql://user:secret@host/db")
    forget_secrets(load_settings(tmp_path))
    assert "user:secret@" not in repr(dict(os.environ))  # noqa: TID251
