# A small enumeration built from a metaclass: iteration, lookup, identity, immutability.
class EnumMeta(type):
    def __new__(mcs, name, bases, ns):
        members = {k: v for k, v in ns.items() if not k.startswith("_") and not callable(v) and not isinstance(v, (property, classmethod))}
        cls = super().__new__(mcs, name, bases, {k: v for k, v in ns.items() if k not in members})
        cls._members = {}
        for key, value in members.items():
            member = object.__new__(cls)
            object.__setattr__(member, "name", key); object.__setattr__(member, "value", value)
            cls._members[key] = member
            type.__setattr__(cls, key, member)
        return cls
    def __iter__(cls): return iter(cls._members.values())
    def __len__(cls): return len(cls._members)
    def __getitem__(cls, name): return cls._members[name]
    def __contains__(cls, item): return item in cls._members.values()
    def __setattr__(cls, name, value):
        if name in cls.__dict__.get("_members", ()): raise AttributeError(f"cannot reassign {name}")
        super().__setattr__(name, value)
    def __call__(cls, value):
        for m in cls:
            if m.value == value: return m
        raise ValueError(f"{value!r} is not a valid {cls.__name__}")
class Enum(metaclass=EnumMeta):
    def __repr__(self): return f"<{type(self).__name__}.{self.name}: {self.value!r}>"
    def __setattr__(self, n, v): raise AttributeError("members are immutable")
    def __lt__(self, o): return self.value < o.value
    __hash__ = object.__hash__
class Color(Enum):
    RED = 1
    GREEN = 2
    BLUE = 3
    def mixed(self, other): return f"{self.name}+{other.name}"
    @property
    def lower(self): return self.name.lower()
print(list(Color), len(Color), Color.RED, Color(2), Color["BLUE"], Color.RED is Color(1), Color.RED in Color, Color.RED.mixed(Color.BLUE), Color.GREEN.lower, sorted(Color, reverse=True)[0], {Color.RED: "r"}[Color(1)], isinstance(Color.RED, Color), max(Color))
for call in (lambda: Color(9), lambda: Color["NO"], lambda: setattr(Color, "RED", 5), lambda: setattr(Color.RED, "x", 1), lambda: Color.NO):
    try: print(call())
    except (ValueError, KeyError, AttributeError) as e: print(type(e).__name__, e)
match Color.GREEN:
    case Color.RED: print("red")
    case Color.GREEN: print("green by value pattern")
