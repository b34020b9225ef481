"""The list of ready answers, and one of them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.accounts.roles import Role
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said, tried
from okibi.kernel.clock import now
from okibi.schemes.services import in_force
from okibi.tickets import answer_templates
from okibi.tickets.answer_templates import FIELDS, Written

WRITERS = (Role.LEADING, Role.ADMIN)
TEXT = {"rows": "7"}


class TemplateForm(forms.Form):
    """A ready answer in both languages."""

    title = forms.CharField(label=_("Template name"), max_length=80, help_text=_("By it, it is found after “/”."))
    text_ru = forms.CharField(label=_("Russian text"), max_length=10_000, widget=forms.Textarea(attrs=TEXT))
    text_en = forms.CharField(
        label=_("English text"),
        max_length=10_000,
        required=False,
        widget=forms.Textarea(attrs=TEXT),
        help_text=_("Without it, the Russian text is offered for English requests too."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Classes of requests"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: for all."),
    )
    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = in_force(now()).scheme.classes.values()
        self.fields["kinds"].choices = [(each.code, said(each.title)) for each in classes]  # type: ignore[attr-defined]


@page
@require_GET
def templates(request: HttpRequest) -> HttpResponse:
    """All ready answers. Everybody reads them; the leading specialist writes them."""
    classes = {each.code: said(each.title) for each in in_force(now()).scheme.classes.values()}
    rows = [
        {
            "template": each,
            "url": reverse("console-answers-edit", args=[each.pk]),
            "kinds": ", ".join(classes.get(kind, kind) for kind in each.kinds),
        }
        for each in answer_templates.all_templates()
    ]
    may_write = staff_of(request).has_role(*WRITERS)
    return render(request, "console/answers/list.html", {"rows": rows, "may_write": may_write})


@page(roles=WRITERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, template_id: int | None = None) -> HttpResponse:
    """Write one."""
    found = answer_templates.find(template_id) if template_id else None
    initial = {name: getattr(found, name) for name in ("title", "text_ru", "text_en", "kinds")} if found else {}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if tried(form, lambda data: answer_templates.save(found, Written(**data), actor_of(request))):
        messages.success(request, _("The template is saved."))
        return redirect("console-answers")
    context = {"form": form, "found": found, "fields": [f"{{{ru}}}" for ru in FIELDS]}
    return render(request, "console/answers/edit.html", context)


@page(roles=WRITERS)
@require_POST
def delete(request: HttpRequest, template_id: int) -> HttpResponse:
    """Remove one."""
    answer_templates.delete(answer_templates.find(template_id), actor_of(request))
    messages.success(request, _("The template is deleted."))
    return redirect("console-answers")
