"""What every resource of the API does: rights by method, scope by visible_to, masked columns, keyset pages."""

from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.models import User
from accounts.roles import Permission
from grids.scope import Scope
from surfaces import paging
from surfaces.api.shapes import Shape
from surfaces.doors import unfinished

PAGING = {"after", "before", "size"}
SIZES = (1, 200)
"""Rows of a page: `?size=` within these, 50 when not asked."""


class Holds(BasePermission):
    """Somebody with an account in order, who holds the resource's right for this method somewhere."""

    message = "您没有这项权限。"

    def has_permission(self, request: Request, view: Any) -> bool:
        user = request.user
        if not isinstance(user, User) or unfinished(user):
            return False
        return Scope.of(user).may(view.right(request.method))


class Resource(GenericViewSet[Any]):
    """One kind of row. `order` is the keyset order; `full` shows more columns of one row than `brief` of many."""

    permission_classes = (Holds,)
    lookup_value_regex = r"\d+"
    rights: ClassVar[dict[str, Permission]]
    order: ClassVar[tuple[str, ...]]
    brief: ClassVar[Shape]
    full: ClassVar[Shape]

    def right(self, method: str | None) -> Permission:
        return self.rights.get(method or "", self.rights["GET"])

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return self.brief.model._default_manager.none()
        visible: QuerySet[Any] = self.brief.model._default_manager.visible_to(self.request.user)  # type: ignore[attr-defined]
        return visible

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Narrowed by what was asked; building the filters costs more than the rows, so only when something was."""
        asked = self.request.query_params.keys() - PAGING
        return super().filter_queryset(queryset) if asked else queryset

    def list(self, request: Request) -> Response:
        return paged(request, self.filter_queryset(self.get_queryset()), self.brief, self.order)

    def retrieve(self, request: Request, pk: str) -> Response:
        return Response(self.one(pk))

    def one(self, pk: Any) -> dict[str, Any]:
        """One visible row in detail. Raises Http404 outside the person's scope."""
        found = self.get_queryset().filter(pk=pk).values(*self.full.columns.values()).first()
        if found is None:
            raise Http404
        return self.full.row(found)

    @property
    def user(self) -> User:
        return cast(User, self.request.user)


def paged(request: Request, rows: QuerySet[Any], shape: Shape, order: Sequence[str]) -> Response:
    """The asked page of rows in a shape."""
    columns = {*shape.columns.values(), *(name.removeprefix("-") for name in order)}
    page = paging.page(request._request, rows.values(*columns), order=order, size=size_asked(request))
    return Response(
        {
            "count": min(page.counted, paging.COUNT_CAP),
            "count_capped": page.counted > paging.COUNT_CAP,
            "next": link(request, page.next),
            "previous": link(request, page.previous),
            "results": [shape.row(row) for row in page],
        }
    )


def page_of(shape: Shape) -> type[serializers.Serializer[Any]]:
    """What `paged` answers, for the schema."""
    return type(
        f"{shape.serializer.__name__}Page",
        (serializers.Serializer,),
        {
            "count": serializers.IntegerField(help_text=f"最多数到 {paging.COUNT_CAP}"),
            "count_capped": serializers.BooleanField(help_text="是否还有更多"),
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
            "results": shape.serializer(many=True),
        },
    )


ONE = [OpenApiParameter("id", int, OpenApiParameter.PATH)]
PAGED = [
    OpenApiParameter("after", str, description="下一页的游标，取自 next"),
    OpenApiParameter("before", str, description="上一页的游标，取自 previous"),
    OpenApiParameter("size", int, description=f"每页行数，{SIZES[0]} 到 {SIZES[1]}，默认 {paging.SIZE}"),
]


def documented(resource: type[Resource]) -> type[Resource]:
    """Class decorator: tells the schema the shapes of the list and of one row."""
    listed = extend_schema(responses=page_of(resource.brief), parameters=PAGED)
    read = extend_schema(responses=resource.full.serializer, parameters=ONE)
    resource.list = listed(resource.list)  # type: ignore[method-assign]
    resource.retrieve = read(resource.retrieve)  # type: ignore[method-assign]
    return resource


def size_asked(request: Request) -> int:
    asked = request.query_params.get("size", "")
    least, most = SIZES
    return min(max(int(asked), least), most) if asked.isdecimal() else paging.SIZE


def link(request: Request, query: str) -> str | None:
    return request.build_absolute_uri(f"?{query}") if query else None
