from .late import thing
something = 1
