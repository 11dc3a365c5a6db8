"""The library of this computer: records come back whole, two windows write at once, damage loses nothing."""

import datetime as dt
import multiprocessing
import sqlite3
import stat
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint, EntryPoints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ironquant.core import (
    IronValue,
    Library,
    LibraryError,
    Organ,
    OrganRecord,
    Patient,
    PriorExamination,
    SettingsError,
    StoredCurve,
    Value,
)
from ironquant.iron import library_name, load_settings
from ironquant.library import SqliteLibrary, local_file, open_library, opening
from ironquant.library.document import PriorDocument, prior_of, to_prior_document

CURVE = StoredCurve((1.1, 2.2, 3.3), (300.0, 200.1, 100.2), (3.0, 2.0, 1.0), 40, 2.5, 4, (1, 2, 3), 90.0)
RECORD = PriorExamination(
    uid="1.2.3",
    patient=Patient(id="P1", sex="F", birth_date=dt.date(2010, 5, 5)),
    date=dt.date(2021, 6, 1),
    organs=(
        OrganRecord(
            Organ.HEART, "septum", "truncation", "roi-mean", Value(0.1 + 0.2), None, 1.494, CURVE, True, 0.995
        ),
        OrganRecord(
            Organ.LIVER,
            "parenchyma",
            "",
            "roi-mean",
            Value(0.9, "upper"),
            IronValue("", Value(25.0, "lower"), False),
            None,
        ),
    ),
    time="101500.5",
    manufacturer="SIEMENS",
    scanner="Avanto",
    told_method="CMRtools",
    remark="旧报告",
)


@pytest.fixture
def library(tmp_path):
    return SqliteLibrary(tmp_path / "home" / "library.sqlite")


def test_a_record_comes_back_whole(library):
    library.add(RECORD)
    assert SqliteLibrary(library.path).priors("P1") == (RECORD,)
    assert isinstance(library, Library)


@given(
    st.floats(1e-3, 1e3),
    st.sampled_from(["none", "lower", "upper"]),
    st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)),
    st.text(max_size=8),
)
def test_a_document_is_exact(number, bound, date, words):
    sound = words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    organ = replace(RECORD.organs[0], t2star_ms=Value(number, bound, (number, number)))
    record = replace(RECORD, organs=(organ,), date=date, remark=sound)
    text = to_prior_document(record).model_dump_json(by_alias=True)
    assert prior_of(PriorDocument.model_validate_json(text)) == record


def test_the_same_examination_replaces_its_former_record(library):
    library.add(RECORD)
    library.add(replace(RECORD, remark="again"))
    library.add(replace(RECORD, uid="1.2.4", date=dt.date(2020, 1, 1)))
    assert [record.remark for record in library.priors("P1")] == ["旧报告", "again"]


def test_other_patients_and_empty_ids_are_not_found(library):
    library.add(RECORD)
    library.add(replace(RECORD, uid="2", patient=Patient(id="  ")))
    assert library.priors("P2") == ()
    assert library.priors("") == library.priors(" ") == ()
    assert [record.uid for record in library.priors(" P1 ")] == ["1.2.3"]


def test_a_record_is_removed(library):
    library.add(RECORD)
    library.remove(RECORD.uid)
    library.remove("never there")
    assert library.priors("P1") == ()


def test_asking_makes_no_file(library):
    assert library.priors("P1") == ()
    assert not library.path.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
