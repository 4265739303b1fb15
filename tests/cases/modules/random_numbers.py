# random: the same seeds give the same numbers.
import random

for seed in (0, 1, 42, -7, 2**70 + 5, 123456789012345678901234567890, "hello", "", b"xyz", True):
    random.seed(seed)
    print(seed, random.random(), random.getrandbits(7), random.getrandbits(33), random.getrandbits(64), random.getrandbits(200))
    print(random.randrange(10), random.randrange(5, 100, 7), random.randrange(100, 5, -7), random.randrange(10**30), random.randint(-5, 5))
    print(random.choice("abcdef"), random.choices([1, 2, 3], k=4), random.choices("abc", weights=[1, 2, 3], k=5), random.choices("abc", cum_weights=[1, 2.5, 3], k=5))
    items = list(range(20))
    random.shuffle(items)
    print(items)
    print(random.sample(range(1000), 3), random.sample(range(1000000), 30), random.sample(items, 20), random.sample("ab", 3, counts=[2, 4]))
    print(random.uniform(1, 5), random.randbytes(7))

state = random.getstate()
numbers = [random.random() for _ in range(3)]
random.setstate(state)
print(numbers == [random.random() for _ in range(3)], state[0], len(state[1]), state[2])
random.seed("abc", 1)
print(random.random())
for _ in range(2000):
    random.random()
print(random.random())
own = random.Random(5)
print(own.random(), own.randint(1, 100))


# Subclasses bring their own source of numbers.
class Fixed(random.Random):
    def random(self):
        return 0.25

    def getrandbits(self, k):
        return 1


fixed = Fixed()
print(fixed.uniform(0, 4), fixed.randrange(10), fixed.choice("xyz"))

for bad in (
    lambda: random.randrange(0), lambda: random.choice([]), lambda: random.sample([1], 2), lambda: random.sample({1}, 1),
    lambda: random.choices([1], [1, 2]), lambda: random.randrange(1, 5, 0), lambda: random.choices([1, 2], [0, 0]),
    lambda: random.choices([], k=1), lambda: random.shuffle((1, 2)), lambda: random.choices([1], weights=[float("nan")]),
    lambda: random.choices([1, 2, 3], 5), lambda: random.shuffle(5), lambda: random.sample("abc", 2, counts=[1, 2]),
):
    try:
        print(bad())
    except Exception as error:
        print(type(error).__name__, error)
