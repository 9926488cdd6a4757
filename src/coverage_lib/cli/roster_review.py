"""The verb roster review, and the same desk for a notebook: uncertain pairs, decided by people."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coverage_lib.cli.application import PeriodOption, ProfileOption, read_settings
from coverage_lib.cli.briefings import Language
from coverage_lib.cli.review_screen import (
    BACK,
    QUIT,
    Keys,
    Line,
    Screen,
    is_for_people,
    read_answers,
)
from coverage_lib.cli.roster import roster_app, user_of_the_machine
from coverage_lib.errors import UsageError, on_one_line
from coverage_lib.periods import Month

if TYPE_CHECKING:
    from coverage_lib.config import Settings
    from coverage_lib.linkage.review_desk import ReviewDesk
    from coverage_lib.linkage.review_queue import Waiting
    from coverage_lib.present.review_panel import ReviewPanel
    from coverage_lib.present.words import Words

_SHOWN_KEY = 10
_LISTING = "–"  # who only looks decides nothing and needs no name


@roster_app.command(
    epilog="Examples: `cakupan roster review --period 2025-06 --reviewer siti` · `cakupan roster review "
    "--period 2025-06 --list` · `cakupan roster review --period 2025-06 --answers answers.txt`"
)
def review(
    period: PeriodOption,
    profile: ProfileOption = "demo",
    roster: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Rows of this roster only; repeatable.")
    ] = None,
    reviewer: Annotated[
        str | None,
        typer.Option(help="Who decides; CAKUPAN_REVIEWER or the user of the machine without."),
    ] = None,
    answers: Annotated[
        Path | None,
        typer.Option(help="Take answers from this file, one a line: `[PAIR] same [REMARK]`."),
    ] = None,
    only_list: Annotated[
        bool, typer.Option("--list", help="List what waits, with keys and without persons.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--decided", help="The pairs that are decided, the latest first.")
    ] = False,
    language: Annotated[Language, typer.Option("--lang", help="Of the words.")] = Language.ENGLISH,
) -> None:
    """Decide the uncertain pairs of the last roster link, best first; the next one uses it.

    Keys: s same, d different, u unsure, b back, m remark, q quit. Every decision is kept at once.
    """
    from coverage_lib.present.words import words

    settings = read_settings()
    who = _LISTING if only_list else reviewer
    desk = _open_desk(settings, period, profile, who, roster or (), again=again)
    texts = words(language)
    if only_list:
        for one in desk.queue():
            typer.echo(_listed(one, texts))
    elif answers is None and is_for_people():
        _by_keys(desk, _screen(settings, texts))
    else:
        _by_lines(desk, read_answers(_lines_of(answers)), texts)
    if not only_list:
        typer.echo(_summary(desk, texts))


def review_roster(
    period: str, profile: str, reviewer: str = "", language: str = "id"
) -> ReviewPanel:
    """The queue as a panel of widgets; without a reviewer's name, the user of the machine decides.

    Raises UsageError where ipywidgets is not there, and what `cakupan roster review` raises.
    """
    try:
        from coverage_lib.present.review_panel import ReviewPanel
    except ModuleNotFoundError as error:
        raise UsageError(
            "the review panel needs ipywidgets: install the extra `lab`, or use `cakupan roster review`."
        ) from error
    from coverage_lib.present.words import words

    settings = read_settings()
    desk = _open_desk(settings, period, profile, reviewer)
    return ReviewPanel(desk, words(language), _village_names(settings))


def _open_desk(
    settings: Settings,
    period: str,
    profile: str,
    reviewer: str | None,
    rosters: list[str] | tuple[str, ...] = (),
    *,
    again: bool = False,
) -> ReviewDesk:
    from coverage_lib.intake.store import PeriodStore
    from coverage_lib.linkage.review_desk import ReviewDesk
    from coverage_lib.linkage.review_queue import read_pairs
    from coverage_lib.linkage.reviews import ReviewLog
    from coverage_lib.linkage.roster_area import RosterArea

    month = Month.parse(period)
    chosen = settings.profile(profile)
    area = RosterArea(settings.roster, chosen.name, month)
    with PeriodStore(settings.store, chosen.name, month).locked():  # no link run in between
        pairs = read_pairs(area, rosters)
    named = (reviewer, os.environ.get("CAKUPAN_REVIEWER"))
    who = next((name for name in named if name and name.strip()), None) or user_of_the_machine()
    return ReviewDesk(pairs, ReviewLog(settings.roster, chosen.name), who, _now, again=again)


def _now() -> datetime:
    return datetime.now().astimezone()


def _screen(settings: Settings, texts: Words) -> Screen:
    from rich.console import Console

    return Screen(Console(highlight=False), texts, _village_names(settings))


def _village_names(settings: Settings) -> Callable[[str], str]:
    """Names by code; of a code that is not known, the sub-district's."""
    from coverage_lib.reference.regions import load_regions

    names = {one.code: one.name for one in load_regions(settings.regions).by_code.values()}
    return lambda code: names.get(code, names.get(code[:8], "?"))


