"""Forms of engagement: who may instruct the expert in each, and what is settled before a municipality agrees.

The lists are reference data in our own words, drawn up as what a personnel or contract section asks for; they replace
no legal advice. Who gives instructions is what tells the forms apart: to somebody under an outsourcing contract the
municipality's staff give none, or the contract is a disguised dispatch (偽装請負).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kyodo_events.contracts.talent_assignments import EngagementForm
from kyodo_events.values.texts import Line
from kyodo_events.values.value import Value


class Instructor(StrEnum):
    """Who tells the expert what to do, from day to day."""

    MUNICIPALITY = "municipality"
    HOME_ORGANISATION = "home_organisation"
    NOBODY = "nobody"

    @property
    def label_ja(self) -> str:
        """As people read it."""
        return {"municipality": "受入団体", "home_organisation": "所属組織", "nobody": "本人の裁量"}[self.value]


class Engagement(Value):
    """The form, and who gives instructions: the post, in Japanese, never a person's name."""

    form: EngagementForm
    instructed_by: Instructor
    instructed_by_ja: Line


@dataclass(frozen=True)
class Rules:
    """Who may give instructions in a form, and its checklist by code."""

    instructors: frozenset[Instructor]
    checklist: Mapping[str, str]


_BY_THE_MUNICIPALITY: Final = frozenset({Instructor.MUNICIPALITY})
_NOT_BY_THE_MUNICIPALITY: Final = frozenset({Instructor.HOME_ORGANISATION, Instructor.NOBODY})

FORMS: Final[Mapping[EngagementForm, Rules]] = MappingProxyType(
    {
        EngagementForm.CONCURRENT_POST: Rules(
            _BY_THE_MUNICIPALITY,
            {
                "appointment_order": "併任の発令（辞令）の案と発令日を、受入団体の任命権者が確認した",
                "home_consent": "本務先の任命権者又は雇用主の同意を文書で得た",
                "duty_exemption": "職務専念義務の免除又は勤務時間の割振りの手続を決めた",
                "social_insurance": "社会保険と公務災害補償をどちらで扱うかを決めた",
                "pay_and_travel": "給与・報酬と旅費の支給者及び負担の分け方を決めた",
                "confidentiality": "守秘義務と情報資産の取扱いを本人に説明した",
            },
        ),
        EngagementForm.DISPATCH: Rules(
            _BY_THE_MUNICIPALITY,
            {
                "legal_basis": "派遣の根拠（地方公共団体間の職員派遣か労働者派遣か）と協定・契約の案を確認した",
                "licence": "労働者派遣の場合、派遣元の許可と受入可能な期間を確認した（職員派遣は対象外）",
                "chain_of_command": "受入団体の指揮命令者と責任者を定めた",
                "hours_and_place": "業務の内容、就業の場所と時間を書面にした",
                "complaints": "苦情の申出先を定め、本人に伝えた",
                "confidentiality": "秘密保持と情報資産の取扱いを派遣元と取り決めた",
            },
        ),
        EngagementForm.OUTSOURCING: Rules(
            _NOT_BY_THE_MUNICIPALITY,
            {
                "scope": "委託する業務の範囲と成果を仕様書に書いた",
                "no_direct_instructions": "本人に直接指示せず業務責任者を通すことを職員に周知した（偽装請負の防止）",
                "place_and_equipment": "庁舎や機器を使わせる場合の条件を契約に書いた",
                "subcontracting": "再委託の可否と承認の手続を契約に書いた",
                "personal_information": "個人情報と秘密情報の取扱いを契約の特記事項に書いた",
                "conflict_of_interest": "関係する事業者が加わる調達に、本人を関わらせない範囲を決めた",
            },
        ),
        EngagementForm.FIXED_TERM: Rules(
            _BY_THE_MUNICIPALITY,
            {
                "ordinance": "任期付採用の根拠となる条例と任期を確認した",
                "selection": "選考の方法と、公募する場合の日程を決めた",
                "pay_grade": "職名と給料又は報酬の額を決めた",
                "other_work": "兼業の有無を確かめ、必要な許可の手続を決めた",
                "social_insurance": "共済・社会保険の加入先を確認した",
                "confidentiality": "服務と守秘義務を本人に説明した",
            },
        ),
        EngagementForm.HANDS_ON: Rules(
            _NOT_BY_THE_MUNICIPALITY,
            {
                "goals": "支援の目標と終わりの目安を受入団体と合意した",
                "contact": "受入団体の窓口となる課と、職員の役割を決めた",
                "roles": "専門人材は助言し、判断と実施は職員が行うことを確認した",
                "no_direct_instructions": "職員が本人を指揮命令する関係にないことを双方に説明した",
                "information": "支援のために見せる情報の範囲と取扱いを決めた",
                "travel": "訪問の回数と旅費の負担を決めた",
            },
        ),
    }
)
