"""What a notebook may import from the library."""

from __future__ import annotations

import pytest

import coverage_lib


@pytest.mark.parametrize("name", coverage_lib.__all__)
def test_every_public_name_can_be_had_and_explains_itself(name: str) -> None:
    found = getattr(coverage_lib, name)
    assert found.__doc__
    assert name in ("read_measures", "review_roster") or found.__all__


def test_names_are_sorted_and_there_is_one_of_each() -> None:
    assert coverage_lib.__all__ == sorted(set(coverage_lib.__all__))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="coverages"):
        coverage_lib.coverages  # noqa: B018  asking for it is the test
