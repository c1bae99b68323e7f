"""What may be done with lists: one verb a function, one transaction each."""
