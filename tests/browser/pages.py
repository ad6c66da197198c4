"""The pages that every check of this folder looks at, by group, in Vietnamese and in English, each with the
status that it must answer: a page of an error is looked at only where it is meant."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote_plus

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.demo_site import ANNOUNCED, DemoSite

LANGUAGES = ("vi", "en")
GROUPS = ("search", "kinds", "browsing", "standing", "sections", "errors")
_KINDS = {
    "vi": (
        "ig-7-buoc-nop-ho-so-truc-tuyen",
        "vd-kho-57-la-gi",
        "pc-nghi-quyet-57-trong-hai-phut",
        "bai-nop-ho-so-dich-vu-cong",
        "anh-gau-truc-do",
        "dc-to-gap-dich-vu-cong",
    ),
    "en": (
        "ig-7-buoc-nop-ho-so-truc-tuyen-en",
        "vd-kho-57-la-gi",  # Vietnamese only: the English page says so
        "pc-nghi-quyet-57-trong-hai-phut-en",
        "bai-nop-ho-so-dich-vu-cong-en",
        "anh-gau-truc-do",
        "dc-to-gap-dich-vu-cong-en",
    ),
}
_WORDS = {"vi": "kỹ năng số", "en": "digital skills"}
WITHDRAWN = "bai-doi-mat-khau-moi-thang"
SECTION = "SO-02/nghi-quyet-57"


@dataclass(frozen=True)
class Address:
    path: str
    status: int = 200


def addresses(demo: DemoSite, *, language: str, group: str) -> dict[str, Address]:
    """By name."""
    if group == "errors":
        return _errors(demo, language)
    return {name: Address(path) for name, path in _paths(demo, language=language, group=group).items()}


def _errors(demo: DemoSite, language: str) -> dict[str, Address]:
    withdrawn, frame_end = demo.ways[WITHDRAWN], "en/" if language == "en" else ""
    return {
        "404": Address(f"/{language}/r/k57-0000-0000/khong-co/", 404),
        "410": Address(withdrawn.page(language), 410),
        "403": Address(demo.ways[ANNOUNCED].page(language), 403),
        "frame of what was withdrawn": Address(f"/embed/r/{withdrawn.public_id}/{frame_end}", 410),
    }


def _paths(demo: DemoSite, *, language: str, group: str) -> dict[str, str]:
    home, frame_end = f"/{language}", "en/" if language == "en" else ""
    if group == "search":
        words = quote_plus(_WORDS[language])
        return {
            "home": f"{home}/",
            "search": f"{home}/search/",
            "search with results": f"{home}/search/?q={words}",
            "search with filters": f"{home}/search/?q={words}&kind=article&kind=video&audience=citizens",
            "search without results": f"{home}/search/?q=zqxwvkpt&kind=video",
            "search put right": f"{home}/search/?q=chuyeen+ddoi",
            "request": f"{home}/request/?q={words}",
            "request sent": f"{home}/request/sent/",
        }
    if group == "kinds":
        return {name: demo.ways[name].page(language) for name in _KINDS[language]}
    if group == "browsing":
        return {
            "audience": f"{home}/audience/citizens/",
            "topic": f"{home}/topic/ky-nang-so/",
            "topics": f"{home}/topic/",
            "agency": f"{home}/agency/SO-02/",
            "agencies": f"{home}/agency/",
            "campaign": f"{home}/campaign/ngay-cds-10-10/",
        }
    if group == "standing":
        return {name: f"{home}/{name}/" for name in ("about", "help", "accessibility", "terms")}
    video, podcast = demo.ways["vd-kho-57-la-gi"], demo.ways["pc-nghi-quyet-57-trong-hai-phut"]
    return {
        "section": f"{home}/s/{SECTION}/",
        "coverage": f"{home}/coverage/",
        "builder": f"{home}/embed/?section={SECTION}",
        "builder of one resource": f"{home}/embed/?resource={video.public_id}",
        "frame": f"/embed/{SECTION}/{frame_end}",
        "frame in cards": f"/embed/{SECTION}/{frame_end}?layout=cards&theme=auto",
        "frame of a video": f"/embed/r/{video.public_id}/{frame_end}?theme=auto",
        "frame of a podcast": f"/embed/r/{podcast.public_id}/{frame_end}",
    }


def public(demo: DemoSite) -> dict[str, Address]:
    """Those of all groups, by language and name."""
    return {
        f"{language}: {name}": address
        for language in LANGUAGES
        for group in GROUPS
        for name, address in addresses(demo, language=language, group=group).items()
    }


def context_in(browser: Browser, *, language: str, script: bool = True, width: int = 1280) -> BrowserContext:
    """A browser of somebody who reads ``language``; nothing moves by itself."""
    return browser.new_context(
        locale={"vi": "vi-VN", "en": "en-GB"}[language],
        viewport={"width": width, "height": 900},
        java_script_enabled=script,
        reduced_motion="reduce",
    )


def sign_in(page: Page, demo: DemoSite, *, username: str = "truyenthong") -> None:
    page.goto(f"{demo.address}/admin/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", demo.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/admin/")
