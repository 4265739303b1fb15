# collections: deque, Counter, defaultdict, OrderedDict, namedtuple, ChainMap.
# oracle: 3.14
from collections import deque, Counter, defaultdict, OrderedDict, namedtuple, ChainMap
d = deque([1, 2, 3], maxlen=4)
d.append(4); d.append(5); d.appendleft(0)
print(d, len(d), d[0], d[-1], d.maxlen, 3 in d, list(reversed(d)), d.count(3), d.index(4))
d.rotate(1); print(d); d.rotate(-2); print(d)
print(d.pop(), d.popleft(), d, d.extend([7, 8]), d.extendleft("ab"), d, d.copy() == d, d.remove("a"), d, d.clear(), d, deque("abc"), deque([1]) + deque([2]), deque([1, 2]) * 2, deque([1]) == deque([1]), deque([1]) < deque([2]))
d = deque(range(5)); d[1] = 9; d.insert(2, "i"); del d[0]; d.reverse(); print(d)
for call in (lambda: deque().pop(), lambda: deque().popleft(), lambda: deque([1])[5], lambda: deque([1]).remove(2), lambda: deque(maxlen=-1), lambda: deque([1]).index(5)):
    try: call()
    except (IndexError, ValueError) as error: print(type(error).__name__, error)
try:
    for x in (q := deque([1, 2])): q.append(x)
except RuntimeError as error: print(error)
c = Counter("mississippi")
print(c, c["s"], c["z"], c.most_common(2), sorted(c.elements()), c.total(), sum(c.values()))
c.update("miss"); c.subtract({"i": 2}); print(c["m"], c["i"], Counter(a=3, b=1) + Counter(a=1, c=2), Counter(a=3, b=1) - Counter(a=1, b=5), Counter(a=3) & Counter(a=1), Counter(a=3) | Counter(b=1), +Counter(a=-1, b=2), Counter(), Counter([1, 1]) == Counter({1: 2}), Counter(a=1) <= Counter(a=2))
dd = defaultdict(list); dd["a"].append(1); dd["b"]; dd["a"].append(2)
print(dd, dict(dd), dd.default_factory, dd.get("zz"), "zz" in dd, defaultdict(int, x=1), len(dd))
dd2 = defaultdict(lambda: "made"); print(dd2[5], dict(dd2))
try: defaultdict()["k"]
except KeyError as error: print(repr(error))
try: defaultdict(5)
except TypeError as error: print(error)
nested = defaultdict(lambda: defaultdict(int)); nested["a"]["b"] += 1; print(nested["a"]["b"], {k: dict(v) for k, v in nested.items()})
od = OrderedDict([("a", 1), ("b", 2)]); od["c"] = 3; od.move_to_end("a"); print(list(od), od.popitem(last=False), list(od), od == {"c": 3, "a": 1}, od == OrderedDict([("a", 1), ("c", 3)]), OrderedDict(a=1) == OrderedDict(a=1))
od.move_to_end("a", last=False); print(list(od), list(reversed(od)))
P = namedtuple("P", "x y z", defaults=[0])
p = P(1, 2)
print(p, p.x, p[1], p._fields, p._replace(x=9), p._asdict(), P._make([4, 5, 6]), p == (1, 2, 0), len(p), P._field_defaults, P.__name__, isinstance(p, tuple))
x, y, z = p; print(x, y, z, P(y=1, x=2), hash(p) == hash((1, 2, 0)), P.__doc__, namedtuple("Q", ["a", "b"])(1, 2), p + (5,), sorted([P(2, 1), P(1, 5)]))
for call in (lambda: P(), lambda: P(1, 2, 3, 4), lambda: P(1, 2, q=1), lambda: setattr(p, "x", 1), lambda: p.nope, lambda: namedtuple("B", "1a"), lambda: namedtuple("B", "a a"), lambda: namedtuple("B", "class"), lambda: namedtuple("B", "_a"), lambda: p._replace(q=1)):
    try: print(call())
    except (TypeError, AttributeError, ValueError) as error: print(type(error).__name__)
class Sub(namedtuple("Base", "a b")):
    __slots__ = ()
    @property
    def total(self): return self.a + self.b
print(Sub(1, 2).total, Sub(1, 2), namedtuple("R", "a, def", rename=True)._fields)
match P(1, 2, 3):
    case P(x, y=2): print("matched", x)
cm = ChainMap({"a": 1}, {"a": 2, "b": 3}); cm["c"] = 5
print(cm["a"], cm["b"], sorted(cm), cm.maps, len(cm), cm.new_child({"a": 0})["a"], "b" in cm, cm.get("q"))
