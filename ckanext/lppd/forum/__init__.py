"""Forum Satu Data: agreed decisions, numbered by year, corrected by new versions."""
