# python: 3.14
# type statements: lazy values, generics, recursion, attributes.
type Number = int | float
print(Number, type(Number).__name__, Number.__name__, Number.__value__, Number.__type_params__, Number.__module__)
type Pair[T] = tuple[T, T]
print(Pair, Pair.__type_params__, Pair[int], Pair[int].__args__, Pair[int].__origin__ is Pair, Pair.__value__)
type Lazy = undefined_name | int
print(Lazy.__name__)
try: Lazy.__value__
except NameError as e: print(e)
undefined_name = str
print(Lazy.__value__)
type Tree = list[Tree] | int
print(Tree.__value__)
type Fn[**P, R] = (P, R)
print([type(p).__name__ for p in Fn.__type_params__], Fn.__value__)
type Var[*Ts] = tuple[*Ts]
print([type(p).__name__ for p in Var.__type_params__])
def f():
    type Local = int
    x = "captured"
    type Captures = x
    return Local, Captures.__value__
print(f())
class C:
    type Inner = "in class"
    attr = 5
    type UsesAttr = attr
print(C.Inner.__value__, C.UsesAttr.__value__)
type = 5
print(type)
type X = int
try: X.__name__ = "y"
except AttributeError as e: print(__builtins__ and "AttributeError")
print(isinstance(1, int), X | None, X == X)
