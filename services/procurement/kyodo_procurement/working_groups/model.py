"""A theme's working group (ワーキンググループ): members, meetings, issues, and the approach that it recommends."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from kyodo_events.aggregate import Aggregate, Events, evolve
from kyodo_events.errors import NotFound, Refused, require
from kyodo_events.event import Event
from kyodo_events.values.municipalities import TOKYO, MunicipalityCode, Party
from kyodo_events.values.texts import Line, Text
from kyodo_events.values.value import Value
from kyodo_procurement.documents import text_hash
from kyodo_procurement.meetings.model import MeetingNotHeld
from kyodo_procurement.themes.model import Theme, ThemeStatus


class Matter(Value):
    """What a member puts before the group: an issue, or an approach to the theme."""

    title_ja: Line
    text: Text = ""


class Issue(Value):
    """An issue (課題) that a member raised; open until it has a resolution."""

    raised_by: str
    matter: Matter
    resolution: str | None = None


class Approach(Value):
    """How to proceed with the theme, as a member proposed it."""

    proposed_by: str
    matter: Matter


class Recommendation(Value):
    """The approach that the group recommends, and the issues that were open when it did."""

    approach: int
    proposed_by: MunicipalityCode
    matter: Matter
    open_issues: tuple[int, ...]


class WorkingGroupOpened(
    Event,
    type="kyodo.procurement.working-group-opened",
    words="テーマ「{theme_ja}」のワーキンググループを設置した",
):
    """The secretariat opened the group of a theme."""

    theme_ja: str


class GroupMemberJoined(Event, type="kyodo.procurement.group-member-joined", words="{municipality}が参加した"):
    """A municipality takes part in the group from now on."""

    municipality: MunicipalityCode


class GroupMemberLeft(Event, type="kyodo.procurement.group-member-left", words="{municipality}が脱退した"):
    """A municipality takes part no longer; what it raised and proposed stays."""

    municipality: MunicipalityCode


class GroupMet(
    Event, type="kyodo.procurement.group-met", words="{held_on}の会合（第{meeting}回）の議事録を{recorded_by}が記録した"
):
    """The group met; the minutes and their hash."""

    meeting: int
    held_on: date
    text: str
    sha256: str
    recorded_by: Party


class IssueRaised(
    Event, type="kyodo.procurement.issue-raised", words="{municipality}が課題{issue}「{matter.title_ja}」を提起した"
):
    """A member raised an issue."""

    municipality: MunicipalityCode
    issue: int
    matter: Matter


class IssueResolved(Event, type="kyodo.procurement.issue-resolved", words="課題{issue}を解決とした：{resolution}"):
    """The group found how to deal with an issue; the secretariat or a member wrote it down."""

    issue: int
    resolution: str
    recorded_by: Party


class ApproachProposed(
    Event,
    type="kyodo.procurement.approach-proposed",
    words="{municipality}が進め方{approach}「{matter.title_ja}」を提案した",
):
    """A member proposed how to proceed."""

    municipality: MunicipalityCode
    approach: int
    matter: Matter


class ApproachRecommended(
    Event,
    type="kyodo.procurement.approach-recommended",
    words="進め方{recommendation.approach}「{recommendation.matter.title_ja}」を推奨とした"
    "（未解決の課題：{recommendation.open_issues}）",
):
    """The group recommends an approach, in place of any before."""

    recommendation: Recommendation


class ThemeNotReady(Refused):
    status, type = 409, "theme-not-ready"
    title = "The theme is not worked on now"
    detail = "The theme is {status}; it is worked on once its survey is over, or it was selected."
    remedy = "Close the theme's survey first, or look for the theme that took its place."


class WorkingGroupExists(Refused):
    status, type = 409, "working-group-exists"
    title = "The theme has a working group already"
    detail = "There is one working group a theme; that of '{theme_id}' is open."
    remedy = "Join the group that there is."


class NotAMember(Refused):
    status, type = 403, "not-a-member"
    title = "Only members of the working group may do this"
    detail = "{municipality} does not take part in the theme's working group."
    remedy = "Join the working group first: any municipality may."


class IssueAlreadyResolved(Refused):
    status, type = 409, "issue-already-resolved"
    title = "The issue was resolved before"
    detail = "Issue {issue} has another resolution."
    remedy = "Raise a new issue, if that resolution does not hold."


class OpenIssuesNotNamed(Refused):
    status, type = 409, "open-issues-not-named"
    title = "The open issues are others than those named"
    detail = "Open are the issues: {open_issues}."
    remedy = "Resolve them, or name exactly these in `open_issues`, so that the recommendation states them."


def expect_ready(theme: Theme, today: date) -> None:
    """Return if it is known who needs the theme, and it was not put aside. Raises ThemeNotReady."""
    late = theme.status is ThemeStatus.SURVEYING and theme.deadline is not None and today > theme.deadline
    ready = late or theme.status in (ThemeStatus.SURVEYED, ThemeStatus.SELECTED)
    require(ready, ThemeNotReady(status=theme.status))


@dataclass(frozen=True)
class WorkingGroup(Aggregate, category="working-group"):
    """The group of the theme with the same id. Issues, approaches and meetings are numbered from 1."""

    theme_ja: str = ""
    members: frozenset[str] = frozenset()
    meetings: Mapping[int, tuple[date, str]] = field(default_factory=dict)
    issues: Mapping[int, Issue] = field(default_factory=dict)
    approaches: Mapping[int, Approach] = field(default_factory=dict)
    recommended: Recommendation | None = None

    @property
    def open_issues(self) -> tuple[int, ...]:
        """The numbers of the issues without a resolution."""
        return tuple(number for number, issue in sorted(self.issues.items()) if issue.resolution is None)

    def expect_member(self, party: str) -> None:
        """Return if the party may speak in the group: a member, or Tokyo. Raises NotAMember."""
        require(party == TOKYO or party in self.members, NotAMember(municipality=party))

    # decisions

    def hear(self, party: str) -> Events:
        """Let a member speak where what follows is decided elsewhere: nothing happens to the group itself."""
        self.expect_member(party)
        yield from ()

    def open(self, theme: Theme, today: date) -> Events:
        """The secretariat opens the group of a theme whose needs are known."""
        expect_ready(theme, today)
        yield WorkingGroupOpened(theme_ja=theme.name_ja)

    def join(self, municipality: str) -> Events:
        """Any municipality takes part, whether it needs the theme or not."""
        if municipality not in self.members:
            yield GroupMemberJoined(municipality=municipality)

    def leave(self, municipality: str) -> Events:
        """A municipality takes part no longer."""
        if municipality in self.members:
            yield GroupMemberLeft(municipality=municipality)

    def record_meeting(self, held_on: date, text: str, party: str, today: date) -> Events:
        """The secretariat or a member records a meeting; the hash of the minutes is made here."""
        self.expect_member(party)
        require(held_on <= today, MeetingNotHeld(held_on=held_on))
        sha256 = text_hash(text)
        if (held_on, sha256) not in self.meetings.values():
            number = len(self.meetings) + 1
            yield GroupMet(meeting=number, held_on=held_on, text=text, sha256=sha256, recorded_by=party)

    def raise_issue(self, municipality: str, matter: Matter) -> Events:
        """A member raises an issue; the same one again, while it is open, is known."""
        self.expect_member(municipality)
        if Issue(raised_by=municipality, matter=matter) not in self.issues.values():
            yield IssueRaised(municipality=municipality, issue=len(self.issues) + 1, matter=matter)

    def resolve(self, number: int, resolution: str, party: str) -> Events:
        """The secretariat or a member records how an issue is dealt with. Raises NotFound."""
        self.expect_member(party)
        require(number in self.issues, NotFound(what="issue", id=number))
        known = self.issues[number].resolution
        require(known in (None, resolution), IssueAlreadyResolved(issue=number))
        if known is None:
            yield IssueResolved(issue=number, resolution=resolution, recorded_by=party)

    def propose(self, municipality: str, matter: Matter) -> Events:
        """A member proposes how to proceed."""
        self.expect_member(municipality)
        if Approach(proposed_by=municipality, matter=matter) not in self.approaches.values():
            yield ApproachProposed(municipality=municipality, approach=len(self.approaches) + 1, matter=matter)

    def recommend(self, number: int, open_issues: Collection[int]) -> Events:
        """The secretariat adopts an approach for the group, in place of any before; open issues are named.

        Raises NotFound.
        """
        require(number in self.approaches, NotFound(what="approach", id=number))
        require(set(open_issues) == set(self.open_issues), OpenIssuesNotNamed(open_issues=list(self.open_issues)))
        approach = self.approaches[number]
        recommendation = Recommendation(
            approach=number, proposed_by=approach.proposed_by, matter=approach.matter, open_issues=self.open_issues
        )
        if recommendation != self.recommended:
            yield ApproachRecommended(recommendation=recommendation)

    # what events did

    @evolve
    def opened(self, event: WorkingGroupOpened) -> Self:
        return replace(self, theme_ja=event.theme_ja)

    @evolve
    def joined(self, event: GroupMemberJoined) -> Self:
        return replace(self, members=self.members | {event.municipality})

    @evolve
    def left(self, event: GroupMemberLeft) -> Self:
        return replace(self, members=self.members - {event.municipality})

    @evolve
    def met(self, event: GroupMet) -> Self:
        return replace(self, meetings={**self.meetings, event.meeting: (event.held_on, event.sha256)})

    @evolve
    def issue_raised(self, event: IssueRaised) -> Self:
        issue = Issue(raised_by=event.municipality, matter=event.matter)
        return replace(self, issues={**self.issues, event.issue: issue})

    @evolve
    def issue_resolved(self, event: IssueResolved) -> Self:
        issue = self.issues[event.issue].model_copy(update={"resolution": event.resolution})
        return replace(self, issues={**self.issues, event.issue: issue})

    @evolve
    def approach_proposed(self, event: ApproachProposed) -> Self:
        approach = Approach(proposed_by=event.municipality, matter=event.matter)
        return replace(self, approaches={**self.approaches, event.approach: approach})

    @evolve
    def approach_recommended(self, event: ApproachRecommended) -> Self:
        return replace(self, recommended=event.recommendation)
