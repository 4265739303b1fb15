# match inside try, with and loops; patterns that raise; jumps out of cases.
class Loud:
    __match_args__ = ("v",)
    @property
    def v(self): raise LookupError("from the pattern")
def run(items):
    out = []
    for item in items:
        try:
            match item:
                case int(n) if n / (n - 3) > 5: out.append(("big ratio", n))
                case int(0): continue
                case 99: break
                case Loud(v): out.append("never")
                case str(s):
                    try: out.append(int(s))
                    except ValueError: out.append(f"not a number: {s}")
                case [x, *_] | (x,) if x: out.append(("seq", x))
                case _: raise TypeError(item)
        except (ZeroDivisionError, LookupError) as e: out.append(type(e).__name__)
        except TypeError as e: out.append(("TypeError", e.args))
        finally: out.append(".")
    return out
print(run([4, 0, 3, Loud(), "5", "x", [7, 8], [0], 2.5, 99, 1]))
