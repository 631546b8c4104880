"""Problems on their way out: one module a form that `check --format` knows."""
