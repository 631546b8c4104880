"""The rules of `rolecards check`: one small function each, with its code and its reason."""
