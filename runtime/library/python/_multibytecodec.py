"""Codecs whose characters are one byte or several, on top of the tables of `_cjk`.

Errors are told and handled as CPython's module of this name does: one byte at a time where bytes stand for nothing, one character at a time
where a text cannot be encoded.
"""

import _cjk
import codecs


def _handler(errors):
    return codecs.lookup_error('strict' if errors is None else errors)


def _decode(name, data, errors, final):
    """The text, and how many bytes it took."""
    data = bytes(data)
    parts = []
    at = 0
    while True:
        text, at, why = _cjk.decode(name, data, at)
        parts.append(text)
        if why == 0 or why == 2 and not final:
            return ''.join(parts), at
        reason, end = ('illegal multibyte sequence', at + 1) if why == 1 else ('incomplete multibyte sequence', len(data))
        text, at = _call(_handler(errors), UnicodeDecodeError(name, data, at, end, reason), len(data))
        if not isinstance(text, str):
            raise TypeError('decoding error handler must return (str, int) tuple')
        parts.append(text)


def _encode(name, text, errors):
    parts = []
    at = 0
    while True:
        part, at = _cjk.encode(name, text, at)
        parts.append(part)
        if at == len(text):
            return b''.join(parts)
        error = UnicodeEncodeError(name, text, at, at + 1, 'illegal multibyte sequence')
        part, at = _call(_handler(errors), error, len(text))
        if isinstance(part, str):
            replaced, end = _cjk.encode(name, part, 0)
            if end < len(part):
                raise error
            part = replaced
        elif not isinstance(part, bytes):
            raise TypeError('encoding error handler must return (str, int) tuple')
        parts.append(part)


def _call(handler, error, length):
    """What an error handler puts in place of what is wrong, and where to go on."""
    answer = handler(error)
    if not isinstance(answer, tuple) or len(answer) != 2 or not isinstance(answer[1], int):
        kind = 'encoding' if isinstance(error, UnicodeEncodeError) else 'decoding'
        raise TypeError(f'{kind} error handler must return (str, int) tuple')
    part, at = answer
    if at < 0:
        at += length
    if not 0 <= at <= length:
        raise IndexError(f'position {at} from error handler out of bounds')
    return part, at


class MultibyteCodec:
    """A codec: `encode` and `decode` as functions of the whole."""

    def __init__(self, name):
        self.name = name

    def encode(self, input, errors=None):
        """Return an encoded string version of 'input'."""
        text = input if isinstance(input, str) else str(input)
        return _encode(self.name, text, errors), len(text)

    def decode(self, input, errors=None):
        """Decodes 'input'."""
        text, taken = _decode(self.name, input, errors, True)
        return text, taken


class MultibyteIncrementalEncoder:
    """Encodes part by part. No character needs the one before it."""

    def __init__(self, errors='strict'):
        self.errors = errors

    def encode(self, input, final=False):
        if not isinstance(input, str):
            raise TypeError("couldn't convert the object to str.")
        return _encode(self.codec.name, input, self.errors)

    def reset(self):
        pass

    def getstate(self):
        return 0

    def setstate(self, state, /):
        pass


class MultibyteIncrementalDecoder:
    """Decodes part by part; the beginning of a character waits for its end."""

    def __init__(self, errors='strict'):
        self.errors = errors
        self._waiting = b''

    def decode(self, input, final=False):
        data = self._waiting + bytes(input)
        text, taken = _decode(self.codec.name, data, self.errors, final)
        self._waiting = data[taken:]
        return text

    def reset(self):
        self._waiting = b''

    def getstate(self):
        return self._waiting, 0

    def setstate(self, state, /):
        waiting, _ = state
        self._waiting = bytes(waiting)


class MultibyteStreamReader:
    """Reads text from a stream of bytes."""

    def __init__(self, stream, errors='strict'):
        self.stream = stream
        self.errors = errors
        self._waiting = b''

    def _read(self, read, size):
        while True:
            data = self._waiting + (read() if size is None or size < 0 else read(size))
            ended = size is None or size < 0 or len(data) == len(self._waiting)
            text, taken = _decode(self.codec.name, data, self.errors, ended)
            self._waiting = data[taken:]
            if text or ended or size == 0:
                return text

    def read(self, size=None, /):
        return self._read(self.stream.read, size)

    def readline(self, size=None, /):
        return self._read(self.stream.readline, size)

    def readlines(self, size=None, /):
        return self._read(self.stream.read, size).splitlines(True)

    def reset(self):
        self._waiting = b''


class MultibyteStreamWriter:
    """Writes text to a stream of bytes."""

    def __init__(self, stream, errors='strict'):
        self.stream = stream
        self.errors = errors

    def write(self, text, /):
        self.stream.write(_encode(self.codec.name, text, self.errors))

    def writelines(self, lines, /):
        for line in lines:
            self.write(line)

    def reset(self):
        pass


def codecs_of(*names, missing):
    """`getcodec` for a module that has these codecs, and lacks some that CPython's has.

    Those are no modules of `encodings` that can be imported, so that their names are unknown to `codecs.lookup`.
    """
    known = {name: MultibyteCodec(name) for name in names}

    def getcodec(name, /):
        if not isinstance(name, str):
            raise TypeError('encoding name must be a string.')
        if name in missing:
            raise ImportError(f"there is no codec {name!r} yet", name=f'encodings.{name}')
        try:
            return known[name]
        except KeyError:
            raise LookupError('no such codec is supported.') from None

    return getcodec
