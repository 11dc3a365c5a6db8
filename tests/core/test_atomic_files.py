"""Writing in one step: whole or not at all."""

from pathlib import Path

import pytest

from ironquant.core import OutputError, remove_folder, write_atomic, write_bytes_atomic


def test_writes_into_a_new_folder(tmp_path):
    path = tmp_path / "a" / "b" / "c.nii.gz"
    assert write_bytes_atomic(path, b"new") == path
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["c.nii.gz"]


def test_the_temporary_name_keeps_the_ending(tmp_path):
    seen = []

    def write(temporary):
        seen.append(temporary)
        temporary.write_bytes(b"x")

    write_atomic(tmp_path / "map.nii.gz", write)
    assert seen[0].name.endswith(".nii.gz")
    assert seen[0].parent == tmp_path


def test_a_failure_leaves_the_old_file(tmp_path):
    path = write_bytes_atomic(tmp_path / "report.pdf", b"old")

    def fail(temporary):
        temporary.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError) as caught:
        write_atomic(path, fail)
    assert caught.value.finding.code == "output_not_written"
    assert caught.value.finding.params["file"] == str(path)
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["report.pdf"]


def test_an_error_of_the_writer_passes_and_leaves_nothing(tmp_path):
    def fail(temporary):
        temporary.write_bytes(b"half")
        raise KeyError("inner")

    with pytest.raises(KeyError):
        write_atomic(tmp_path / "x.json", fail)
    assert list(tmp_path.iterdir()) == []


def test_target_in_a_file_instead_of_a_folder(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError):
        write_bytes_atomic(tmp_path / "file" / "x.json", b"1")


@pytest.mark.parametrize("failures", [2, 99])
def test_sharing_violations_are_waited_out(tmp_path, monkeypatch, failures):
    """Windows: a viewer holds the target for a moment, or for good."""
    real, calls = Path.replace, []

    def replace(self, target):
        calls.append(target)
        if len(calls) <= failures:
            raise PermissionError(13, "held")
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr("ironquant.core.files.time.sleep", lambda seconds: None)
    path = tmp_path / "x.json"
    if failures == 2:
        assert write_bytes_atomic(path, b"1").read_bytes() == b"1"
        assert len(calls) == 3
    else:
        with pytest.raises(OutputError):
            write_bytes_atomic(path, b"1")
        assert list(tmp_path.iterdir()) == []


def test_a_folder_goes_with_all_that_is_in_it_or_says_why_not(tmp_path, monkeypatch):
    folder = tmp_path / "a"
    (folder / "b").mkdir(parents=True)
    (folder / "b" / "c.txt").write_bytes(b"1")
    remove_folder(folder)
    assert not folder.exists()
    remove_folder(folder)

    def held(path):
        raise PermissionError(13, "held")

    monkeypatch.setattr("ironquant.core.files.shutil.rmtree", held)
    with pytest.raises(OutputError) as told:
        remove_folder(folder)
    assert (told.value.finding.params["file"], told.value.finding.params["reason"]) == (str(folder), "held")
