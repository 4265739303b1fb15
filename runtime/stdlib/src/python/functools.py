"""Functions that work on functions."""

from _functools import Placeholder, _lru_cache_wrapper, cmp_to_key, partial, reduce
from collections import namedtuple

__all__ = [
    "update_wrapper", "wraps", "WRAPPER_ASSIGNMENTS", "WRAPPER_UPDATES", "total_ordering", "cache", "cmp_to_key",
    "lru_cache", "reduce", "partial", "partialmethod", "singledispatch", "singledispatchmethod", "cached_property",
    "Placeholder",
]

WRAPPER_ASSIGNMENTS = (
    "__module__", "__name__", "__qualname__", "__doc__", "__annotate__", "__type_params__",
)
WRAPPER_UPDATES = ("__dict__",)


def update_wrapper(wrapper, wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """Make a wrapper look like the function that it wraps."""
    for name in assigned:
        try:
            value = getattr(wrapped, name)
        except AttributeError:
            continue
        setattr(wrapper, name, value)
    for name in updated:
        getattr(wrapper, name).update(getattr(wrapped, name, {}))
    wrapper.__wrapped__ = wrapped
    return wrapper


def wraps(wrapped, assigned=WRAPPER_ASSIGNMENTS, updated=WRAPPER_UPDATES):
    """A decorator that makes a function look like the one that it wraps."""
    return partial(update_wrapper, wrapped=wrapped, assigned=assigned, updated=updated)


def _from_lt(self, other, name):
    result = type(self).__lt__(self, other)
    if result is NotImplemented:
        return result
    if name == "__gt__":
        return not result and self != other
    if name == "__le__":
        return result or self == other
    return not result


def _from_le(self, other, name):
    result = type(self).__le__(self, other)
    if result is NotImplemented:
        return result
    if name == "__ge__":
        return not result or self == other
    if name == "__lt__":
        return result and self != other
    return not result


def _from_gt(self, other, name):
    result = type(self).__gt__(self, other)
    if result is NotImplemented:
        return result
    if name == "__lt__":
        return not (result or self == other)
    if name == "__ge__":
        return result or self == other
    return not result


def _from_ge(self, other, name):
    result = type(self).__ge__(self, other)
    if result is NotImplemented:
        return result
    if name == "__le__":
        return not result or self == other
    if name == "__gt__":
        return result and self != other
    return not result


def _ordering_method(name, source):
    def method(self, other):
        return source(self, other, name)
    method.__name__ = name
    method.__doc__ = getattr(int, name).__doc__
    return method


def total_ordering(cls):
    """Give a class with one ordering operator the others."""
    sources = {"__lt__": _from_lt, "__le__": _from_le, "__gt__": _from_gt, "__ge__": _from_ge}
    roots = [name for name in sources if getattr(cls, name, None) is not getattr(object, name, None)]
    if not roots:
        raise ValueError("must define at least one ordering operation: < > <= >=")
    root = next(name for name in ("__lt__", "__le__", "__gt__", "__ge__") if name in roots)
    for name in sources:
        if name not in roots:
            setattr(cls, name, _ordering_method(name, sources[root]))
    return cls


_CacheInfo = namedtuple("CacheInfo", ["hits", "misses", "maxsize", "currsize"])


def lru_cache(maxsize=128, typed=False):
    """A decorator that remembers the most recent results of a function."""
    if isinstance(maxsize, int):
        maxsize = max(maxsize, 0)
    elif callable(maxsize) and isinstance(typed, bool):
        function, maxsize = maxsize, 128
        return _remembering(function, maxsize, typed)
    elif maxsize is not None:
        raise TypeError("Expected first argument to be an integer, a callable, or None")

    def decorate(function):
        return _remembering(function, maxsize, typed)
    return decorate


def _remembering(function, maxsize, typed):
    wrapper = _lru_cache_wrapper(function, maxsize, typed, _CacheInfo)
    wrapper.cache_parameters = lambda: {"maxsize": maxsize, "typed": typed}
    return update_wrapper(wrapper, function)


def cache(user_function, /):
    """A decorator that remembers all results of a function."""
    return lru_cache(maxsize=None)(user_function)


class cached_property:
    """An attribute that is computed once and then kept in the instance."""

    def __init__(self, func):
        self.func = func
        self.attrname = None
        self.__doc__ = func.__doc__
        self.__module__ = func.__module__

    def __set_name__(self, owner, name):
        if self.attrname is None:
            self.attrname = name
        elif name != self.attrname:
            raise TypeError(
                f"Cannot assign the same cached_property to two different names ({self.attrname!r} and {name!r})."
            )

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        if self.attrname is None:
            raise TypeError("Cannot use cached_property instance without calling __set_name__ on it.")
        try:
            attributes = instance.__dict__
        except AttributeError:
            raise TypeError(
                f"No '__dict__' attribute on {type(instance).__name__!r} instance to cache {self.attrname!r} property."
            ) from None
        if self.attrname in attributes:
            return attributes[self.attrname]
        value = self.func(instance)
        attributes[self.attrname] = value
        return value

    __class_getitem__ = classmethod(type(list[int]))


class partialmethod:
    """A method with some of its arguments in place already."""

    def __init__(self, func, /, *args, **keywords):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError(f"the first argument {func!r} must be a callable or a descriptor")
        self.func = func
        self.args = args
        self.keywords = keywords

    def __get__(self, instance, owner=None):
        getter = getattr(type(self.func), "__get__", None)
        if getter is not None and not isinstance(self.func, type):
            bound = getter(self.func, instance, owner)
            if bound is not self.func:
                if instance is None:
                    return lambda first, /, *args, **keywords: bound(
                        first, *self.args, *args, **{**self.keywords, **keywords})
                return partial(bound, *self.args, **self.keywords)
        return lambda *args, **keywords: self.func(
            instance, *self.args, *args, **{**self.keywords, **keywords})


def singledispatch(func):
    """A decorator: a function of which there are several, chosen by the class of the first argument."""
    registry = {object: func}
    chosen = {}

    def dispatch(cls):
        """Return the function for a class."""
        if cls not in chosen:
            for base in cls.__mro__:
                if base in registry:
                    chosen[cls] = registry[base]
                    break
            else:
                chosen[cls] = func
            for candidate in registry:
                if candidate not in cls.__mro__ and issubclass(cls, candidate) and chosen[cls] is func:
                    chosen[cls] = registry[candidate]
        return chosen[cls]

    def register(cls, function=None):
        """Register a function for a class."""
        if function is None:
            if isinstance(cls, type):
                return lambda function: register(cls, function)
            function = cls
            annotations = getattr(cls, "__annotations__", {})
            if not annotations:
                raise TypeError(
                    f"Invalid first argument to `register()`: {cls!r}. "
                    "Use either `@register(some_class)` or plain `@register` on an annotated function."
                )
            cls = next(iter(annotations.values()))
        for one in getattr(cls, "__args__", None) or (cls,):
            registry[one] = function
        chosen.clear()
        return function

    def wrapper(*args, **keywords):
        if not args:
            raise TypeError(f"{name} requires at least 1 positional argument")
        return dispatch(args[0].__class__)(*args, **keywords)

    name = getattr(func, "__name__", "singledispatch function")
    wrapper.register = register
    wrapper.dispatch = dispatch
    wrapper.registry = registry
    wrapper._clear_cache = chosen.clear
    update_wrapper(wrapper, func)
    return wrapper


class singledispatchmethod:
    """A method of which there are several, chosen by the class of the first argument after self."""

    def __init__(self, func):
        self.dispatcher = singledispatch(func)
        self.func = func

    def register(self, cls, method=None):
        return self.dispatcher.register(cls, method) if method else self.dispatcher.register(cls)

    def __get__(self, instance, owner=None):
        def method(*args, **keywords):
            chosen = self.dispatcher.dispatch(args[0].__class__)
            return chosen.__get__(instance, owner)(*args, **keywords)
        method.register = self.register
        return update_wrapper(method, self.func)
