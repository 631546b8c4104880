"""Problems as reports: one form a file."""
