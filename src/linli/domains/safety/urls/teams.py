"""Routes of teams, the guard unit and joint patrols."""

from django.urls import URLPattern, path

from linli.domains.safety.web import patrol_orders, patrol_teams
from linli.web.desk import View, for_staff


def at(route: str, view: View, name: str) -> URLPattern:
    return path(route, for_staff(view), name=name)


urlpatterns: list[URLPattern] = [
    at("teams", patrol_teams.listed, "teams"),
    at("teams/new", patrol_teams.found, "found_team"),
    at("teams/<int:key>", patrol_teams.show, "team"),
    at("teams/<int:key>/change", patrol_teams.change, "change_team"),
    at("teams/<int:key>/end", patrol_teams.end, "end_team"),
    at("teams/<int:key>/members/new", patrol_teams.add_member, "add_team_member"),
    at("teams/<int:key>/members/<int:member>/end", patrol_teams.end_member, "end_team_member"),
    at("teams/<int:key>/members/<int:member>/read/<str:field>", patrol_teams.read_member, "read_team_member"),
    at("guard", patrol_orders.guard, "guard"),
    at("guard/orders/new", patrol_orders.order, "order_guard"),
    at("guard/orders/<str:number>", patrol_orders.deployment, "deployment"),
    at("guard/orders/<str:number>/steps/<str:name>", patrol_orders.step_deployment, "deployment_step"),
    at("guard/orders/<str:number>/files/<uuid:file_id>/<str:variant>", patrol_orders.deployment_file,
       "deployment_file"),
    at("joint", patrol_orders.joints, "joints"),
    at("joint/new", patrol_orders.ask, "ask_joint"),
    at("joint/<str:number>", patrol_orders.joint, "joint"),
    at("joint/<str:number>/steps/<str:name>", patrol_orders.step_joint, "joint_step"),
    at("joint/<str:number>/files/<uuid:file_id>/<str:variant>", patrol_orders.joint_file, "joint_file"),
]  # fmt: skip
