from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        """What is set wrong about signing in stops the start, not the first person."""
        from accounts.identities.configured import providers
        from accounts.roles import check_second_step_roles

        providers()
        check_second_step_roles()
