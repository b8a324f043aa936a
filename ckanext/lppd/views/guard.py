"""What stands in front of every page: the CSRF test of our own, login, and error pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from ckan.lib import base
from ckan.plugins import toolkit
from flask import Blueprint, Response, current_app, make_response, request, session
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import Forbidden, NotFound
from wtforms.validators import ValidationError as InvalidToken

P = ParamSpec("P")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADERS = ("X-CSRFToken", "X-CSRF-Token")
# fields that the page itself put into a form
UNSEEN = frozenset(
    {"manifest", "bukti_sha256", "state_seen", "sha256_seen", "antrean", "catatan_id", "versi"}
)


def new_blueprint(name: str, module: str) -> Blueprint:
    """Return a blueprint under /lppd whose posts are protected by `check_csrf`."""
    blueprint = Blueprint(name, module, url_prefix="/lppd")
    blueprint.before_request(check_csrf)
    blueprint.register_error_handler(CSRFError, refused_form)
    blueprint.register_error_handler(toolkit.NotAuthorized, _refused_person)
    blueprint.register_error_handler(toolkit.ObjectNotFound, _not_found)
    return blueprint


def check_csrf() -> None:
    """Refuse a form that did not come from our own page.

    CKAN 2.12.0 may switch its own protection off for a whole view after one anonymous request
    (CVE-2026-41255), so ours does not rest on it. A request that carries an API token and no
    session cannot be forged from another site.

    Raises:
        CSRFError: where the token is missing, wrong or too old.
    """
    if request.method in SAFE_METHODS or not toolkit.config.get("WTF_CSRF_ENABLED", True):
        return
    if _api_token_only():
        return
    token = request.form.get(_token_field())
    for header in TOKEN_HEADERS:
        token = token or request.headers.get(header)
    try:
        validate_csrf(token)
    except InvalidToken as error:
        raise CSRFError(str(error)) from error


def _api_token_only() -> bool:
    header = str(toolkit.config.get("apitoken_header_name") or "Authorization")
    signed_in = bool(toolkit.current_user.is_authenticated)
    return signed_in and bool(request.headers.get(header)) and "_user_id" not in session


def refused_form(error: Exception | None = None) -> Response:
    """Explain a refused form: nothing was saved, and how to go on.

    What was typed on a page of our own is shown again with a fresh token, so that an expired
    session loses nothing; what comes from elsewhere is never offered to be sent.
    """
    own = _from_our_own_page()
    typed = [
        (name, text)
        for name, text in request.form.items(multi=True)
        if own and name not in (_token_field(), "confirm")
    ]
    answer = make_response(
        base.render(
            "lppd/formulir_kedaluwarsa.html",
            extra_vars={
                "own": own,
                "path": request.path,
                "typed": typed,
                "shown": [
                    (name.removeprefix("n:").replace(":", " "), text)
                    for name, text in typed
                    if name not in UNSEEN and text.strip()
                ],
                "files": [name for name, file in request.files.items() if file.filename],
                "signed_in": toolkit.current_user.is_authenticated,
            },
        ),
        400,
    )
    # nobody may lay this page under another one and have its button pressed
    answer.headers["X-Frame-Options"] = "DENY"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _from_our_own_page() -> bool:
    """Tell whether the browser itself says that the form stood on a page of this portal."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    host = urlsplit(request.headers.get("Origin") or "").netloc
    ours = {request.host, urlsplit(str(toolkit.config.get("ckan.site_url") or "")).netloc}
    return bool(host) and host in ours


def _token_field() -> str:
    return str(toolkit.config.get("WTF_CSRF_FIELD_NAME") or "_csrf_token")


def _refused_person(error: Exception) -> Any:
    message = getattr(error, "message", None) or toolkit._("You may not open this page.")
    return current_app.handle_http_exception(Forbidden(str(message)))


def _not_found(error: Exception) -> Any:
    return current_app.handle_http_exception(NotFound(toolkit._("This page does not exist.")))


def login_required(view: Callable[P, Any]) -> Callable[P, Any]:
    """Send anonymous visitors to the login page and back; a form of theirs is not thrown away."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not toolkit.current_user.is_authenticated:
            if request.method not in SAFE_METHODS:
                return refused_form()
            return toolkit.redirect_to("user.login", came_from=request.full_path)
        return view(*args, **kwargs)

    return wrapped


def action(name: str, **data: Any) -> Any:
    """Call an action as the person of this request."""
    return toolkit.get_action(name)({}, data)


def positive_int(text: str | None) -> int | None:
    """Return a whole number from the address, or None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
