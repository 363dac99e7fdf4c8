"""Signing in with a printed card, and printing cards."""

from datetime import timedelta
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth import login as sign_in_now
from django.contrib.auth.password_validation import validate_password
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from organisation import tree
from people import access, login_cards, places, printing_cards
from people.access import needs, public
from people.authentication import BACKEND
from people.forms import RegistrationForm
from people.login_cards import MOST_CARDS, NotAllowed, TooMany
from people.models import LOGIN_LENGTH, LoginCode, Person, Post
from people.roles import Action
from vietnamese import fold

CARD = "people.card"  # in the session: whose card has been checked, until when
GOOD_FOR = timedelta(minutes=20)
PER_PAGE = 50


class CardForm(forms.Form):
    login = forms.CharField(
        label=gettext_lazy("Login name"),
        max_length=LOGIN_LENGTH,
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    code = forms.CharField(
        label=gettext_lazy("Code on the card"),
        max_length=30,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class FirstPasswordForm(forms.Form):
    password = RegistrationForm.base_fields["password"]

    def __init__(self, *args, person: Person, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self):
        password = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


@public
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "POST"])
def sign_in(request):
    """Ask for the login name and the code on a card; whoever has both may set a password."""
    form = CardForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        login = Person.normalize_login(form.cleaned_data["login"])
        person = authenticate(request, username=login, code=form.cleaned_data["code"])
        now = timezone.now()
        card = login_cards.live(at=now).filter(person=person).first() if person else None
        if card is not None:
            until = now + GOOD_FOR
            request.session.cycle_key()  # nobody who knew this session before comes along
            request.session[CARD] = {"code": card.pk, "until": until.isoformat()}
            return redirect("people:first_password")
        form.add_error(
            None,
            _(
                "Login name and code do not belong together, or the card has been used or is too old. "
                "Check both; if it stays so, ask for a new card."
            ),
        )
    status = 200 if request.method == "GET" else 422
    return render(request, "people/cards/sign_in.html", {"form": form}, status=status)


def _card(request) -> LoginCode | None:
    kept = request.session.get(CARD)
    if not kept or kept["until"] < timezone.now().isoformat():
        return None
    live = login_cards.live(at=timezone.now())
    return live.select_related("person").filter(pk=kept["code"]).first()


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def first_password(request):
    """Let whoever has shown a card set a password; that uses the card up and signs them in."""
    card = _card(request)
    if card is None:
        messages.error(request, _("Type in login name and code once more."))
        return redirect("people:card_sign_in")
    form = FirstPasswordForm(request.POST if request.method == "POST" else None, person=card.person)
    if request.method == "POST" and form.is_valid():
        person = login_cards.redeem(
            code=card.pk, password=form.cleaned_data["password"], at=timezone.now()
        )
        if person is None:
            messages.error(request, _("This card has been used in the meantime."))
            return redirect("people:card_sign_in")
        request.session.flush()
        sign_in_now(request, person, backend=BACKEND)
        messages.success(request, _("Your password is set. From now on you sign in with it."))
        return redirect("/")
    path = _place(card.person)
    context = {"form": form, "person": card.person, "place": path}
    status = 200 if request.method == "GET" else 422
    return render(request, "people/cards/first_password.html", context, status=status)


def _place(person: Person) -> str:
    today = timezone.localdate()
    post = Post.objects.on(today).filter(person=person).order_by("-since", "-pk").first()
    return tree.written(tree.path(post.unit_id, on=today)[:2]) if post else ""


# Printing


@needs(Action.PRINT_CARDS)
@never_cache
@require_http_methods(["GET", "POST"])
def cards(request, unit: int):
    """List who may be given a card in a unit and below, and print cards for those chosen."""
    today = timezone.localdate()
    if not access.may(request.user, to=Action.PRINT_CARDS, on=today, unit=unit):
        raise Http404
    path = tree.path(unit, on=today)
    if not path:
        raise Http404
    people = login_cards.printable(request.user, on=today, unit=unit)
    everyone = request.GET.get("ai") == "tat-ca"
    new = people.filter(last_login=None)
    if request.method == "POST":
        return _print(request, path, people, new)
    shown = people if everyone else new
    for word in fold(request.GET.get("ten", "")).split():
        shown = shown.filter(folded_name__contains=word)
    page = Paginator(shown.order_by("sort_key", "pk"), PER_PAGE).get_page(request.GET.get("trang"))
    on_page = Person.objects.filter(pk__in=[person.pk for person in page])
    first = _first(new)
    asked = Person.objects.filter(pk__in=first | {person.pk for person in page})
    allowed = login_cards.within_rights(request.user, asked, on=today)
    posts = Post.objects.on(today).filter(person__in=on_page).order_by("since", "pk")
    units = dict(posts.values_list("person", "unit"))
    paths = tree.paths(units.values(), on=today)
    live = login_cards.live(at=timezone.now()).filter(person__in=on_page)
    printed = dict(live.values_list("person", "issued_at"))
    context = {
        "unit": path[0],
        "place": tree.written(path),
        "page": page,
        "lines": [
            {
                "person": person,
                "place": tree.written(paths.get(units.get(person.pk, 0), [])[:2]),
                "allowed": person.pk in allowed,
                "printed": printed.get(person.pk),
            }
            for person in page
        ],
        "everyone": everyone,
        "name": request.GET.get("ten", ""),
        "new_count": len(first if len(first) > MOST_CARDS else first & allowed),
        "most": MOST_CARDS,
        "query": urlencode({"ten": request.GET.get("ten", ""), "ai": request.GET.get("ai", "")}),
    }
    return render(request, "people/cards/print.html", context)


def _first(people) -> set[int]:
    """Return the keys of some people; of more than get cards at once, one too many."""
    return set(people.order_by("pk").values_list("pk", flat=True)[: MOST_CARDS + 1])


def _print(request, path, people, new):
    today = timezone.localdate()
    if request.POST.get("ai") == "moi":
        first = _first(new)
        if len(first) <= MOST_CARDS:
            asked = Person.objects.filter(pk__in=first)
            first = login_cards.within_rights(request.user, asked, on=today)
        chosen = new.filter(pk__in=first)
    else:
        keys = [key for key in map(places.key_of, request.POST.getlist("nguoi")) if key]
        chosen = people.filter(pk__in=keys[: MOST_CARDS + 1])
    again = redirect(request.get_full_path())
    found = list(chosen.order_by("pk")[: MOST_CARDS + 1])
    if not found:
        messages.error(request, _("Choose at least one person."))
        return again
    try:
        issued = login_cards.issue(people=found, by=request.user, at=timezone.now())
    except TooMany:
        messages.error(
            request,
            _("That is more than %(most)d cards. Print them for smaller units, one after another.")
            % {"most": MOST_CARDS},
        )
        return again
    except NotAllowed:
        messages.error(
            request,
            _("Somebody chosen may do more than you: only an officer above them prints that card."),
        )
        return again
    title = f"{tree.written(path[:2])} · {today:%d/%m/%Y}"
    content = printing_cards.pdf(issued, title=title, on=today)
    response = HttpResponse(content, content_type="application/pdf")
    name = f"the-dang-nhap-{slugify(fold(path[0].name))}-{today:%Y%m%d}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response
