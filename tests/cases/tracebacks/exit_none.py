# expect-exit: 0
# SystemExit with no code, None, or True; and codes that wrap.
for value in ((), (None,), (True,), (0,), ("text",), ((1, 2),)):
    try:
        raise SystemExit(*value)
    except SystemExit as error:
        print(repr(error), error.code)
print("last")
raise SystemExit
print("never")
