# expect-exit: 1
# oracle: 3.14
# Carets under the failing part of a line: attributes, subscripts, operators, calls.
def attribute(o):
    return o.one.two.three

def subscript(d):
    return d["a"]["b"]["c"] + 1

def operator(x, y, z):
    return x + y * z - x

def call(f, g):
    return f(1, g(2), 3)

class O: pass
o = O(); o.one = O(); o.one.two = None
import sys
for function, arguments in ((attribute, (o,)), (subscript, ({"a": {"b": {}}},)), (operator, (1, [], {})), (call, (max, lambda x: x.y))):
    try:
        function(*arguments)
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
operator(
    "a",
    2,
    3 +
    4,
)
