from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from linli.domains.cases import jobs
from linli.domains.cases.commands import importing, uploading
from linli.domains.cases.models import Case, ImportFile, ImportRun

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
FILE = "单号,说明,经度,纬度\nG1,路灯不亮,121.405,31.21\nG2,,121.405,31.21\nG3,井盖松动,,\n".encode()
COLUMNS = {
    "system": "热线",
    "crs": "wgs84",
    "number": "单号",
    "text": "说明",
    "lon": "经度",
    "lat": "纬度",
    "source": "16",
}
MAPPING = "system: 热线\ncolumns: {number: 单号, text: 说明}\n".encode()


@pytest.fixture
def chen(client, town):
    client.force_login(town.chen.account)
    return client


def upload(browser, content=FILE, **more):
    file = SimpleUploadedFile("工单.csv", content)
    return browser.post(reverse("cases:imports"), {"file": file, **more})


@pytest.mark.spec("001g-36")
def test_a_file_is_mapped_on_the_page_looked_at_started_and_carried_out(chen, town):
    kept = upload(chen)
    unmapped = chen.get(kept.url)
    chen.post(kept.url, COLUMNS)
    previewed = chen.get(kept.url)
    file = ImportFile.objects.get()
    started = chen.post(reverse("cases:start_import", args=[file.pk]))
    jobs.run_import(str(file.pk))
    page = chen.get(started.url)
    refused = chen.get(reverse("cases:import_refused", args=[ImportRun.objects.get().pk]))

    run = ImportRun.objects.get()
    assert "工单编号" in unmapped.content.decode()
    assert "路灯不亮" in previewed.content.decode()
    assert "第3行" in previewed.content.decode()
    assert (run.rows, run.total, run.taken, run.refused) == (3, 3, 2, 1)
    assert set(Case.objects.values_list("source", flat=True)) == {"16"}
    assert {case.outer_number for case in Case.objects.all()} == {"G1", "G3"}
    assert "3 / 3" in page.content.decode()
    assert "3," in refused.content.decode("utf-8-sig")
    assert not ImportFile.objects.exists()


def test_nothing_starts_before_somebody_has_said_where_the_cases_come_from(chen, town):
    usual = "工单编号,诉求内容\nG1,路灯不亮\n".encode()
    kept = upload(chen, usual)

    page = chen.get(kept.url).content.decode()
    started = chen.post(f"{kept.url}/start")
    unsaid = chen.post(
        kept.url, COLUMNS | {"number": "工单编号", "text": "诉求内容", "source": "", "lon": "", "lat": ""}
    )

    assert "/start" not in page
    assert (started.status_code, unsaid.status_code) == (422, 422)
    assert not ImportRun.objects.exists()


def test_what_a_mapping_said_beyond_the_form_outlives_the_form(chen, town):
    content = "单号,说明,类\nG1,灯坏了,灯\n".encode()
    by = "system: 热线\nsource: '16'\ncolumns: {number: 单号, text: 说明, category: 类}\ncategories: {灯: '01037'}\n"
    kept = upload(chen, content, mapping=SimpleUploadedFile("m.yaml", by.encode()))
    shown = chen.get(kept.url).content.decode()
    given = {"system": "热线", "crs": "gcj02", "number": "单号", "text": "说明", "category": "类", "source": "03"}

    chen.post(kept.url, given)
    file = ImportFile.objects.get()
    chen.post(f"{kept.url}/start")
    jobs.run_import(str(file.pk))

    case = Case.objects.get()
    assert '<option value="16" selected>' in shown
    assert (case.category, case.source) == ("01037", "03")


def test_the_page_asks_again_while_it_runs_and_no_more_when_done(chen, town):
    kept = upload(chen, mapping=SimpleUploadedFile("m.yaml", MAPPING))
    file = ImportFile.objects.get()
    started = chen.post(f"{kept.url}/start")

    running = chen.get(started.url).content.decode()
    jobs.run_import(str(file.pk))

    assert "every 2s" in running
    assert "every 2s" not in chen.get(started.url).content.decode()


def test_a_job_broken_off_goes_on_where_it_stopped(chen, town, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    kept = upload(chen, mapping=SimpleUploadedFile("m.yaml", MAPPING))
    file = ImportFile.objects.get()
    chen.post(f"{kept.url}/start")
    whole = importing._take_portion

    def broken(run, portion, by, **more):
        if more["done"] == 2:
            raise KeyboardInterrupt
        whole(run, portion, by, **more)

    monkeypatch.setattr(importing, "_take_portion", broken)
    with pytest.raises(KeyboardInterrupt):
        uploading.carry_out(file.pk, now=lambda: NOON)
    monkeypatch.setattr(importing, "_take_portion", whole)
    uploading.carry_out(file.pk, now=lambda: NOON)

    assert (ImportRun.objects.get().rows, Case.objects.count()) == (3, 2)


def test_the_same_file_is_not_started_twice(chen, town):
    for _time in range(2):
        kept = upload(chen, mapping=SimpleUploadedFile("m.yaml", MAPPING))
        file = ImportFile.objects.filter(run=None).get()
        answer = chen.post(f"{kept.url}/start")
        jobs.run_import(str(file.pk))

    assert answer.status_code == 422
    assert ImportRun.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "mapping"), [(b"", b""), (b"PK\x03\x04broken", b""), (FILE, b"columns: 3"), (FILE, b"[1, 2")]
)
def test_what_cannot_be_read_is_refused_on_the_page(chen, content, mapping):
    more = {"mapping": SimpleUploadedFile("m.yaml", mapping)} if mapping else {}

    assert upload(chen, content, **more).status_code == 422
    assert not ImportFile.objects.exists()


def test_nobody_sees_anothers_file_nor_the_runs_of_another_street(chen, town, client):
    kept = upload(chen, mapping=SimpleUploadedFile("m.yaml", MAPPING))
    started = chen.post(f"{kept.url}/start")
    town.zhou.posts.update(role="operator")
    client.force_login(town.zhou.account)

    assert client.get(kept.url).status_code == 404
    assert client.get(started.url).status_code == 404
    assert "工单.csv" not in client.get(reverse("cases:imports")).content.decode()


@pytest.mark.parametrize(("who", "status"), {"chen": 200, "gao": 200, "lin": 404, "hua": 404, "root": 404}.items())
def test_only_those_who_import_find_the_page(town, client, who, status):
    client.force_login(getattr(town, who).account)

    assert client.get(reverse("cases:imports")).status_code == status
