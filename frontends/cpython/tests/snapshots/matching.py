def f(x):
    match x:
        case 0 | 1 as n if n:
            return n
        case [a, *_, b]:
            return a, b
        case {"k": v, **rest}:
            return v, rest
        case C(p, q=None):
            return p
        case _:
            return f"{x!r:>{10}} {x=}"
