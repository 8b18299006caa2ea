"""How hard the code is to read: rooms, arrows, chains of calls, names; from the source alone, of any checkout."""
