"""Addresses under /console/articles/."""

from django.urls import path

from okibi.console.articles import views

urlpatterns = [
    path("", views.articles, name="console-articles"),
    path("new/", views.edit, name="console-articles-new"),
    path("preview", views.preview, name="console-articles-preview"),
    path("<int:article_id>/", views.edit, name="console-articles-edit"),
    path("<int:article_id>/publish", views.publish, name="console-articles-publish"),
    path("<int:article_id>/withdraw", views.withdraw, name="console-articles-withdraw"),
]
