from .. import first
from ..second import TWO

def where():
    return __name__, first.LIMIT, TWO[2]
