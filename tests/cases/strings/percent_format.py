# The % operator on strings.
print("%s and %s" % ("a", "b"), "%s" % "one", "%s" % ("tuple",), "%s" % [1, 2], "%r" % "x", "%a" % "é", "%%" % (), "100%% %s" % "sure")
print("%(name)s is %(age)d" % {"name": "Ann", "age": 30}, "%(a)s%(a)s" % {"a": 1, "b": 2}, "no args" % {}, "%(x)5.1f|" % {"x": 2.55})
print("[%5s] [%-5s] [%.2s] [%5.1s] [%05d] [%+d] [% d] [%x] [%#o] [%e] [%g] [%c] [%c]" % ("ab", "ab", "abc", "xyz", 42, 42, 42, 255, 8, 12345.678, 0.00001, "z", 9731))
print("[%*d] [%-*d] [%.*f] [%*.*f]" % (6, 42, 6, 42, 2, 3.14159, 8, 3, 2.71828))
print("%i %u %d" % (1, 2, 3.7), "%s" % None, "%s %s" % (True, ()), "%d" % True, "%ld %hd" % (5, 6))
print("%s" % {"a": 1}, "%s" % (("nested",),), "%-10s|%10s|" % ("left", "right"))
class Mapping:
    def __getitem__(self, key):
        return f"<{key}>"
print("%(any thing)s %(b)s" % Mapping())
cases = [("%d", "x"), ("%s %s", "x"), ("%s", ("a", "b")), ("%d", None), ("%c", 0x110000), ("%z", 1), ("%", 1), ("%(a)s", 5), ("%(a)s", {}), ("%f", "x"), ("%x", 1.5), ("%s", ()), ("%(a", {}), ("%*d", ("x", 1)), ("abc", 5), ("abc", (1,)), ("%.d %s", 1)]
for template, value in cases:
    try:
        print(template % value)
    except Exception as error:
        print(repr(template), type(error).__name__, error)
s = "%s-%s"
s %= (1, 2)
print(s)
class Rmod:
    def __rmod__(self, other):
        return "rmod " + other
print("abc%s" % (Rmod(),) if False else "ok", "x".__mod__(5) if False else "ok")