def test_only_the_user_may_read_it(library):
    library.add(RECORD)
    assert stat.S_IMODE(library.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(library.path.parent.stat().st_mode) == 0o700


def test_no_name_is_kept(library):
    library.add(replace(RECORD, patient=replace(RECORD.patient, name="Secret^Name")))
    assert library.priors("P1")[0].patient.name == ""
    held = b"".join(path.read_bytes() for path in library.path.parent.iterdir())
    assert b"Secret" not in held


def _write(path, first, count):
    library = SqliteLibrary(path)
    for number in range(first, first + count):
        library.add(replace(RECORD, uid=f"1.2.{number}"))


def test_two_windows_write_at_once(library):
    """Both begin the file at the same time; nothing of either is lost."""
    context, count = multiprocessing.get_context("spawn"), 40
    windows = [context.Process(target=_write, args=(library.path, k * count, count)) for k in range(3)]
    for window in windows:
        window.start()
    for window in windows:
        window.join(120)
        assert window.exitcode == 0
    assert {record.uid for record in library.priors("P1")} == {f"1.2.{k}" for k in range(3 * count)}


@pytest.mark.parametrize("harm", ["no database", "pages", "cut"])
def test_a_damaged_file_is_told_and_kept_aside(library, harm):
    for number in range(300):
        library.add(replace(RECORD, uid=f"1.2.{number}"))
    data = library.path.read_bytes()
    damaged = {
        "no database": b"\x00garbage" * 4000,
        "pages": data[:4096] + b"\xa5" * (len(data) - 4096),
        "cut": data[: len(data) // 2],
    }[harm]
    library.path.write_bytes(damaged)
    with pytest.raises(LibraryError) as raised:
        library.add(replace(RECORD, uid="new"))
    finding = raised.value.finding
    assert finding.code == "library_damaged"
    assert (library.path.parent / finding.params["kept"]).read_bytes() == damaged
    assert [record.uid for record in library.priors("P1")] == ["new"]
    library.add(RECORD)
    assert len(library.priors("P1")) == 2


def test_damage_is_found_when_asking_too(library):
    library.add(RECORD)
    library.path.write_bytes(b"not a database at all, but long enough to be looked at " * 100)
    with pytest.raises(LibraryError, match="library_damaged"):
        library.priors("P1")
    assert library.priors("P1") == ()
    assert len(list(library.path.parent.glob("library-damaged-*.sqlite"))) == 1


def test_a_later_version_is_left_alone(library):
    library.add(RECORD)
    with sqlite3.connect(library.path) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()
    for call in (lambda: library.priors("P1"), lambda: library.add(RECORD), lambda: library.remove("1")):
        with pytest.raises(LibraryError, match="library_newer"):
            call()
    assert [path.name for path in library.path.parent.iterdir()] == ["library.sqlite"]


def test_a_record_of_a_later_version_is_left_out(library):
    library.add(RECORD)
    library.add(replace(RECORD, uid="later"))
    with sqlite3.connect(library.path) as connection:
        connection.execute(
            "UPDATE examination SET document = replace(document, 'ironquant.prior/1', 'ironquant.prior/2') "
            "WHERE uid = 'later'"
        )
    connection.close()
    assert library.priors("P1") == (RECORD,)


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(LibraryError, match="library_unavailable"):
        SqliteLibrary(tmp_path / "file" / "library.sqlite").add(RECORD)


# --- which library --------------------------------------------------------------------------------
class Shared:
    """A library that a centre might bring."""

    def priors(self, patient_id):
        return (RECORD,)

    def add(self, examination):
        pass

    def remove(self, uid):
        pass


def broken():
    raise RuntimeError("P1 Secret^Name")


def test_our_own_library_by_default(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    found = open_library()
    assert isinstance(found, SqliteLibrary)
    assert found.path == local_file()


def test_a_library_of_another_package(monkeypatch, caplog):
    here = __name__
    points = EntryPoints(
        EntryPoint(name, f"{here}:{value}", opening.GROUP)
        for name, value in (("centre", "Shared"), ("broken", "broken"), ("other", "dict"))
    )
    module = sys.modules[here]
    monkeypatch.setattr(module, "dict", dict, raising=False)
    monkeypatch.setattr(opening, "entry_points", lambda group: points)
    assert opening.library_names() == ("broken", "centre", "other")
    assert open_library("centre").priors("P1") == (RECORD,)
    for name in ("broken", "other"):
        with pytest.raises(LibraryError, match="library_failed"):
            open_library(name)
    assert "Secret" not in caplog.text
    with pytest.raises(SettingsError, match="library_unknown"):
        open_library("elsewhere")


def test_the_settings_of_the_computer_name_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert library_name() == ""
    file = tmp_path / "mine.toml"
    file.write_text('library = "centre"\n', encoding="utf-8")
    assert library_name(file) == "centre"
    assert load_settings(file=file).sha256 == load_settings().sha256
    file.write_text("library = 3\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="settings_invalid"):
        library_name(file)
