"""Routes of plans and drills."""

from django.urls import URLPattern, path

from linli.domains.safety.web import site_plans
from linli.domains.safety.web.site_asked import with_territory
from linli.web.desk import View


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, with_territory(view), name=name)


urlpatterns: list[URLPattern] = [
    at("plans", site_plans.desk, "plans"),
    at("sites/<str:code>/plans/draft", site_plans.draft, "draft_plan"),
    at("sites/<str:code>/plans/compare", site_plans.compare, "compare_plans"),
    at("sites/<str:code>/plans/<int:no>", site_plans.show, "plan"),
    at("sites/<str:code>/plans/<int:no>/wall", site_plans.wall, "plan_wall"),
    at("sites/<str:code>/plans/<int:no>/approve", site_plans.approve, "approve_plan"),
    at("sites/<str:code>/plans/<int:no>/withdraw", site_plans.withdraw, "withdraw_plan"),
    at("sites/<str:code>/plans/<int:no>/drill", site_plans.drill, "record_drill"),
    at("sites/<str:code>/plans/<int:no>/file/<str:variant>", site_plans.file, "plan_file"),
]
