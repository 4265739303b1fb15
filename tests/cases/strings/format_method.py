# str.format: positions, names, attributes, items, nesting, conversions and its errors.
class P:
    x = 3
    d = {"key": "value", "0": "zero"}
    def __format__(self, spec):
        return f"P<{spec}>"
p = P()
print("{} {}".format(1, 2), "{1} {0} {1}".format("a", "b"), "{a}{b}".format(a=1, b=2), "{0.x} {0.d[key]}".format(p), "{p:abc} {p!s:.3}".format(p=p))
print("{:>8}|{:<8}|{:^8}|{:*^9}|{:08.3f}|{:,}".format("r", "l", "c", "m", 3.14159, 1234567), "{:{}}|{:{w}.{p}f}".format("x", 5, 2.5, w=8, p=2))
print("{{}} {{{}}}".format("in"), "{!r} {!s} {!a}".format("é", "é", "é"), "{0[1]} {0[0][0]} {1[a b]}".format([["n"], "m"], {"a b": 7}), "{:}".format(5), "{0:}".format("s"))
print("{:d} {:x} {:b} {:c} {:e} {:%}".format(42, 42, 5, 65, 1.5, 0.25), "{:.3}".format("abcdef"), "{:10.2}|".format("abc"), "{:s}".format("x"), "{:=+8}".format(42))
print("{a[k]}{a[1]}".format(a={"k": "v", 1: "int"}), "{}".format(None), "{!r:>6}".format("a"), "{.real}".format(5), "{0.__class__.__name__}".format(1))
print("{x} {y}".format_map({"x": 1, "y": 2}))
class Default(dict):
    def __missing__(self, key):
        return "?" + key
print("{a} {b}".format_map(Default(a=1)))
cases = [("{", ()), ("}", ()), ("{}", ()), ("{0}{}", (1, 2)), ("{}{0}", (1, 2)), ("{5}", (1,)), ("{a}", ()), ("{!x}", (1,)), ("{0.nope}", (1,)), ("{0[5]}", ([1],)), ("{:d}", ("x",)), ("{:5}", (None,)), ("{0!}", (1,)), ("{a b}", ()), ("{:s}", (5,)), ("{0[}", ([1],)), ("{:.2d}", (1,)), ("{!r:d}", (1,)), ("{:{:{}}}", (1, 2, 3))]
for template, arguments in cases:
    try:
        print(template, template.format(*arguments))
    except Exception as error:
        print(repr(template), type(error).__name__, error)
print(format("abc", ">6"), format("abc", "^7"), format(5), format(p, "spec"), format([1], "") )
try:
    format([1], ">5")
except TypeError as error:
    print(error)
