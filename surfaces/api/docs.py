"""The schema and the pages that show it, from our own files, under our own policy (no inline script or style)."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from surfaces.doors import needs

_schema = SpectacularAPIView.as_view()
_page = SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html")


@needs()
def schema(request: HttpRequest) -> HttpResponseBase:
    return _schema(request)


@needs()
def docs(request: HttpRequest) -> HttpResponseBase:
    return _page(request)
