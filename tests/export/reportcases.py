"""Thirty reports that differ in all that a report may hold."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from synthetic import MANY_FINDINGS, SETTINGS, analysis, liver, organ_analysis, unmeasured

from ironquant.core import (
    Change,
    ClinicalData,
    Finding,
    Organ,
    Patient,
    Region,
    ReportTemplate,
    SegmentalT2star,
    Trend,
    TrendPoint,
    Value,
)
from ironquant.export.signing_block import Amendment, ChangedValue, Issue, SignedBy

LONG_NAME = "Nguyễn-Hohenberger Ángela María del Carmen Șerban Łukasiewicz"
SIGNED = (
    SignedBy("reader", "韦𠮷明", "2026-05-17 15:02 +08:00"),
    SignedBy("reviewer", "Đặng Thị Mỹ Hạnh", "2026-05-17 16:40 +08:00"),
)
FINAL = Issue("final", SIGNED, report_id="IQ-20260517-0007", reported="2026-05-17")
AMENDED = Issue(
    "amended",
    SIGNED,
    Amendment(
        "The region of the heart was drawn anew: its first outline held part of the right ventricle.",
        replaces="IQ-20260517-0007",
        changes=(
            ChangedValue("heart", "t2star_ms", "16.8 ms", "12.3 ms"),
            ChangedValue("heart", "iron_mg_per_g", "1.44 mg/g", "2.10 mg/g"),
        ),
    ),
    report_id="IQ-20260517-0007-2",
    reported="2026-05-19",
)


def named(made, name, **more):
    return replace(made, patient=replace(made.patient, name=name, **more))


def point(number, value, field_t, breaks=(), bound="none", source="library"):
    exact = bound == "none"
    return TrendPoint(
        uid=f"1.2.{number}",
        date=dt.date(2014, 5, 17) + dt.timedelta(days=365 * number),
        value=Value(value, bound),
        interval=(0.86 * value, 1.14 * value) if exact else None,
        model="truncation",
        method="roi-mean",
        calibration=None,
        field_t=field_t,
        scanner="SIEMENS Avanto" if field_t < 2 else "Philips Ingenia",
        source=source,
        breaks=breaks,
        scanner_changed="field" in breaks,
    )


def course(organ, quantity, values, change):
    points = []
    for number, value in enumerate(values):
        breaks = ("field", "sequence") if number in (4, 9) else ()
        field_t = 2.893 if 4 <= number < 9 else 1.494
        bound = "lower" if organ == Organ.LIVER and number == 6 else "none"
        points.append(point(number, value, field_t, breaks, bound))
    limit = 20.0 if organ == Organ.HEART else 15.0
    return Trend(organ, quantity, tuple(points), limit, change)


def followed():
    heart = course(
        Organ.HEART,
        "t2star_ms",
        [6.2, 7.1, 7.9, 8.8, 4.1, 4.4, 5.2, 5.9, 6.1, 9.6, 10.4, 11.0, 12.3],
        Change(dt.date(2025, 5, 14), 1.3, 11.2, "within"),
    )
    own = course(
        Organ.LIVER,
        "iron_mg_per_g",
        [22.0, 19.5, 17.2, 18.0, 21.0, 24.1, 25.0, 20.3, 18.8, 15.1, 13.9, 12.6, 9.85],
        Change(dt.date(2025, 5, 14), -2.75, -24.5, "decreased"),
    )
    return analysis(replace(organ_analysis(), trend=heart), replace(liver(), trend=own))


def segmented():
    heart = organ_analysis()
    regions = list(heart.regions)
    for number in range(1, 17):
        value = None if number == 5 else 9.0 + number
        own = replace(
            heart.regions[0].models[0],
            t2star_ms=Value(value),
            r2star_per_s=Value(value and 1000 / value),
        )
        region = Region(Organ.HEART, f"aha-{number}", (), "auto", reported=False)
        regions.append(replace(heart.regions[0], region=region, models=(own,)))
    summary = SegmentalT2star(Value(17.4), 15, 10, 20.0, "t2star-20-15-10", "heterogeneous", unsure=(6, 12))
    return analysis(replace(heart, regions=tuple(regions), segmental=summary), liver())


def at_3t(made):
    return replace(made, study=replace(made.study, field_t=2.893, nominal_field_t=3.0))


def report_cases():
    """Return analysis, issue, settings by name."""
    both = analysis(organ_analysis(), liver())
    grades = {
        "all normal": (organ_analysis(t2star_ms=32.0, iron=0.66, code="normal"), liver(14.0, 1.4, "normal")),
        "borderline": (
            organ_analysis(t2star_ms=21.0, iron=1.1, code="normal"),
            liver(9.0, 2.4, "borderline"),
        ),
        "mild": (organ_analysis(t2star_ms=17.0, iron=1.42, code="mild"), liver(4.6, 5.5, "mild")),
        "moderate": (organ_analysis(), liver()),
        "severe": (organ_analysis(t2star_ms=8.1, iron=3.5, code="severe"), liver(1.5, 17.2, "severe")),
        "extreme": (
            organ_analysis(t2star_ms=5.2, iron=6.0, code="severe"),
            liver(1.2, 21.5, "extreme", scheme="sar-radiographics-2023"),
        ),
    }
    cases = {name: analysis(*organs) for name, organs in grades.items()}
    bound_heart = organ_analysis(t2star_ms=0.9, bound="upper", iron=None, code="severe")
    bound_liver = liver(0.9, 25.0, "severe", bound="upper", iron_bound="lower")
    cases["bounds"] = analysis(bound_heart, bound_liver)
    cases["bound undecided"] = analysis(
        organ_analysis(t2star_ms=25.0, bound="lower", iron=None, code="normal"),
        liver(2.4, 10.0, None, bound="upper", iron_bound="lower"),
    )
    cases["heart only"] = analysis(organ_analysis())
    cases["liver only"] = analysis(liver())
    cases["heart not assessable"] = analysis(unmeasured(), liver())
    cases["nothing assessable"] = analysis(unmeasured(), unmeasured(Organ.LIVER, "no_liver_seen"))
    missing = Finding("calibration_missing", "warning", {"organ": "liver", "field_t": 2.893})
    indicative = organ_analysis(
        iron=None, scheme="t2star-3t-storey", code="normal", t2star_ms=13.4, indicative=True
    )
    cases["no calibration"] = at_3t(analysis(indicative, liver(3.0, None, findings=(missing,))))
    cases["many findings"] = analysis(
        organ_analysis(findings=MANY_FINDINGS), liver(findings=MANY_FINDINGS[:6])
    )
    cases["no findings, no contours"] = analysis(organ_analysis(contours=False), liver(contours=False))
    cases["long name"] = replace(
        named(both, LONG_NAME, id="X" * 40),
        study=replace(both.study, accession="ACC-" + "0123456789" * 4, model="MAGNETOM Avanto Fit XQ " * 5),
    )
    cases["long Chinese name"] = named(both, "阿卜杜热合曼·买买提艾则孜·" * 5)
    cases["rare names"] = named(both, "𠮷𬭎 韦䶮 堃喆玥頔")
    cases["Thai name"] = named(both, "นางสาวปิยะพร ญาณวรุตม์ ศักดิ์สิทธิ์กุล ณ อยุธยา")
    cases["Vietnamese name"] = named(both, "Đặng Thị Mỹ Hạnh Nguyễn Phước Vĩnh Thụy")
    cases["missing glyph"] = named(both, "韦\U00030edf明")
    cases["long impression"] = replace(
        both, impression="心肌及肝脏均为中度铁过载，建议结合临床并于十二个月后复查。" * 40
    )
    cases["four organs"] = analysis(
        organ_analysis(),
        liver(),
        replace(liver(20.0, None), organ=Organ.SPLEEN),
        replace(liver(24.0, None), organ=Organ.PANCREAS),
    )
    cases["no images"] = analysis(
        replace(organ_analysis(), maps=None), replace(liver(), series=None, maps=None, regions=())
    )
    tdt = ClinicalData(
        "tdt",
        True,
        "regular",
        2450.0,
        82.0,
        ("deferasirox", "deferiprone", "deferoxamine"),
        48.0,
        151.0,
        44.0,
    )
    cases["TDT"] = replace(cases["severe"], clinical=tdt)
    cases["NTDT"] = replace(
        analysis(organ_analysis(t2star_ms=17.0, iron=1.42, code="mild"), liver(4.6, 5.5, "mild")),
        clinical=ClinicalData("ntdt", False, "occasional", 640.0),
    )
    cases["twelve earlier"] = followed()
    cases["segments"] = segmented()
    cases["nothing told"] = replace(
        both, patient=Patient("", "", "", None, None), study=replace(both.study, accession="", date=None)
    )
    cases["no organ"] = analysis()
    made = {name: (one, Issue(), SETTINGS) for name, one in cases.items()}
    made["final"] = (followed(), FINAL, SETTINGS)
    made["amended"] = (both, AMENDED, SETTINGS)
    made["preliminary, letter, µmol/g"] = (
        followed(),
        Issue("preliminary"),
        replace(
            SETTINGS,
            report=ReportTemplate(
                paper="Letter",
                iron_unit="umol/g",
                header="Nanning · +86 771 000 0000",
                footer="Form R-12, revision 3",
            ),
        ),
    )
    return made
