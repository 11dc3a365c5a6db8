"""Packages that load their names when they are first used."""

from importlib import import_module

import pytest


@pytest.mark.parametrize("room", ["batch", "case", "export", "signing"])
def test_every_name_that_a_room_promises_is_there_and_no_other(room):
    package = import_module(f"ironquant.{room}")
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError, match="'nothing_of_the_kind'"):
        package.__getattr__("nothing_of_the_kind")
