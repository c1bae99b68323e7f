"""Routes of the organisation, one list for each group of pages."""
