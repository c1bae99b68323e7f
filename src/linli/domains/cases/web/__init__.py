"""Pages of cases: those of residents (``resident``, ``following``, ``public``) and those of staff."""
