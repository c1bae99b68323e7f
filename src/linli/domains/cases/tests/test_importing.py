import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linli.domains.cases.commands import importing, mapping
from linli.domains.cases.models import Case
from linli.kernel.errors import Refused
from linli.kernel.flow.models import Clock, Entry, Matter

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
HEAD = "工单编号,诉求内容,受理时间,经度,纬度,联系电话\n"
SHARED = Path(__file__).parents[6] / "shared" / "data" / "complaints"
MAPPINGS = Path(__file__).parents[5] / "tests" / "mappings"

BY = mapping.USUAL


def orders(*rows, head=HEAD):
    return (head + "\n".join(rows)).encode()


def take(content, town, by=BY):
    return importing.import_cases(content, by, file_name="o.csv", home=town.street, actor=town.chen, at=NOON)


def real(name):
    if not (SHARED / name).exists():
        pytest.skip(f"{name} is not in this clone")
    return gzip.decompress((SHARED / name).read_bytes())


@pytest.mark.spec("001g-36")
def test_work_orders_become_cases_with_place_clock_and_sealed_caller(town):
    run = take(orders("G1,路灯不亮,2026-03-01 10:00:00,121.405,31.21,13812345678"), town)

    case = Case.objects.get()
    assert (run.rows, run.taken, run.refused) == (1, 1, 0)
    assert (case.outer_number, case.matter.area.unit, case.source) == ("G1", town.grid, "04")
    assert Clock.objects.get(matter_id=case.pk).kind == "accept"


def test_the_same_file_again_takes_nothing_twice(town):
    content = orders("G1,路灯不亮,,121.405,31.21,", "G2,井盖松动,,121.405,31.21,")
    take(content, town)

    take(content + b"\nG3,\xe6\x96\xb0\xe7\x9a\x84,,,,", town)

    assert Case.objects.count() == 3


def test_a_number_taken_before_with_another_text_is_reported_and_not_overwritten(town):
    take(orders("G1,路灯不亮,,121.405,31.21,"), town)

    run = take(orders("G1,路灯亮了,,121.405,31.21,"), town)

    assert (run.taken, run.refused) == (0, 1)
    assert Case.objects.get().description == "路灯不亮"


def test_bad_rows_are_told_by_line_and_the_good_ones_taken(town):
    run = take(orders("G1,路灯不亮,昨天,,,", ",没有编号,,,,", "G3,好的,,1234,99,", "G4,路灯不亮,,,,"), town)

    assert (run.taken, run.refused) == (1, 3)
    assert [row for row, _reason in run.problems.order_by("row").values_list("row", "reason")] == [2, 3, 4]


def test_gb18030_files_are_read(town):
    content = (HEAD + "G1,路灯不亮,,121.405,31.21,").encode("gb18030")

    assert take(content, town).taken == 1


def test_a_broken_off_import_goes_on_where_it_stopped(town, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    content = orders(*(f"G{n},路灯不亮,,121.405,31.21," for n in range(5)))

    class Killed(Exception): ...

    def stop(done, taken):
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        importing.import_cases(content, BY, file_name="o", home=town.street, actor=town.chen, at=NOON, progress=stop)
    run = take(content, town)

    assert (run.rows, run.taken, Case.objects.count()) == (5, 5, 5)


def test_a_dry_run_says_what_would_happen_and_takes_nothing(town):
    preview = importing.preview(orders("G1,路灯不亮,,121.405,31.21,", "G2,,,,,"), BY, at=NOON)

    assert (preview.rows, preview.good, [p.line for p in preview.problems]) == (2, 1, [3])
    assert not Case.objects.exists()


@pytest.mark.parametrize("text", ["[1, 2", "columns: 3", "columns: {number: a}", "columns: {number: a, text: b, x: c}"])
def test_a_faulty_mapping_is_refused_with_the_reason(text):
    with pytest.raises(Refused, match="映射文件"):
        mapping.read(text)


@pytest.mark.data
def test_the_real_messages_go_in_whole_and_are_counted_row_by_row(town):
    content = real("taidi2020_message_reply_2816.csv.gz")
    by = mapping.read((MAPPINGS / "taidi.yaml").read_text(encoding="utf-8"))

    run = take(content, town, by)

    assert run.rows == run.taken + run.refused + run.known
    assert run.taken == Case.objects.count() == Matter.objects.count() == Entry.objects.count()
    assert run.rows == 2010


@pytest.mark.data
def test_forty_thousand_real_requests_go_in_and_the_counts_agree(town):
    content = real("boston311_2011.csv.gz")
    by = mapping.read((MAPPINGS / "boston311.yaml").read_text(encoding="utf-8"))

    run = take(content, town, by)

    assert run.rows == 40948
    assert run.rows == run.taken + run.refused + run.known
    assert run.taken == Case.objects.filter(outer_system="boston311").count()
