//! Every program of the corpus under every engine. `tests/README.md` says how to read and to write one.

use std::sync::{Mutex, MutexGuard};

use orochi_tests::case::{self, Case};
use orochi_tests::engine::{self, Engine};
use orochi_tests::expected::{self, Expected};
use orochi_tests::{runner, workspace};

/// One engine at a time: each uses all the threads there are.
fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn expected_failures() -> Vec<Expected> {
    let path = workspace::root().join("tests/expected-failures.txt");
    let text = std::fs::read_to_string(&path).expect("the list of expected failures can be read");
    let engines: Vec<&str> = Engine::ALL.iter().map(|engine| engine.name()).collect();
    expected::parse(&text, &engines).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn check(engine: Engine, cases: &[Case]) {
    let problems = runner::run(engine, cases, &expected_failures());
    let ran = cases.iter().filter(|case| engine.takes(case)).count();
    assert!(
        problems.is_empty(),
        "{} of {ran} programs under `{}`:\n{}\nwhat they wrote is in {}",
        problems.len(),
        engine.name(),
        problems.join("\n"),
        workspace::scratch(engine.name()).display()
    );
    println!("{ran} programs agree under `{}`", engine.name());
}

/// Keeps the expected output honest; with `OROCHI_BLESS=1` writes it anew first.
#[test]
fn python3() {
    let _turn = turn();
    let cases = case::all();
    if !engine::python3_is_311() {
        println!("not run: this needs python3 to be CPython 3.11, it is {:?}", engine::python3());
        return;
    }
    if std::env::var_os("OROCHI_BLESS").is_some() {
        for line in runner::bless(&cases) {
            println!("left as it is: {line}");
        }
    }
    check(Engine::Python3, &cases);
}

#[test]
fn source() {
    let _turn = turn();
    check(Engine::Source, &case::all());
}

#[test]
fn pyc() {
    let _turn = turn();
    if !engine::python3_is_311() {
        println!("not run: this needs python3 to be CPython 3.11, it is {:?}", engine::python3());
        return;
    }
    let cases = case::all();
    engine::compile_all(&cases).unwrap_or_else(|error| panic!("python3 cannot compile the corpus:\n{error}"));
    check(Engine::Pyc, &cases);
}

#[test]
fn plugin() {
    let _turn = turn();
    check(Engine::Plugin, &case::all());
}

#[test]
fn stress() {
    let _turn = turn();
    check(Engine::Stress, &case::all());
}

#[test]
fn every_expected_failure_names_a_program() {
    if std::env::var_os("OROCHI_CASE").is_some() {
        return;
    }
    let unused = runner::unused(&case::all(), &expected_failures());
    assert!(unused.is_empty(), "{}", unused.join("\n"));
}

#[test]
fn every_program_has_its_expected_output_and_every_output_its_program() {
    let mut problems = Vec::new();
    for case in case::all() {
        if !case.expected_stdout().exists() {
            problems.push(format!("{}: no .out file beside it", case.name));
        }
        for helper in &case.header.with {
            if !case.path.with_file_name(helper).exists() {
                problems.push(format!("{}: `# with: {helper}` names nothing", case.name));
            }
        }
    }
    for path in orochi_tests::sources::files(&workspace::cases(), &["out", "err"]) {
        if !path.with_extension("py").exists() {
            problems.push(format!("{}: no program beside it", path.display()));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The corpus is the specification that the types are written from: it must not shrink by accident.
#[test]
fn there_are_at_least_150_programs() {
    if std::env::var_os("OROCHI_CASE").is_some() {
        return;
    }
    let count = case::all().len();
    assert!(count >= 150, "only {count} programs");
}
