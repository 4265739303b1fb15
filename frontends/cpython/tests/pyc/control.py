"""Loops, exceptions, context managers, patterns."""


def loops(xs):
    for x in xs:
        if not x:
            continue
        if x > 3 or x < -3 and x != -10:
            break
        while x is not None:
            x = x.next
            if x is None:
                return x
    else:
        return [y for x in xs for y in x if y if not x]
    assert xs, "none"
    return not x


def handlers(f):
    try:
        f()
    except (KeyError, ValueError) as e:
        raise RuntimeError from e
    except OSError:
        raise
    except:
        pass
    else:
        f = 1
    finally:
        f(2)
    for i in f:
        try:
            if i:
                continue
            return i
        finally:
            f(i)
            if f:
                break


def groups(f):
    try:
        f()
    except* KeyError as e:
        f(e)
    except* (OSError, ValueError):
        pass
    else:
        f(2)
    finally:
        return f


def managers(a, b):
    with a as x, b as (y, z):
        x(y, z)
    for i in a:
        with b:
            if i:
                return i
            with a:
                break
            continue
    with a:
        try:
            a()
        except KeyError:
            return 1


def patterns(subject):
    match subject:
        case 0 | -1 | "x":
            return 1
        case [a, b, *rest] if a:
            return rest
        case {"key": value, "other": [1, _], **more}:
            return more
        case Point(1, y=2) as p:
            return p
        case str() | None:
            return None
        case Point.attribute:
            return 3
        case _:
            return subject


def assignments(o, k):
    o.a = o[k] = x = k
    o.a += 1
    o[k] **= 2
    o[1:2] @= k
    a, (b, *c), d = x
    *a, b = x
    del o.a, o[k], a
    o <<= k; o >>= 1; o //= 2; o %= 3; o &= 4; o |= 5; o ^= 6; o /= 7; o -= 8; o *= 9
    return -o, +o, ~o, not o, a < b <= c != d


def generator(it):
    sent = yield
    got = yield from it
    try:
        yield sent
    except GeneratorExit:
        return got
    finally:
        yield


print(*[1], sep="")
