"""The notes compared with what learners already have."""
