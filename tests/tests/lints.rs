//! Rules of this code base that no other tool checks, as text searches over the sources.
//!
//! A search over text can be fooled; it is here to catch a slip, not an adversary. Each rule has a test that it finds
//! what it is for.

use std::path::Path;

use orochi_tests::sources::{self, Line};
use orochi_tests::workspace;

/// A file's path and text.
struct Source {
    name: String,
    text: String,
}

fn sources_below(folders: &[&str]) -> Vec<Source> {
    let root = workspace::root();
    let paths = folders.iter().flat_map(|folder| sources::files(&root.join(folder), &["rs"]));
    paths
        .map(|path| Source {
            name: path.strip_prefix(&root).unwrap_or(&path).display().to_string(),
            text: std::fs::read_to_string(&path).expect("a source file is UTF-8 text"),
        })
        .collect()
}

/// The folders that hold Rust code of ours.
const CODE: &[&str] = &["runtime", "frontends", "plugins", "tests", "examples"];

fn is_test_file(name: &str) -> bool {
    let in_tests = Path::new(name)
        .components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "fuzz" | "benches")));
    in_tests || name.ends_with("tests.rs") || name.ends_with("test.rs")
}

#[test]
fn every_file_says_what_lives_in_it() {
    let silent = sources_below(CODE).into_iter().filter(|source| !source.text.starts_with("//!"));
    let silent: Vec<String> = silent.map(|source| source.name).collect();
    assert!(silent.is_empty(), "these files do not begin with `//!`:\n{}", silent.join("\n"));
}

fn unwraps<'a>(text: &'a str) -> Vec<Line<'a>> {
    sources::code_lines(text).into_iter().filter(|line| line.code.contains(".unwrap()")).collect()
}

#[test]
fn no_unwrap_outside_tests() {
    let mut found = Vec::new();
    for source in sources_below(CODE).iter().filter(|source| !is_test_file(&source.name)) {
        found.extend(
            unwraps(&source.text).iter().map(|line| format!("{}:{}: {}", source.name, line.number, line.text.trim())),
        );
    }
    assert!(found.is_empty(), "`unwrap()` outside tests; `expect` states the invariant:\n{}", found.join("\n"));
}

#[test]
fn the_unwrap_rule_finds_what_it_is_for() {
    assert_eq!(unwraps("fn f() { g().unwrap(); }\n").len(), 1);
    assert_eq!(unwraps("// g().unwrap()\n#[cfg(test)]\nmod tests { fn f() { g().unwrap(); } }\n").len(), 0);
}

/// Why a Rust container of values is dangerous: the collector does not see what it holds, and frees it.
const CONTAINERS: &[&str] = &[
    "Vec<",
    "Box<",
    "VecDeque<",
    "HashMap<",
    "BTreeMap<",
    "IndexMap<",
    "HashSet<",
    "FxHashMap<",
    "Rc<",
    "Arc<",
    "SmallVec<",
    "RefCell<",
    "Mutex<",
];

/// The comment that allows one, on its line or the line before: `// traced: by ...` names the trace function that visits
/// what it holds, `// untraced: ...` says who else keeps it alive.
const ALLOW: &str = "traced: ";

/// The lines that name a container whose type arguments mention `Value` or a `Gc` pointer.
fn untraced<'a>(text: &'a str) -> Vec<Line<'a>> {
    let lines: Vec<&str> = text.lines().collect();
    let allowed = |line: &Line<'_>| {
        let before = lines.get(line.number.wrapping_sub(2)).copied().unwrap_or_default();
        let reason = |text: &str| text.split_once(ALLOW).is_some_and(|(_, reason)| reason.trim().len() > 10);
        reason(line.text) || (before.trim_start().starts_with("//") && reason(before))
    };
    sources::code_lines(text).into_iter().filter(|line| holds_values(line.code) && !allowed(line)).collect()
}

fn holds_values(code: &str) -> bool {
    CONTAINERS.iter().any(|container| {
        code.match_indices(container).any(|(at, _)| {
            let whole_word = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
            whole_word && mentions_value(arguments(&code[at + container.len()..]))
        })
    })
}

/// The text up to the `>` that closes the list of type arguments, or to the end of the line.
fn arguments(text: &str) -> &str {
    let mut depth = 1;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            // An arrow closes nothing.
            '>' if previous != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return &text[..at];
        }
        previous = c;
    }
    text
}

fn mentions_value(arguments: &str) -> bool {
    let mut words = arguments.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.any(|word| matches!(word, "Value" | "Gc"))
}

#[test]
fn no_untraced_container_of_values() {
    let mut found = Vec::new();
    for source in
        sources_below(&["runtime/vm/src", "runtime/stdlib/src"]).iter().filter(|source| !is_test_file(&source.name))
    {
        found.extend(
            untraced(&source.text).iter().map(|line| format!("{}:{}: {}", source.name, line.number, line.text.trim())),
        );
    }
    assert!(
        found.is_empty(),
        "{} containers of values that the collector may not see; use the heap's own vectors and tables, or say on the line \
         before who visits its values (`// traced: by ...`) or who else keeps them alive (`// untraced: ...`):\n{}",
        found.len(),
        found.join("\n")
    );
}

#[test]
fn the_container_rule_finds_what_it_is_for() {
    for bad in [
        "x: Vec<Value>,",
        "fn f() -> Box<[Value]> {",
        "m: HashMap<u32, Value>",
        "let v: Vec<(usize, Gc<Str>)> = x;",
        "Arc<Mutex<Vec<Value>>>",
    ] {
        assert_eq!(untraced(bad).len(), 1, "{bad}");
    }
    for good in [
        "x: GcVec<Value>,",
        "fn f(v: &[Value]) -> Value",
        "Vec<ValueKind>",
        "Box<dyn Fn(u8) -> u8>, v: Value",
        "// Vec<Value>",
        "Option<Value>",
    ] {
        assert_eq!(untraced(good).len(), 0, "{good}");
    }
    assert_eq!(untraced("// untraced: every value is also in the frame's registers\nlet v: Vec<Value> = x;").len(), 0);
    assert_eq!(untraced("// untraced: why\nlet v: Vec<Value> = x;").len(), 1, "a reason has more than a word");
}

/// What must not stand in anything that is published.
#[test]
fn no_machine_path_in_the_sources() {
    let root = workspace::root();
    let mut found = Vec::new();
    for path in sources::files(&root, &["rs", "md", "toml", "py", "out", "err", "mjs"]) {
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        for needle in [concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("/ro", "ot/")] {
            if text.contains(needle) {
                found.push(format!("{}: {needle}", path.strip_prefix(&root).unwrap_or(&path).display()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
