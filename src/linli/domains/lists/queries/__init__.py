"""Reading lists. Every function that serves a person takes ``actor`` and shows only what they may see."""
