# with: _helpers
# import of local modules and packages: forms, caching, __name__, relative imports, star imports.
import _helpers
print(_helpers.__name__, _helpers.value, _helpers.__doc__)
import _helpers.first as first_module
from _helpers import second
from _helpers.first import greet, LIMIT as limit
import _helpers.sub.deep
from _helpers.sub import deep as d2
print(first_module.__name__, second.__name__, greet("x"), limit, _helpers.sub.deep.where(), d2 is _helpers.sub.deep)
import _helpers.first
print(_helpers.first is first_module, _helpers.first.counter())
from _helpers.first import counter
print(counter(), first_module.counter())
from _helpers.star import *
print(exported, also_exported, "hidden" in globals(), "_private" in globals())
from _helpers.star_no_all import *
print(visible, "_invisible" in globals())
import sys
print("_helpers.first" in sys.modules, sys.modules["_helpers"] is _helpers, sys.modules[__name__].__name__)
print(_helpers.sub.__package__, _helpers.sub.deep.__package__, _helpers.__path__ is not None, hasattr(first_module, "__path__"), first_module.__file__.endswith("first.py") or first_module.__file__.endswith("first.pyc"))
def inside():
    from _helpers.first import greet as g
    import _helpers.second as s
    return g("in function"), s.TWO
print(inside())
first_module.LIMIT = 99
print(limit, first_module.LIMIT, sys.modules["_helpers.first"].LIMIT)
class C:
    import _helpers.second as s2
    from _helpers import value as v
print(C.s2.TWO, C.v)
