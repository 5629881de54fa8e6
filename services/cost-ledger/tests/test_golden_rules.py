"""The rules of Japanese associations of municipalities, each with a year worked out by hand (tests/golden)."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from kyodo_cost_ledger.base.model import base_charges
from kyodo_cost_ledger.base.segments import segment_of
from kyodo_cost_ledger.drivers.model import CENSUS, Figures, FiguresKey, degressive_weights
from kyodo_cost_ledger.explanations.model import explain_base
from kyodo_cost_ledger.projects.articles import articles_of
from kyodo_cost_ledger.projects.model import ParticipationChange, Project, TermsVersion
from kyodo_cost_ledger.usage.pricing import priced
from kyodo_events.contracts.base_terms import BaseTerms
from kyodo_events.contracts.burden_terms import BurdenTerms
from kyodo_events.contracts.meter_prices import MeterPrice
from kyodo_events.values.fiscal import Month
from kyodo_events.values.municipalities import TOKYO

GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.json"))
CODES = ("131016", "132039", "132080", "133086")
APRIL, MARCH = Month("2024-04"), Month("2025-03")


def project_of(rule: dict[str, Any]) -> Project:
    """The four of the fixture take part the whole year, under its terms and figures."""
    terms = BurdenTerms.model_validate({"fiscal_year": 2024, "effective_from": APRIL, "base": rule["base"]})
    figures = {}
    for driver, published in rule["figures"].items():
        scope = "p/applications" if driver == "usage_of_previous_year" else ""
        key = FiguresKey(driver, published["reference"], scope)
        figures[key] = Figures(driver, "人", "手計算の例", published["figures"])
    changes = tuple(ParticipationChange(n, code, True, APRIL) for n, code in enumerate(CODES, start=1))
    return Project("p", True, changes, (TermsVersion(1, terms, "t", "0" * 64, UUID(int=1)),), CENSUS | figures)


def year_of(project: Project) -> dict[str, dict[str, int]]:
    """Yen of the whole year by item and party."""
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for (party, item, _), amount in base_charges(project).items():
        sums[item][party] += amount
    return {item: {party: yen for party, yen in column.items() if yen} for item, column in sums.items()}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_a_year_is_what_was_worked_out_by_hand(path: Path) -> None:
    rule = json.loads(path.read_text(encoding="utf-8"))
    found = year_of(project_of(rule))
    assert found == rule["expected"]
    assert sum(yen for column in found.values() for yen in column.values()) == rule["base"]["annual_amount"]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_every_month_is_explained_to_the_yen(path: Path) -> None:
    project = project_of(json.loads(path.read_text(encoding="utf-8")))
    charges = base_charges(project)
    for month in APRIL.fiscal_year.months():
        segment = segment_of(project, month)
        assert segment
        for (party, item, charged), amount in charges.items():
            if charged == month and party != TOKYO:
                found = explain_base(segment, month, item, party)
                assert found
                assert found.amount == amount, (item, month, party)
                assert found.article


def test_amounts_below_a_thousand_are_cut_off_whole() -> None:
    rule = json.loads((GOLDEN[0].parent / "equal50_population50_below_1000_cut_off.json").read_text("utf-8"))
    rule["base"]["annual_amount"] = 3_456_789
    totals: dict[str, int] = defaultdict(int)
    for column in year_of(project_of(rule)).values():
        for party, yen in column.items():
            totals[party] += yen
    assert all(totals[code] % 1_000 == 0 for code in CODES)
    assert sum(totals.values()) == 3_456_789


def test_twice_the_population_weighs_one_and_a_half_times() -> None:
    weights = degressive_weights({"a": 10_000, "b": 20_000, "c": 40_000, "d": 169}, Fraction(3, 2))
    # 10,000 ^ log2(1.5) = 218.7006…; kept to three decimals, so that ratios are right to one in a hundred thousand.
    assert abs(weights["b"] / weights["a"] - 1.5) < 1e-4
    assert abs(weights["c"] / weights["b"] - 1.5) < 1e-4
    assert weights["a"] == 218_701
    assert degressive_weights({"a": 1}, Fraction(3, 2)) == {"a": 1_000}
    with pytest.raises(ValueError, match="1 or more"):
        degressive_weights({"a": 0}, Fraction(3, 2))


def test_terms_read_as_articles() -> None:
    rule = json.loads((GOLDEN[0].parent / "harp_flat_10000_and_degressive_population.json").read_text("utf-8"))
    articles = articles_of(project_of(rule).terms[0].terms)
    assert [article.name_ja for article in articles] == [
        "第1条",
        "第2条",
        "第3条",
        "第4条",
        "第5条第1号",
        "第6条",
        "第7条",
    ]
    assert articles[3].text_ja == "各団体は、定額として年額10,000円を負担する。"
    assert "（2倍の人口に対し3/2倍の負担）" in articles[4].text_ja


def test_the_examples_of_the_documentation_are_terms() -> None:
    page = (Path(__file__).parents[3] / "docs" / "burden-terms.md").read_text("utf-8")
    base, price = re.findall(r"```json\n(.*?)```", page, flags=re.DOTALL)
    rule = json.loads((GOLDEN[0].parent / "harp_flat_10000_and_degressive_population.json").read_text("utf-8"))
    assert BaseTerms.model_validate_json(base) == BaseTerms.model_validate(rule["base"])
    assert priced(MeterPrice.model_validate_json(price), 1_600).amount == 1_000 * 30 + 500 * 20
