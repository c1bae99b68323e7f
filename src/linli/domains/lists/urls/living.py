"""How items are carried out: plan, key projects, check-up, years."""

from django.urls import URLPattern, path

from linli.domains.lists.web import check_up, living, overview, plan, years
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("plan/", plan.show, "plan"),
    at("plan/sheet", plan.sheet, "plan_sheet"),
    at("plan/draft", plan.draft, "draft_plan"),
    at("plan/done", plan.finish_many, "finish_plan_lines"),
    at("plan/new", plan.add, "add_plan_line"),
    at("plan/<int:key>", plan.line, "plan_line"),
    at("plan/<int:key>/change", plan.change, "change_plan_line"),
    at("plan/<int:key>/done", plan.finish, "finish_plan_line"),
    at("plan/<int:key>/drop", plan.drop, "drop_plan_line"),
    at("plan/<int:key>/take-up", plan.take_up, "take_up_plan_line"),
    at("plan/<int:key>/reopen", plan.reopen, "reopen_plan_line"),
    at("plan/<int:key>/evidence/<slug:variant>", plan.evidence, "plan_evidence"),
    at("key/", living.projects, "key_projects"),
    at("key/<str:code>", living.project, "key_project"),
    at("runs/<str:code>", living.item_runs, "runs"),
    at("count", living.count, "count_executions"),
    at("check/", check_up.show, "check_up"),
    at("check/sheet", check_up.sheet, "check_sheet"),
    at("check/run", check_up.run, "run_check"),
    at("check/<int:key>/aside", check_up.aside, "set_aside"),
    at("check/<int:key>/listed", check_up.unaside, "take_back_aside"),
    at("check/<int:key>/mend", check_up.mend, "mend"),
    at("overview", overview.show, "overview"),
    at("money", overview.spending, "money"),
    at("money/sheet", overview.spending_sheet, "money_sheet"),
    at("years/", years.show, "years"),
    at("years/compare", years.compare, "compare_years"),
    at("years/sheet", years.sheet, "years_sheet"),
    at("years/close", years.close, "close_year"),
    at("years/honours/new", years.honour, "register_honour"),
    at("years/honours/<int:key>/back", years.take_back, "take_back_honour"),
]
