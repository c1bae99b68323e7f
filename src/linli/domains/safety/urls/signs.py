"""What a sign on the spot leads to; anybody may look."""

from django.urls import path

from linli.domains.safety.web import signs

app_name = "signs"
urlpatterns = [path("<slug:tag>", signs.sign, name="sign")]
