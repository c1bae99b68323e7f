"""What is measured against what. ``python -m bench`` runs them one after the other."""
