"""What somebody could do next after a step that is not taken yet: for phones that go on without network."""

from linli.domains.cases.queries.offering import Offer, offers_in
from linli.kernel.flow import registry
from linli.kernel.flow.models import Matter
from linli.kernel.org.models import Actor

Ahead = dict[str, list[Offer]]


def offers_ahead(actor: Actor, matter: Matter, *, taken: set[str], among: frozenset[str]) -> Ahead:
    """Step → what would be open to ``actor`` after it, as far as their own steps lead. No SQL once posts are warm.

    taken   steps they took already
    among   the steps that count

    A promise of nothing: when the step arrives it is checked as any other.
    """
    flow = registry.flow(matter.flow).at(matter.flow_version)
    found: Ahead = {}
    done, seen = set(taken), {matter.state}
    waiting = [matter.state]
    while waiting:
        state = waiting.pop()
        for offer in offers_in(actor, matter, state, taken=done):
            step = flow.step(offer.name)
            if offer.name not in among or offer.name in found or step is None:
                continue
            done.add(offer.name)
            target = step.leads_to(state)
            # Whoever is freed by a step has done their part.
            after = [] if step.frees else offers_in(actor, matter, target, taken=done)
            found[offer.name] = [one for one in after if one.name in among]
            if target not in seen and not step.frees:
                seen.add(target)
                waiting.append(target)
    return found
