"""Owner: a product manager, or the one who does the work."""

from __future__ import annotations

from collections.abc import Iterator

from planora_sync.classify.facts import Facts
from planora_sync.classify.signals.spoken import Spoken, spoken

PRODUCT = frozenset({"product_manager", "executive"})
DOING = frozenset({"developer", "designer", "tech_lead", "scrum_master"})


def signals(facts: Facts) -> Iterator[Spoken]:
    """Yield what the roles of the owners say; unknown roles are silent."""
    entry = facts.entry
    ref = entry.ref
    roles = {
        person.name: role
        for person in facts.snapshot.owners(entry)
        if (role := facts.snapshot.role(person, ref.connection, ref.tracker))
    }
    product = [name for name, role in roles.items() if role in PRODUCT]
    doing = [name for name, role in roles.items() if role in DOING]
    if product and not doing:
        words = f"{', '.join(product)} ({roles[product[0]].replace('_', ' ')}) owns it"
        yield spoken("owned-by-product", words, "owner")
    if doing and not product and not (facts.work_below or facts.above_tasks):
        words = f"{', '.join(doing)} ({roles[doing[0]].replace('_', ' ')}) owns it"
        yield spoken("owned-by-who-does-it", words, "owner")
