name = "a"
from . import b
def from_b(): return b.name
