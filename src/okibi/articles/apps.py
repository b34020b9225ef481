from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    name = "okibi.articles"
    label = "okibi_articles"
