"""The REST interface of lists."""
