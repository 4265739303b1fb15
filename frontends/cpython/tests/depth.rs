//! Sources that nest very deeply give an error or compile; they never overflow the stack.

use orochi_bytecode::VerifiedModule;
use orochi_cpython::CPython;
use orochi_frontend::{CompileRequest, Frontend, Mode};

/// Compiles on a thread with the small stack that embedders may give.
fn outcome(source: String) -> Result<(), String> {
    std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(move || match CPython.compile(&CompileRequest::module("<s>", source)) {
            Ok(_) => Ok(()),
            Err(errors) => Err(format!("{}: {}", errors[0].kind, errors[0].message)),
        })
        .expect("a thread")
        .join()
        .expect("no panic")
}

#[test]
fn deep_nesting_never_overflows() {
    let shapes: [(&str, &str, &str); 16] = [
        ("-", "1", ""),
        ("not ", "1", ""),
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{1:", "1", "}"),
        ("lambda: ", "1", ""),
        ("1 if 1 else ", "1", ""),
        ("2**", "1", ""),
        ("a+", "1", ""),
        ("a<", "1", ""),
        ("a and b or ", "1", ""),
        ("", "f", "()"),
        ("", "f", ".x"),
        ("", "f", "[0]"),
        ("f'{", "1", "}'"),
        ("x = ", "1", ""),
    ];
    for (before, middle, after) in shapes {
        for depth in [10, 150, 1_000, 4_000, 30_000, 300_000] {
            let source = format!("{}{middle}{}\n", before.repeat(depth), after.repeat(depth));
            let result = outcome(source);
            if let Err(error) = &result {
                let kind = error.split(':').next().unwrap_or("");
                assert!(
                    matches!(kind, "RecursionError" | "SyntaxError" | "MemoryError" | "OverflowError"),
                    "{before:?} x {depth}: {error}"
                );
            }
            if depth == 10 {
                assert_eq!(result, Ok(()), "{before:?}");
            }
        }
    }
}

#[test]
fn deep_blocks_never_overflow() {
    for depth in [15, 60, 99, 150, 2_000] {
        for head in ["if 1:", "def f():", "class C:", "with a:", "try:", "match a:"] {
            let mut source = String::new();
            for level in 0..depth {
                source += &" ".repeat(level);
                source += head;
                source += "\n";
            }
            source += &" ".repeat(depth);
            source += "pass\n";
            let _ = outcome(source);
        }
    }
}

#[test]
fn nested_finally_clauses_are_bounded() {
    let mut source = String::new();
    for level in 0..20 {
        source += &format!("{0}try: pass\n{0}finally:\n", " ".repeat(level));
    }
    source += &format!("{}x\n", " ".repeat(20));
    let _ = outcome(source);
}

#[test]
fn damaged_sources_do_not_panic() {
    let base = include_str!("grammar.py");
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % limit.max(1) as u64) as usize
    };
    let pieces: [&str; 34] = [
        "yield ",
        "await ",
        "lambda: ",
        "return ",
        "break\n",
        "class C: ",
        "async ",
        "nonlocal a\n",
        "del ",
        "for a in b: ",
        "try: ",
        "finally: ",
        "with a: ",
        "match a: ",
        ":= ",
        "type X = ",
        "(",
        ")",
        "{",
        "'",
        "\"",
        "\n",
        " ",
        ":",
        "=",
        "\\",
        "é",
        "f'{",
        "}",
        "\t",
        "def ",
        "*",
        "1",
        "\u{fffd}",
    ];
    // FUZZ_ROUNDS makes a longer run of it.
    let rounds = std::env::var("FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(400);
    for round in 0..rounds {
        let mut text: Vec<char> = base.chars().collect();
        let start = random(text.len());
        text = text[start..(start + 400).min(text.len())].to_vec();
        for _ in 0..=random(4) {
            let at = random(text.len());
            match random(3) {
                0 => {
                    let end = (at + random(8)).min(text.len());
                    text.drain(at..end);
                }
                1 => {
                    let piece = pieces[random(pieces.len())];
                    let tail = text.split_off(at);
                    text.extend(piece.chars());
                    text.extend(tail);
                }
                _ => text.truncate(at.max(1)),
            }
        }
        let source: String = text.into_iter().collect();
        let mut request = CompileRequest::module("<s>", source.clone());
        request.mode = [Mode::Module, Mode::Single, Mode::Eval][round % 3];
        if let Ok(output) = CPython.compile(&request) {
            VerifiedModule::verify(output.module).unwrap_or_else(|error| panic!("{error} in {source}"));
        }
        let _ = CPython.completeness(&source);
    }
}

/// Statements of the grammar under heads of the grammar, in any order: whatever compiles must verify.
#[test]
fn shuffled_statements_make_valid_code() {
    let base = include_str!("grammar.py");
    let simple: Vec<&str> = base
        .lines()
        .map(str::trim)
        .filter(|line| {
            !line.is_empty() && !line.starts_with(['#', '@']) && !line.ends_with(':') && !line.starts_with("case ")
        })
        .collect();
    let heads = [
        "def f(a, b):",
        "async def f(a):",
        "class C:",
        "if a:",
        "while a < b:",
        "for a in b:",
        "with a as b:",
        "try:",
        "while True:",
        "class C[T]:",
        "def f[T](a: T, *b):",
        "async def f[T: int](a, *, b=1):",
        "if not (a and b):",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |limit: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % limit.max(1) as u64) as usize
    };
    let rounds = std::env::var("FUZZ_ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(2_000);
    let mut compiled = 0;
    for _ in 0..rounds {
        let mut source = String::new();
        let mut open: Vec<&str> = Vec::new();
        for _ in 0..3 + random(8) {
            let indent = " ".repeat(open.len());
            match random(4) {
                0 if open.len() < 8 => {
                    let head = heads[random(heads.len())];
                    source += &format!("{indent}{head}\n");
                    open.push(head);
                    source += &format!("{indent} {}\n", simple[random(simple.len())]);
                }
                1 if !open.is_empty() => {
                    let head = open.pop().unwrap_or("");
                    let outer = " ".repeat(open.len());
                    let tail = match head {
                        "try:" => ["finally:", "except A as e:", "except* B:", "except (A, B):"][random(4)],
                        "if a:" | "for a in b:" | "while a < b:" if random(2) == 0 => "else:",
                        _ => continue,
                    };
                    source += &format!("{outer}{tail}\n{outer} {}\n", simple[random(simple.len())]);
                }
                _ => source += &format!("{indent}{}\n", simple[random(simple.len())]),
            }
        }
        while let Some(head) = open.pop() {
            if head == "try:" {
                let outer = " ".repeat(open.len());
                source += &format!("{outer}finally:\n{outer} {}\n", simple[random(simple.len())]);
            }
        }
        match CPython.compile(&CompileRequest::module("<s>", source.as_str())) {
            Ok(output) => {
                compiled += 1;
                VerifiedModule::verify(output.module).unwrap_or_else(|error| panic!("{error} in\n{source}"));
            }
            Err(errors) => assert!(errors[0].kind != "SystemError", "{} in\n{source}", errors[0].message),
        }
    }
    assert!(compiled * 20 > rounds, "only {compiled} of {rounds} programs compile");
}
