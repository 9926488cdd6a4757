"""How a pack gets on: a bar on a terminal, few lines elsewhere, both on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import typer

if TYPE_CHECKING:
    from rich.progress import Progress

    from coverage_lib.release.making import Outcome
    from coverage_lib.release.pack import Event, Planned

#: Without a terminal every briefing of so small a pack has its line; of a larger one each tenth has.
SHOWN_ONE_BY_ONE = 20
#: Failures that are printed; the log of the run has all.
SHOWN_FAILURES = 10


class PackProgress:
    """Takes the events of a pack. Ends with the block, or earlier by `stop`."""

    def __init__(self, verb: str) -> None:
        self._verb = verb
        self._total = self._done = self._failed = self._aside = 0
        self._bar = _bar() if sys.stderr.isatty() else None
        self._task = (
            None
            if self._bar is None
            else self._bar.add_task(verb, failures="", rate="", total=None)
        )

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the bar away; without one, and a second time, nothing happens."""
        if self._bar is not None:
            self._bar.stop()

    def kept(self) -> str:
        """What a run that is stopped here leaves to the next one."""
        made = self._aside + self._done - self._failed
        return f"{made} of {self._aside + self._total} are kept aside"

    def note(self, event: Event) -> None:
        """Show what came of a briefing; the plan comes first."""
        from coverage_lib.release.pack import Planned

        if isinstance(event, Planned):
            self._note_plan(event)
        else:
            self._note_outcome(event)

    def _note_plan(self, plan: Planned) -> None:
        self._total, self._aside = plan.to_make, plan.aside
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, total=plan.to_make)
        if plan.up_to_date or plan.aside:
            self._say(
                f"{plan.to_make} to make, {plan.up_to_date} up to date, {plan.aside} made by an "
                "earlier run"
            )
        elif plan.to_make > SHOWN_ONE_BY_ONE:
            self._say(f"{plan.to_make} to make")

    def _note_outcome(self, outcome: Outcome) -> None:
        self._done += 1
        if outcome.error is not None:
            self._failed += 1
            if self._failed <= SHOWN_FAILURES:
                self._say(f"failed: {outcome.error}")
            elif self._failed == SHOWN_FAILURES + 1:
                self._say("failed: more of them, which the log of the run names")
        if self._bar is not None and self._task is not None:
            failures = f"[red]{self._failed} failed[/]" if self._failed else ""
            self._bar.update(self._task, advance=1, failures=failures)
            speed = self._bar.tasks[self._task].speed
            self._bar.update(self._task, rate=f"{60 * speed:.0f}/min" if speed else "")
        elif self._total <= SHOWN_ONE_BY_ONE:
            if outcome.error is None:
                self._say(outcome.name)
        elif self._done * 10 // self._total > (self._done - 1) * 10 // self._total:
            failures = f", {self._failed} failed" if self._failed else ""
            self._say(f"{self._done} of {self._total}{failures}")

    def _say(self, text: str) -> None:
        line = f"{self._verb}: {text}"
        if self._bar is not None:
            self._bar.console.print(line, markup=False, highlight=False)
        else:
            typer.echo(line, err=True)


def times_table(seconds: Iterable[tuple[str, float]]) -> str:
    """Steps with their seconds in all, on average, and as a share; in the order of the steps."""
    spent: dict[str, list[float]] = {}
    for step, taken in seconds:
        spent.setdefault(step, []).append(taken)
    whole = sum(map(sum, spent.values()))
    lines = [f"{'step':14}{'seconds':>10}{'each':>10}{'share':>8}"]
    lines += [
        f"{step:14}{sum(taken):>10.2f}{sum(taken) / len(taken):>10.3f}"
        f"{100 * sum(taken) / whole if whole else 0:>7.0f}%"
        for step, taken in spent.items()
    ]
    return "\n".join(lines)


def _bar() -> Progress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[failures]}"),
        console=Console(stderr=True),
        transient=True,
    )
