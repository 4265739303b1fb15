# Context variables: contexts, tokens, many variables in one context.
# python: 3.14
from _contextvars import Context, ContextVar, Token, copy_context

name = ContextVar("name")
count = ContextVar("count", default=3)
for attempt in [
    lambda: ContextVar(),
    lambda: ContextVar(1),
    lambda: ContextVar("a", 1),
    lambda: ContextVar("a", other=1),
    lambda: Context(1),
    lambda: Token(),
    lambda: name.get(),
    lambda: copy_context()[1],
    lambda: 1 in copy_context(),
    lambda: name.reset(1),
    lambda: Context().run(),
    lambda: hash(Context()),
]:
    try:
        print(attempt())
    except Exception as e:
        print(type(e).__name__, str(e).split(" at ")[0])

print(name.get("none"), count.get(), count.get(9))
token = name.set("a")
print(token.old_value, token.var is name, name.get())
context = copy_context()
name.set("b")
print(context[name], name.get(), context.run(name.get), name in context, count in context, len(context))


def change():
    inner = name.set("inside")
    count.set(8)
    print(copy_context() == context, inner.old_value)
    try:
        context.run(print)
    except RuntimeError as e:
        print(str(e).split(":")[0])
    return inner


inner = context.run(change)
print(name.get(), count.get(), sorted((v.name, value) for v, value in context.items()), sorted(map(str, context.values())))
for wrong in [lambda: name.reset(inner), lambda: count.reset(token), lambda: context.run(name.reset, token)]:
    try:
        wrong()
    except ValueError as e:
        print(str(e).split(">")[-1])
name.reset(token)
print(name.get("none"), str(token).split(" var")[0])
try:
    name.reset(token)
except RuntimeError as e:
    print(str(e).split("> ")[-1])
with name.set("with") as token:
    print(name.get(), type(token).__name__)
print(name.get("none"))

many = [ContextVar(f"v{i}") for i in range(300)]


def fill():
    for i, variable in enumerate(many):
        variable.set(i)
    before = copy_context()
    tokens = [variable.set(-i) for i, variable in enumerate(many)]
    after = copy_context()
    for token in tokens[::2]:
        token.var.reset(token)
    print(sum(before.values()), sum(after.values()), sum(copy_context().values()), before == after, len(before))
    print([v.get() for v in many[:6]], set(before) == set(many), len(before.keys()))


Context().run(fill)
print(len(copy_context()), Context() == Context(), Context() == context, context == context.copy())


def generate():
    name.set("generator")
    yield name.get()
    yield name.get()


g = generate()
print(next(g), name.get())
name.set("caller")
print(next(g))
