# oracle: 3.14
# Messages that 3.14 words in its own way.
class P:
    __slots__ = ("x",)
def f():
    a, b = 1, 2, 3
calls = [lambda: setattr(P(), "y", 1), lambda: setattr("s", "x", 1), lambda: "a".replace("a"), lambda: "a".find(1), lambda: "a".count(), f, lambda: [][[]], lambda: {}[{}], lambda: {[]}, lambda: {[]: 1}, lambda: {1} & 5, lambda: 1 in 5, lambda: dict([1]), lambda: [1].index(5), lambda: "%c" % "ab", lambda: sum(5), lambda: complex("1", 2), lambda: bytes.fromhex("6"), lambda: int("1", 99), lambda: [].remove(1), lambda: __import__("nope.deeper"), lambda: (lambda: (yield))().throw(5), lambda: ExceptionGroup("m", []), lambda: ExceptionGroup("m", [5]), lambda: print(*1), lambda: (lambda **k: k)(**1), lambda: {**1}, lambda: [*1], lambda: None.x, lambda: None[0], lambda: (1).x, lambda: P().x, lambda: del_x(), lambda: ValueError().add_note(1), lambda: object.__init__(1, 2), lambda: type("A", (), {})(1), lambda: max(1, "a"), lambda: [1, 2, 3][::0], lambda: "abc"[1.5], lambda: "abc"["a"], lambda: (1, 2)["a"], lambda: range(3)["a"], lambda: b"a"["a"], lambda: [1][1:2:"a"], lambda: int(None), lambda: float([]), lambda: round(1.5, "a"), lambda: chr(1.5), lambda: hex("a"), lambda: ord("ab"), lambda: ord(5), lambda: len(1), lambda: reversed(1), lambda: enumerate(1), lambda: zip(1), lambda: isinstance(1, 1), lambda: issubclass(1, int), lambda: getattr(1, 2), lambda: hash({}), lambda: hash(set()), lambda: iter(1), lambda: next([]), lambda: open(), lambda: "".join(1), lambda: "a" "b".split(1), lambda: "a".encode(5), lambda: "{".format(), lambda: "{a}".format(), lambda: "{}".format(), lambda: format(1, "zz"), lambda: f"{'a':d}", lambda: 1 @ 2, lambda: [] * [], lambda: {} | 1, lambda: "a" % 1, lambda: ~"a", lambda: +"a", lambda: 1 << 1.5, lambda: 1 & 1.5, lambda: divmod(1, "a"), lambda: pow("a", 2), lambda: 2 ** "a", lambda: 1 < [], lambda: 1j < 1, lambda: [1] + 1, lambda: (1,) + [1], lambda: b"a" + 1, lambda: 1 + b"a"]
def del_x():
    p = P()
    del p.x
for number, call in enumerate(calls):
    try: print(number, call())
    except Exception as e: print(number, type(e).__name__, e)
