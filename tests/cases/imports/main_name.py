# The module __main__: its name, its globals, __builtins__, module attributes.
import sys
print(__name__, __doc__, sys.modules["__main__"].__dict__ is globals(), __builtins__ is not None, type(sys).__name__)
"not a docstring"
if __name__ == "__main__": print("main guard")
import math as m, operator as o
print(m.__name__, o.__name__, m is sys.modules["math"])
main = sys.modules["__main__"]
main.injected = 5
print(injected)
import __main__
print(__main__ is main, __main__.injected, __file__.endswith("main_name.py") or __file__.endswith("main_name.pyc"))
import builtins
print(builtins.len is len, builtins.__name__)
builtins.everywhere = "yes"
print(everywhere)
del builtins.everywhere
try: everywhere
except NameError as e: print(e)
builtins.print("through builtins")
class Module(type(sys)): pass
mod = Module("made", "doc of made")
mod.x = 1
print(mod.__name__, mod.__doc__, mod.x, repr(type(sys)("plain")), sorted(vars(type(sys)("q"))))
sys.modules["made_up"] = mod
import made_up
from made_up import x
print(made_up is mod, x)
try: from made_up import y
except ImportError as e: print(str(e).split(" (")[0])
def module_getattr(name):
    if name == "lazy": return "made on demand"
    raise AttributeError(f"no {name}!")
mod.__getattr__ = module_getattr
from made_up import lazy
print(lazy, mod.lazy)
try: mod.other
except AttributeError as e: print(e)
print(__import__("math") is m, __import__("math", globals(), locals(), ["sqrt"], 0).sqrt(4), type(m).__name__)