def _by_keys(desk: ReviewDesk, screen: Screen) -> None:
    told = ""
    keys = Keys(sys.stdin.fileno())
    with keys.one_by_one(), screen.own_page():
        while (shown := desk.current()) is not None:
            screen.draw(shown, desk, told)
            answer, remark = keys.answer(screen.words)
            if answer == QUIT:
                return
            told = _answered(desk, answer, remark, screen.words, shown)


def _by_lines(desk: ReviewDesk, lines: Iterator[Line], texts: Words) -> None:
    """What is told of a pair is its place and its key: whoever reads a log learns of nobody."""
    for line in lines:
        if line.answer == QUIT:
            return
        shown = _meant(desk, line) if line.pair else desk.current()
        if shown is None and line.answer != BACK:
            raise UsageError(
                f"answers, line {line.number}: no pair is left to decide; remove the line."
            )
        typer.echo(_answered(desk, line.answer, line.remark, texts, shown))


def _answered(
    desk: ReviewDesk, answer: str, remark: str, texts: Words, shown: Waiting | None
) -> str:
    from coverage_lib.present.pair_sheet import kept_text, row_of

    if answer == BACK or shown is None:
        desk.back()
        return texts.say("review.choice.back")
    taken = desk.decide(answer, remark, of=shown)
    return f"{row_of(taken.pair, texts)}: {kept_text(taken.review, taken.standing, texts)}"


def _meant(desk: ReviewDesk, line: Line) -> Waiting:
    found = desk.find(line.pair)
    if len(found) != 1:
        what = "several pairs begin" if found else "no pair of the last link run begins"
        raise UsageError(f"answers, line {line.number}: {what} with that key; see --list.")
    return found[0]


def _lines_of(answers: Path | None) -> Iterator[str]:
    if answers is None:
        yield from sys.stdin
        return
    try:
        yield from answers.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--answers {answers.name} cannot be read ({type(error).__name__}): a text file with one "
            "answer a line was expected."
        ) from error


def _listed(one: Waiting, texts: Words) -> str:
    from coverage_lib.linkage.explain import masked_name, rule_in_words
    from coverage_lib.present.formats import decimal_text
    from coverage_lib.present.pair_sheet import decided_text, row_of

    decided = "".join(
        f"; {decided_text(review, texts, with_remark=False)}" for review in one.standing.counting
    )
    weight = one.pair.weight
    shown = (
        texts.say("review.nothing") if weight is None else decimal_text(weight, texts.language, 1)
    )
    died = f"; {texts.say('review.death')}" if one.pair.death_benefit_paid else ""
    return (
        f"{one.pair.key[:_SHOWN_KEY]}  {shown:>6}  "
        f"{row_of(one.pair, texts)} ({masked_name(one.pair.row.name)}): "
        f"{on_one_line(rule_in_words(one.pair.rule, texts.language))}{died}{decided}"
    )


def _summary(desk: ReviewDesk, texts: Words) -> str:
    counts = desk.counts()
    numbers = {name: str(counts[name]) for name in ("same", "different", "unsure")}
    said = texts.say(
        "review.summary",
        decided=str(sum(counts.values())),
        left=str(desk.left() if desk.again else len(desk.queue())),
        **numbers,
    )
    return f"{said} {texts.say('review.next')}" if counts else said
