"""The codecs of Japan that there are tables for."""

from _multibytecodec import codecs_of

getcodec = codecs_of(
    'cp932', 'shift_jis', missing=('euc_jis_2004', 'euc_jisx0213', 'euc_jp', 'shift_jis_2004', 'shift_jisx0213')
)
