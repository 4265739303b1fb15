# Every list method, with its errors.
# oracle: 3.14
l = [3, 1, 2]
print(l.append(4), l, l.extend("ab"), l, l.insert(0, "x"), l, l.insert(100, "end"), l, l.insert(-1, "pre"), l, l.insert(-100, "start"), l)
print(l.pop(), l.pop(0), l.pop(-2), l, l.remove("x"), l, l.index(2), l.count(1), l.reverse(), l, l.copy() == l, l.copy() is l, l.clear(), l)
l = [1, 2, 3, 2, 1]
print(l.index(2), l.index(2, 2), l.index(1, -2), l.index(2, -3, -1), l.count(2), l.count(9), [1.0, True, 1].count(1))
for call in (lambda: [].pop(), lambda: [1].pop(5), lambda: l.remove(99), lambda: l.index(99), lambda: l.index(3, 3), lambda: l.insert("a", 1), lambda: l.pop("a"), lambda: l.extend(5), lambda: l.append(), lambda: l.append(1, 2), lambda: l[10], lambda: l[-6], lambda: l["a"], lambda: l + (1,), lambda: l * "a", lambda: l < 5, lambda: hash(l), lambda: list(5), lambda: list(1, 2), lambda: l.sort(1), lambda: l.nope):
    try:
        print(call())
    except Exception as error:
        print(type(error).__name__, error)
a = b = [1]
a += [2]
a += "xy"
a *= 2
print(b, a is b, [0] * 3, 2 * [1, 2], [1] * 0, [1] * -1, [1] + [2], [[]] * 2)
rows = [[0] * 2] * 2
rows[0][0] = 9
print(rows)
print(list("abc"), list(range(3)), list({1: 2}), list(), [*range(2), *"ab"], [1, 2] == [1, 2], [1, 2] < [1, 3], [1] < [1, 0], [] < [0], [1, "a"] == [1, "b"], [2] > [1, 99])
print(1 in [1, 2], [] in [[]], None in [0], 2.0 in [2], len([1, 2]), bool([]), [1, 2].__len__(), [5, 6].__getitem__(1))
r = [1]
r.append(r)
print(r, r[1] is r, [r])
