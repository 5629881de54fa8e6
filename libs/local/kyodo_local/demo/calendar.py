"""When what happens in the scenario: from the survey of December 2022 to the seal of June 2024, Tokyo's time.

The meeting and the survey have their real days; the others are invented but in a likely order.
"""

from __future__ import annotations

from datetime import date, datetime, time

from kyodo_events.values.fiscal import TOKYO_TIME


def at(year: int, month: int, day: int, hour: int = 10) -> datetime:
    """A moment in Tokyo."""
    return datetime.combine(date(year, month, day), time(hour), TOKYO_TIME)


SURVEY_OPENED = at(2022, 12, 1)
SURVEY_ANSWERED = at(2022, 12, 16)
SURVEY_DEADLINE = date(2022, 12, 28)
SURVEY_CLOSED = at(2023, 1, 5)
MEETING = at(2023, 2, 14)
SELECTED = at(2023, 2, 15)
STARTED = at(2023, 3, 1)
SIGNED = at(2023, 3, 8)
PROPOSED = at(2023, 3, 13)
CONSENTED = at(2023, 3, 24)
OFFERED = at(2023, 3, 27)
SUBSCRIBED = at(2023, 3, 29)
REPORTED = at(2023, 7, 5)
LATE_JOINED = at(2023, 9, 20)

EXPERTS_REGISTERED = at(2023, 3, 2)
EXPERTS_QUALIFIED = at(2023, 3, 6)
EXPERTS_ASKED_FOR = at(2023, 3, 9)
EXPERTS_TRIAGED = at(2023, 3, 10)
EXPERTS_PROPOSED = at(2023, 3, 14)
EXPERTS_AGREE_UNTIL = date(2023, 3, 31)
EXPERTS_AGREED = at(2023, 3, 22)
EXPERTS_MATCHED = at(2023, 3, 23)
EXPERTS_STARTED = at(2023, 4, 3)
EXPERTS_INTERVIEWED = at(2023, 4, 10)

TRAINING_OFFERED = at(2022, 10, 3)
SUPPORTERS_REGISTERED = at(2023, 3, 6)
SESSIONS_PLANNED = at(2023, 3, 9)
APPLIED = at(2023, 3, 13)
APPLICATIONS_UNTIL = at(2023, 3, 17)
SUPPORTERS_MATCHED = at(2023, 3, 20)
SUPPORTERS_ANSWERED = at(2023, 3, 23)
SUPPORTERS_CANCELLED = at(2023, 3, 28)
SUPPORTERS_CONFIRMED = at(2023, 3, 30)
QUARTER_ENDED = at(2023, 7, 1, 0)

LEARNERS_REGISTERED = at(2023, 3, 15)
TRAINING_ASKED = at(2023, 3, 16)
TRAINING_PLANNED = at(2023, 3, 20)
LEARNERS_NOMINATED = at(2023, 4, 5)
TRAINING_OVER = at(2024, 4, 10)

DISPUTED = at(2023, 7, 20)
ANSWERED = at(2023, 7, 27)
RESOLVED = at(2023, 8, 3)
PAID = at(2023, 8, 25)
INTERIM = at(2023, 11, 2)  # by 5 November
FINAL = at(2024, 2, 14)  # by 15 February
CALCULATED = at(2024, 4, 12)
SEALED = at(2024, 6, 3)  # after the settlement period, which ends on 31 May

CALL_DRAFTED = at(2023, 5, 1)
CALL_PUBLISHED = at(2023, 5, 8)
COMMITTED = at(2023, 5, 18)
COMMITMENTS_UNTIL = date(2023, 5, 31)
TOPPED_UP = at(2023, 6, 5)
TOP_UP_UNTIL = date(2023, 6, 9)
QUESTIONS_UNTIL = date(2023, 6, 14)
QUOTED = at(2023, 6, 20)
QUOTATIONS_UNTIL = date(2023, 6, 30)
OPENED = at(2023, 7, 3)
SCORED = at(2023, 7, 6)
AWARD_PROPOSED = at(2023, 7, 10)
AWARDED = at(2023, 7, 24)
CONTRACTED = at(2023, 7, 28)
ORDERED = at(2023, 8, 4)
ACCEPTED = at(2023, 8, 8)
WANTED_ON = date(2023, 9, 29)
DELIVERED = at(2023, 9, 20)
INSPECTED = at(2023, 9, 26)
INVOICED = at(2023, 10, 3)
MATCHED = at(2023, 10, 10)
