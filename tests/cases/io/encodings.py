# Encodings and error handlers of text files.
# folder: empty
text = "a é € 😀\nz\n"
for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"):
    with open("e", "w", encoding=encoding) as f:
        f.write(text[:3])
        f.write(text[3:])
        print(f.encoding, f.tell(), end=" ")
    with open("e", "ab") as f:
        print(f.tell())
    with open("e", "a", encoding=encoding) as f:
        f.write("more")
    with open("e", encoding=encoding) as f:
        print(ascii(f.read()))
        f.seek(0)
        print(ascii(f.readline()), f.tell(), ascii(f.readline()), ascii(f.readline()), ascii(f.readline()))
        f.seek(0)
        print([ascii(f.read(1)) for _ in range(9)], f.tell())
        place = f.tell()
        rest = f.read()
        f.seek(place)
        assert f.read() == rest
with open("e", "wb") as f:
    f.write(b"ok \xff\xfe x \xc3\n\xe2\x82 end \xc3")
for errors in ("strict", "ignore", "replace", "surrogateescape", "backslashreplace"):
    try:
        with open("e", encoding="utf-8", errors=errors) as f:
            print(f.errors, ascii(f.readline()), ascii(f.read()))
    except UnicodeDecodeError as e:
        print(e)
with open("e", encoding="utf-8", errors="surrogateescape") as f:
    data = f.read()
with open("e2", "w", encoding="utf-8", errors="surrogateescape") as f:
    f.write(data)
print(open("e2", "rb").read() == open("e", "rb").read())
for encoding, errors in (("ascii", "strict"), ("latin-1", None), ("ascii", "replace"), ("ascii", "backslashreplace"), ("latin-1", "xmlcharrefreplace"), ("utf-8", "strict")):
    try:
        with open("e", "w", encoding=encoding, errors=errors) as f:
            f.write("é € \udc80")
        print(open("e", "rb").read())
    except UnicodeEncodeError as e:
        print(ascii(str(e)))
# Characters that are cut by the border of two chunks.
for before in range(8186, 8194):
    with open("e", "w", encoding="utf-8") as f:
        f.write("x" * before + "😀é\n" * 3)
    with open("e", encoding="utf-8") as f:
        assert f.read(before) == "x" * before
        place = f.tell()
        assert place == before
        assert f.readline() == "😀é\n"
        assert f.tell() == before + 7
        assert f.read() == "😀é\n😀é\n"
print("done")
