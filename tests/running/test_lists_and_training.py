import io
from datetime import UTC, date, datetime

import pytest
from openpyxl import Workbook

from linli.config import lists, training
from linli.domains.cases import commands as cases
from linli.domains.cases.queries import confirmed
from linli.kernel.calendar import queries as calendar
from linli.kernel.catalog import form, learnt, queries, sheets
from linli.kernel.catalog.models import Version
from linli.kernel.catalog.suggesting import model_file
from linli.kernel.flow.models import Matter
from tests.town import IN_GRID

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


def workbook(path, *lines):
    book = Workbook()
    book.active.append(form.COLUMNS)
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())
    return str(path)


LAMP = ["01", "公用设施", "37", "路灯", "路灯所", "住建局", "不亮", "修复", "1工作日"]
UNKNOWN = ["09", "其他", "99", "没有的", "", "", "a", "b", "1工作日"]


def test_the_shipped_lists_can_be_loaded_at_every_start(db, capsys):
    assert lists.main(["load"]) == 0

    assert "lists published 0, proposed 0, time limits 0" in capsys.readouterr().out


def test_a_workbook_is_looked_at_proposed_and_put_in_force(db, tmp_path, capsys):
    file = workbook(tmp_path / "标准.xlsx", LAMP)
    arguments = ["import", "matters", file, "--from-day", "2027-01-01", "--numbers-of", "components2013"]

    assert lists.main([*arguments, "--dry-run"]) == 0
    assert not Version.objects.filter(origin="标准.xlsx").exists()
    assert lists.main([*arguments, "--publish"]) == 0

    found = queries.limit_for("01037", "不亮", (), datetime(2027, 1, 4, tzinfo=UTC))
    assert (found.amount, found.base) == (1, "working_days")
    assert "version 2: published from 2027-01-01" in capsys.readouterr().out


def test_wrong_lines_are_named_and_nothing_is_stored(db, tmp_path, capsys):
    file = workbook(tmp_path / "x.xlsx", LAMP, UNKNOWN)

    status = lists.main(
        ["import", "matters", file, "--from-day", "2027-01-01", "--numbers-of", "components2013", "--publish"]
    )

    assert status == 1
    assert "  3 小类代码:" in capsys.readouterr().out
    assert Version.objects.filter(code_set__code="matters").count() == 1


@pytest.mark.parametrize("name", ["out.xlsx", "out.csv"])
def test_a_list_is_written_in_the_nine_columns(db, tmp_path, name):
    assert lists.main(["export", "matters", str(tmp_path / name)]) == 0

    sheet = sheets.read_rows((tmp_path / name).read_bytes())
    assert sheet.headers == form.COLUMNS
    assert {row.values["小类代码"] for row in sheet.rows} >= {"01001", "06010"}


def test_an_unknown_list_or_file_is_said_to_be_so(db, tmp_path, capsys):
    assert lists.main(["export", "nothing", str(tmp_path / "x.csv")]) == 2
    assert lists.main(["calendar", "2027", str(tmp_path / "missing.csv")]) == 2
    (tmp_path / "bad.csv").write_text("日期,类型,名称\n2027-13-01,放假,x\n")
    assert lists.main(["calendar", "2027", str(tmp_path / "bad.csv")]) == 2

    assert "第2行" in capsys.readouterr().err


def test_a_newly_announced_year_is_taken_from_a_file(db, tmp_path):
    file = tmp_path / "2027.csv"
    file.write_bytes(
        "日期,类型,名称\n2027-01-01,放假,元旦\n2027/1/3,上班,调休\n".encode("gb18030").replace(b"/1/3", b"-01-03")
    )

    assert lists.main(["calendar", "2027", str(file)]) == 0

    assert calendar.announced(2027)
    assert not calendar.current().is_working_day(date(2027, 1, 1))


@pytest.fixture
def models(tmp_path):
    folder = model_file.path().parent
    model_file.install(tmp_path)
    yield tmp_path
    model_file.install(folder)


def case(text, category, *, closed):
    taken = cases.report(cases.Report(text=text, lon=IN_GRID[0], lat=IN_GRID[1], category=category), at=NOON)
    Matter.objects.filter(pk=taken.id).update(closed_at=NOON if closed else None)


def test_only_closed_cases_with_a_category_are_learnt_from(town):
    case("广场舞太吵", "06028", closed=True)
    case("灯坏了", "01037", closed=False)

    assert list(confirmed.wordings()) == [("广场舞太吵", "06028")]


def test_with_too_few_cases_no_model_is_written(town, models, capsys):
    case("广场舞太吵", "06028", closed=True)

    assert training.main(["categories"]) == 1

    assert list(models.iterdir()) == []
    assert "usable cases: 1" in capsys.readouterr().out


def test_a_model_learnt_from_a_file_is_used_for_the_next_report(db, models, tmp_path, capsys):
    rows = [(f"锣鼓喧天第{number}夜，打13812345678", "06028") for number in range(60)]
    (tmp_path / "cases.csv").write_bytes(sheets.write_rows(["text", "code"], rows, kind="csv"))

    assert training.main(["categories", "--from", str(tmp_path / "cases.csv")]) == 0

    model_file.look_again()
    assert queries.suggest("又是锣鼓喧天")[0].code == "06028"
    assert "13812345678" not in learnt.load(model_file.path()).vocabulary
    assert "on cases not seen: first" in capsys.readouterr().out


def test_measuring_alone_writes_nothing(db, models, tmp_path):
    rows = [(f"锣鼓喧天第{number}夜", "06028") for number in range(60)]
    (tmp_path / "cases.csv").write_bytes(sheets.write_rows(["text", "code"], rows, kind="csv"))

    assert training.main(["categories", "--from", str(tmp_path / "cases.csv"), "--measure-only"]) == 0

    assert not model_file.path().exists()


def test_a_unit_s_own_list_is_loaded_from_a_file_once(town, tmp_path, capsys):
    file = tmp_path / "own.csv"
    file.write_text("no,name,class,frequency\n1,探访独居老人,民生,weekly\n2,公文办理,日常,daily\n", encoding="utf-8")
    arguments = ["load-work", str(file), "--unit", "street", "--kind", "internal"]

    assert lists.main(arguments) == 0
    assert lists.main(arguments) == 0
    assert lists.main(["load-work", str(file), "--unit", "nowhere", "--kind", "internal"]) == 2

    said = capsys.readouterr().out
    assert "NBstreet version 1: 2 items, loaded\n" in said
    assert "loaded before, nothing changed" in said
