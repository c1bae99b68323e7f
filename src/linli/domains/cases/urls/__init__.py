"""Routes of cases, one list for each group of pages."""

from linli.domains.cases.urls import staff

app_name = "cases"
urlpatterns = [*staff.urlpatterns]
