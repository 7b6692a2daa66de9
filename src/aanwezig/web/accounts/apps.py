from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "aanwezig.web.accounts"
    label = "accounts"
