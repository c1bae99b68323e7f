"""Seals: what may be stamped, requests, register, ledger."""

from django.urls import URLPattern, path

from linli.domains.lists.web import seal_ledger, seal_lookup, seal_register, sealing
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("seal", sealing.desk, "seal_desk"),
    at("seal/look", seal_lookup.look_at_desk, "look_seal"),
    at("seal/ask", sealing.ask, "ask_seal"),
    at("seal/lines", sealing.lines, "seal_lines"),
    at("seal/uses/<str:number>", sealing.show, "seal_use"),
    at("seal/uses/<str:number>/steps/<str:name>", sealing.step, "seal_step"),
    at("seal/uses/<str:number>/files/<uuid:file_id>/<str:variant>", sealing.file, "seal_file"),
    at("seal/uses/<str:number>/applicant", sealing.applicant, "seal_applicant"),
    at("seal/seals", seal_ledger.ledger, "seals"),
    at("seal/seals/new", seal_ledger.register, "register_seal"),
    at("seal/seals/<int:seal_id>", seal_ledger.show, "seal"),
    at("seal/seals/<int:seal_id>/imprint", seal_ledger.imprint, "seal_imprint"),
    at("seal/seals/<int:seal_id>/hand-over", seal_ledger.hand_over, "hand_over_seal"),
    at("seal/seals/<int:seal_id>/change/<str:kind>", seal_ledger.change, "change_seal"),
    at("seal/seals/<int:seal_id>/out", seal_ledger.ask_out, "ask_seal_out"),
    at("seal/outings/<str:number>", seal_ledger.show_out, "seal_out"),
    at("seal/outings/<str:number>/steps/<str:name>", seal_ledger.step_out, "seal_out_step"),
    at("seal/register", seal_register.show, "seal_register"),
    at("seal/register/sheet", seal_register.sheet, "seal_register_sheet"),
    at("seal/register/pdf", seal_register.pdf, "seal_register_pdf"),
    at("seal/figures", seal_register.figures, "seal_figures"),
]
