# expect-exit: 1
# oracle: 3.14
# Notes, a multi-line message, and an exception class of another name.
class Custom(Exception):
    class Inner(Exception):
        pass

def fail():
    error = Custom.Inner("first line\nsecond line")
    error.add_note("a note")
    error.add_note("another\nover two lines")
    raise error

fail()
