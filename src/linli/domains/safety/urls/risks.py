"""Routes of risks."""

from django.urls import URLPattern, path

from linli.domains.safety.web import site_risks
from linli.domains.safety.web.site_asked import with_territory
from linli.web.desk import View


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, with_territory(view), name=name)


urlpatterns: list[URLPattern] = [
    at("risks", site_risks.desk, "risks"),
    at("sites/<str:code>/risks/new", site_risks.assess, "assess_risk"),
    at("sites/<str:code>/risks/<int:risk_id>/again", site_risks.again, "assess_again"),
    at("sites/<str:code>/risks/<int:risk_id>/end", site_risks.end, "end_risk"),
    at("sites/<str:code>/risks/<int:risk_id>/check", site_risks.check, "check_risk"),
]
