"""What proposals were worth, over many results."""

import csv
import json
from pathlib import Path

import pytest

from ironquant import analyze, propose
from ironquant.agreement import OUTCOMES, benefit, read_proposals, write_proposals
from ironquant.export import write_json


@pytest.fixture(scope="module")
def document(phantom_of, examination_of, tmp_path_factory):
    """The analysis.json of an untouched proposal."""
    examination = examination_of(phantom_of("demo"))
    path = tmp_path_factory.mktemp("one") / "analysis.json"
    write_json(analyze(examination, propose(examination), maps=False), path)
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.fixture
def results(document, tmp_path):
    """Write results in which a reader did so and so at a site."""

    def make(*cases):
        for number, (site, organ, outcome, dice, percent, seconds) in enumerate(cases):
            changed = json.loads(json.dumps(document))
            changed["study"]["institution"] = site
            changed["organs"] = [entry for entry in changed["organs"] if entry["organ"] == organ]
            use = changed["organs"][0]["proposal"]
            use |= {"outcome": outcome, "dice": dice, "difference_percent": percent, "seconds": seconds}
            folder = tmp_path / f"{number:03d}"
            folder.mkdir()
            (folder / "analysis.json").write_text(json.dumps(changed), encoding="utf-8")
        return tmp_path

    return make


CASES = (
    ("县医院", "heart", "accepted", 1.0, 0.0, 10.0),
    ("县医院", "heart", "edited", 0.8, -4.0, 40.0),
    ("县医院", "heart", "edited", 0.9, 2.0, 30.0),
    ("县医院", "heart", "unreviewed", 1.0, 0.0, None),
    ("县医院", "liver", "refused", None, None, 25.0),
    ("Nan", "heart", "replaced", 0.3, 30.0, 90.0),
)


def test_by_site_organ_and_proposer(results):
    found, findings = read_proposals([results(*CASES)])
    assert findings == ()
    assert [item.outcome for item in found] == [case[2] for case in CASES]
    nan, heart, liver = benefit(found)
    assert (nan.site, heart.site, liver.site) == ("Nan", "县医院", "县医院")
    assert heart.counts == tuple(
        {"unreviewed": 1, "accepted": 1, "edited": 2}.get(name, 0) for name in OUTCOMES
    )
    assert heart.n_proposals == 4
    assert (heart.share("accepted"), heart.share("edited")) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert (heart.median_dice, heart.median_difference_percent, heart.median_seconds) == (0.9, 2.0, 30.0)
    assert (liver.median_dice, liver.median_seconds, liver.share("refused")) == (None, 25.0, 1.0)
    assert nan.median_difference_percent == 30.0


def test_where_nobody_looked_there_is_no_share(results):
    (heart,) = benefit(read_proposals([results(CASES[3])])[0])
    assert (heart.share("accepted"), heart.median_dice, heart.median_seconds) == (None, None, None)


def test_table_of_single_proposals(results, tmp_path):
    found, _ = read_proposals([results(*CASES)])
    path = write_proposals(found, tmp_path / "proposals.csv")
    rows = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert [(row["site"], row["organ"], row["outcome"]) for row in rows] == [case[:3] for case in CASES]
    assert [row["dice"] for row in rows] == ["1.0", "0.8", "0.9", "1.0", "", "0.3"]
    assert {row["proposer"] for row in rows} >= {found[0].proposer}


def test_results_of_before_have_no_record(document, tmp_path):
    old = json.loads(json.dumps(document))
    for entry in old["organs"]:
        del entry["proposal"]
    (tmp_path / "analysis.json").write_text(json.dumps(old), encoding="utf-8")
    assert read_proposals([Path(tmp_path)]) == ((), ())
