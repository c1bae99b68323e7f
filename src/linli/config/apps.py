"""Start-up: connect the tables of ``wiring``."""

from django.apps import AppConfig
from django.conf import settings

from linli.config import menu, public
from linli.kernel.catalog.suggesting import model_file as categories
from linli.kernel.evidence import deployed as evidence
from linli.kernel.messages import adapters as messages
from linli.kernel.org import sealing


class Wiring(AppConfig):
    name = "linli.config"
    label = "wiring"

    def ready(self) -> None:
        # Imported here because its tables name models, which are not loaded before this moment.
        from linli.config import field, wiring
        from linli.domains.cases.queries import onward
        from linli.domains.lists.queries import executions
        from linli.domains.organisation.commands import groups
        from linli.domains.organisation.queries import telling
        from linli.domains.safety.commands import follow_ups
        from linli.domains.safety.queries import hazard_links
        from linli.kernel.devices import verbs
        from linli.kernel.flow import mandates, registry
        from linli.kernel.meetings import inviting
        from linli.kernel.messages import queries as notices
        from linli.kernel.org import succession
        from linli.web import access, counting, shell, tickets

        sealing.use_keys(settings.LINLI_KEYS)
        succession.connect(wiring.SUCCESSIONS)
        groups.connect(wiring.GROUP_MESSAGES)
        follow_ups.connect(wiring.FOLLOW_UPS)
        inviting.connect(wiring.INVITED)
        telling.connect(wiring.PAGES)
        evidence.install(store=settings.EVIDENCE_STORE)
        messages.install(settings.MESSAGE_ROUTES)
        categories.install(settings.DATA / "models")
        registry.connect(
            flows=wiring.FLOWS,
            reactions=wiring.REACTIONS,
            questions=wiring.QUESTIONS,
            limits=wiring.LIMITS,
            checks=wiring.CHECKS,
        )
        mandates.connect(wiring.ABOUT)
        verbs.connect(verbs=field.VERBS, work=field.WORK, sources=field.SOURCES)
        executions.connect(wiring.EXECUTIONS)
        onward.connect(wiring.ONWARD)
        hazard_links.connect(wiring.PAGES)
        shell.connect(groups=menu.MENU, links=menu.LINKS, unread=notices.unread_count)
        counting.connect(wiring.COUNTERS)
        access.connect(public.PUBLIC, for_guests=public.GUESTS)
        tickets.connect(port=settings.LIVE_PORT, url=settings.LIVE_URL)
