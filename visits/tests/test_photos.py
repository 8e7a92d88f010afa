import io

import pytest
from PIL import Image, ImageStat

from accounts.errors import Refused
from visits import photos
from visits.actions import add_photo
from visits.models import VisitPhoto
from visits.photos import cleaned
from visits.tests.cast import NOON, Round, day

ORIENTATION, GPS_MAKER = 0x0112, 0x010F


def picture(size=(400, 300), form="JPEG", mode="RGB", exif=None, colour="red") -> bytes:
    out = io.BytesIO()
    options = {"exif": exif} if exif else {}
    Image.new(mode, size, colour).save(out, form, **options)
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def test_a_large_photo_is_made_small_and_keeps_its_shape():
    kept = opened(cleaned(picture((4000, 3000))))
    assert (kept.format, kept.size) == ("JPEG", (1600, 1200))


def test_a_small_photo_is_not_enlarged():
    assert opened(cleaned(picture((40, 30)))).size == (40, 30)


def test_place_and_device_are_gone_and_the_picture_stands_upright():
    exif = Image.Exif()
    exif[GPS_MAKER], exif[ORIENTATION] = "某品牌手机", 6
    exif.get_ifd(0x8825)[2] = (26.0, 43.0, 0.0)
    kept = cleaned(picture((400, 300), exif=exif))
    assert opened(kept).size == (300, 400)
    assert len(opened(kept).getexif()) == 0
    assert "某品牌手机".encode() not in kept


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("JPEG", "L")])
def test_other_kinds_become_jpeg(form, mode):
    assert opened(cleaned(picture(form=form, mode=mode, colour=0 if mode in "PL" else "red"))).mode == "RGB"


def test_what_is_transparent_becomes_white():
    kept = opened(cleaned(picture((8, 8), form="PNG", mode="RGBA", colour=(255, 0, 0, 0))))
    assert ImageStat.Stat(kept).mean[1] > 250


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04 a workbook", b"<svg onload=alert(1)>", picture(form="GIF"), b"\xff\xd8\xff\xe0"]
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(content):
    with pytest.raises(Refused, match="认不出这张照片"):
        cleaned(content)


def test_half_a_photo_is_refused():
    whole = picture((800, 600), colour="blue")
    with pytest.raises(Refused, match="不完整"):
        cleaned(whole[: len(whole) // 2])


def test_a_photo_too_heavy_or_with_too_many_pixels_is_refused(monkeypatch):
    with pytest.raises(Refused, match="最大15 MB"):
        cleaned(b"\xff" * (photos.LARGEST_BYTES + 1))
    monkeypatch.setattr(photos, "LARGEST_PIXELS", 100)
    with pytest.raises(Refused, match="像素太多"):
        cleaned(picture())


@pytest.mark.django_db
def test_a_visit_keeps_up_to_nine_photos():
    here = Round()
    visit = here.visit(here.begun(), day(10)).visit
    for _ in range(9):
        photo = add_photo(visit=visit, content=picture(), at=NOON, by=here.clerk_user)
    with photo.file.open() as kept:
        assert opened(kept.read()).size == (400, 300)
    with pytest.raises(Refused, match="最多放9张"):
        add_photo(visit=visit, content=picture(), at=NOON, by=here.clerk_user)
    assert VisitPhoto.objects.filter(visit=visit).count() == 9
