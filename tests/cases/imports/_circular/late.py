from .early import something
thing = 2
