"""The codecs of Japan that there are tables for."""

from _multibytecodec import codecs_of

getcodec = codecs_of('cp932', 'shift_jis')
