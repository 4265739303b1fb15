"""The helpers' package."""
value = "package value"
