"""What other programs use: REST (``v1``) and Open311 GeoReport v2 (``open311``)."""
