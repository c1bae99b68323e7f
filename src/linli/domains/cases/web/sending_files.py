"""Handing a served copy of a file to a browser."""

from django.http import FileResponse

from linli.kernel.evidence.queries import ServedFile


def answer(served: ServedFile) -> FileResponse:
    """The copy with everything that keeps a browser from running it."""
    response = FileResponse(served.stream, content_type=served.content_type)
    for name, value in served.headers.items():
        response.headers[name] = value
    return response
