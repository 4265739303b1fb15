def g(x):
    y = yield x
    z = yield from y
    return (w async for w in z)


async def h(x):
    async with x as y:
        async for z in y:
            yield await z
    return


async def k(x):
    return [y async for y in x if await y]
