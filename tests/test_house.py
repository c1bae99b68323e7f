"""House rules a linter cannot express. Each failure names the file to fix."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.template import engines
from django.urls import URLPattern, URLResolver, get_resolver

from linli.config import requirements, translations
from linli.kernel.org.http import ActorRequest
from linli.web import access

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "linli"
CODE = [path for folder in ("src", "tests", "bench") for path in sorted((ROOT / folder).rglob("*.py"))]
SOURCES = [path for path in PACKAGE.rglob("*.py") if not {"migrations", "tests"} & set(path.parts)]
TEMPLATES = sorted(path for path in PACKAGE.rglob("templates/**/*") if path.suffix in (".html", ".txt"))
STYLES = sorted((ROOT / "frontend" / "src").rglob("*.css"))
LOCKS = [*sorted(ROOT.glob("requirements*.txt")), ROOT / "frontend" / "package-lock.json"]
UNTOLD = re.compile(r"(utils?|helpers?|managers?|service|common|base|data|info|process)")
"""Names that say nothing of what is inside."""

LINES = 400
FUNCTION_LINES = 50


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


@pytest.mark.parametrize("path", [path for path in CODE if "migrations" not in path.parts], ids=short)
def test_files_and_functions_stay_small(path: Path) -> None:
    text = path.read_text()

    long = [node.name for node in functions(ast.parse(text)) if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES]

    assert text.count("\n") <= LINES
    assert not long


@pytest.mark.parametrize("path", STYLES, ids=short)
def test_style_sheets_stay_small(path: Path) -> None:
    assert path.read_text().count("\n") <= LINES


@pytest.mark.parametrize("path", LOCKS, ids=short)
def test_a_lock_file_has_versions_and_hashes_and_no_addresses(path: Path) -> None:
    assert "://" not in path.read_text()


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_nothing_is_called_utils(path: Path) -> None:
    assert not UNTOLD.fullmatch(path.stem)


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_no_check_is_switched_off_without_a_reason(path: Path) -> None:
    for line in path.read_text().splitlines():
        assert "# noqa" not in line
        if "# type: ignore" in line:
            assert re.search(r"# type: ignore\[[a-z-, ]+\]\s+# .{8,}", line), f"say why: {line.strip()}"


WRITES = {"save", "create", "bulk_create", "update", "bulk_update", "delete", "get_or_create", "update_or_create"}
SURELY = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
INSIDE_TAKE = {
    f"src/linli/kernel/flow/{name}.py" for name in ("clocks", "guarding", "mandates", "succession", "system")
}
"""What ``take()`` is made of, and nobody else calls."""


def may_not_write(path: Path) -> bool:
    parts = set(path.relative_to(PACKAGE).with_suffix("").parts)
    return bool({"kernel", "domains", "web", "overview"} & parts) and "commands" not in parts


def is_on_rows(node: ast.Call) -> bool:
    """``Model.objects.create(…)``, ``rows.filter(…).update(…)``, ``row.save()``; not ``digest.update(…)``."""
    assert isinstance(node.func, ast.Attribute)
    text = ast.unparse(node.func.value)
    if node.func.attr == "save":
        # A model's save takes none; a workbook's or a picture's takes the file, and a session is no row of ours.
        return not node.args and not text.endswith("session")
    return node.func.attr in SURELY or any(word in text for word in ("objects", "filter(", "exclude(", "all()"))


@pytest.mark.parametrize("path", [path for path in SOURCES if may_not_write(path)], ids=short)
def test_only_commands_write(path: Path) -> None:
    if short(path) in INSIDE_TAKE:
        return
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            assert not is_on_rows(node), f"line {node.lineno}: .{node.func.attr}() belongs in commands"


@pytest.mark.parametrize("path", [path for path in SOURCES if "config" not in path.parts], ids=short)
def test_the_environment_is_read_only_in_config(path: Path) -> None:
    assert "os.environ" not in path.read_text()
    assert "os.getenv" not in path.read_text()


COMMANDS = [path for path in SOURCES if "commands" in path.with_suffix("").parts and "config" not in path.parts]


@pytest.mark.parametrize("path", COMMANDS, ids=short)
def test_commands_are_given_the_time(path: Path) -> None:
    source = path.read_text()

    assert "timezone.now()" not in source
    assert "datetime.now(" not in source


def test_one_settings_file_of_250_lines() -> None:
    assert (PACKAGE / "config" / "settings.py").read_text().count("\n") <= 250


def routes(patterns: list[URLPattern | URLResolver], space: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from routes(pattern.url_patterns, inner)
        else:
            yield f"{space}{pattern.name or ''}", pattern


ROUTES = list(routes(get_resolver().url_patterns))


@pytest.mark.parametrize(("name", "route"), ROUTES, ids=[f"{name} {route.pattern}" for name, route in ROUTES])
def test_every_route_leads_to_web_or_api_and_asks_for_an_actor_or_is_listed(name: str, route: URLPattern) -> None:
    view = inspect.unwrap(route.callback)
    module = view.__module__
    first = next(iter(inspect.signature(view).parameters.values()), None)

    if not module.startswith("linli."):
        return
    parts = module.split(".")
    assert {"web", "api", "health"} & set(parts), f"{module} is no place for a view"
    is_machine = settings.BARE_PATHS and f"/{route.pattern}".startswith(settings.BARE_PATHS)
    assert is_machine or access.is_public(name) or (first is not None and first.annotation is ActorRequest)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_every_template_compiles_and_has_no_inline_code(path: Path) -> None:
    text = path.read_text()

    engines["django"].from_string(text)

    assert not re.search(r"<script(?![^>]*\b(src|type=\"application/json\")\b)|<style|\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=short)
def test_a_template_decides_nothing(path: Path) -> None:
    for condition in re.findall(r"{%\s*(?:el)?if\s([^%]*)%}", path.read_text()):
        assert not re.search(r"\b(and|or)\b", condition), f"one condition per if; let the query answer: {condition}"


def test_every_message_has_an_english_translation() -> None:
    collected = translations.collect("en")

    assert not collected.problems
    assert translations.missing("en", collected) == []


def test_tests_name_only_requirements_there_are() -> None:
    unknown = set(requirements.shown()) - set(requirements.requirements())

    assert not unknown


OURS = {".py", ".md", ".txt", ".toml", ".ts", ".json", ".html", ".css", ".yaml", ".in", ".po"}
NOT_OURS = {".venv", ".cache", ".data", "node_modules", "built", ".git"}
TELLING = re.compile(r"/wor[k]/|/tmp/brie[f]|/roo[t]/|\bpypi\.o[r]g|registry\.np[m]js", re.IGNORECASE)


def test_nothing_names_where_it_was_made() -> None:
    ours = [path for path in ROOT.rglob("*") if path.suffix in OURS and not NOT_OURS & set(path.parts)]

    telling = [short(path) for path in ours if TELLING.search(path.read_text(errors="ignore"))]

    assert not telling


@pytest.mark.django_db
def test_the_database_is_utf8_and_of_version_18() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
        version, encoding = cursor.fetchone()

    assert version >= 180000
    assert encoding == "UTF8"


@pytest.mark.django_db
def test_models_and_migrations_say_the_same() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)
