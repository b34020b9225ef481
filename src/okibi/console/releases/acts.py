"""What a release manager does with a version. A refusal stands on its page with every reason."""

from collections.abc import Callable, Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from okibi.channels.email.attachments import safe_name
from okibi.console.access import actor_of, staff_of
from okibi.console.customers.gate import page, said
from okibi.console.releases.forms import ReasonForm, RolloutForm
from okibi.console.releases.uploads import MAKERS, owner_of
from okibi.console.uploads import check as check_files
from okibi.flows import release_fixes, release_intake, release_publication
from okibi.kernel import blobs
from okibi.kernel.errors import NotAllowedError, OkibiError
from okibi.kernel.sentence import Sentence
from okibi.policy.rollout import Ring
from okibi.releases import selectors, services
from okibi.releases.intake import Given


def _done(request: HttpRequest, release_id: int, act: Callable[[], object], told: str) -> HttpResponse:
    try:
        act()
    except NotAllowedError:
        raise
    except OkibiError as error:
        for why in _not_of_files(request, release_id, getattr(error, "why", (error.sentence,))):
            messages.error(request, said(why))
    else:
        messages.success(request, told)
    return redirect("console-release", release_id)


def _not_of_files(request: HttpRequest, release_id: int, why: Iterable[Sentence]) -> list[Sentence]:
    """The reasons that don't stand beside a file on the page already; those that do are one message together."""
    beside = set(services.faults_of_files(selectors.by_id(release_id)))
    others = [each for each in why if each not in beside]
    if beside.intersection(why):
        messages.error(request, _("Not every file fits: the reasons stand beside each."))
    return others


@page(roles=MAKERS)
@require_POST
def add(request: HttpRequest, release_id: int) -> HttpResponse:
    """Files into a draft: whole uploads by their ids, or plain files where no script runs."""
    actor = actor_of(request)

    def put() -> None:
        for upload_id in request.POST.getlist("uploads"):
            release_intake.add_upload(release_id, owner_of(request), upload_id, actor)
        for file in request.FILES.getlist("file"):
            check_files([(file.name or "", file.size or 0)])
            given = Given(safe_name(file.name or "") or "file", blobs.put(file.read()))
            release_intake.add(release_id, given, actor)

    if not request.POST.getlist("uploads") and not request.FILES:
        messages.error(request, _("Choose a file first."))
        return redirect("console-release", release_id)
    answer = _done(request, release_id, put, _("The files are read."))
    if services.faults_of_files(selectors.by_id(release_id)):
        messages.warning(request, _("Not every file fits: the reasons stand beside each."))
    return answer


@page(roles=MAKERS)
@require_POST
def remove(request: HttpRequest, artefact_id: int) -> HttpResponse:
    """A file out of a draft."""
    return _done(
        request,
        selectors.release_of(artefact_id),
        lambda: services.remove_artefact(artefact_id, actor_of(request)),
        _("The file is out of the version."),
    )


@page(roles=MAKERS)
@require_POST
def confirm(request: HttpRequest, release_id: int) -> HttpResponse:
    """What the files bring for the first time holds from now on."""
    return _done(
        request,
        release_id,
        lambda: release_intake.confirm(release_id, actor_of(request)),
        _("Fixed for the product: another package or certificate is refused from now on."),
    )


@page(roles=MAKERS)
@require_POST
def check(request: HttpRequest, release_id: int) -> HttpResponse:
    """Is everything there?"""
    return _done(
        request,
        release_id,
        lambda: release_intake.check(release_id, actor_of(request)),
        _("Everything fits: the version can be published."),
    )


@page(roles=MAKERS)
@require_POST
def publish(request: HttpRequest, release_id: int) -> HttpResponse:
    """Offer it to everybody it is for."""

    def act() -> None:
        release_intake.judge_again(release_id)
        release_publication.publish(release_id, actor_of(request))

    return _done(request, release_id, act, _("The version is published."))


@page(roles=MAKERS)
@require_POST
def halt(request: HttpRequest, release_id: int) -> HttpResponse:
    """Nobody new gets it."""
    return _done(
        request,
        release_id,
        lambda: release_publication.halt(release_id, _reason(request), actor_of(request)),
        _("The version is halted: nobody new gets it."),
    )


@page(roles=MAKERS)
@require_POST
def resume(request: HttpRequest, release_id: int) -> HttpResponse:
    """It goes on."""
    return _done(
        request,
        release_id,
        lambda: release_publication.resume(release_id, actor_of(request)),
        _("The version goes on."),
    )


@page(roles=MAKERS)
@require_POST
def withdraw(request: HttpRequest, release_id: int) -> HttpResponse:
    """For good."""
    return _done(
        request,
        release_id,
        lambda: release_publication.withdraw(release_id, _reason(request), actor_of(request)),
        _("The version is withdrawn."),
    )


@page(roles=MAKERS)
@require_POST
def rollout(request: HttpRequest, release_id: int) -> HttpResponse:
    """Further."""
    form = RolloutForm(request.POST)
    if not form.is_valid():
        messages.error(request, said(services.PERCENT_WRONG))
        return redirect("console-release", release_id)
    ring, percent = Ring(form.cleaned_data["ring"]), form.cleaned_data["percent"]
    return _done(
        request,
        release_id,
        lambda: services.go_further(release_id, ring, percent, actor_of(request)),
        _("The version goes further."),
    )


def _reason(request: HttpRequest) -> str:
    form = ReasonForm(request.POST)
    return form.cleaned_data["reason"] if form.is_valid() else ""


@page
@require_POST
def fixes(request: HttpRequest, release_id: int) -> HttpResponse:
    """The version fixes these requests: each requester is told so."""
    staff = staff_of(request)
    numbers = request.POST.get("numbers", "")[:2000]
    return _done(
        request, release_id, lambda: release_fixes.fix(release_id, numbers, staff), _("The requests are tied.")
    )
