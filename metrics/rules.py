"""The settings that definitions depend on: windows, limits and thresholds, with the defaults that ship."""

from dataclasses import dataclass, field, fields

DAY = 86_400
HOUR = 3_600
MINUTE = 60
DAYS_OFF = 9  # in a row, at most: a holiday week with the weekends that it joins


@dataclass(frozen=True, slots=True)
class Deadline:
    """Seconds from receipt of a complaint to its first response and to its resolution."""

    response: int
    resolution: int


@dataclass(frozen=True, slots=True)
class Rules:
    """A site's settings. They travel into every computation, so that nothing depends on hidden state."""

    fcr_window_days: int = 7  # W: no further contact within it
    fcr_gap_days: int = 7  # W0: no contact within it before a first contact
    fcr_same_channel: bool = False  # look for repeats in the same channel only
    resolution_days: int = 7  # until most contacts of a day are resolved
    review_days: int = 7  # until centre QA has come round to a day's contacts
    cause_days: int = 14  # until the cause of a day's complaints is established
    week_days: int = 6  # until a week is over, counted from its Monday
    answer_seconds: int = 20  # T: a contact answered within it was answered in time
    short_abandon_seconds: int = 5  # who gives up sooner has hardly waited
    service_level_formula: str = "of_offered"  # which of metrics/answering.py's FORMULAS the service level is
    queueless_channels: tuple[str, ...] = ("email", "social", "self_service")  # nobody waits there for an answer
    self_service_channels: tuple[str, ...] = ("self_service",)
    containment_seconds: int = 24 * HOUR  # after self-service: until then the customer turned to no person
    containment_days: int = 1  # until that time has passed
    heated_score: int = 80  # from it on an emotion is heated
    high_value_tier: str = "high_value"
    follow_up_seconds: int = 24 * HOUR  # from the resolution of a complaint to the follow-up
    high_value_follow_up_seconds: int = 2 * HOUR
    hand_over_seconds: int = 10 * MINUTE  # from receipt to the responsible department
    department_seconds: int = 2 * HOUR  # from there to its proposal
    solution_seconds: int = 24 * HOUR  # from receipt to a solution
    deadline_clock: str = "always"  # when the clock of complaint deadlines runs: see metrics/working_time.py
    office_opens_seconds: int = 9 * HOUR  # from midnight
    office_closes_seconds: int = 18 * HOUR
    around_the_clock: tuple[str, ...] = ("urgent",)  # severities whose clock always runs: a danger keeps no hours
    reminder_department_seconds: int = 2 * HOUR  # from the hand-over to a reminder of the department, as its time ends
    reminder_head_seconds: int = 4 * HOUR  # to one of its head
    reminder_leader_seconds: int = 8 * HOUR  # to one of the leader above
    due_soon_seconds: int = 4 * HOUR  # what falls due is told for these times ahead
    due_later_seconds: int = 8 * HOUR
    due_last_seconds: int = 24 * HOUR
    script_items: tuple[str, ...] = ("promise_script", "inducement")  # of a review: what may not be promised
    growth_alarm: float = 15.0  # percent a month: a kind of complaint that may grow as fast alarms
    repeat_complaint_days: int = 30  # a complaint of the same customer and type within it is a repeat
    escalation_days: int = 60  # until most complaints that escalate have done so
    look_back_days: int = 90  # before an escalation: own contacts and complaints
    escalation_complaints: int = 3  # of one customer about one issue, within the time looked back on: a trigger
    strong_dissatisfaction: int = 80  # of 100: from it on a customer who complains is strongly dissatisfied
    win_back_days: int = 90  # after the recovery contact
    handle_reference_days: int = 90  # the first days of the data: what a usual handle time is
    handle_time_bands: tuple[tuple[str, int, int], ...] = ()  # issue type, seconds from and to; "": all others
    contact_sla_is_recorded: bool = True  # as the source has it: whether a contact kept its limit needs no waiting for
    calibration_days: int = 90  # before the end of a period: contacts that two people reviewed are few
    backlog_days: int = 1  # a backlog is that of the period's last day
    satisfied_score: int = 4  # of 5: from it on an answer is a satisfied one
    dissatisfied_score: int = 2  # up to it a customer asked at a follow-up is dissatisfied: the case is reopened
    self_check_seconds: int = 30 * MINUTE  # from a contact's end to the agent's own check
    team_share: float = 10.0  # percent of each day's contacts that team QA samples
    centre_share: float = 20.0  # percent of agents that centre QA covers every week
    random_share: float = 30.0  # percent of the sampling plan that is drawn at random
    new_agent_days: int = 90  # from hiring on: until then an agent is new
    training_workdays: int = 3  # after the day of a finding: until the training
    recurrence_days: int = 30  # after a finding was closed: found again within it, it came back
    staff_service_level: float = 80.0  # percent of contacts answered within T: what the staff is reckoned for
    staff_occupancy: float = 85.0  # percent of their time that agents may be busy at most
    staff_shrinkage: float = 30.0  # percent of paid time in which agents are not there for contacts
    min_denominator: int = 30
    coverage_reviews: int = 1  # k: reviews that make an agent covered in a week
    eligible_seconds: int = 10  # shorter contacts are not eligible for review
    twice_limit: float = 0.1  # percent of rows: from it on copies are trouble
    orphan_limit: float = 1.0  # the same of rows that name one that is not on record
    impossible_limit: float = 0.1  # of times and numbers that cannot be
    unmapped_limit: float = 1.0  # of codes that the definitions do not know
    empty_limit: float = 10.0  # of what is left open: unidentified customers
    late_limit: float = 5.0  # of rows that came after their day
    volume_limit: float = 30.0  # percent more or less than expected: an unusual day
    control_rules: str = "nhs"  # which patterns of a control chart are no chance: see metrics/spc/rule_sets.py
    stage: str = "young"  # of the centre: which indicators lead, see metrics/stages.py
    deadlines: dict[str, Deadline] = field(
        default_factory=lambda: {
            "general": Deadline(30 * MINUTE, 24 * HOUR),
            "serious": Deadline(1 * HOUR, 48 * HOUR),
            "urgent": Deadline(10 * MINUTE, 2 * HOUR),
        }
    )
    contact_limits: dict[str, int] = field(  # seconds to resolution by priority, where no result is recorded
        default_factory=lambda: {"urgent": 2 * HOUR, "high": 8 * HOUR, "normal": 24 * HOUR, "low": 72 * HOUR}
    )

    @property
    def reopen_days(self) -> int:
        """Days until most contacts of a day are resolved and W after that has passed."""
        return self.resolution_days + self.fcr_window_days

    @property
    def contact_limit_days(self) -> int:
        """Days until the limits of a day's contacts have passed."""
        return 0 if self.contact_sla_is_recorded else -(-max(self.contact_limits.values(), default=0) // DAY)

    @property
    def service_follow_up_days(self) -> int:
        """Days until the time for the follow-up of a day's contacts has passed."""
        return -(-self.high_value_follow_up_seconds // DAY)

    @property
    def solution_days(self) -> int:
        """Days until the time for a solution, and for the follow-up of one, has passed."""
        follow_up = max(self.follow_up_seconds, self.high_value_follow_up_seconds)
        days = -(-max(self.solution_seconds, follow_up) // DAY)
        if self.deadline_clock == "always":
            return days
        hours = DAY if self.deadline_clock == "workdays" else self.office_closes_seconds - self.office_opens_seconds
        return max(days, 2 * -(-follow_up // hours) + DAYS_OFF)

    def named(self) -> dict[str, object]:
        """What a definition may name in braces, with its value; limits by severity or priority in seconds."""
        settings = {each.name: getattr(self, each.name) for each in fields(self)} | {"reopen_days": self.reopen_days}
        settings |= {
            "response_limits": {severity: limit.response for severity, limit in self.deadlines.items()},
            "resolution_limits": {severity: limit.resolution for severity, limit in self.deadlines.items()},
        }
        spans = {name.removesuffix("_seconds"): value for name, value in settings.items() if name.endswith("_seconds")}
        settings |= {f"{name}_minutes": value // MINUTE for name, value in spans.items()}
        return settings | {f"{name}_hours": value // HOUR for name, value in spans.items()}
