from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "notices"

    def ready(self) -> None:
        """A wrong LIAISON_SMS stops the start, not the first message."""
        from notices.drivers import check_door, sms_driver

        sms_driver()
        check_door()
