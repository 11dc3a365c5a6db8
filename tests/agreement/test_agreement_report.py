"""The pages of agreement.pdf: nothing leaves its page, bounds and few pairs are told."""

import numpy as np
import pytest
from made import record, source

from ironquant.agreement import compare
from ironquant.agreement.figures import round_ticks
from ironquant.agreement.flow import BOTTOM, CONTENT, MARGIN
from ironquant.agreement.report import compose
from ironquant.core import Organ, Value
from ironquant.export.page import HEIGHT


def made(n_sources, n, name="reader"):
    rng = np.random.default_rng(n)
    truth = np.exp(rng.uniform(np.log(0.8), np.log(40), (2, n)))
    sources = []
    for index in range(n_sources):
        seen = truth * np.exp(rng.normal(0, 0.05, truth.shape))
        values = [[Value(1.5, "upper") if one < 1.5 else one for one in row] for row in seen]
        sources.append(
            source(
                f"{name} {index}",
                *(record(k, heart=values[0][k], liver=values[1][k]) for k in range(n) if k % 7 != index + 2),
            )
        )
    return compare(sources)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("n_sources", "n"), [(2, 2), (2, 60), (3, 25), (6, 12)])
def test_nothing_leaves_its_page(n_sources, n, lang):
    page = compose(made(n_sources, n, name="阅片医师 with a very long name " * 4), lang=lang)
    for box in page.boxes:
        assert box.x >= MARGIN - 32
        assert box.x + box.width <= MARGIN + CONTENT + 0.5, box
        assert box.width <= box.room + 0.01, box
        footer = box.y >= BOTTOM
        assert box.y + box.height <= (HEIGHT - 20 if footer else BOTTOM), box
    assert page.finish().startswith(b"%PDF")


def test_the_same_comparison_gives_the_same_bytes():
    assert compose(made(2, 20)).finish() == compose(made(2, 20)).finish()


def test_pages_are_numbered_and_every_one_says_what_it_is_not():
    comparison = made(6, 12)
    page = compose(comparison)
    numbers = [text for text in page.texts if text.startswith("Page ")]
    total = len(numbers)
    assert numbers == [f"Page {number} of {total}" for number in range(1, total + 1)]
    assert total > 1 + 2 * 15  # fifteen pairs, two organs, and an overview longer than a page
    assert sum("not a certified medical device" in text for text in page.texts) == total


def test_few_pairs_are_shown_instead_of_statistics():
    a = source("one", record(1, heart=12.0), record(2, heart=Value(1.5, "upper")))
    b = source("two", record(1, heart=12.5), record(2, heart=1.2))
    page = compose(compare([a, b], organs=[Organ.HEART]))
    words = " ".join(page.texts)
    assert "too few pairs" in words
    assert "12.0   12.5   −0.50" in words
    assert "< 1.5   1.20" in words
    assert "a bound in A: 1" in words
    assert "ICC(2,1)" in page.texts  # the column of the summary only
    assert page.texts.count("ICC(2,1)") == 1


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 4.1), (1e-4, 2e-4), (12, 900), (-1e5, -9e4)])
def test_ticks_are_round_and_inside(low, high):
    ticks = round_ticks(low, high)
    assert 2 <= len(ticks) <= 7
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in ticks)
