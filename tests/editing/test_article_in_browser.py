"""The body of an article in Chromium: what is pasted from Word comes in clean."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from media_library.kinds import Kind
from tests.answering import SITE, Answers
from tests.editing.screens import address, signed_in
from tests.factories import make_lead, make_resource

pytestmark = [pytest.mark.django_db, pytest.mark.browser, pytest.mark.slow]
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<style>p.MsoNormal {margin:0}</style></head>
<body lang=VI><!--StartFragment-->
<h2><span style='font-family:"Times New Roman";mso-x:1'>Mục một<o:p></o:p></span></h2>
<p class=MsoNormal><span style='font-size:14pt;color:red'>Đoạn <b>đậm</b> và <i>nghiêng</i>,
<a href="https://example.org/x">liên kết</a>.<o:p></o:p></span></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Mục thứ nhất</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>·<span>&nbsp; </span></span><![endif]>Mục thứ hai</p><!--EndFragment--></body></html>"""
PASTE = """(field, html) => {
  const carried = new DataTransfer(); carried.setData("text/html", html); carried.setData("text/plain", "x");
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
}"""


def test_what_is_pasted_from_word_keeps_its_outline_and_nothing_of_its_dress(
    browser: Browser, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    article = make_resource(Kind.ARTICLE)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.route("**/*", Answers(signed_in(make_lead())))
    page.goto(SITE + address("edit", article.pk))
    field = page.locator(".public-DraftEditor-content").first
    field.click()
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    field.evaluate(PASTE, WORD)
    value = page.locator("[name^=body-][name$=-value]").first
    expect(value).to_have_value(re.compile("hai"))
    pasted = json.loads(value.input_value())
    context.close()

    lines = [(block["type"], block["text"].strip()) for block in pasted["blocks"] if block["text"].strip()]
    assert lines == [
        ("header-two", "Mục một"),
        ("unstyled", "Đoạn đậm và nghiêng, liên kết."),
        ("unordered-list-item", "Mục thứ nhất"),
        ("unordered-list-item", "Mục thứ hai"),
    ]
    paragraph = next(
        block for block in pasted["blocks"] if block["type"] == "unstyled" and block["text"].strip()
    )
    assert [one["style"] for one in paragraph["inlineStyleRanges"]] == ["BOLD", "ITALIC"]
    links = [one["data"]["url"] for one in pasted["entityMap"].values() if one["type"] == "LINK"]
    assert links == ["https://example.org/x"]
    assert not any(sign in json.dumps(pasted) for sign in ("mso", "Times", "14pt", "color"))
