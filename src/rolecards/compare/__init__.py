"""Comparison of packages: their content, their differences, and the effect of an upgrade on learners."""
