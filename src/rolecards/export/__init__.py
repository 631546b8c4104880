"""The artifacts of a build, one module each."""
