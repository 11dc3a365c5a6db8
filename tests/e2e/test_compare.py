"""``ironquant compare`` as a user meets it: two readers of three phantoms, and a table of older results."""

import csv
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import nibabel as nib
import numpy as np
import pytest
from scipy.spatial.distance import directed_hausdorff

from ironquant.resources import resource_path

sys.path.insert(0, str(Path(__file__).parent))
from commands import NO_OBJECTS, run

CASES = ("mild", "moderate", "severe")
SITES = {"heart": "septum", "liver": "parenchyma"}


@pytest.fixture(scope="module")
def readers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three phantoms; A accepts the proposals, B moves every region by one pixel."""
    root = tmp_path_factory.mktemp("compare")
    for case in CASES:
        sizes = ("--heart-slices", 1, "--liver-slices", 1)
        made = run("phantom", root / "images" / case, "--case", case, "--seed", 1, *sizes, cwd=root)
        assert made.returncode == 0, made.stderr
    assert run("analyze", root / "images", "--out", root / "A", *NO_OBJECTS, cwd=root).returncode == 0
    for entry in results(root, "A").values():
        case = entry["patient"].removeprefix("IQ-").lower()
        options = [*NO_OBJECTS]
        for organ, site in SITES.items():
            image = nib.load(entry[organ]["folder"] / "regions" / f"{organ}_{site}.nii.gz")
            moved = np.roll(np.asarray(image.dataobj), 1, axis=0)
            nib.save(nib.Nifti1Image(moved, image.affine), root / f"{organ}_{case}.nii.gz")
            options += ["--region", f"{organ}={root / f'{organ}_{case}.nii.gz'}"]
        done = run("analyze", root / "images" / case, "--out", root / "B", *options, cwd=root)
        assert done.returncode == 0, done.stderr
    return root


def document(out: Path) -> dict:
    """Return agreement.json, checked against the shipped schema."""
    content = json.loads((out / "agreement.json").read_text(encoding="utf-8"))
    schema = json.loads(resource_path("schemas", "agreement-1.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)
    return content


def results(root: Path, reader: str) -> dict[str, dict[str, dict]]:
    """Return the results by study UID and organ, read without our own code."""
    found = {}
    for path in (root / reader).glob("*/analysis.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        organs = {entry["organ"]: {**entry["result"], "folder": path.parent} for entry in content["organs"]}
        found[content["study"]["instance_uid"]] = {"patient": content["patient"]["id"], **organs}
        found[content["study"]["instance_uid"]]["date"] = content["study"]["date"]
    return found


def pdf_text(path: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True
    ).stdout


def pages_and_fonts(path: Path) -> None:
    """Every page is A4 and every font is embedded."""
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, text=True, check=True).stdout
    rows = fonts.splitlines()[2:]
    assert rows
    assert all("IronQuantSans" in row and row.split()[-5] == "yes" for row in rows), fonts
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Page size:\s+595\.\d+ x 841\.\d+", info)


@pytest.fixture(scope="module")
def compared(readers: Path) -> tuple[subprocess.CompletedProcess[str], Path]:
    """Compare both readers once."""
    out = readers / "out"
    return run("compare", readers / "A", readers / "B", "--out", out, cwd=readers), out


def test_two_readers(compared: tuple, readers: Path) -> None:
    finished, out = compared
    assert finished.returncode == 0, finished.stderr
    assert "heart" in finished.stdout
    assert "agreement.pdf" in finished.stdout
    content = document(out)
    (pair,) = content["pairs"]
    assert (pair["n_matched"], pair["matched_by"], pair["unmatched"]) == (3, {"study_uid": 3}, [])
    a, b = results(readers, "A"), results(readers, "B")
    for entry in pair["organs"]:
        organ = entry["organ"]
        differences = [a[uid][organ]["t2star_ms"]["value"] - b[uid][organ]["t2star_ms"]["value"] for uid in a]
        t2star = next(q for q in entry["quantities"] if q["quantity"] == "t2star_ms")
        assert t2star["difference"]["bias"]["value"] == pytest.approx(np.mean(differences))
        assert t2star["difference"]["sd"] == pytest.approx(np.std(differences, ddof=1))
        assert any(abs(difference) > 0 for difference in differences)
        assert entry["grades"]["n"] == 3
    assert {entry["organ"] for entry in pair["organs"]} == {"heart", "liver"}


def test_regions_of_the_stored_masks(compared: tuple, readers: Path) -> None:
    """Dice and Hausdorff distance recomputed from the NIfTI files of both readers."""
    content = document(compared[1])
    a, b = results(readers, "A"), results(readers, "B")
    for entry in content["pairs"][0]["organs"]:
        organ = entry["organ"]
        truth = []
        for uid in a:
            images = [
                nib.load(own[uid][organ]["folder"] / "regions" / f"{organ}_{SITES[organ]}.nii.gz")
                for own in (a, b)
            ]
            masks = [np.asarray(image.dataobj) != 0 for image in images]
            dice = 2 * (masks[0] & masks[1]).sum() / (masks[0].sum() + masks[1].sum())
            surfaces = [surface(mask, image.affine) for mask, image in zip(masks, images, strict=True)]
            distance = max(directed_hausdorff(*surfaces)[0], directed_hausdorff(*surfaces[::-1])[0])
            truth.append((float(dice), float(distance)))
        found = [(case["regions"]["dice"], case["regions"]["hausdorff_mm"]) for case in entry["cases"]]
        assert np.sort(found, axis=0) == pytest.approx(np.sort(truth, axis=0), rel=1e-5)
        assert all(0.3 < dice < 1 for dice, _ in found)


def surface(mask: np.ndarray, affine: np.ndarray) -> np.ndarray:
    """Surface of a NIfTI mask (column, row, slice) in RAS mm: a neighbour in the plane lies outside."""
    at = []
    for place in np.argwhere(mask):
        column, row, index = place
        beside = [(column - 1, row), (column + 1, row), (column, row - 1), (column, row + 1)]
        if not all(mask[x, y, index] for x, y in beside):
            at.append(place)
    return (np.column_stack([at, np.ones(len(at))]) @ affine.T)[:, :3]


def test_the_report_can_be_read(compared: tuple) -> None:
    _, out = compared
    pages_and_fonts(out / "agreement.pdf")
    words = pdf_text(out / "agreement.pdf")
    for part in ("Bland–Altman plot", "ICC(2,1)", "Kappa, quadratic weights", "Dice median", "+1.96 SD"):
        assert part in words
    assert words.count("not a certified medical device") == 3  # overview, heart, liver
    assert "Page 3 of 3" in words


def test_in_chinese_and_of_one_quantity(readers: Path) -> None:
    out = readers / "zh"
    options = ("--organ", "liver", "--quantity", "iron", "--lang", "zh")
    finished = run("compare", readers / "A", readers / "B", "--out", out, *options, cwd=readers)
    assert finished.returncode == 0, finished.stderr
    pages_and_fonts(out / "agreement.pdf")
    words = pdf_text(out / "agreement.pdf")
    for part in (
        "一致性报告",
        "肝脏：A 与 B",
        "偏倚",
        "分级",
        "not a certified medical device",
        "仅供科研参考",
    ):
        assert part in words
    assert "□" not in words
    assert "心脏" not in words
    assert [entry["organ"] for entry in document(out)["pairs"][0]["organs"]] == ["liver"]


def test_the_table_of_pairs(compared: tuple, readers: Path) -> None:
    with (compared[1] / "pairs.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 6
    for row in rows:
        first, second = float(row["t2star_ms_first"]), float(row["t2star_ms_second"])
        assert float(row["t2star_ms_difference"]) == pytest.approx(first - second, abs=1e-4)
        assert 0 < float(row["dice"]) < 1
        assert row["patient_id"]


@pytest.mark.parametrize(("columns", "intervals"), [("80", False), ("160", True)])
def test_the_table_fits_the_terminal(readers: Path, columns: str, intervals: bool) -> None:
    arguments = ("compare", readers / "A", readers / "B", "--out", readers / "wide")
    finished = run(*arguments, cwd=readers, COLUMNS=columns)
    table = [line for line in finished.stdout.splitlines() if "A − B" in line]
    assert len(table) == 2
    assert all(len(line) <= int(columns) for line in table)
    assert all(("[" in line) is intervals for line in table)
    assert all("T2* (ms)" in line for line in table)


def test_three_readers(readers: Path) -> None:
    out = readers / "three"
    finished = run("compare", *(readers / name for name in "ABA"), "--out", out, cwd=readers)
    assert finished.returncode == 0, finished.stderr
    content = document(out)
    assert len(content["pairs"]) == 3
    group = {(entry["organ"], entry["quantity"]): entry for entry in content["group"]}
    assert group["heart", "t2star_ms"]["icc"]["k"] == 3
    assert group["heart", "t2star_ms"]["icc"]["icc"]["value"] > 0.9
    assert "A, B, C" in finished.stdout


def test_against_older_results(readers: Path) -> None:
    """A centre's table in GB18030 with bounds, grades, a stranger and a repeated reading."""
    lines = ["病历号;检查日期;心肌T2*（ms）;肝脏T2*（ms）;心脏分级"]
    words = {"normal": "正常", "mild": "轻度", "moderate": "中度", "severe": "重度"}
    for entry in results(readers, "A").values():
        heart, liver = (entry[organ]["t2star_ms"]["value"] * 1.05 for organ in ("heart", "liver"))
        date = entry["date"].replace("-", "/")
        grade = words[entry["heart"]["grade"]["code"]]
        lines.append(f"{entry['patient']};{date};{heart:.3f};{liver:.3f};{grade}".replace(".", ","))
    lines += [lines[-1], "无此人;2024/1/1;<1,2;>20;重度"]
    table = readers / "既往结果.csv"
    table.write_bytes("\n".join(lines).encode("gb18030"))
    out = readers / "reference"
    finished = run("compare", "--reference", table, readers / "A", "--out", out, cwd=readers)
    assert finished.returncode == 0, finished.stderr
    assert "legacy_averaged" in finished.stdout
    (pair,) = document(out)["pairs"]
    assert pair["matched_by"] == {"patient_date": 3}
    assert [entry["reason"] for entry in pair["unmatched"]] == ["unmatched_absent"]
    for organ in pair["organs"]:
        t2star = organ["quantities"][0]
        assert t2star["ratio"]["bias"]["value"] == pytest.approx(1 / 1.05, rel=1e-3)
        assert organ["cases"][0]["regions"] is None
    heart = pair["organs"][0]["grades"]
    assert heart["n"] == sum(heart["counts"][k][k] for k in range(len(heart["categories"]))) == 3
    pages_and_fonts(out / "agreement.pdf")
    assert "既往结果.csv" in pdf_text(out / "agreement.pdf")
    repeats = run("compare", "--reference", table, readers / "A", "--repeats", "--out", out, cwd=readers)
    assert repeats.returncode == 0
    assert [entry["name"] for entry in document(out)["sources"]][1:] == ["既往结果.csv #1", "既往结果.csv #2"]


