"""What the routes of subscriptions take and answer."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from kyodo_events.values.texts import Code, Day, Line
from kyodo_platform.resources import Answer, Body, Resource
from kyodo_procurement.subscriptions.model import SubscriptionStatus


class RequestIn(Body):
    """What a municipality asks for."""

    plan: Code
    wanted_from: Day = Field(description="First day on which the municipality wants to use the service.")


class FromDayIn(Body):
    """From when on."""

    from_day: Day


class SuspensionIn(Body):
    """Why the service is closed for a municipality, and from when on."""

    from_day: Day = Field(description="First day on which use is no longer covered.")
    reason: Line


class PlanChangeIn(Body):
    """The plan to move to, and from when on."""

    plan: Code
    from_day: Day


class EndIn(Body):
    """Until when the service is used."""

    last_day: Day = Field(description="The day is included.")


class SubscriptionOut(Resource):
    """A municipality's subscription to a shared service."""

    id: str
    offering_id: str
    municipality: str = Field(title="団体コード")
    status: SubscriptionStatus = Field(title="状態")
    plan: str = Field(title="プラン", description="The plan asked for last; see `plans` for what applies when.")
    wanted_from: date = Field(title="利用開始希望日")
    reason: str | None = Field(title="停止の理由")
    last_day: date | None = Field(title="利用終了日")


class PeriodRow(Answer):
    """Days on which the service is used, both included."""

    active_from: date = Field(title="利用開始日")
    active_to: date | None = Field(title="利用最終日")


class PlanRow(Answer):
    """The plan that applies from a day on."""

    from_day: date = Field(title="適用開始日")
    plan: str = Field(title="プラン")
