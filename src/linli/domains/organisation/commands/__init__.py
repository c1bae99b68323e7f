"""What changes who may come in. Units, areas, posts and accounts themselves are changed by ``kernel/org``."""
