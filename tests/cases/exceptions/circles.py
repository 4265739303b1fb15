# Chains of contexts that a program has closed to circles, and what is raised while they are handled.
def circle(length):
    chain = [ValueError(number) for number in range(length)]
    for one, other in zip(chain, chain[1:] + chain[:1]):
        one.__context__ = other
    return chain


for length in range(1, 6):
    chain = circle(length)
    try:
        try:
            raise chain[0]
        except ValueError:
            raise KeyError(length)
    except KeyError as error:
        print(length, repr(error.__context__), error.__context__ is chain[0])

chain = circle(3)
tail = TypeError("before")
tail.__context__ = chain[1]
try:
    try:
        raise tail
    except TypeError:
        raise chain[2]
except ValueError as error:
    print(repr(error), repr(error.__context__))
    seen = []
    while error is not None and error not in seen:
        seen.append(error)
        error = error.__context__
    print(seen)

try:
    try:
        raise ValueError(1)
    except ValueError as first:
        try:
            raise TypeError(2)
        except TypeError:
            raise first
except ValueError as error:
    print(repr(error), repr(error.__context__), error.__context__.__context__)
