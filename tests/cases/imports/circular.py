# with: _circular
# Two modules that import each other, and one that imports a name too early.
import _circular.a
print(_circular.a.name, _circular.b.name, _circular.a.from_b(), _circular.b.from_a())
try:
    import _circular.early
except ImportError as error:
    print(type(error).__name__, str(error).split(" (")[0])
