"""`ironquant deidentify` as a user meets it."""

import json
from pathlib import Path

from commands import run


def test_deidentify_and_read_again(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    order = ("deidentify", out / "DICOM", "--out", tmp_path / "copies", "--key", tmp_path / "key.json")
    dry = run(*order, "--dry-run", cwd=tmp_path)
    assert dry.returncode == 0, dry.stderr
    assert "nothing written" in dry.stdout
    assert not (tmp_path / "copies").exists()
    assert not (tmp_path / "key.json").exists()
    done = run(*order, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "1 patient(s)" in done.stdout
    (patient,) = json.loads((tmp_path / "key.json").read_text(encoding="utf-8"))["patients"]
    assert patient["pseudonym"] not in done.stdout + done.stderr
    told = json.loads(run("info", tmp_path / "copies", "--json", cwd=tmp_path).stdout)
    assert told["examinations"][0]["patient"]["id"] == patient["pseudonym"]


def test_deidentify_exit_codes(demo: tuple, tmp_path: Path) -> None:
    _, out = demo
    inside = run(
        "deidentify", out / "DICOM", "--out", tmp_path / "c", "--key", tmp_path / "c" / "k", cwd=tmp_path
    )
    assert (inside.returncode, "deid_key_inside" in inside.stderr) == (2, True)
    (tmp_path / "empty").mkdir()
    empty = run(
        "deidentify", tmp_path / "empty", "--out", tmp_path / "c", "--key", tmp_path / "k", cwd=tmp_path
    )
    assert (empty.returncode, "no_images" in empty.stderr) == (3, True)
    one = tmp_path / "some" / "cut.dcm"
    one.parent.mkdir()
    files = sorted((out / "DICOM").rglob("IM*"))
    (one.parent / "whole.dcm").write_bytes(files[0].read_bytes())
    one.write_bytes(files[1].read_bytes()[:600])
    some = run("deidentify", one.parent, "--out", tmp_path / "c", "--key", tmp_path / "k", cwd=tmp_path)
    assert (some.returncode, "cut.dcm" in some.stderr) == (4, True)
