"""What an editor would object to, and the reports that say so."""
