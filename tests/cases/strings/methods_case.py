# Case mapping and classification, in ASCII and beyond.
samples = ["", "hello World", "HELLO", "ß straße", "ǆ ǅ", "ﬁne", "İstanbul", "ΑΣ ΑΣΑ", "они", "x1y2", "123", "½", "²", "٣", " \t\n", "a b", "Title Case", "title's case", "_id", "9x", "日本語", "\u0345", "A\u0301"]
for s in samples:
    print(ascii(s), ascii(s.upper()), ascii(s.lower()), ascii(s.title()), ascii(s.capitalize()), ascii(s.swapcase()), ascii(s.casefold()))
    print("   ", s.isupper(), s.islower(), s.istitle(), s.isalpha(), s.isalnum(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isspace(), s.isidentifier(), s.isprintable(), s.isascii())
print("def".isidentifier(), "ab\x7f".isprintable(), "\xa0".isspace(), "\x1c".isspace(), "\u200b".isspace())
