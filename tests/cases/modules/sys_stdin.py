# stdin: first line
# stdin: second line
# stdin: 42
# stdin: last
# Reading standard input with input() and sys.stdin.
import sys
print(repr(input()), repr(sys.stdin.readline()))
print(int(input("prompt> ")) + 1)
for line in sys.stdin: print(repr(line))
try: input()
except EOFError as error: print(type(error).__name__, error)
print(repr(sys.stdin.read()))
