from . import a
name = "b"
def from_a(): return a.name
