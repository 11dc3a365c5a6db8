"""Tables that come out of a spreadsheet."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.batch import BatchOptions, run
from ironquant.batch.discover import source_of
from ironquant.batch.userfile import rows_of
from ironquant.core import InputError, SettingsError

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12).map(str.strip)


@given(st.lists(st.lists(WORDS, min_size=2, max_size=2), max_size=5), st.sampled_from("\t;,"))
def test_what_a_spreadsheet_writes_is_read(tmp_path_factory, rows, delimiter):
    path = tmp_path_factory.mktemp("t") / "t.csv"
    written = [["name", "note"], *rows]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(written)
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    assert rows_of(path) == [row for row in written if any(row)]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_list_of_places(tmp_path, mark):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    path = tmp_path / "list.csv"
    path.write_text(f"note{mark}Path\nfirst{mark}a\n\nsecond{mark} b \n")
    assert source_of(path).starts == (tmp_path / "a", tmp_path / "b")


@pytest.mark.parametrize("content", [b"", b"\n \n", "路径".encode("gbk")])
def test_what_is_no_list(tmp_path, content):
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as told:
        source_of(path)
    assert told.value.finding.code == "batch_list_unreadable"


def test_a_table_of_the_clinic_is_looked_at_before_anything_is_measured(tmp_path):
    (tmp_path / "in").mkdir()
    table = tmp_path / "clinic.csv"
    table.write_text("patient,ferritin\n1,2\n")
    with pytest.raises(SettingsError) as told:
        next(run(tmp_path / "in", tmp_path / "out", BatchOptions(clinical=table)))
    assert told.value.finding.code == "clinical_table"
    assert not (tmp_path / "out").exists()
