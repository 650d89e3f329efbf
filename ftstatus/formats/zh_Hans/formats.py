"""Dates in forms are ISO in every language; for reading, Django's own Chinese forms stand."""

DATE_INPUT_FORMATS = ["%Y-%m-%d"]
