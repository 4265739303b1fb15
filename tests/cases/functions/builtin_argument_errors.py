# oracle: 3.14
# Calls of built-in functions that do not fit.
calls = [
    lambda: len(), lambda: len(1, 2), lambda: len(5), lambda: len(x=1), lambda: abs(), lambda: abs("a"), lambda: ord(), lambda: chr(), lambda: isinstance(1), lambda: isinstance(1, 5),
    lambda: issubclass(1, int), lambda: getattr(1), lambda: getattr(1, 2), lambda: hasattr(1), lambda: setattr(1, "a"), lambda: iter(), lambda: iter(5), lambda: iter(5, 6), lambda: next(5), lambda: next(),
    lambda: sum(5), lambda: sum(["a"]), lambda: sum([1], "a"), lambda: sum(["a"], ""), lambda: max(), lambda: max(5), lambda: max([]), lambda: min(()), lambda: max(1, 2, default=3), lambda: max([1], foo=1),
    lambda: sorted(), lambda: reversed(5), lambda: reversed({1}), lambda: enumerate(), lambda: enumerate(5), lambda: zip(5), lambda: map(), lambda: map(1), lambda: map(len, 5), lambda: filter(1),
    lambda: print(sep=5), lambda: print(foo=1), lambda: range("a"), lambda: divmod(1), lambda: pow(1), lambda: round("a"), lambda: hash([]), lambda: id(), lambda: callable(), lambda: repr(),
    lambda: all(5), lambda: any(5), lambda: bin("a"), lambda: hex(1.0), lambda: int("1", "2"), lambda: type(), lambda: type(1, 2), lambda: type("A", 5, {}), lambda: type("A", (), 5), lambda: super(),
    lambda: "a".upper(1), lambda: [].append(), lambda: {}.get(), lambda: "a".join(), lambda: "a".split(1, 2, 3), lambda: [1].index(), lambda: {}.update(1, 2), lambda: str(1, 2, 3, 4), lambda: vars(5), lambda: zip([1], [1, 2], strict=True) and list(zip([1], [1, 2], strict=True)),
    lambda: list.append(5, 1), lambda: dict.get({}), lambda: str.join(5, []), lambda: int.__add__(1), lambda: int.__add__("a", 1), lambda: object().__foo__, lambda: format(1, 2), lambda: input(1, 2), lambda: delattr(5, "real"), lambda: setattr(5, "real", 1),
]
for number, call in enumerate(calls):
    try:
        print(number, "no error", call())
    except Exception as error:
        print(number, type(error).__name__, error)
