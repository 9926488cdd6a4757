"""A reviewer's terminal: one pair a screen, one key a decision."""

from __future__ import annotations

import os
import re
import sys
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import typer

from coverage_lib.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.table import Table

    from coverage_lib.linkage.review_desk import ReviewDesk
    from coverage_lib.linkage.review_queue import Waiting
    from coverage_lib.present.pair_sheet import FieldLine, PairSheet
    from coverage_lib.present.words import Words

BACK, QUIT, REMARK = "back", "quit", "remark"
#: What an answer may be: its whole word in either language, or its key.
ANSWERS = {
    "same": ("s", "same", "sama"),
    "different": ("d", "different", "beda", "berbeda"),
    "unsure": ("u", "unsure", "ragu"),
    BACK: ("b", "back", "kembali"),
    QUIT: ("q", "quit", "selesai"),
}
_KEYS = {"s": "same", "d": "different", "u": "unsure", "b": BACK, "q": QUIT, "m": REMARK}
_END_OF_INPUT, _CHUNK = b"\x04", 64
_SEQUENCE = re.compile(r"\x1b(\[[0-9;]*[A-Za-z~]|O[A-Za-z])?")  # what arrow and function keys send


@dataclass(frozen=True)
class Screen:
    """Where pairs are drawn, and with which words. `village_name` gives the name of a code."""

    console: Console
    words: Words
    village_name: Callable[[str], str]

    @contextmanager
    def own_page(self) -> Iterator[None]:
        """The terminal's second page, so that no person stays in what can be scrolled back to."""
        with self.console.screen(hide_cursor=False):
            yield

    def draw(self, shown: Waiting, desk: ReviewDesk, told: str) -> None:
        """Show one pair in place of what was there; `told` is the line about the last decision."""
        from rich.text import Text

        from coverage_lib.present.pair_sheet import pair_sheet

        say = self.words.say
        sheet = pair_sheet(shown, self.words, self.village_name)
        progress = say("review.progress", place=str(desk.place()), left=str(desk.left()))
        self.console.clear()
        for line in _page(sheet, say("review.title"), progress, self.words):
            self.console.print(line)
        if told:
            self.console.print(Text(told, style="bold"))
        keys = "   ".join(
            f"[{key}] {say(f'review.choice.{answer}')}" for key, answer in _KEYS.items()
        )
        self.console.print(Text(keys, style="reverse"))


class Keys:
    """Single keys of a terminal. What is typed while a page is drawn is not lost, and no letter of an
    arrow key's sequence is taken for an answer.
    """

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._typed = ""

    @contextmanager
    def one_by_one(self) -> Iterator[None]:
        """Keys are read as they are pressed while the block runs; the terminal is then as it was."""
        before = termios.tcgetattr(self._terminal)
        tty.setcbreak(self._terminal, termios.TCSADRAIN)
        try:
            yield
        finally:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, before)

    @contextmanager
    def by_line(self) -> Iterator[None]:
        """As a terminal usually is, to type a remark; within `one_by_one` only."""
        now = termios.tcgetattr(self._terminal)
        usual = [*now[:3], now[3] | termios.ECHO | termios.ICANON, *now[4:]]
        termios.tcsetattr(self._terminal, termios.TCSADRAIN, usual)
        try:
            yield
        finally:
            termios.tcsetattr(self._terminal, termios.TCSADRAIN, now)

    def answer(self, words: Words) -> tuple[str, str]:
        """The answer of the next key that means one, and the remark that was typed before it, if any."""
        remark = ""
        while True:
            try:
                answer = _KEYS.get(self._next().lower())
                if answer == REMARK:
                    with self.by_line():
                        remark = typer.prompt(
                            words.say("review.choice.remark"), default="", show_default=False
                        )
                elif answer is not None:
                    return answer, remark
            except (KeyboardInterrupt, EOFError, typer.Abort):
                return QUIT, ""

    def _next(self) -> str:
        """Raises EOFError where the terminal is gone."""
        while not self._typed:
            read = os.read(self._terminal, _CHUNK)
            if not read or _END_OF_INPUT in read:
                raise EOFError
            self._typed = _SEQUENCE.sub("", read.decode(errors="replace"))
        first, self._typed = self._typed[0], self._typed[1:]
        return first


@dataclass(frozen=True)
class Line:
    """One line of answers: what is said, of which pair (the beginning of its key; empty: the next in the
    queue), and a remark.
    """

    number: int
    pair: str
    answer: str
    remark: str


def read_answers(lines: Iterator[str]) -> Iterator[Line]:
    """`[PAIR] ANSWER [REMARK…]` a line; blank lines and those that begin with # say nothing.

    Raises UsageError that names the line, and repeats nothing of it, where it is no answer.
    """
    meant = {spelling: answer for answer, spellings in ANSWERS.items() for spelling in spellings}
    for number, text in enumerate(lines, start=1):
        words = text.split()
        if not words or words[0].startswith("#"):
            continue
        pair = ""
        if words[0].lower() not in meant and len(words) > 1:
            pair, *words = words
        answer = meant.get(words[0].lower())
        if answer is None or (pair and answer in (BACK, QUIT)):
            raise UsageError(
                f"answers, line {number}: same, different, unsure, back or quit was expected, with the "
                "key of a pair before it and a remark behind it if need be."
            )
        yield Line(number, pair.lower(), answer, " ".join(words[1:]))


def is_for_people() -> bool:
    """Whether somebody sits at both ends: keys are read and persons shown only then."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _page(sheet: PairSheet, title: str, progress: str, words: Words) -> Iterator[RenderableType]:
    from rich.text import Text

    yield Text.assemble((title, "bold"), f"   {progress}")
    yield Text(sheet.row_of, style="dim")
    yield _comparison(sheet.lines, words)
    yield Text(sheet.why)
    if sheet.weight:
        yield Text(sheet.weight, style="dim")
    if sheet.others:
        yield Text(f"{words.say('review.others')}:")
        for other in sheet.others:
            yield Text(f"  {other}")
    for decided in sheet.decided:
        yield Text(f"! {decided}")
    if sheet.conflict:
        yield Text(f"! {sheet.conflict}", style="bold")
    yield Text()


def _comparison(lines: tuple[FieldLine, ...], words: Words) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, expand=False)
    for title in ("", "", words.say("review.roster"), words.say("review.register"), ""):
        table.add_column(title, overflow="fold")
    for line in lines:
        style = "" if line.sign == "=" else "bold"
        member = f"{line.member}\n{line.marks}" if line.marks else line.member
        table.add_row(
            Text(line.sign, style="bold"), Text(line.title), Text(line.row, style=style),
            Text(member, style=style), Text(line.said),
        )  # fmt: skip
    return table
