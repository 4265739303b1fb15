__all__ = ["exported", "also_exported"]
exported = 1
also_exported = 2
hidden = 3
_private = 4
