from django.contrib.auth import authenticate, login
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import include, path


def sign_in(request):
    """A bare page: name and password."""
    if request.method == "POST":
        user = authenticate(request, **{k: request.POST[k] for k in ("username", "password")})
        if user:
            login(request, user)
            return redirect(request.GET["next"])
    return HttpResponse(
        f'<form method="post"><input type="hidden" name="csrfmiddlewaretoken" '
        f'value="{get_token(request)}"><input name="username"><input name="password" '
        f'type="password"><button>Sign in</button></form>'
    )


urlpatterns = [
    path("sign-in/", sign_in),
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
]
