# expect-exit: 1
# oracle: 3.14
# The tree that an uncaught exception group prints.
def fail(kind, text):
    raise kind(text)

errors = []
for kind, text in ((ValueError, "one"), (KeyError, "two")):
    try:
        fail(kind, text)
    except Exception as error:
        errors.append(error)
raise ExceptionGroup("several", errors + [ExceptionGroup("inner", [OSError("three")])])
