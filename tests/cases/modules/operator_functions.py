# operator: functions for operators, itemgetter, attrgetter, methodcaller.
import operator
from operator import itemgetter, attrgetter, methodcaller
print(operator.add(1, 2), operator.sub(5, 3), operator.mul("a", 3), operator.truediv(7, 2), operator.floordiv(7, 2), operator.mod(7, 3), operator.pow(2, 5), operator.neg(5), operator.pos(-5), operator.abs(-5), operator.inv(5), operator.lshift(1, 4), operator.rshift(16, 2), operator.and_(6, 3), operator.or_(6, 3), operator.xor(6, 3), operator.matmul.__name__)
print(operator.lt(1, 2), operator.le(2, 2), operator.eq(1, 1.0), operator.ne(1, 2), operator.gt(1, 2), operator.ge(2, 3), operator.not_([]), operator.truth("x"), operator.is_(None, None), operator.is_not(1, None), operator.contains([1, 2], 2), operator.concat([1], [2]), operator.countOf([1, 2, 1], 1), operator.indexOf([5, 6], 6), operator.index(5), operator.length_hint([1, 2]))
d = {"a": 1}; l = [1, 2, 3]
print(operator.getitem(d, "a"), operator.setitem(d, "b", 2), operator.delitem(d, "a"), d, operator.iadd(l, [4]), l, operator.getitem(l, slice(1, 3)), operator.imul([0], 2))
print(itemgetter(1)("abc"), itemgetter(2, 0)("abc"), itemgetter("k")({"k": "v"}), sorted([(1, "b"), (0, "c"), (2, "a")], key=itemgetter(1)), itemgetter(slice(1, None))([1, 2, 3]), itemgetter(-1)([1, 2]))
class C:
    x = 5
    class inner: y = "deep"
    def m(self, a, b=0): return a, b
print(attrgetter("x")(C), attrgetter("inner.y")(C), attrgetter("x", "inner.y")(C()), methodcaller("m", 1, b=2)(C()), methodcaller("upper")("abc"), list(map(methodcaller("strip"), [" a ", "b "])), list(map(operator.mul, [1, 2], [3, 4])))
for call in (lambda: itemgetter(), lambda: itemgetter(5)("a"), lambda: attrgetter("nope")(5), lambda: attrgetter(5), lambda: operator.add(1, "a"), lambda: operator.index(1.5), lambda: operator.indexOf([1], 5), lambda: methodcaller(5), lambda: operator.add(1)):
    try: print(call())
    except (TypeError, IndexError, AttributeError, ValueError) as error: print(type(error).__name__)
