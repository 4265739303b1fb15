# expect-exit: 1
# oracle: 3.14
# Chained exceptions: context, cause and suppressed context on standard error.
import sys
def context():
    try:
        {}["missing"]
    except KeyError:
        int("not a number")

def cause():
    try:
        [][1]
    except IndexError as error:
        raise RuntimeError("could not look up") from error

def suppressed():
    try:
        1 / 0
    except ZeroDivisionError:
        raise ValueError("clean") from None

for function in (context, cause, suppressed):
    try:
        function()
    except Exception as error:
        sys.excepthook(type(error), error, error.__traceback__)
try:
    try:
        context()
    except ValueError as error:
        raise KeyError("second") from error
finally:
    raise TypeError("third")
