print("first is executed once")
LIMIT = 10
_count = 0

def greet(name):
    return f"hello {name} from {__name__}"

def counter():
    global _count
    _count += 1
    return _count
