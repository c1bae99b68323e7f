"""Open311 GeoReport v2, with paging, media upload and updates as they are used in the wild.

Source: wiki.open311.org GeoReport v2 (standard), and the extensions of FixMyStreet for updates.
"""
