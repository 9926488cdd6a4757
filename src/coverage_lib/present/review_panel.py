"""The queue of uncertain pairs as widgets of a notebook: buttons that Tab, Enter and Space work.

What the panel shows lives in the kernel and the browser. The notebook file holds one sentence in its place:
no person is in its outputs, however it is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets
from markupsafe import Markup, escape

from coverage_lib.linkage.review_desk import ReviewDesk
from coverage_lib.linkage.reviews import DECISIONS
from coverage_lib.present.pair_sheet import FieldLine, PairSheet, kept_text, pair_sheet
from coverage_lib.present.words import Words

BACK = "back"
_WIDGET_MIME_TYPE = "application/vnd.jupyter.widget-view+json"
_STYLE = Markup(
    "<style>.cakupan-pair th{white-space:nowrap}.cakupan-pair th,.cakupan-pair td{text-align:start;vertical-align:top;padding:.2em .8em}"
    ".cakupan-pair .value{font-family:monospace;white-space:pre}</style>"
)


class ReviewPanel:
    """One pair with its buttons; a click keeps the decision and shows the next pair."""

    def __init__(self, desk: ReviewDesk, words: Words, village_name: Callable[[str], str]) -> None:
        self._desk = desk
        self._words = words
        self._village_name = village_name
        self._pair = ipywidgets.HTML()
        self._told = ipywidgets.HTML()
        self.remark = ipywidgets.Text(
            description=words.say("review.choice.remark"),
            placeholder=words.say("review.remark_label"),
            continuous_update=True,
        )
        self.buttons = {name: self._button(name) for name in (*DECISIONS, BACK)}
        self._box = ipywidgets.VBox(
            [self._told, self._pair, self.remark, ipywidgets.HBox(list(self.buttons.values()))]
        )
        self._show("")

    def decide(self, decision: str) -> None:
        """Keep a decision about the pair that is shown."""
        shown = self._desk.current()
        if shown is None:
            return
        taken = self._desk.decide(decision, self.remark.value, of=shown)
        self._show(kept_text(taken.review, taken.standing, self._words))

    def back(self) -> None:
        """Show the pair before once more."""
        self._desk.back()
        self._show("")

    def _button(self, name: str) -> ipywidgets.Button:
        button = ipywidgets.Button(
            description=self._words.say(f"review.choice.{name}"),
            tooltip=self._words.say(f"review.tip.{name}"),
        )
        button.on_click(lambda _: self.back() if name == BACK else self.decide(name))
        return button

    def _show(self, told: str) -> None:
        shown = self._desk.current()
        self.remark.value = ""
        for name, button in self.buttons.items():
            button.disabled = shown is None and name != BACK
        if shown is None:
            told = f"{told} {self._words.say('review.done')}".strip()
        self._told.value = Markup(
            '<p role="status" aria-live="polite"><strong>{}</strong></p>'
        ).format(told)
        if shown is None:
            self._pair.value = ""
            return
        progress = self._words.say(
            "review.progress", place=str(self._desk.place()),
            left=str(self._desk.left()),
        )  # fmt: skip
        sheet = pair_sheet(shown, self._words, self._village_name)
        self._pair.value = _html(sheet, progress, self._words)

    def _repr_mimebundle_(self, **_selection: object) -> dict[str, Any]:
        return {
            _WIDGET_MIME_TYPE: {
                "version_major": 2,
                "version_minor": 0,
                "model_id": self._box.model_id,
            },
            "text/plain": self._words.say("review.panel"),
        }


def _html(sheet: PairSheet, progress: str, words: Words) -> str:
    heads = ("", "", words.say("review.roster"), words.say("review.register"), "")
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(title) for title in heads)
    body = Markup("").join(_row(line) for line in sheet.lines)
    told = [sheet.why, sheet.weight, *sheet.decided, sheet.conflict]
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(text) for text in told if text)
    others = Markup("").join(Markup("<li>{}</li>").format(one) for one in sheet.others)
    listed = Markup("<p>{}:</p><ul>{}</ul>").format(words.say("review.others"), others)
    return str(
        _STYLE
        + Markup("<p><strong>{}</strong> {}<br>{}</p>").format(
            words.say("review.title"), progress, sheet.row_of
        )
        + Markup('<table class="cakupan-pair"><tr>{}</tr>{}</table>').format(head, body)
        + paragraphs
        + (listed if sheet.others else Markup(""))
    )


def _row(line: FieldLine) -> Markup:
    marks = Markup("<br>{}").format(line.marks) if line.marks else Markup("")
    return Markup(
        '<tr><td aria-hidden="true">{}</td><th scope="row">{}</th><td class="value">{}</td>'
        '<td class="value">{}{}</td><td>{}</td></tr>'
    ).format(line.sign, line.title, line.row, escape(line.member), marks, line.said)
