# tb_lineno, tb_frame and tb_next of a caught exception.
import sys
def a():
    b()
def b():
    raise ValueError("here")
try:
    a()
except ValueError as error:
    tb = error.__traceback__
    while tb:
        print(tb.tb_lineno, tb.tb_frame.f_code.co_name, tb.tb_frame.f_lineno if tb.tb_next is None else "", sorted(tb.tb_frame.f_locals)[:3] if tb.tb_frame.f_code.co_name != "<module>" else "")
        tb = tb.tb_next
    print(sys.exc_info()[2] is error.__traceback__)
def reraise():
    try:
        b()
    except ValueError:
        raise
try:
    reraise()
except ValueError as error:
    lines = []
    tb = error.__traceback__
    while tb:
        lines.append(tb.tb_lineno)
        tb = tb.tb_next
    print(lines)
f = sys._getframe()
print(f.f_code.co_name, f.f_lineno, f.f_back, f.f_globals is globals())
def caller():
    return sys._getframe(1).f_code.co_name, sys._getframe(1).f_lineno
def outer():
    return caller()
print(outer())
