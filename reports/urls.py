"""What managers read."""

from django.urls import include, path

from reports import home, views

lists = (
    [
        path("", views.first_list, name="index"),
        path("notes/", views.notes, name="notes"),
        path("campaigns/<slug:slug>/", views.campaign, name="campaign"),
        path("risks/", views.risks, name="risks"),
    ],
    "reports",
)
urlpatterns = [
    path("", home.home, name="home"),
    path("reports/", include(lists)),
]
