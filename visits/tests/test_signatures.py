"""A signature is kept small and plain; where the county asks for proof, one of three is enough."""

import base64
import io

import pytest
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from accounts.errors import Refused
from visits.actions import set_policy
from visits.models import Visit, VisitSignature
from visits.signatures import LARGEST_KEPT, from_paper, read_drawn, redrawn
from visits.tests.cast import Round, day


def drawn(size: tuple[int, int] = (1200, 480), *, ink: bool = True, kind: str = "PNG") -> bytes:
    image = Image.new("RGB", size, "white")
    if ink:
        ImageDraw.Draw(image).line([(20, 20), (size[0] // 2, size[1] - 30), (size[0] - 20, 40)], fill="black", width=12)
    info = PngInfo()
    info.add_text("GPS", "25.1N 115.7E")
    out = io.BytesIO()
    image.save(out, kind, **({"pnginfo": info} if kind == "PNG" else {}))
    return out.getvalue()


def test_it_is_drawn_anew_small_in_black_and_white_and_silent():
    kept = redrawn(drawn())
    assert len(kept) <= LARGEST_KEPT
    image = Image.open(io.BytesIO(kept))
    assert (image.format, image.mode, image.size) == ("PNG", "1", (600, 240))
    assert b"115.7E" not in kept


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (drawn(ink=False), "还没有写字"),
        (drawn(kind="JPEG"), "请重签"),
        (b"GIF89a", "请重签"),
        (drawn()[:200], "请重签"),
        (drawn((2000, 1200)), "请重签"),
    ],
    ids=["empty", "another format", "no picture", "cut off", "huge"],
)
def test_what_is_no_signature_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(Refused, match=sentence) as refusal:
        redrawn(content)
    assert refusal.value.field == "signature"


def photographed(size: tuple[int, int] = (2400, 1200), *, ink: bool = True) -> bytes:
    """A pen on paper, one side of it in the shade, with the camera's place in the file."""
    paper = Image.linear_gradient("L").rotate(90).resize(size).point(lambda shade: 90 + shade // 2)
    if ink:
        ImageDraw.Draw(paper).line([(200, 300), (1200, 900), (2200, 300)], fill=30, width=24)
    place = Image.Exif()
    place[0x010E] = "115.7E"
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=80, exif=place)
    return out.getvalue()


def test_a_signature_on_paper_is_lifted_off_it_whatever_the_light():
    kept = from_paper(photographed())
    image = Image.open(io.BytesIO(kept))
    assert (image.format, image.mode, image.size) == ("PNG", "1", (600, 300))
    ink = image.histogram()[0] / (600 * 300)
    assert 0.01 < ink < 0.1
    assert b"115.7E" not in kept
    assert redrawn(kept)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (photographed(ink=False), "没有看到签名"),
        (b"%PDF-1.7", "照片或扫描件"),
        (photographed()[:300], "照片或扫描件"),
        (b"0" * (15 * 2**20 + 1), "超过15MB"),
    ],
    ids=["blank paper", "no picture", "cut off", "huge"],
)
def test_paper_without_a_signature_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(Refused, match=sentence):
        from_paper(content)


@pytest.mark.parametrize(
    "sent", ["https://elsewhere/x.png", "data:image/png;base64,***", "data:image/png;base64," + "A" * 300_000]
)
def test_only_what_a_canvas_writes_is_read(sent):
    with pytest.raises(Refused):
        read_drawn(sent)


def test_a_canvas_is_read():
    assert read_drawn("data:image/png;base64," + base64.b64encode(drawn()).decode()) == drawn()


@pytest.fixture
def here(db) -> Round:
    return Round()


def test_nobody_must_sign_where_the_county_does_not_ask(here):
    assert here.visit(here.begun(), day(5)).first


def test_where_it_asks_a_meeting_bears_one_of_three(here):
    pairing = here.begun()
    set_policy(county=here[""], failed_attempts=3, proof=True, by=here.clerk_user)
    with pytest.raises(Refused, match="留一样凭据") as refusal:
        here.visit(pairing, day(5))
    assert refusal.value.field == "witness"
    assert Visit.objects.count() == 0
    here.visit(pairing, day(5), witness="陈四")
    here.visit(pairing, day(6), unsigned="老人不识字")
    signed = here.visit(pairing, day(7), signature=drawn()).visit
    assert VisitSignature.objects.get(visit=signed).file.size <= LARGEST_KEPT
    here.visit(pairing, day(8), Visit.Outcome.NOT_HOME)
    here.visit(pairing, day(9), Visit.Outcome.BY_PHONE)
    assert Visit.objects.count() == 5


def test_a_broken_signature_saves_no_visit(here):
    with pytest.raises(Refused):
        here.visit(here.begun(), day(5), signature=b"GIF89a")
    assert Visit.objects.count() == 0
