# Annotations of parameters, returns and variables: values, laziness aside.
def f(a: int, b: "str" = "x", *args: float, k: list[int] = None, **kw: dict) -> tuple: ...
print(f.__annotations__)
class C:
    x: int
    y: str = "value"
    z: "forward"
    (w): int = 5
    def m(self, other: "C") -> "C": ...
print(C.__annotations__, C.y, hasattr(C, "x"), C.w, C.m.__annotations__)
def g():
    local: int
    other: undefined_name = 1
    try:
        local
    except UnboundLocalError as error:
        print(error)
    return other
print(g(), g.__annotations__)
n: int = 3
d = {}
d["k"]: int = 5
C.attr: str = "set"
print(n, d, C.attr)
print(list[int], dict[str, int], tuple[int, ...], int | None, int | str | None, list[int] | None, type[int], list[int].__origin__, list[int].__args__, (int | str).__args__)
print(isinstance(1, int | str), isinstance(None, int | None), issubclass(bool, int | str), int | str == str | int, list[int]([1, 2]))
try:
    isinstance([], list[int])
except TypeError as error:
    print(error)
