"""What a build makes: each artifact, whether it is up to date, and Anki packages."""
