"""Voice notes: sound alone is taken."""

import pytest

from linli.kernel.errors import Refused

WEBM = b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + bytes(40)


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (WEBM + b"\x86\x86A_OPUS" + bytes(500), "audio/webm"),
        (b"OggS" + bytes(24) + b"OpusHead" + bytes(500), "audio/ogg"),
    ],
)
def test_a_voice_note_is_taken_and_handed_over_as_it_is(receive, serve, content, content_type):
    file = receive(content)

    assert (file.family, file.content_type) == ("audio", content_type)
    assert serve(file)[1] == content


@pytest.mark.parametrize("content", [WEBM + b"\x86\x85V_VP8\x86\x86A_OPUS" + bytes(500), WEBM + bytes(500)])
def test_what_calls_itself_a_voice_note_and_holds_pictures_or_nothing_is_refused(receive, content):
    with pytest.raises(Refused, match="不支持"):
        receive(content)
