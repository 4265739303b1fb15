# Dicts: literals, order, access, methods and their errors.
# oracle: 3.14
d = {"b": 1, "a": 2, 3: "three", None: [], (1, 2): "t", 1.5: "f"}
print(d, len(d), d["b"], d[1, 2], d.get("zz"), d.get("zz", 0), "a" in d, "zz" in d, None in d)
d["c"] = 5; d["b"] = 10; del d["a"]; d["a"] = "back"
print(d, list(d), list(d.values()), list(d.items())[:2])
print(d.pop("c"), d.pop("zz", "default"), d.popitem(), d.setdefault("new", []), d.setdefault("b", 99), d)
d["new"].append(1)
d.update({"u": 1}, v=2); d.update([("w", 3), ["x", 4]]); d.update(b="upd")
print(d, d.copy() == d, d.copy() is d)
print({"a": 1} | {"b": 2, "a": 3}, {} | {}, dict(a=1, b=2), dict([("x", 1)]), dict({"y": 2}, z=3), dict(zip("ab", [1, 2])), dict(), dict.fromkeys("abc"), dict.fromkeys([1, 2], 0), {**{"a": 1}, "b": 2, **{"a": 9}})
e = {"a": 1}
e |= {"b": 2}; e |= [("c", 3)]
print(e, e == {"c": 3, "b": 2, "a": 1}, e != {}, {1: 2} == {1.0: 2.0}, list(reversed(e)), list(reversed(e.items())), list(reversed(e.values())))
for call in (lambda: e["zz"], lambda: e.pop("zz"), lambda: {}.popitem(), lambda: e[[]], lambda: {[]: 1}, lambda: dict([1]), lambda: dict([(1, 2, 3)]), lambda: dict(5), lambda: e < e, lambda: e | [], lambda: e.update(5), lambda: {}.get(), lambda: e.get([], 1), lambda: e.fromkeys(5), lambda: dict(**{1: 2}), lambda: hash(e), lambda: e.__delitem__("zz"), lambda: e.__getitem__(None), lambda: {{}: 1}):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
try:
    del e["zz"]
except KeyError as error:
    print(repr(error), error.args)
e.clear()
print(e, bool(e), {True: "a", 1: "b", 1.0: "c"}, {"x": 1, "x": 2})
r = {}
r["self"] = r
print(r, [r])
k = {}
for i in range(100):
    k[i] = i
for i in range(0, 100, 2):
    del k[i]
for i in range(200, 205):
    k[i] = -i
print(len(k), list(k)[:3], list(k)[-6:], sum(k.values()))
print(dict(type=1), dict(self=2, cls=3), set.__name__)
