# keys, values and items are live views; the set operations of keys and items.
d = {"a": 1, "b": 2, "c": 3}
keys, values, items = d.keys(), d.values(), d.items()
print(keys, values, items, len(keys), type(keys).__name__, type(values).__name__, type(items).__name__)
d["d"] = 4
del d["a"]
print(list(keys), list(values), list(items), "a" in keys, "d" in keys, 4 in values, ("b", 2) in items, ("b", 3) in items, ("b",) in items)
print(sorted(keys & {"b", "x"}), sorted(keys | {"x"}), sorted(keys - {"b"}), sorted(keys ^ {"b", "x"}), keys == {"b", "c", "d"}, keys <= {"b", "c", "d", "e"}, keys.isdisjoint(["q"]), {"b"} < keys, sorted(keys & "bcz"))
print(sorted(items & {("b", 2), ("z", 0)}), items == {"b": 2, "c": 3, "d": 4}.items(), sorted(items - {("b", 2)}), values == d.values(), keys.mapping == d)
for call in (lambda: keys[0], lambda: hash(keys), lambda: keys + keys, lambda: next(keys), lambda: values & values):
    try:
        call()
    except TypeError as error:
        print(error)
for k, v in items:
    print(k, v, end="; ")
print()
print(max(d, key=d.get), sorted(d, key=lambda k: -d[k]), sorted(d.items(), key=lambda kv: kv[1], reverse=True), {v: k for k, v in d.items()}, sum(d.values()), min(d.values()), [k for k in d if d[k] > 2], list(map(d.get, "bcz")), list(zip(d, d.values())))
print([*d], {*d} == set("bcd"), (*d.values(),), dict(d.items()), list(enumerate(d)), repr({}.keys()), list(reversed(keys)))
it = iter(d)
print(next(it), list(it), next(it, None))
