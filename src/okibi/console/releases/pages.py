"""The list of versions, one of them, its form, and the rules of a product's packages."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from okibi.articles.markup import as_html
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said, tried
from okibi.console.releases.forms import LONGEST, LineForm, ReleaseForm, RolloutForm, planned, product_names
from okibi.console.releases.present import chip, doable, fetched, file_of, reach, usage
from okibi.console.releases.uploads import MAKERS
from okibi.console.releases.waiting import requests_of
from okibi.flows import release_intake
from okibi.journal.selectors import of_subject, sentence_of
from okibi.policy.release_states import ReleaseState
from okibi.policy.update_states import halt_reason
from okibi.releases import listing, selectors
from okibi.releases.lines import change_line, rules_of
from okibi.uploads.services import most

HISTORY = 30  # acts shown


@page
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Versions by product, and who runs what."""
    names, running = product_names(), usage()
    rows: dict[str, list[dict[str, Any]]] = {code: [] for code in names}
    for each in listing.latest():
        row = {"release": each, "chip": chip(each), "reach": reach(each), "files": each.artefacts.all()}
        rows.setdefault(each.product, []).append(row)
    sections = [
        {"code": code, "name": names.get(code, code), "rows": found, "bars": running.get(code, [])}
        for code, found in rows.items()
    ]
    context = {"sections": sections, "maker": staff_of(request).has_role(*MAKERS)}
    return render(request, "console/releases/overview.html", context)


@page
@require_GET
def release(request: HttpRequest, release_id: int) -> HttpResponse:
    """One version: its files, its notes, how far it has come."""
    found = selectors.by_id(release_id)
    artefacts = listing.with_files(found)
    files = [file_of(each) for each in artefacts]
    notes = [(code, as_html(text)) for code, text in (("ru", found.notes_ru), ("en", found.notes_en)) if text]
    names = product_names()
    may = doable(found, maker=staff_of(request).has_role(*MAKERS), artefacts=artefacts)
    context = {
        "release": found,
        "why": said(halt_reason(found.reason)),
        "product": names.get(found.product, found.product),
        "chip": chip(found),
        "reach": reach(found),
        "files": files,
        "unpinned": any(each["unpinned"] for each in files),
        "notes": [{"language": code, "html": mark_safe(html)} for code, html in notes],  # noqa: S308  by nh3
        "bars": usage().get(found.product, []),
        "may": {**may, "fix": found.state != ReleaseState.WITHDRAWN.value},
        "rollout": RolloutForm(initial={"ring": found.ring, "percent": found.percent}),
        "history": [{"at": e.at, "text": sentence_of(e)} for e in reversed(of_subject("release", found.pk)[-HISTORY:])],
        "largest": most(),
        "requests": requests_of(found),
        "fetched": fetched(found.pk),
    }
    return render(request, "console/releases/release.html", context)


@page
@require_GET
def running(request: HttpRequest, product: str) -> HttpResponse:
    """The bars of a product as they are now; a page that stands open asks for them again and again."""
    found, mine = usage().get(product, []), request.GET.get("mine", "")[:40]
    context = {"bars": found, "mine": mine, "caption": _("Who runs what")}
    return render(request, "console/releases/bars.html", context)


@page(roles=MAKERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    initial = {"product": request.GET.get("product", ""), "ring": "everybody", "percent": 100, "channel": "stable"}
    form = ReleaseForm(request.POST if request.method == "POST" else None, initial=initial)
    made = tried(form, lambda data: release_intake.draft(planned(data), actor_of(request)))
    if made is None:
        return render(request, "console/releases/edit.html", {"form": form, "found": None})
    messages.success(request, _("The draft is there. Add its files now."))
    return redirect("console-release", made.pk)


@page(roles=MAKERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, release_id: int) -> HttpResponse:
    """Change a draft."""
    found = selectors.by_id(release_id)
    initial = {name: getattr(found, name) for name in ReleaseForm.base_fields if name != "product"}
    form = ReleaseForm(request.POST if request.method == "POST" else None, initial=initial, fixed=True)
    kept = tried(form, lambda data: release_intake.change(release_id, planned(data, found.product), actor_of(request)))
    if kept is None:
        names = product_names()
        context = {"form": form, "found": found, "product": names.get(found.product, found.product)}
        return render(request, "console/releases/edit.html", context)
    messages.success(request, _("The version is saved."))
    return redirect("console-release", release_id)


@page(roles=MAKERS)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """The notes as people will read them."""
    parts = [
        {"language": code, "html": mark_safe(as_html(request.POST.get(f"notes_{code}", "")[:LONGEST]))}  # noqa: S308  by nh3
        for code in ("ru", "en")
    ]
    return render(request, "console/releases/preview.html", {"parts": [each for each in parts if each["html"]]})


@page(roles=MAKERS)
@require_http_methods(["GET", "POST"])
def line(request: HttpRequest, product: str) -> HttpResponse:
    """What the packages of a product must be, and who may fetch them."""
    names = product_names()
    if product not in names:
        raise Http404
    rules = rules_of(product)
    initial = {
        "android_package": rules.android_package,
        "msi_upgrade_code": rules.msi_upgrade_code,
        "certificates": "\n".join(rules.certificates),
        "free": rules.free,
        "trial_days": rules.trial_days,
    }
    form = LineForm(request.POST if request.method == "POST" else None, initial=initial)
    if tried(form, lambda _data: change_line(product, form.rules(), actor_of(request))) is None:
        return render(request, "console/releases/line.html", {"form": form, "product": names[product]})
    messages.success(request, _("The rules are saved."))
    return redirect("console-releases")
