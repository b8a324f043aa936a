"""What stands in front of every page: the CSRF test of our own, login, and error pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from ckan.lib import base
from ckan.plugins import toolkit
from flask import Blueprint, Response, current_app, make_response, request, session
from flask_wtf.csrf import CSRFError, validate_csrf
from werkzeug.exceptions import Forbidden, NotFound
from wtforms.validators import ValidationError as InvalidToken

P = ParamSpec("P")

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN_HEADERS = ("X-CSRFToken", "X-CSRF-Token")


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
    field = str(toolkit.config.get("WTF_CSRF_FIELD_NAME") or "_csrf_token")
    token = request.form.get(field)
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


def refused_form(error: Exception) -> Response:
    """Explain a refused form: nothing was saved, and how to go on."""
    return make_response(base.render("lppd/formulir_kedaluwarsa.html"), 400)


def _refused_person(error: Exception) -> Any:
    message = getattr(error, "message", None) or toolkit._("You may not open this page.")
    return current_app.handle_http_exception(Forbidden(str(message)))


def _not_found(error: Exception) -> Any:
    return current_app.handle_http_exception(NotFound(toolkit._("This page does not exist.")))


def login_required(view: Callable[P, Any]) -> Callable[P, Any]:
    """Send anonymous visitors to the login page and back to this one afterwards."""

    @wraps(view)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not toolkit.current_user.is_authenticated:
            target = request.full_path if request.method == "GET" else request.path
            return toolkit.redirect_to("user.login", came_from=target)
        return view(*args, **kwargs)

    return wrapped


def action(name: str, **data: Any) -> Any:
    """Call an action as the person of this request."""
    return toolkit.get_action(name)({}, data)


def positive_int(text: str | None) -> int | None:
    """Return a whole number from the address, or None for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
