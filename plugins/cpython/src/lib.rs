//! The reference frontend as a plugin. All of it is in `frontends/cpython`; this crate makes a library of it.

orochi_sdk::export_frontend!(orochi_cpython::CPython);

#[cfg(test)]
mod tests {
    use orochi_sdk::conformance::Kit;
    use orochi_sdk::frontend::Frontend;

    #[test]
    fn the_manifest_says_what_the_frontend_says() {
        let manifest = include_str!("../cpython.orochi-plugin.toml");
        let info = orochi_cpython::CPython.info();
        for line in [
            format!("id = {:?}", info.name),
            format!("version = {:?}", info.version),
            format!("mirrors = {:?}", info.mirrors),
            format!("languages = {:?}", info.languages),
            format!("extensions = {:?}", info.extensions),
            format!("features = {:?}", info.features),
        ] {
            assert!(manifest.lines().any(|l| l == line), "the manifest lacks the line: {line}");
        }
    }

    #[test]
    fn cpython_conforms() {
        Kit::new(&orochi_cpython::CPython)
            .accepts("nothing", "")
            .accepts("a function", "def f(a, /, b=1, *args, c, **kw):\n    return [x for x in args if x > b]\n")
            .accepts(
                "a class",
                "class C(Base, metaclass=M):\n    '''Doc.'''\n    x: int = 3\n    def m(self): return super().m()\n",
            )
            .accepts(
                "handlers",
                "try:\n    f()\nexcept* (A, B) as e:\n    raise X from e\nelse:\n    pass\nfinally:\n    g()\n",
            )
            .accepts("text", "print(f'{x!r:>{w}} {{}} {\"ü\"}', t'{y}', b'\\x00', '''\n''')\n")
            .accepts(
                "patterns",
                "match p:\n    case [1, *r] | {'k': C(a=r)} if r:\n        pass\n    case _:\n        pass\n",
            )
            .accepts(
                "coroutines",
                "async def f():\n    async with a as b, c:\n        return [await x async for x in b]\n",
            )
            .accepts("a type alias", "type A[T: int, *Ts, **P] = list[T]\n")
            .accepts("a generic function", "def f[T](x: T) -> T: return x\n")
            .rejects("an open bracket", "x = (1,\n")
            .rejects("a return outside", "return 1\n")
            .rejects("indentation", "if x:\npass\n")
            .rejects("assignment to a call", "f() = 1\n")
            .rejects("nonlocal at the top", "nonlocal x\n")
            .rejects("not UTF-8", b"x = '\xff'\n".as_slice())
            .mutations(40)
            .check();
    }
}
