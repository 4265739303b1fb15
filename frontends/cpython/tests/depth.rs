//! Sources that nest very deeply give an error or compile; they never overflow the stack.

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
    let pieces = ["(", ")", "{", "'", "\"", "\n", " ", ":", "=", "\\", "é", "f'{", "}", "\t", "def ", "*", "1", "\u{fffd}"];
    for round in 0..400 {
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
        let _ = CPython.compile(&request);
        let _ = CPython.completeness(&source);
    }
}
