"""Routes of lists for residents: published lists, and what the seal may be used for. They answer without a sign-in."""

from django.urls import URLPattern, path

from linli.domains.lists.web import open_lists, seal_lookup

app_name = "open_lists"
urlpatterns: list[URLPattern] = [
    path("", open_lists.home, name="home"),
    path("list/<slug:code>", open_lists.one_list, name="list"),
    path("item/<slug:code>", open_lists.one_item, name="item"),
    path("seal", seal_lookup.look, name="seal"),
    path("seal/all", seal_lookup.whole_list, name="seal_list"),
]
