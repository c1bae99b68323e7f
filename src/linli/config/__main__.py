"""``python -m linli.config COMMAND`` is ``linli COMMAND`` with the interpreter of one's choice."""

from linli.config.cli import main

main()
