from . import value
from .first import LIMIT
from . import first as sibling
TWO = (value, LIMIT, sibling.__name__)
