"""Routes of lists for staff, one module for each group of pages."""

from linli.domains.lists.urls import admission, browse, changing, living, rules, seals, tasks

app_name = "lists"
urlpatterns = [
    *browse.urlpatterns,
    *changing.urlpatterns,
    *admission.urlpatterns,
    *tasks.urlpatterns,
    *living.urlpatterns,
    *seals.urlpatterns,
    *rules.urlpatterns,
]
