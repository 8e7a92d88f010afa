"""Addresses of the console."""

from django.urls import path

from surfaces.console import home, inbox, issues

app_name = "console"
urlpatterns = [
    path("", home.home, name="home"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/read/", inbox.read_all, name="inbox_read"),
    path("inbox/<int:pk>/", inbox.open_notice, name="notice"),
    path("issues/", issues.desk, name="issues"),
    path("issues/new/", issues.collect_page, name="collect"),
    path("issues/<int:pk>/", issues.issue, name="issue"),
    path("issues/<int:pk>/moves/<slug:name>/", issues.move, name="move"),
    path("issues/<int:pk>/files/<int:file_pk>/", issues.file, name="issue_file"),
]
