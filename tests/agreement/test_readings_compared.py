"""Pairs, bounds, gaps and grades of sources made by hand."""

import json

import jsonschema
import numpy as np
import pytest
from made import record, source

from ironquant.agreement import QUANTITIES, compare, write_comparison
from ironquant.agreement.document import to_agreement
from ironquant.agreement.records import Measurement
from ironquant.core import InputError, Organ, Value
from ironquant.resources import resource_path

HEART_A = [8.0, 12.0, 16.0, 22.0, 30.0]
HEART_B = [8.4, 11.0, 15.0, 23.0, 31.0]


def two(first, second):
    return compare(
        [
            source("one", *(record(n, heart=value) for n, value in enumerate(first))),
            source("two", *(record(n, heart=value) for n, value in enumerate(second))),
        ]
    )


def heart(comparison):
    return comparison.pairs[0].organs[0]


def test_differences_are_first_minus_second():
    found = heart(two(HEART_A, HEART_B)).quantity("t2star_ms")
    assert found.difference.bias.value == pytest.approx(np.mean(np.subtract(HEART_A, HEART_B)))
    r2star = heart(two(HEART_A, HEART_B)).quantity("r2star_per_s")
    truth = np.mean(1000 / np.array(HEART_A) - 1000 / np.array(HEART_B))
    assert r2star.difference.bias.value == pytest.approx(truth)
    assert {entry.quantity for entry in heart(two(HEART_A, HEART_B)).quantities} == set(QUANTITIES.values())


def test_swapping_the_readers_changes_signs_only():
    one, other = heart(two(HEART_A, HEART_B)), heart(two(HEART_B, HEART_A))
    for quantity in QUANTITIES.values():
        a, b = one.quantity(quantity), other.quantity(quantity)
        assert a.difference.bias.value == pytest.approx(-b.difference.bias.value)
        assert a.variation == b.variation
        assert a.icc.icc.value == pytest.approx(b.icc.icc.value)
    assert np.array_equal(one.grades.counts, np.transpose(other.grades.counts))
    assert one.grades.kappas[1].kappa.value == pytest.approx(other.grades.kappas[1].kappa.value)


def test_the_same_results_agree_perfectly():
    found = heart(two(HEART_A, HEART_A))
    for quantity in found.quantities:
        assert (quantity.difference.bias.value, quantity.difference.sd) == (0, 0)
        assert quantity.icc.icc.value == pytest.approx(1)
    assert [kappa.kappa.value for kappa in found.grades.kappas] == pytest.approx([1, 1, 1])


def test_bounds_are_counted_and_keep_their_grade():
    bound = Value(1.5, "upper")
    found = heart(two([*HEART_A, bound, bound], [*HEART_B, 2.0, bound]))
    t2star = found.quantity("t2star_ms")
    assert len(t2star.values) == 5
    assert t2star.excluded == {"bound_first": 1, "bound_both": 1}
    assert t2star.difference == heart(two(HEART_A, HEART_B)).quantity("t2star_ms").difference
    assert found.grades.n == 7
    severe = found.grades.categories.index("severe")
    assert found.grades.counts[severe][severe] == 3


def test_a_bound_that_decides_no_grade_has_none():
    found = heart(two([*HEART_A, Value(12.0, "upper")], [*HEART_B, 9.0]))
    assert (found.grades.n, found.grades.n_ungraded) == (5, 1)


def test_gaps_are_counted_with_their_reason():
    a = [record(n, heart=value) for n, value in enumerate(HEART_A)]
    gap = {Organ.HEART: Measurement(Organ.HEART, missing="missing_not_measured")}
    a += [record(7, measurements=gap), record(8, liver=5.0), record(9, heart=20.0)]
    b = [record(n, heart=value) for n, value in enumerate(HEART_B)]
    b += [record(7, heart=20.0), record(8, heart=20.0), record(10, heart=20.0)]
    comparison = compare([source("one", *a), source("two", *b)])
    assert heart(comparison).quantity("t2star_ms").excluded == {
        "missing_not_measured_first": 1,
        "missing_organ_first": 1,
    }
    matching = comparison.pairs[0].matching
    assert [entry.record.where for entry in matching.first_only] == ["row 9"]
    assert [entry.record.where for entry in matching.second_only] == ["row 10"]


