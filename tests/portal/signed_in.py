"""Pages as one of the people of a city sees them: by API token, without JavaScript."""

from __future__ import annotations

from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from ckan.plugins import toolkit

from tests.portal.conftest import City


@dataclass
class Browser:
    """Opens and posts pages as people."""

    web: Any
    city: City
    tokens: dict[str, str] = field(default_factory=dict)

    def _headers(self, who: str) -> dict[str, str]:
        if who == "anonim":
            return {}
        if who not in self.tokens:
            name = self.city.users[who]
            made = toolkit.get_action("api_token_create")(
                {"ignore_auth": True, "user": name}, {"user": name, "name": "uji"}
            )
            self.tokens[who] = made["token"]
        return {"Authorization": self.tokens[who]}

    def _open(self, who: str, path: str, **options: Any) -> Any:
        headers = self._headers(who)

        def send() -> Any:
            call = self.web.post if "data" in options else self.web.get
            return call(path, headers=headers, follow_redirects=False, **options)

        # without the request that the test itself stands in: its signed-in person would count
        return Context().run(send)

    def get(self, who: str, path: str) -> Any:
        """Open a page; redirects are not followed."""
        return self._open(who, path)

    def post(self, who: str, path: str, **data: Any) -> Any:
        """Send a form; redirects are not followed."""
        return self._open(who, path, data=data)

    def page(self, who: str, path: str) -> BeautifulSoup:
        """Return a page that opens."""
        answer = self.get(who, path)
        assert answer.status_code == 200, (who, path, answer.status_code)
        return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def form_of(page: BeautifulSoup, action_ends: str) -> dict[str, str]:
    """Return the fields of a form as a browser would send them."""
    form = next(f for f in page.find_all("form") if str(f["action"]).endswith(action_ends))
    values = {i["name"]: i.get("value", "") for i in form.find_all("input") if i.get("name")}
    values |= {t["name"]: t.get_text() for t in form.find_all("textarea")}
    for select in form.find_all("select"):
        chosen = select.find("option", selected=True)
        values[select["name"]] = chosen["value"] if chosen else ""
    return values
