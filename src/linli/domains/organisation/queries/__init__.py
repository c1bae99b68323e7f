"""Questions about who is signed in, and with what they prove themselves."""
