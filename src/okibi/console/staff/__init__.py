"""Staff and roles, and everybody's own profile."""
