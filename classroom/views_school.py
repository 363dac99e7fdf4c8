"""A school's page: which class was taught which skill, what the classes know, which teachers are trained."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from classroom import deliveries, overview, reach
from classroom.forms import CorrectionForm
from classroom.models import Delivery
from organisation import tree
from people import access
from people.access import needs, signed_in
from people.roles import Action


@never_cache
@require_safe
@signed_in
def school(request, unit: int) -> HttpResponse:
    """Show a school to its teachers and head, and to the officers who look after them."""
    today = timezone.localdate()
    one = get_object_or_404(reach.seen_schools(request.user, on=today), pk=unit)
    looks_after = access.units(request.user, to=Action.SEE_PROGRESS, on=today).filter(pk=unit)
    context = {
        "place": tree.path(one, on=today)[0],
        "above": tree.written(tree.path(one, on=today)[1:]),
        "shown": overview.of_school(unit),
        # Who among colleagues is not trained is for the head and the officers alone.
        "teachers": overview.teachers(unit, on=today) if looks_after.exists() else None,
        "teaches": access.units(request.user, to=Action.TEACH, on=today).filter(pk=unit).exists(),
    }
    return render(request, "classroom/school.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@needs(Action.TEACH)
def correct(request, pk: int) -> HttpResponse:
    """Correct the record of a lesson, or take it back; what was written stays beside it."""
    mine = Delivery.objects.that_count().filter(
        school_class__in=reach.classes(request.user, on=timezone.localdate())
    )
    one = get_object_or_404(mine.select_related("school_class", "pack"), pk=pk)
    form = CorrectionForm(request.POST or None, initial={"on": one.on, "pupils": one.pupils})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            if request.POST.get("viec") == "rut":
                deliveries.withdraw(one, reason=said["reason"], by=request.user, at=timezone.now())
            else:
                deliveries.correct(one, **said, by=request.user, at=timezone.now())
        except deliveries.Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The record is corrected. The old one stays beside it."))
            return redirect("classroom:class", one.school_class_id)
    status = 422 if form.errors else 200
    context = {"one": one, "form": form, "history": _history(one)}
    return render(request, "classroom/correct.html", context, status=status)


def _history(one: Delivery) -> list[Delivery]:
    """Return the records that this one took the place of, the newest first."""
    found = []
    while one.corrects is not None:
        one = one.corrects
        found.append(one)
    return found
