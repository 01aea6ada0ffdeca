"""What holds of every screen in every state: the content security policy, names for everything, working forms."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import get_template, render_to_string
from lxml import html

from tests.web import sample_pages, sample_ranked

SCREENS = sample_pages.SCREENS | sample_ranked.SCREENS
ALICE = SimpleNamespace(is_authenticated=True, email="alice@example.org")
ACCOUNTS = [
    SimpleNamespace(id=n, username=f"alice.{n}", initials="A", picture_url="") for n in (1, 2)
]
SIGNED_IN = {"user": ALICE, "my_connection": ACCOUNTS[0], "my_connections": ACCOUNTS}


@pytest.fixture(params=SCREENS, scope="module")
def screen(request: pytest.FixtureRequest) -> Any:
    """The parsed document, as a signed-in user with two accounts gets it."""
    template, page = SCREENS[request.param]
    context = {**SIGNED_IN, "page": page, "csrf_token": "token", "kith_version": "1.0"}
    return html.document_fromstring(render_to_string(template, context))


def test_nothing_is_inline(screen: Any) -> None:
    assert screen.xpath("//style | //*[@style]") == []
    assert screen.xpath("//script[not(@src) and not(@type='application/json')]") == []
    handlers = [name for element in screen.iter() for name in element.attrib if name[:2] == "on"]
    assert handlers == []


def test_it_has_a_language_a_title_and_one_heading(screen: Any) -> None:
    assert screen.get("lang") == "en"
    assert len(screen.findtext(".//title").strip(" ·")) > len("kith")
    assert len(screen.xpath("//h1")) == 1


def test_ids_are_unique_and_references_lead_somewhere(screen: Any) -> None:
    ids = Counter(screen.xpath("//*[not(ancestor-or-self::template)]/@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    for attribute in ("for", "form", "popovertarget", "aria-labelledby", "aria-describedby"):
        for reference in screen.xpath(f"//@{attribute}"):
            assert set(reference.split()) <= set(ids), f"{attribute}={reference}"


def test_every_control_has_a_name(screen: Any) -> None:
    labelled = set(screen.xpath("//label/@for"))
    for field in screen.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        assert field.get("id") in labelled or field.get("aria-label"), html.tostring(field)
    for control in screen.xpath("//button | //a[@href] | //summary"):
        assert control.text_content().strip() or control.get("aria-label"), html.tostring(control)
    assert screen.xpath("//img[not(@alt)]") == []
    assert screen.xpath("//progress[not(@aria-label)]") == []


def test_every_form_that_changes_something_carries_the_csrf_token(screen: Any) -> None:
    for form in screen.xpath("//form[@method='post']"):
        assert form.xpath(".//input[@name='csrfmiddlewaretoken']/@value") == ["token"]


def test_links_to_other_sites_tell_them_nothing(screen: Any) -> None:
    for link in screen.xpath("//a[starts-with(@href, 'http')]"):
        assert link.get("rel") == "noopener noreferrer"
    for picture in screen.xpath("//img[starts-with(@src, 'http')]"):
        assert picture.get("referrerpolicy") == "no-referrer"


def test_nothing_unknown_is_shown_as_none(screen: Any) -> None:
    words = screen.xpath("//body")[0].text_content().split()
    assert "None" not in words


def test_only_a_job_under_way_is_followed() -> None:
    for name, (template, page) in SCREENS.items():
        state = name.partition(", ")[2]
        if template in {"dashboard.html", "job.html"} and state and page.job:
            text = render_to_string(template, {**SIGNED_IN, "page": page})
            followed = html.document_fromstring(text).xpath(
                "//*[@data-job and not(ancestor::template)]"
            )
            assert len(followed) == page.job.is_active, name


@pytest.mark.parametrize(
    "template", ["account/login.html", "allauth/layouts/base.html", "allauth/elements/button.html"]
)
def test_the_account_pages_are_dressed_by_kith(template: str) -> None:
    """allauth brings templates of the same names; `kith.web` must stand before it in INSTALLED_APPS."""
    assert get_template(template).origin.name.endswith(f"kith/web/templates/{template}")
