"""A finger signs and a photo shrinks on the phone before anything is sent; without JavaScript the witness serves."""

import io
import os

import pytest
from django.urls import reverse
from PIL import Image

from surfaces.tests.field_cast import Patch
from surfaces.tests.test_field_in_browser import Phone
from visits.models import Visit, VisitPhoto, VisitSignature

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOISY = (3000, 2000)


@pytest.fixture
def patch(cast) -> Patch:
    return Patch(cast)


@pytest.fixture
def phone(chromium, live_server, cast):
    opened = Phone(chromium, live_server.url, cast.member)
    yield opened
    opened.context.close()


def large_photo() -> bytes:
    image = Image.frombytes("RGB", (300, 200), os.urandom(180_000)).resize(NOISY)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=95)
    return out.getvalue()


def unfold(phone: Phone, summary: str) -> None:
    phone.page.locator("summary", has_text=summary).click()


def test_a_signature_drawn_and_a_photo_made_small_arrive_with_the_visit(phone, patch):
    phone.open(reverse("field:visit", args=[patch.mine.pk]))
    phone.page.get_by_text("见面", exact=True).click()
    unfold(phone, "签名或见证")
    box = phone.page.locator("canvas").bounding_box()
    assert box["height"] >= 100
    phone.page.mouse.move(box["x"] + 20, box["y"] + 30)
    phone.page.mouse.down()
    phone.page.mouse.move(box["x"] + 150, box["y"] + 100, steps=8)
    phone.page.mouse.up()
    unfold(phone, "照片")
    sent = large_photo()
    phone.page.set_input_files("input[type=file]", {"name": "家.jpg", "mimeType": "image/jpeg", "buffer": sent})
    phone.page.locator("[data-shrunk]", has_text="原来").wait_for()
    assert phone.page.locator("[data-shrunk]").inner_text().startswith("1张，共")
    small = phone.page.evaluate("document.querySelector('input[type=file]').files[0].size")
    assert small < len(sent)
    phone.press("保存走访")
    phone.page.get_by_text("走访已保存").wait_for()
    phone.page.wait_for_load_state("networkidle")
    visit = Visit.objects.get()
    with VisitSignature.objects.get(visit=visit).file.open() as file, Image.open(file) as kept:
        assert kept.convert("L").getextrema() == (0, 255)
    with VisitPhoto.objects.get(visit=visit).file.open() as file, Image.open(file) as kept:
        assert max(kept.size) == 1600
    assert phone.complaints == []


def test_a_signature_is_cleared_and_signed_anew(phone, patch):
    phone.open(reverse("field:visit", args=[patch.mine.pk]))
    unfold(phone, "签名或见证")
    box = phone.page.locator("canvas").bounding_box()
    phone.page.mouse.move(box["x"] + 20, box["y"] + 30)
    phone.page.mouse.down()
    phone.page.mouse.move(box["x"] + 90, box["y"] + 60, steps=4)
    phone.page.mouse.up()
    assert phone.page.input_value("#id_signature").startswith("data:image/png;base64,")
    phone.page.get_by_role("button", name="清除重签").click()
    assert phone.page.input_value("#id_signature") == ""


def test_a_browser_that_cannot_shrink_sends_the_original(phone, patch):
    phone.context.add_init_script("delete window.createImageBitmap")
    phone.open(reverse("field:visit", args=[patch.mine.pk]))
    unfold(phone, "照片")
    sent = large_photo()
    phone.page.set_input_files("input[type=file]", {"name": "家.jpg", "mimeType": "image/jpeg", "buffer": sent})
    assert phone.page.evaluate("document.querySelector('input[type=file]').files[0].size") == len(sent)
