# expect-exit: 1
# oracle: 3.14
# An uncaught exception: the traceback on standard error, with source lines and carets.
print("before")
def divide(a, b):
    result = a / b
    return result

def middle(value):
    return divide(value, 0) + 1

middle(5)
print("never")
