"""Every place where a step in one domain causes work in another. Read this instead of hunting for signals."""

REACTIONS: dict[tuple[str, str], list[object]] = {}
