# with: _helpers
# What a failing import raises, and what it leaves in sys.modules.
import sys
def attempt(label, function):
    try:
        function()
        print(label, "no error")
    except BaseException as error:
        print(label, type(error).__name__, error, getattr(error, "name", None))
def a(): import no_such_module
def b(): import _helpers.no_such
def c(): from _helpers import no_name
def d(): from _helpers.first import nothing_here
def e(): import _helpers.fails
def f(): import _helpers.first.deeper
def g(): from no_such_package import x
def h(): import _helpers.exits
for function in (b, e, f, g, h, a): attempt(function.__name__, function)
for function in (c, d):
    try: function()
    except ImportError as error: print(type(error).__name__, str(error).split(" (")[0], error.name)
print("_helpers.fails" in sys.modules, "_helpers" in sys.modules, "no_such_module" in sys.modules)
attempt("again", e)
sys.modules["blocked"] = None
def i(): import blocked
attempt("blocked", i)
import _helpers
try: _helpers.nope
except AttributeError as error: print(error)
