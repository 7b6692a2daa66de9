from django.apps import AppConfig


class SearchConfig(AppConfig):
    name = "aanwezig.web.search"
    label = "search"

    def ready(self) -> None:
        from django.utils.translation import gettext_noop

        from aanwezig.web.audit.words import name_actions, name_pages

        name_pages(
            {"search": gettext_noop("search results"), "several": gettext_noop("one action for several")}
        )
        name_actions(
            {
                "filter.save": gettext_noop("saved filters"),
                "filter.rename": gettext_noop("renamed saved filters"),
                "filter.remove": gettext_noop("removed saved filters"),
            }
        )
