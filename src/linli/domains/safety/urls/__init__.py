"""Routes of safety for staff, one module for each group of pages."""

from linli.domains.safety.urls import duties, federation, hazards, inspections, patrols, plans, risks, sites, teams

app_name = "safety"
urlpatterns = [
    *sites.urlpatterns,
    *plans.urlpatterns,
    *risks.urlpatterns,
    *inspections.urlpatterns,
    *hazards.urlpatterns,
    *patrols.urlpatterns,
    *duties.urlpatterns,
    *teams.urlpatterns,
    *federation.urlpatterns,
]
