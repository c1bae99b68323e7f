import json

import pytest

from linli.config import keyring, territory
from linli.kernel.org import sealing
from linli.kernel.org.commands import contacts
from linli.kernel.org.models import Actor, Area, Contact, Unit
from linli.kernel.org.tests.shapes import BOW_TIE, rectangle


def written(path, *features):
    made = [{"type": "Feature", "properties": {"id": code}, "geometry": shape} for code, shape in features]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": made}))
    return str(path)


def test_areas_are_previewed_first_and_taken_in_when_told_so(town, tmp_path, capsys):
    file = written(tmp_path / "grids.geojson", ("n1", rectangle(121.42, 31.20, 121.43, 31.22)), ("n2", BOW_TIE))
    arguments = ["areas", file, "--unit", "west", "--kind", "responsibility_grid", "--name", "code=id", "--as-units"]

    preview, before = territory.main(arguments), Area.objects.filter(code="n1").exists()
    applied = territory.main([*arguments, "--apply"])

    said = capsys.readouterr().out
    assert (preview, applied, before) == (1, 1, False)
    assert Area.objects.get(code="n1").unit.kind == "grid"
    assert "rows 2, new 1" in said and "covered 50.0%" in said and "row 2 n2" in said


def test_division_codes_are_taken_in_and_a_wrong_file_is_said_to_be_wrong(town, tmp_path, capsys):
    file = tmp_path / "codes.csv"
    file.write_text("code12,name\n310105000000,长宁区\n310105001000,华阳路街道\n")

    assert territory.main(["divisions", str(file), "--unit", "district", "--apply"]) == 0
    assert territory.main(["divisions", str(file), "--name", "code=nothing"]) == 2
    assert territory.main(["divisions", str(file), "--unit", "nobody"]) == 2

    assert Unit.objects.get(division_code="310105001000").parent.name == "长宁区"
    assert "no unit 'nobody'" in capsys.readouterr().err


@pytest.fixture
def keys(settings):
    """The deployment's keys, put back afterwards."""
    yield settings.LINLI_KEYS
    sealing.use_keys(settings.LINLI_KEYS)


def test_keys_are_rotated_until_nothing_is_left(db, keys, capsys):
    for n in range(3):
        contacts.keep_contact(Actor.objects.create(kind="resident"), phone=f"1390000000{n}")
    sealing.use_keys(f"{keys},7:{'ef' * 32}")

    status = keyring.rotate(["--portion", "2"])

    assert status == 0
    assert set(Contact.objects.values_list("key_no", flat=True)) == {7}
    assert "0 left" in capsys.readouterr().out
