def f(a, b):
    for x in a:
        if x and not b or a < x < b:
            continue
        while x:
            x -= 1
            if x is None: break
        else:
            return x
    return a in {1, 2} if a else -1


def g(a):
    try:
        with a as b:
            return b
    except (KeyError, ValueError) as e:
        raise TypeError from e
    else:
        pass
    finally:
        a.close()