def test_few_pairs_are_refused_in_words():
    found = two(HEART_A[:2], HEART_B[:2])
    assert heart(found).quantity("t2star_ms").difference is None
    assert heart(found).grades.kappas == ()
    codes = [finding.code for finding in found.findings]
    assert codes == ["compare_few_pairs"] * 3
    assert found.findings[0].params["n_pairs"] == 2


def test_nothing_in_common_is_an_error():
    with pytest.raises(InputError) as caught:
        compare([source("one", record(1, heart=9.0)), source("two", record(2, heart=9.0))])
    assert caught.value.finding.code == "compare_no_match"
    unknown = {"study_uid": "", "accession": ""}
    twice = [record(1, heart=9.0, where=str(row), **unknown) for row in (1, 2)]
    with pytest.raises(InputError) as caught:
        compare([source("one", record(1, heart=9.0)), source("two", *twice)])
    assert caught.value.finding.code == "compare_ambiguous"
    with pytest.raises(InputError) as caught:
        compare([source("one", record(1, heart=9.0))])
    assert caught.value.finding.code == "compare_one_source"


def test_three_readers_together():
    """Shrout & Fleiss' ICC of complete examinations only."""
    from ironquant.statistics import icc_agreement

    table = np.array([HEART_A, HEART_B, [9.0, 12.5, 15.5, 21.0, 33.0]])
    sources = [
        source(name, *(record(n, heart=value) for n, value in enumerate(row)), record(9, heart=extra))
        for name, row, extra in zip("abc", table, (20.0, Value(20.0, "lower"), 19.0), strict=True)
    ]
    found = compare(sources)
    assert [(pair.first, pair.second) for pair in found.pairs] == [(0, 1), (0, 2), (1, 2)]
    group = {entry.quantity: entry for entry in found.group}
    assert group["t2star_ms"].n == 5
    assert group["t2star_ms"].icc == icc_agreement(table.T)
    assert group["t2star_ms"].variation.k == 3


def test_only_what_was_asked_for():
    a = source("one", *(record(n, heart=20.0 + n, liver=5.0 + n) for n in range(4)))
    found = compare([a, a], organs=[Organ.LIVER], quantities=["iron_mg_per_g"])
    assert [entry.organ for entry in found.pairs[0].organs] == [Organ.LIVER]
    assert [entry.quantity for entry in found.pairs[0].organs[0].quantities] == ["iron_mg_per_g"]


def test_an_organ_that_nobody_has_is_an_error():
    a = source("one", record(1, heart=20.0))
    with pytest.raises(InputError) as caught:
        compare([a, a], organs=[Organ.LIVER])
    assert caught.value.finding.code == "compare_no_organ"


def test_other_schemes_are_told():
    from dataclasses import replace

    a = [record(n, heart=value) for n, value in enumerate(HEART_A)]
    b = [
        record(n, measurements={Organ.HEART: replace(entry.measurements[Organ.HEART], scheme="t2star-20-10")})
        for n, entry in enumerate(a)
    ]
    found = compare([source("one", *a), source("two", *b)])
    assert [finding.code for finding in found.findings] == ["compare_schemes_differ"]


@pytest.mark.parametrize("n", [1, 2, 3, 40])
def test_agreement_json_follows_its_schema(n, tmp_path):
    rng = np.random.default_rng(n)
    values = rng.uniform(3, 40, n)
    a = source("=one", *(record(k, heart=value, liver=value / 2) for k, value in enumerate(values)))
    b = source("two", *(record(k, heart=1.02 * value, liver=value / 2) for k, value in enumerate(values)))
    comparison = write_comparison(compare([a, b, a]), tmp_path, lang="zh")
    document = json.loads((tmp_path / "agreement.json").read_text(encoding="utf-8"))
    schema = json.loads(resource_path("schemas", "agreement-1.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(document)
    assert document == json.loads(to_agreement(comparison, "zh").model_dump_json(by_alias=True))
    lines = (tmp_path / "pairs.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 1 + 3 * 2 * n
    assert lines[1].startswith("'=one,two,P000,2024-01-01,ACC0,study_uid,heart,paired,")


def test_the_shipped_schema_is_the_one_of_the_models():
    import runpy
    from pathlib import Path

    made = runpy.run_path(str(Path(__file__).resolve().parents[2] / "docs" / "make_schema.py"))
    shipped = json.loads(resource_path("schemas", "agreement-1.schema.json").read_text(encoding="utf-8"))
    assert made["agreement_schema"]() == shipped
