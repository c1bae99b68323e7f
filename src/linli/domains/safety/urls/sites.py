"""Routes of sites: the register, a place, its responsibilities, signs; one post, two duties."""

from django.urls import URLPattern, path

from linli.domains.safety.web import responsibilities, signs, site_changes, site_import, sites, two_duties
from linli.domains.safety.web.site_asked import with_territory
from linli.web.desk import View, with_right


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, with_territory(view), name=name)


def kept(route: str, view: View, name: str) -> URLPattern:
    """For those who keep sites somewhere."""
    return path(route, with_territory(with_right("keep_sites")(view)), name=name)


urlpatterns: list[URLPattern] = [
    at("sites", sites.register, "sites"),
    at("sites/map", sites.on_map, "sites_map"),
    at("sites/sheet", sites.sheet, "sites_sheet"),
    at("sites/labels", signs.sheets, "site_labels"),
    at("sites/targets", site_changes.targets, "targets"),
    at("sites/targets/<int:unit_id>", site_changes.set_target, "set_target"),
    kept("sites/new", sites.add, "add_site"),
    kept("sites/attributes", sites.attributes, "site_attributes"),
    kept("sites/import", site_import.take, "import_sites"),
    kept("sites/import/pattern", site_import.pattern, "sites_pattern"),
    at("responsibilities", responsibilities.matrix, "matrix"),
    at("responsibilities/sheet", responsibilities.sheet, "matrix_sheet"),
    at("two-duties", two_duties.units, "duty_units"),
    at("two-duties/<int:unit_id>", two_duties.unit, "duty_unit"),
    at("two-duties/<int:unit_id>/new", two_duties.lay_down, "lay_down_duty"),
    at("two-duties/<int:unit_id>/<int:row_id>/end", two_duties.end, "end_post_duty"),
    at("sites/<str:code>", sites.show, "site"),
    at("sites/<str:code>/amend", site_changes.amend, "amend_site"),
    at("sites/<str:code>/move", site_changes.move, "move_site"),
    at("sites/<str:code>/watch", site_changes.watch, "watch_site"),
    at("sites/<str:code>/turn/<slug:verb>", site_changes.turn, "turn_site"),
    at("sites/<str:code>/responsibilities/<slug:kind>", responsibilities.hand, "hand_responsibility"),
    at("sites/<str:code>/responsibilities/<slug:kind>/end", responsibilities.end, "end_responsibility"),
    at("sites/<str:code>/contacts/<int:row_id>", responsibilities.contact, "holder_contact"),
]
