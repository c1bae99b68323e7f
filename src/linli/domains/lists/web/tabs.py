"""Chips of which one is on before anybody chose."""

from dataclasses import replace

from linli.web.lists import ChipGroup


def on_at_first(group: ChipGroup) -> ChipGroup:
    """``group`` with its first chip on while the address does not say another."""
    if any(chip.is_on for chip in group.chips) or not group.chips:
        return group
    first = replace(group.chips[0], is_on=True)
    return replace(group, chips=(first, *group.chips[1:]))
