"""States of a report, and amendments: what changed is told, the earlier file stays."""

from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader
from synthetic import SETTINGS, analysis, liver, organ_analysis, unmeasured

from ironquant.core import Organ, SettingsError
from ironquant.export import study_folder, to_document, write_results
from ironquant.export.issuing import changes_between, issue_of

BEFORE = analysis(organ_analysis(t2star_ms=16.8, iron=1.44, code="mild"), liver(), reader="A", reviewer="B")
AFTER = analysis(organ_analysis(), liver(), reader="A", reviewer="B")


def write(made, out, **more):
    return write_results(made, out, lang="en", settings=SETTINGS, **more)


def text_of(path):
    return " ".join(PdfReader(BytesIO(path.read_bytes())).pages[0].extract_text().split())


def test_an_amended_report_tells_what_and_why_and_the_earlier_one_stays(tmp_path):
    write(BEFORE, tmp_path, state="final")
    folder = tmp_path / study_folder(BEFORE.study)
    first, numbers = (folder / "report.pdf").read_bytes(), (folder / "analysis.json").read_bytes()
    write(AFTER, tmp_path, state="amended", reason="Region drawn anew.")
    assert (folder / "report_1.pdf").read_bytes() == first
    assert (folder / "analysis_1.json").read_bytes() == numbers
    text = text_of(folder / "report.pdf")
    for part in ("version 2", "Region drawn anew.", "Heart T2* 16.8 ms → 12.3 ms", "mild → moderate"):
        assert part in text, part
    write_results(BEFORE, tmp_path, lang="zh", settings=SETTINGS, state="amended", reason="Back again.")
    assert (folder / "report_1.pdf").read_bytes() == first
    assert (folder / "report_2.pdf").is_file()
    assert "分级 中度 → 轻度" in text_of(folder / "report.pdf")
    assert "第 3 版" in text_of(folder / "report.pdf")


def test_only_what_is_printed_otherwise_has_changed():
    before, after = to_document(BEFORE), to_document(AFTER)
    assert changes_between(before, before) == ()
    changes = {
        (entry.organ, entry.quantity): (entry.before, entry.after) for entry in changes_between(before, after)
    }
    assert changes == {
        ("heart", "t2star_ms"): ("16.8 ms", "12.3 ms"),
        ("heart", "iron_mg_per_g"): ("1.44 mg/g", "2.10 mg/g"),
        ("heart", "grade"): ("mild", "moderate"),
    }
    gone = to_document(analysis(unmeasured(), liver()))
    lost = [entry for entry in changes_between(after, gone) if entry.after == ""]
    assert [(entry.organ, entry.before) for entry in lost] == [
        ("heart", "12.3 ms"), ("heart", "2.10 mg/g"), ("heart", "moderate"),
    ]  # fmt: skip
    umol = changes_between(before, after, "umol/g")
    assert [entry.after for entry in umol if entry.quantity == "iron_mg_per_g"] == ["37.6 µmol/g"]


@pytest.mark.parametrize(
    ("made", "state", "reason", "code"),
    [
        (AFTER, "amended", " ", "amendment_reason_missing"),
        (AFTER, "amended", "why", "amendment_of_nothing"),
        (replace(AFTER, reviewer=""), "final", "", "final_without_names"),
        (replace(AFTER, reviewer="A"), "draft", "", "reviewer_is_reader"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_written(made, state, reason, code, tmp_path):
    with pytest.raises(SettingsError) as caught:
        write(made, tmp_path, state=state, reason=reason)
    assert caught.value.finding.code == code
    assert list(tmp_path.iterdir()) == []


def test_a_draft_may_be_without_names(tmp_path):
    issue = issue_of(analysis(unmeasured(Organ.LIVER)), tmp_path)
    assert (issue.state, issue.signed, issue.amendment) == ("draft", (), None)
