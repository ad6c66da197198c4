"""The body of an article in Chromium: what is pasted from Word and Google Docs comes in clean."""

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
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1a2b"><h2 dir="ltr"
style="line-height:1.38;margin-top:18pt"><span
style="font-size:16pt;font-family:Arial;color:#000000;font-weight:400;
white-space:pre-wrap;">Mục một</span></h2><p dir="ltr" style="line-height:1.38"><span style="font-size:11pt;
font-family:Arial;font-weight:400">Đoạn </span><span style="font-size:11pt;font-weight:700">đậm</span><span
style="font-weight:400"> và </span><span
style="font-weight:400;font-style:italic">nghiêng</span><span style="font-weight:400">, </span><a
href="https://example.org/x" style="text-decoration:none"><span
style="color:#1155cc;font-weight:400;text-decoration:underline">liên kết</span></a><span
style="font-weight:400">.</span></p><br/><ul
style="margin-top:0"><li dir="ltr" style="list-style-type:disc" aria-level="1"><p dir="ltr"
role="presentation"><span
style="font-size:11pt;font-weight:400">Mục thứ nhất</span></p></li><li dir="ltr" aria-level="1"><p
dir="ltr" role="presentation"><span
style="font-size:11pt;font-weight:400">Mục thứ hai</span></p></li></ul></b>"""
PASTE = """(field, html) => {
  const carried = new DataTransfer(); carried.setData("text/html", html); carried.setData("text/plain", "x");
  field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true}));
}"""


@pytest.mark.parametrize("source", [WORD, GOOGLE], ids=["word", "google"])
def test_what_is_pasted_keeps_its_outline_and_nothing_of_its_dress(
    browser: Browser, settings: Any, source: str
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
    field.evaluate(PASTE, source)
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
    assert not any(sign in json.dumps(pasted) for sign in ("mso", "Times", "14pt", "color", "Arial", "docs-"))