def test_one_examination_is_compared_but_not_counted(readers: Path) -> None:
    (one, *_) = sorted((readers / "A").glob("*/analysis.json"))
    other = readers / "B" / one.parent.name
    finished = run("compare", one, other, "--out", readers / "one", cwd=readers)
    assert finished.returncode == 0, finished.stderr
    assert "compare_few_pairs" in finished.stdout
    organ = document(readers / "one")["pairs"][0]["organs"][0]
    assert organ["quantities"][0]["difference"] is None
    assert organ["cases"][0]["regions"]["dice"] > 0


def test_failures_are_one_line(readers: Path) -> None:
    def said(*arguments: object) -> tuple[int, str]:
        finished = run("compare", *arguments, "--out", readers / "fail", cwd=readers)
        assert "Traceback" not in finished.stderr
        assert not (readers / "fail" / "agreement.json").exists()
        return finished.returncode, finished.stderr

    code, words = said(readers / "A")
    assert (code, "compare_one_source" in words) == (3, True)
    code, words = said(readers / "A", readers / "absent")
    assert (code, "path_missing" in words) == (3, True)
    code, words = said(readers / "A", readers / "images")
    assert (code, "no_results" in words) == (3, True)
    code, words = said(readers / "A", readers / "B", "--quantity", "t1")
    assert (code, "option_invalid" in words) == (2, True)
    code, words = said(readers / "A", readers / "B", "--organ", "brain")
    assert (code, "organ_unknown" in words) == (2, True)
    table = readers / "wrong.csv"
    table.write_text("ID,Heart T2* (ms)\n7,twelve\n", encoding="utf-8")
    code, words = said(readers / "A", "--reference", table)
    assert code == 3
    for part in ("wrong.csv", "row 2", "Heart T2* (ms)", "twelve"):
        assert part in words


def test_damaged_results_and_masks(readers: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(readers / "B", tmp_path / "B")
    first, second, _ = sorted((tmp_path / "B").iterdir())
    (first / "analysis.json").write_text('{"schema": "other"}', encoding="utf-8")
    mask = second / "regions" / "heart_septum.nii.gz"
    mask.write_bytes(gzip.compress(b"no mask"))
    finished = run("compare", readers / "A", tmp_path / "B", "--out", tmp_path / "out", cwd=tmp_path)
    assert finished.returncode == 0, finished.stderr
    codes = [finding["code"] for finding in document(tmp_path / "out")["findings"]]
    assert "results_unreadable" in codes
    assert "compare_regions" in codes
    (pair,) = document(tmp_path / "out")["pairs"]
    assert (pair["n_matched"], [entry["reason"] for entry in pair["unmatched"]]) == (2, ["unmatched_absent"])
