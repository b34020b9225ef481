"""Where foreign services push to: /hooks/<kind>/<account>, some with the name of the event after it."""

from django.urls import URLPattern, path

from okibi.hooks import views

urlpatterns: list[URLPattern] = [
    path("files/<str:signed>", views.file, name="hooks-file"),
    path("<slug:kind>/<slug:account>", views.hook, name="hooks-push"),
    path("<slug:kind>/<slug:account>/<path:rest>", views.hook, name="hooks-push-event"),
]
