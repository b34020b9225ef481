"""Where foreign services push to: /hooks/<kind>/<account>."""

from django.urls import URLPattern, path

from okibi.hooks import views

urlpatterns: list[URLPattern] = [
    path("files/<str:signed>", views.file, name="hooks-file"),
    path("<slug:kind>/<slug:account>", views.hook, name="hooks-push"),
]
