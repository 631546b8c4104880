"""The notes against what learners already have."""
