"""The events of a request rebuild its row."""

from issues.history import History
from issues.models import RequestEvent, ServiceRequest

REQUESTS = History(ServiceRequest, RequestEvent, "request")
