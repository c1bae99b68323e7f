"""What phones talk to. They come in by a token of their own: no session, no cookie, nothing a page could borrow."""
