"""Routes of duties."""

from django.urls import URLPattern, path

from linli.domains.safety.web import duties, duties_acting, duties_planning
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


TIME = "duties/times/<uuid:key>"

urlpatterns: list[URLPattern] = [
    at("duties/", duties.calendar, "duties"),
    at("duties/sheet", duties.sheet, "duties_sheet"),
    at("duties/mine", duties.mine, "my_duties"),
    at("duties/missed", duties.missed, "missed_duties"),
    at("duties/missed/sheet", duties.missed_sheet, "missed_duties_sheet"),
    at("duties/figures", duties.figures, "duty_figures"),
    at("duties/figures/sheet", duties.figures_sheet, "duty_figures_sheet"),
    at("duties/leave", duties_acting.leave_desk, "leave_desk"),
    at("duties/leave/<uuid:key>/<slug:verb>", duties_acting.decide_leave, "decide_leave"),
    at("duties/swaps/<uuid:key>/<slug:verb>", duties_acting.answer_swap, "answer_swap"),
    at("duties/feed", duties_acting.renew_feed, "renew_feed"),
    at("duties/feed/close", duties_acting.forget_feed, "forget_feed"),
    path("duties/feed/<str:token>.ics", duties_acting.feed, name="duty_feed"),
    at("duties/new", duties_planning.new, "set_duty"),
    at("duties/preview", duties_planning.look, "preview_duty"),
    at(TIME, duties_acting.show, "duty_time"),
    at(f"{TIME}/done", duties_acting.done, "duty_done"),
    at(f"{TIME}/excuse", duties_acting.excuse, "excuse_duty"),
    at(f"{TIME}/restore", duties_acting.restore, "restore_duty"),
    at(f"{TIME}/stand-in", duties_acting.stand_in, "stand_in"),
    at(f"{TIME}/swap", duties_acting.ask_swap, "ask_swap"),
    at(f"{TIME}/photos/<uuid:file_id>/<slug:variant>", duties.photo, "duty_photo"),
    at("duties/<uuid:key>", duties_planning.show, "duty"),
    at("duties/<uuid:key>/change", duties_planning.change, "change_duty"),
    at("duties/<uuid:key>/end", duties_planning.end, "end_duty"),
]
