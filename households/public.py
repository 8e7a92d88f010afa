"""The address of a household's own page, as its QR code says it."""

from django.conf import settings
from django.urls import reverse

from households.models import Household


def public_url(household: Household) -> str:
    return f"{settings.ORIGIN}{reverse('public:household', args=[household.public_code])}"
