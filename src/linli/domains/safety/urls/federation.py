"""Routes of federations, the contact of grids with committees, and visits."""

from django.urls import URLPattern, path

from linli.domains.safety.web import contacts, dissolving, federation_meetings, federations, incidents, visits
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


ONE = "federations/<int:unit_id>"
NOTICE = "notices/<uuid:key>"

urlpatterns: list[URLPattern] = [
    at("federations/", federations.listed, "federations"),
    at("federations/new", federations.found, "found_federation"),
    at(f"{ONE}/", federations.show, "federation"),
    at(f"{ONE}/directory", federations.directory, "federation_directory"),
    at(f"{ONE}/sheet", federations.sheet, "federation_sheet"),
    at(f"{ONE}/dissolve", dissolving.dissolve, "dissolve_federation"),
    at(f"{ONE}/members/new", federations.join, "join_federation"),
    at(f"{ONE}/members/<int:member_id>/phone", federations.phone, "member_phone"),
    at(f"{ONE}/members/<int:member_id>/<slug:verb>", federations.change, "change_member"),
    at(f"{ONE}/meetings/new", federation_meetings.call, "call_federation"),
    at(f"{ONE}/meetings/series", federation_meetings.begin, "begin_federation_meetings"),
    at(f"{ONE}/meetings/<int:meeting_id>/hazards", federation_meetings.hazards, "notify_hazards"),
    at(f"{ONE}/notices/", incidents.listed, "federation_notices"),
    at(f"{ONE}/notices/new", incidents.tell, "tell_federation"),
    at(f"{ONE}/experience", incidents.experience, "federation_experience"),
    at(f"{NOTICE}/", incidents.show, "notice"),
    at(f"{NOTICE}/file", incidents.file, "notice_file"),
    at(f"{NOTICE}/recurrence", incidents.recur, "recur_notice"),
    at(f"{NOTICE}/answers/<int:answer_id>/<slug:verb>", incidents.answer, "answer_notice"),
    at("contacts/", contacts.overview, "contacts"),
    at("contacts/new", contacts.write, "write_contact"),
    at("contacts/plan", contacts.plan, "plan_contact"),
    at("contacts/sheet", contacts.sheet, "contacts_sheet"),
    at("contacts/<int:unit_id>", contacts.committee, "committee_contacts"),
    at("contacts/<uuid:key>/confirm", contacts.confirm, "confirm_contact"),
    at("visits/", visits.listed, "visits"),
    at("visits/new", visits.write, "write_visit"),
    at("visits/sheet", visits.sheet, "visits_sheet"),
    at("visits/<uuid:key>/files/<uuid:file_id>/<slug:variant>", visits.photo, "visit_photo"),
]
