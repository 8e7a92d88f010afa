"""The issue register 挂号→督办→销号: issues, their clocks, events, evidence, verdicts, and a county's rules as rows."""

from issues.models.choices import (
    ENDED,
    IN_HAND,
    OPEN,
    STAGES,
    Category,
    Channel,
    ClockKind,
    Colour,
    Grade,
    Ledger,
    Status,
    Urgency,
)
from issues.models.inquiries import Inquiry, InquiryIssue
from issues.models.issue import Involvement, Issue, IssueQuerySet, NumberSeries
from issues.models.orders import OrderSeries, SupervisionOrder
from issues.models.plans import Milestone
from issues.models.publicity import Objection, PublicNotice
from issues.models.recomputation import Recomputation
from issues.models.records import Application, Clock, Evidence, IssueEvent, Verdict
from issues.models.requests import (
    HANDLING,
    LIVE,
    RatingValue,
    RequestEvent,
    RequestKind,
    RequestPhoto,
    RequestQuerySet,
    RequestRating,
    RequestRules,
    RequestSeries,
    RequestStatus,
    ServiceRequest,
    villages_of,
)
from issues.models.rules import Limit, RegisterRules, Rung
from issues.models.wording import Robot, Wording

__all__ = [
    "ENDED",
    "HANDLING",
    "IN_HAND",
    "LIVE",
    "OPEN",
    "STAGES",
    "Application",
    "Category",
    "Channel",
    "Clock",
    "ClockKind",
    "Colour",
    "Evidence",
    "Grade",
    "Inquiry",
    "InquiryIssue",
    "Involvement",
    "Issue",
    "IssueEvent",
    "IssueQuerySet",
    "Ledger",
    "Limit",
    "Milestone",
    "NumberSeries",
    "Objection",
    "OrderSeries",
    "PublicNotice",
    "RatingValue",
    "Recomputation",
    "RegisterRules",
    "RequestEvent",
    "RequestKind",
    "RequestPhoto",
    "RequestQuerySet",
    "RequestRating",
    "RequestRules",
    "RequestSeries",
    "RequestStatus",
    "Robot",
    "Rung",
    "ServiceRequest",
    "Status",
    "SupervisionOrder",
    "Urgency",
    "Verdict",
    "Wording",
    "villages_of",
]
