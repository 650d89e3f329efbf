"""Demo data: a made-up programme with people, customers and what was written about them, the same for the same seed."""
