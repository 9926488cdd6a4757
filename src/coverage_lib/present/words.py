"""Every sentence, label and title, as templates in two languages.

A key that is not there, or a placeholder without a value, is an error at once: an
official page never shows half a sentence. Templates live in words/id and words/en, one file
a subject; both hold the same keys with the same placeholders (a test compares them). Values are put
in as plain text; nothing in a value is read as a template or as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from string import Formatter

from coverage_lib.errors import UsageError
from coverage_lib.present.traced import concatenated, joined_text
from coverage_lib.yaml_reading import read_yaml

LANGUAGES = ("id", "en")


@dataclass(frozen=True)
class Words:
    """The templates of one language, by dotted key such as `summary.coverage.falling`."""

    language: str
    templates: Mapping[str, str] = field(repr=False)

    def __contains__(self, key: object) -> bool:
        return key in self.templates

    def template(self, key: str) -> str:
        """The text of a key before anything is put in. Raises LookupError where unknown."""
        try:
            return self.templates[key]
        except KeyError:
            raise LookupError(
                f"words/{self.language} has no text {key!r}; add it in both languages."
            ) from None

    def say(self, key: str, /, **values: str) -> str:
        """The sentence of a key with its placeholders filled.

        Raises LookupError where the key or a value is missing; values that a variant does
        not use are allowed, because variants of one sentence need not say the same.
        """
        template = self.template(key)
        return self.fill(template, key, values)

    def fill(self, template: str, key: str, values: Mapping[str, str]) -> str:
        """A template, or a piece of one, with its placeholders filled; figures keep their ids."""
        parts: list[str] = []
        for literal, name, _, _ in Formatter().parse(template):
            parts.append(literal)
            if name is None:
                continue
            if name not in values:
                raise LookupError(f"words/{self.language}, text {key!r}: no value for {{{name}}}.")
            parts.append(values[name])
        return concatenated(parts)

    def counted(self, key: str, number: int, /, **values: str) -> str:
        """The variant `.zero`, `.one` or `.many` of a key, by a number."""
        variant = {0: "zero", 1: "one"}.get(number, "many")
        return self.say(f"{key}.{variant}", **values)

    def listing(self, items: tuple[str, ...]) -> str:
        """Items as running text: `a`, `a dan b`, `a, b, dan c`; empty text for none."""
        if len(items) < 3:
            return (
                self.say("list.two", first=items[0], last=items[1])
                if len(items) == 2
                else concatenated(items)
            )
        return self.say("list.many", first=joined_text(", ", items[:-1]), last=items[-1])


def placeholders(template: str) -> frozenset[str]:
    """The names in curly brackets of a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name is not None)


@cache
def words(language: str) -> Words:
    """The texts of a language. Raises UsageError for a language that is not there."""
    if language not in LANGUAGES:
        raise UsageError(
            f"language {language!r} is not known: {' or '.join(LANGUAGES)} was expected."
        )
    folder = resources.files("coverage_lib.present") / "words" / language
    templates: dict[str, str] = {}
    for source in sorted(folder.iterdir(), key=lambda one: one.name):
        for key, template in _flatten("", read_yaml(source.read_text(encoding="utf-8"))):
            if key in templates:
                raise LookupError(f"words/{language}/{source.name} has {key!r} a second time.")
            templates[key] = template
    return Words(language, templates)


def _flatten(prefix: str, node: object) -> list[tuple[str, str]]:
    if isinstance(node, str):
        return [(prefix, node)]
    if not isinstance(node, dict):
        raise LookupError(
            f"words: {prefix!r} is neither a text nor a group of texts; put it in quotes."
        )
    flat: list[tuple[str, str]] = []
    for key, below in node.items():
        if not isinstance(key, str):
            raise LookupError(
                f"words: the key {key!r} below {prefix!r} is not a text; put it in quotes."
            )
        flat.extend(_flatten(f"{prefix}.{key}" if prefix else key, below))
    return flat
