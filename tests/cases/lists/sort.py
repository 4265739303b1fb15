# sort and sorted: stability, key, reverse, errors, and a list changed while it is sorted.
# stress: 50
# oracle: 3.14
words = ["banana", "Apple", "cherry", "apple", "Banana", "fig", "kiwi"]
print(sorted(words), sorted(words, key=str.lower), sorted(words, key=len), sorted(words, key=len, reverse=True))
pairs = [(2, "a"), (1, "b"), (2, "c"), (1, "d"), (3, "e"), (2, "f")]
print(sorted(pairs, key=lambda p: p[0]), sorted(pairs, key=lambda p: p[0], reverse=True), sorted(pairs, key=lambda p: -p[0]))
words.sort(key=lambda w: (len(w), w))
print(words, words.sort(), words)
print(sorted([3, 1.5, True, 0, -2.5, 10 ** 30, float("inf")]), sorted("hello"), sorted({3: 1, 1: 2}), sorted([[2], [1, 5], [1]]), sorted([]), sorted([(1, "b"), (1, "a")]), sorted([b"b", b"a"]))
n = 1000
x, values = 12345, []
for _ in range(n):
    x = (x * 1103515245 + 12345) % 2147483648
    values.append(x % 1000)
s = sorted(values)
print(all(s[i] <= s[i + 1] for i in range(n - 1)), s[:5], s[-5:], sum(s) == sum(values))
indexed = sorted(range(n), key=values.__getitem__)
print(all(values[a] < values[b] or (values[a] == values[b] and a < b) for a, b in zip(indexed, indexed[1:])))
indexed = sorted(range(n), key=values.__getitem__, reverse=True)
print(all(values[a] > values[b] or (values[a] == values[b] and a < b) for a, b in zip(indexed, indexed[1:])))
for call in (lambda: [1, "a"].sort(), lambda: sorted([None, 1]), lambda: sorted(5), lambda: sorted([1], lambda x: x), lambda: sorted([1, 2], key=5), lambda: sorted([1j, 2j]), lambda: [1].sort(cmp=1)):
    try:
        call()
    except TypeError as error:
        print(error)
class Item:
    def __init__(self, n):
        self.n = n
    def __lt__(self, other):
        return self.n < other.n
    def __repr__(self):
        return f"I{self.n}"
print(sorted([Item(3), Item(1), Item(2)]), max([Item(1)], key=lambda i: i.n), min(Item(2), Item(1), key=lambda i: i.n))
victim = [3, 2, 1]
def key(value):
    victim.append(value)
    return value
try:
    victim.sort(key=key)
except ValueError as error:
    print(error, victim)
def fail(value):
    if value == 2:
        raise KeyError("no")
    return value
l = [3, 2, 1]
try:
    l.sort(key=fail)
except KeyError:
    print(l)
seen = [3, 1, 2]
def peek(value):
    seen_lengths.append(len(seen))
    return value
seen_lengths = []
seen.sort(key=peek)
print(seen, seen_lengths)
print(sorted(["b", "a"], reverse=1), sorted([1, 2, 3], key=lambda v: v % 2), list(reversed(sorted("bca"))))
