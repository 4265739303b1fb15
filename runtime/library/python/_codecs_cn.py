"""The codecs of China that there are tables for."""

from _multibytecodec import codecs_of

getcodec = codecs_of('gb2312', 'gbk', missing=('gb18030', 'hz'))
