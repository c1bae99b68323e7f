"""Routes of patrols: plan, log, walks, who is out, coverage, what was missed, the books of buildings."""

from django.urls import URLPattern, path

from linli.domains.safety.web import patrol_books, patrol_cover, patrol_log, patrol_plan
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("patrols/plan", patrol_plan.plan, "patrol_plan"),
    at("patrols/targets", patrol_plan.targets, "patrol_targets"),
    at("patrols/targets/sheet", patrol_plan.targets_sheet, "patrol_targets_sheet"),
    at("patrols/routes/new", patrol_plan.add, "add_route"),
    at("patrols/routes/<int:key>", patrol_plan.show, "route"),
    at("patrols/routes/<int:key>/points", patrol_plan.change_points, "change_route_points"),
    at("patrols/routes/<int:key>/time", patrol_plan.change_time, "change_route_time"),
    at("patrols/routes/<int:key>/end", patrol_plan.end, "end_route"),
    at("patrols/routes/<int:key>/write", patrol_books.write, "write_walk"),
    at("patrols/log", patrol_log.show, "patrol_log"),
    at("patrols/log/sheet", patrol_log.sheet, "patrol_log_sheet"),
    at("patrols/log/<uuid:entry>/photos/<uuid:file_id>/<str:variant>", patrol_log.photo, "log_photo"),
    at("patrols/log/<uuid:entry>/follow", patrol_log.follow, "follow_entry"),
    at("patrols/log/<uuid:entry>/report", patrol_log.report, "report_entry"),
    at("patrols/walks/<uuid:key>", patrol_log.walk, "walk"),
    at("patrols/walks/<uuid:key>/track", patrol_log.track, "walk_track"),
    at("patrols/live", patrol_cover.live, "patrols_live"),
    at("patrols/live/marks", patrol_cover.live_marks, "live_marks"),
    at("patrols/coverage", patrol_cover.coverage, "coverage"),
    at("patrols/coverage/sheet", patrol_cover.coverage_sheet, "coverage_sheet"),
    at("patrols/missed", patrol_cover.missed, "missed_patrols"),
    at("patrols/missed/sheet", patrol_cover.missed_sheet, "missed_patrols_sheet"),
    at("patrols/books", patrol_books.books, "patrol_books"),
    at("patrols/books/<int:key>", patrol_books.book, "patrol_book"),
    at("patrols/books/<int:key>/pdf", patrol_books.book_pdf, "patrol_book_pdf"),
]
