"""Sources made by hand: no images behind them."""

from ironquant.agreement.records import Measurement, Record, Source
from ironquant.core import Organ, Value
from ironquant.iron import calibration, scheme

SCHEMES = {Organ.HEART: "t2star-20-15-10", Organ.LIVER: "lic-3-7-15"}
CALIBRATIONS = {Organ.HEART: "carpenter2011", Organ.LIVER: "hernando2023_15"}


def measurement(organ, t2star):
    """What IronQuant would say of a T2* (a number or a Value) at 1.5 T."""
    value = t2star if isinstance(t2star, Value) else Value(t2star)
    found = calibration(CALIBRATIONS[organ], organ).convert(value)
    iron = found.iron_mg_per_g if found else Value()
    bands = scheme(SCHEMES[organ])
    grade = bands.grade(value if bands.quantity == "t2star_ms" else iron)
    return Measurement(
        organ,
        value,
        value.reciprocal(1000.0),
        iron,
        grade=grade.code if grade else None,
        scheme=SCHEMES[organ],
        calibration=CALIBRATIONS[organ],
    )


def record(number, heart=None, liver=None, **changes):
    """One examination of patient P001, P002 …"""
    found = {}
    if heart is not None:
        found[Organ.HEART] = measurement(Organ.HEART, heart)
    if liver is not None:
        found[Organ.LIVER] = measurement(Organ.LIVER, liver)
    known = {
        "study_uid": f"1.2.3.{number}",
        "patient_id": f"P{number:03d}",
        "date": f"2024-01-{number % 28 + 1:02d}",
        "accession": f"ACC{number}",
        "measurements": found,
        "where": f"row {number}",
    }
    return Record(**(known | changes))


def source(name, *records):
    return Source(name, tuple(records))
