"""Routes of the field app and of the phones it runs on; one module per group."""

from linli.domains.field.urls import app, phones

app_name = "field"
urlpatterns = [*app.urlpatterns, *phones.urlpatterns]
