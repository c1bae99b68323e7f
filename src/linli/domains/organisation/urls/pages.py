"""Routes of the pages on units, territory, people, meetings, messages and groups. Staff only."""

from django.urls import URLPattern, path

from linli.domains.organisation.web import (
    area_import,
    areas,
    audit,
    groups,
    meeting_series,
    meetings,
    notices,
    people,
    units,
    wordings,
)
from linli.web.desk import View, for_staff

app_name = "organisation"


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


WORDING = "wordings/<slug:code>/<slug:channel>/<slug:language>"

urlpatterns = [
    at("units", units.listed, "units"),
    at("units/new", units.found_one, "found_unit"),
    at("units/export", units.export, "export_units"),
    at("units/<int:unit_id>", units.one, "unit"),
    at("units/<int:unit_id>/below", units.below, "below"),
    at("units/<int:unit_id>/ties", units.tie, "tie_unit"),
    at("units/<int:unit_id>/ties/<int:link_id>/end", units.untie, "untie_unit"),
    at("units/<int:unit_id>/change/<slug:verb>", units.change, "change_unit"),
    at("areas", areas.listed, "areas"),
    at("areas/shapes", areas.shapes, "shapes"),
    at("areas/new", areas.draw, "draw_area"),
    at("areas/import", area_import.import_areas, "import_areas"),
    at("areas/check", areas.check, "check_grids"),
    at("areas/<int:area_id>", areas.one, "area"),
    at("areas/<int:area_id>/boundary", areas.redraw, "redraw_area"),
    at("areas/<int:area_id>/facts", areas.describe, "describe_area"),
    at("grids", areas.grids, "grids"),
    at("grids/<int:unit_id>/beat", areas.map_beat, "map_beat"),
    at("people", people.listed, "people"),
    at("people/new", people.engage, "engage"),
    at("people/<uuid:person_id>", people.one, "person"),
    at("people/<uuid:person_id>/account", people.open_account, "open_account"),
    at("posts/new", people.appoint, "appoint"),
    at("posts/<int:post_id>/end", people.end_post, "end_post"),
    at("posts/<int:post_id>/deputise", people.deputise, "deputise"),
    at("roles", people.roles, "roles"),
    at("meetings", meetings.listed, "meetings"),
    at("meetings/new", meetings.call, "call_meeting"),
    at("meetings/series", meeting_series.listed, "series"),
    at("meetings/series/new", meeting_series.begin, "begin_series"),
    at("meetings/series/<int:series_id>/end", meeting_series.end, "end_series"),
    at("meetings/lessons", meetings.lessons, "lessons"),
    at("meetings/<int:meeting_id>", meetings.one, "meeting"),
    at("meetings/<int:meeting_id>/cancel", meetings.cancel, "cancel_meeting"),
    at("meetings/<int:meeting_id>/attendance", meetings.attend, "attend"),
    at("meetings/<int:meeting_id>/minutes", meetings.minute, "minute"),
    at("meetings/<int:meeting_id>/lessons", meetings.learn, "learn"),
    at("meetings/<int:meeting_id>/decisions", meetings.decide, "decide"),
    at("resolutions/<str:number>", meetings.resolution, "resolution"),
    at("resolutions/<str:number>/<slug:name>", meetings.step, "take_step"),
    at("groups", groups.listed, "groups"),
    at("groups/create", groups.create, "create_groups"),
    at("groups/<int:unit_id>", groups.one, "group"),
    at("groups/<int:unit_id>/members", groups.add, "add_member"),
    at("groups/<int:unit_id>/residents", groups.add_resident, "add_resident"),
    at("groups/<int:unit_id>/members/<int:member_id>/remove", groups.remove, "remove_member"),
    at("groups/messages/<uuid:post_id>/case", groups.hand_on, "hand_on"),
    at("groups/messages/<uuid:post_id>/files/<uuid:file_id>/<slug:variant>", groups.file, "group_file"),
    at("notices", notices.listed, "notices"),
    at("notices/read", notices.read, "read_notices"),
    at("notices/preference", notices.preference, "preference"),
    at("wordings", wordings.listed, "wordings"),
    at(WORDING, wordings.edit, "wording"),
    at(f"{WORDING}/restore", wordings.restore, "restore_wording"),
    at("audit/readings", audit.readings, "readings"),
    at("audit/readings/export", audit.export, "export_readings"),
    at("audit/changes", audit.changes, "changes"),
    at("audit/journal", audit.journal, "journal"),
    at("deliveries", wordings.deliveries, "deliveries"),
    at("deliveries/<int:delivery_id>/resend", wordings.resend, "resend"),
]
