# string.templatelib: its classes, their errors, convert.
# python: 3.14
from string.templatelib import *
import string.templatelib as l
for f in (lambda: Template(1), lambda: Template(a=1), lambda: Interpolation(1, "a", "z"), lambda: Interpolation(1,"a",5), lambda: Interpolation(), lambda: Interpolation(1,2), lambda: Interpolation(1, format_spec=3), lambda: t"" + 1, lambda: 1 + t"", lambda: t"".__add__(1), lambda: convert(1,"r"), lambda: convert(1,"z"), lambda: setattr(t"", "strings", 1), lambda: setattr(Interpolation(1), "value", 1), lambda: type("X",(Template,),{}), lambda: Interpolation(1), lambda: Interpolation[int], lambda: Template[int], lambda: Interpolation(1).__reduce__(), lambda: t"" == t"", lambda: Interpolation.__match_args__, lambda: Template.values, lambda: Template.strings, lambda: Template("a", "b", Interpolation(1), Interpolation(2)), lambda: t"".foo, lambda: Template.__doc__, lambda: Interpolation.__doc__, lambda: Interpolation(1,"x","s","y").__eq__(3), lambda: t"a{1!s}" + t"b", lambda: Interpolation(1,2,3,4,5), lambda: Interpolation(1, foo=1), lambda: t"" + t"", lambda: next(iter(t"")), lambda: convert(1, None)):
    try: print(repr(f()))
    except Exception as e: print(type(e).__name__, e)
