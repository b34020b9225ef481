"""The list of help articles, and one of them with its preview."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.accounts.roles import Role
from okibi.articles import selectors, services
from okibi.articles.markup import as_html
from okibi.articles.services import Written
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said, tried
from okibi.kernel.clock import now
from okibi.schemes.services import in_force

WRITERS = (Role.LEADING, Role.ADMIN)
TEXT = {"rows": "14"}
LONGEST = 50_000  # characters of an article


class ArticleForm(forms.Form):
    """An article in both languages."""

    title_ru = forms.CharField(label=_("Russian title"), max_length=160)
    body_ru = forms.CharField(label=_("Russian text"), max_length=LONGEST, widget=forms.Textarea(attrs=TEXT))
    title_en = forms.CharField(label=_("English title"), max_length=160, required=False)
    body_en = forms.CharField(
        label=_("English text"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": "8"}),
        help_text=_("Without it, readers of English get the Russian article."),
    )
    products = forms.MultipleChoiceField(
        label=_("Products"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: about all of them."),
    )
    slug = forms.CharField(
        label=_("Address on the site"),
        max_length=80,
        required=False,
        help_text=_("After /help/. Empty: made of the title."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        products = in_force(now()).scheme.products
        self.fields["products"].choices = [(each.code, said(each.name)) for each in products]  # type: ignore[attr-defined]


@page
@require_GET
def articles(request: HttpRequest) -> HttpResponse:
    """All articles with their state."""
    language = get_language() or "ru"
    names = {each.code: said(each.name) for each in in_force(now()).scheme.products}
    rows = [
        {
            "article": each,
            "title": each.title(language),
            "products": ", ".join(names.get(code, code) for code in each.products),
        }
        for each in selectors.all_articles()
    ]
    context = {"rows": rows, "may_write": staff_of(request).has_role(*WRITERS)}
    return render(request, "console/articles/list.html", context)


@page(roles=WRITERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, article_id: int | None = None) -> HttpResponse:
    """Write one."""
    found = selectors.by_id(article_id) if article_id else None
    initial = {name: getattr(found, name) for name in ArticleForm.base_fields} if found else {}
    form = ArticleForm(request.POST if request.method == "POST" else None, initial=initial)
    kept = tried(form, lambda data: services.save(article_id, Written(**data), actor_of(request)))
    if kept:
        messages.success(request, _("The article is saved."))
        return redirect("console-articles-edit", kept.pk)
    return render(request, "console/articles/edit.html", {"form": form, "found": found})


@page(roles=WRITERS)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The texts as the site will show them."""
    parts = [
        {
            "language": language,
            "title": request.POST.get(f"title_{language}", ""),
            "html": mark_safe(as_html(request.POST.get(f"body_{language}", "")[:LONGEST])),  # noqa: S308  by nh3
        }
        for language in ("ru", "en")
    ]
    shown = [part for part in parts if part["title"] or part["html"]]
    return render(request, "console/articles/preview.html", {"parts": shown})


@page(roles=WRITERS)
@require_POST
def publish(request: HttpRequest, article_id: int) -> HttpResponse:
    """Let everybody read it."""
    services.publish(article_id, actor_of(request))
    messages.success(request, _("The article is on the site."))
    return redirect("console-articles-edit", article_id)


@page(roles=WRITERS)
@require_POST
def withdraw(request: HttpRequest, article_id: int) -> HttpResponse:
    """Take it off the site."""
    services.withdraw(article_id, actor_of(request))
    messages.success(request, _("The article is off the site; staff still see it here."))
    return redirect("console-articles-edit", article_id)
