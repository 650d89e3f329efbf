"""What managers read."""

from django.urls import include, path

from reports import customer, home, views

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
    path("customers/<str:pk>/", customer.customer, name="customer"),
    path("reports/", include(lists)),
]
