# sys: what programs commonly look at.
# args: first second
import sys
print(sys.argv[1:], sys.version_info >= (3, 11), sys.version_info[0], sys.version_info.major, sys.maxsize, sys.byteorder, isinstance(sys.version, str), sys.maxunicode, sys.getrecursionlimit() > 100)
print(isinstance(sys.path, list), isinstance(sys.modules, dict), "sys" in sys.modules, sys.modules["sys"] is sys, "builtins" in sys.builtin_module_names, isinstance(sys.platform, str), isinstance(sys.executable, str), sys.implementation.name != "")
print(sys.exc_info(), sys.getsizeof([]) > 0, sys.intern("abc") == "abc", sys.float_info.max, sys.float_info.epsilon, sys.int_info.bits_per_digit > 0, sys.hash_info.width, sys.getdefaultencoding(), sys.flags.optimize)
sys.stdout.write("written\n")
print("to stderr", file=sys.stderr)
print(sys.stdout.writable(), sys.stdin is not None, sys.stderr.name, sys.stdout.encoding.lower())
def hook(value): print("displayed", repr(value))
print(callable(sys.excepthook), sys.displayhook is not None, sys._getframe().f_lineno)
try: sys.exit()
except SystemExit as e: print(repr(e.code))
try: sys.exit("text")
except SystemExit as e: print(repr(e.code))
try: sys.nope
except AttributeError as e: print(e)
try: sys.exit(1, 2)
except TypeError as e: print(e)
print(sys.getrefcount.__name__, sys.call_tracing is not None, sys.is_finalizing(), sys.dont_write_bytecode in (True, False))
