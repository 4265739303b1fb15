"""The codecs of Korea that there are tables for."""

from _multibytecodec import codecs_of

getcodec = codecs_of('cp949', missing=('euc_kr', 'johab'))
