"""Routes of cases, one list for each group of pages."""

from linli.domains.cases.urls import staff, tables

app_name = "cases"
urlpatterns = [*staff.urlpatterns, *tables.urlpatterns]
