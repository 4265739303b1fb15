# itertools: every function, with laziness and errors.
import itertools
from itertools import *
print([next(c) for c in [count(5)] for _ in range(3)], list(islice(count(10, -3), 4)), list(islice(count(0.5, 0.25), 3)), count(3), count(1, 2), list(islice(count(10 ** 20), 2)))
print(list(islice(cycle("ab"), 5)), list(cycle([])), list(repeat("x", 3)), list(islice(repeat(1), 2)), repeat("a", 2), repeat(5), list(repeat(1, -1)))
print(list(accumulate([1, 2, 3, 4])), list(accumulate([3, 1, 2], max)), list(accumulate([], initial=5)), list(accumulate([1, 2], lambda a, b: a * 10 + b, initial=7)), list(accumulate("abc")))
print(list(chain("ab", [1], (), {2: 3})), list(chain.from_iterable(["ab", "c"])), list(chain()), list(compress("abcdef", [1, 0, 1, 0, 1])), list(dropwhile(lambda x: x < 3, [1, 2, 3, 1])), list(takewhile(lambda x: x < 3, [1, 2, 3, 1])), list(filterfalse(lambda x: x % 2, range(6))), list(filterfalse(None, [0, 1, ""])))
print([(k, list(g)) for k, g in groupby("aaabbca")], [(k, list(g)) for k, g in groupby([1, 3, 2, 4, 5], key=lambda x: x % 2)], [k for k, g in groupby("aab")])
print(list(islice("abcdefg", 3)), list(islice("abcdefg", 2, 5)), list(islice("abcdefg", 1, None, 2)), list(islice("abc", 0)), list(islice(iter("abc"), 10)), list(islice("abc", None)))
print(list(permutations("abc", 2)), list(permutations([1, 2])), list(combinations("abcd", 2)), list(combinations([1, 2], 3)), list(combinations_with_replacement("ab", 2)), list(product("ab", [1, 2])), list(product([0, 1], repeat=2)), list(product()), list(product("a", [])), list(permutations([])), list(combinations("abc", 0)))
print(list(starmap(pow, [(2, 3), (3, 2)])), list(starmap(lambda *a: sum(a), [(1, 2, 3), ()])), list(zip_longest("ab", [1], fillvalue="-")), list(zip_longest("a", "bcd")), list(zip_longest()), list(pairwise("abcd")), list(pairwise("a")))
a, b = tee([1, 2, 3])
print(next(a), next(a), list(b), list(a), len(tee([], 3)))
a, b = tee(iter("xyz")); c, = tee(b, 1)
print(list(a), list(c))
g = groupby("aab")
k1, g1 = next(g); k2, g2 = next(g)
print(k1, list(g1), k2, list(g2))
def noisy():
    for i in range(3): print("make", i, end=" "); yield i
it = islice(noisy(), 2)
print("lazy", next(it)); print(list(it))
m = chain(noisy(), [9]); print(next(m))
print(sum(1 for _ in permutations(range(5))), max(combinations(range(6), 3)), sum(a * b for a, b in product(range(4), repeat=2)), len(list(combinations(range(10), 5))))
for call in (lambda: islice([], -1), lambda: islice([], 0, 1, 0), lambda: list(combinations([1], -1)), lambda: list(zip_longest(5)), lambda: list(chain(5)), lambda: count("a"), lambda: repeat(), lambda: list(starmap(pow, [5])), lambda: list(product(5)), lambda: tee([], -1), lambda: list(accumulate([1, "a"])), lambda: cycle(5), lambda: list(permutations([1], -1))):
    try: print(call())
    except (TypeError, ValueError) as error: print(type(error).__name__)
print(list(map(lambda pair: pair[0] - pair[1], pairwise([10, 7, 3]))), list(takewhile(str.isalpha, "ab1c")), "".join(chain("a", "b")), iter(count()).__class__.__name__, itertools.chain is chain)
