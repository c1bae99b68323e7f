"""House rules a linter cannot express. Each failure names the file to fix."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_utf8_and_of_version_18():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
        version, encoding = cursor.fetchone()

    assert version >= 180000
    assert encoding == "UTF8"
