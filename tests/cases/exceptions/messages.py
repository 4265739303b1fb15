# oracle: 3.14
# The words of the commonest run-time errors.
import math
class C: pass
d, l, s = {"a": 1}, [1, 2], "str"
def gen(): yield
def bad_unpack():
    a, b, c = 1, 2
def unbound():
    print(v); v = 1
calls = [lambda: 1 / 0, lambda: 1 // 0, lambda: 1 % 0, lambda: 1.0 / 0, lambda: 1.5 % 0, lambda: divmod(1, 0), lambda: 0 ** -1, lambda: 0.0 ** -1, lambda: 1j / 0, lambda: pow(2, 3, 0), lambda: l[5], lambda: l["a"], lambda: s[9], lambda: (1,)[1], lambda: d["zz"], lambda: d[l], lambda: {l}, lambda: 5[0], lambda: None[0], lambda: len[0], lambda: C[0], lambda: C()[0], lambda: None + 1, lambda: "a" + 1, lambda: 1 + "a", lambda: [] + (), lambda: {} + {}, lambda: -[], lambda: ~1.5, lambda: not_defined, lambda: s.nope, lambda: C.nope, lambda: C().nope, lambda: math.nope, lambda: None.x, lambda: 5(), lambda: s(), lambda: C(1), lambda: bad_unpack(), lambda: unbound(), lambda: int("x"), lambda: float("x"), lambda: chr(-5), lambda: [].pop(), lambda: {}.popitem(), lambda: set().pop(), lambda: next(iter([])), lambda: l.remove(9), lambda: l.index(9), lambda: s.index("q"), lambda: "abc".encode("ascii").decode("nope"), lambda: 1 < "a", lambda: 1 in 5, lambda: "a" in 5, lambda: 5 in "a", lambda: for_in(), lambda: [*5], lambda: print(*5), lambda: print(**5), lambda: iter(C()), lambda: len(C()), lambda: hash(l), lambda: isinstance(5, 5), lambda: 10 ** 5000 * 1.0, lambda: int(float("nan")), lambda: math.sqrt(-1), lambda: math.log(0), lambda: math.exp(1000), lambda: math.factorial(-1), lambda: 2 << -1, lambda: "x" * 10 ** 20, lambda: [0] * 10 ** 20, lambda: range(10 ** 30)[10 ** 31], lambda: exec("1 +"), lambda: eval("a b"), lambda: __import__("no_such_module"), lambda: object().x, lambda: type("X", (int, str), {}), lambda: gen().send(1), lambda: f"{1:q}", lambda: "{:q}".format(1), lambda: "%q" % 1, lambda: b"a" + "a", lambda: bytes([300]), lambda: [1, 2, 3].sort(key=1), lambda: sorted([1, "a"]), lambda: sum(["a"]), lambda: max([]), lambda: [] < {}, lambda: "%d" % "a", lambda: "%s %s" % 1, lambda: "a".join([1]), lambda: int.from_bytes("a"), lambda: round("a"), lambda: abs("a"), lambda: super().x, lambda: setattr(5, "a", 1), lambda: list(zip([1], [], strict=True)), lambda: "abc".split(""), lambda: bool(type("B", (), {"__bool__": lambda s: 2})())]
def for_in():
    for x in 5: pass
for number, call in enumerate(calls):
    try: print(number, "no error", call())
    except BaseException as e: print(number, type(e).__name__, e)
