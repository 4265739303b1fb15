//! Dependencies between the crates of the workspace run one way: every edge stands in the table below. Cargo's own
//! metadata is asked, so nothing is missed; a new edge is added here on purpose or not at all.

use std::collections::BTreeMap;
use std::process::Command;

use orochi_tests::workspace;

/// Each crate and the crates of the workspace that it may depend on, test dependencies apart.
const ALLOWED: &[(&str, &[&str])] = &[
    ("orochi-bytecode", &[]),
    ("orochi-gc", &["orochi-bytecode"]),
    ("orochi-macros", &[]),
    ("orochi-vm", &["orochi-bytecode", "orochi-gc", "orochi-macros"]),
    // Its build script has the compiler in it; what it gives is bytes.
    ("orochi-library", &["orochi-bytecode", "orochi-frontend", "orochi-cpython"]),
    ("orochi-stdlib", &["orochi-bytecode", "orochi-gc", "orochi-macros", "orochi-vm", "orochi-library"]),
    ("orochi", &["orochi-bytecode", "orochi-gc", "orochi-vm", "orochi-stdlib", "orochi-frontend"]),
    ("orochi-crosscheck", &["orochi-bytecode", "orochi-frontend"]),
    (
        "orochi-cli",
        &["orochi-bytecode", "orochi", "orochi-crosscheck", "orochi-frontend", "orochi-host", "orochi-cpython"],
    ),
    ("orochi-frontend", &["orochi-bytecode"]),
    ("orochi-cpython", &["orochi-bytecode", "orochi-frontend"]),
    ("orochi-abi", &["orochi-bytecode", "orochi-frontend"]),
    ("orochi-host", &["orochi-abi", "orochi-bytecode", "orochi-frontend"]),
    ("orochi-sdk", &["orochi-abi", "orochi-bytecode", "orochi-frontend"]),
    ("orochi-plugin-cpython", &["orochi-sdk", "orochi-cpython"]),
    ("orochi-plugin-example", &["orochi-sdk", "orochi-frontend", "orochi-bytecode"]),
    ("orochi-tests", &[]),
    ("orochi-bench", &[]),
    ("orochi-conformance", &[]),
];

/// What a test may use on top: the tests of a crate stand outside the layers, but the VM stays out of the frontends'.
const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[
    ("orochi-vm", &["orochi-frontend", "orochi-cpython"]),
    ("orochi-stdlib", &["orochi-frontend", "orochi-cpython"]),
    ("orochi", &["orochi-cpython"]),
    ("orochi-crosscheck", &["orochi-cpython"]),
    ("orochi-host", &["orochi-sdk", "orochi-cpython"]),
    ("orochi-sdk", &["orochi-cpython"]),
    ("orochi-plugin-example", &["orochi-host"]),
    ("orochi-tests", &["orochi-bytecode"]),
];

#[test]
fn every_edge_is_in_the_table() {
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    let in_tests: BTreeMap<_, _> = ALLOWED_IN_TESTS.iter().copied().collect();
    let mut problems = Vec::new();
    let packages = packages();
    let members: Vec<&str> = packages.iter().filter_map(|package| package["name"].as_str()).collect();
    for package in &packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some(allowed) = allowed.get(name) else {
            problems.push(format!("{name} is not in the table: say in tests/tests/dependencies.rs where it stands"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let target = dependency["name"].as_str().unwrap_or_default();
            let test_only = dependency["kind"].as_str() == Some("dev");
            let extra = in_tests.get(name).filter(|_| test_only).copied().unwrap_or_default();
            if members.contains(&target) && !allowed.contains(&target) && !extra.contains(&target) {
                let kind = if test_only { "the tests of " } else { "" };
                problems.push(format!("{kind}{name} must not depend on {target}"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The table itself is a partial order: reading it from top to bottom, no crate reaches itself.
#[test]
fn the_table_has_no_cycle() {
    fn reaches<'a>(allowed: &BTreeMap<&'a str, &'a [&'a str]>, from: &str, to: &str) -> bool {
        allowed.get(from).is_some_and(|targets| targets.iter().any(|next| *next == to || reaches(allowed, next, to)))
    }
    let allowed: BTreeMap<_, _> = ALLOWED.iter().copied().collect();
    // An edge is removed before its end is searched for its start, so that a cycle cannot make the search endless.
    for (name, targets) in ALLOWED {
        for target in *targets {
            let mut without = allowed.clone();
            without.remove(name);
            assert!(!reaches(&without, target, name), "{name} and {target} depend on each other");
        }
    }
}

fn packages() -> Vec<serde_json::Value> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["metadata", "--format-version", "1", "--no-deps", "--offline"]).current_dir(workspace::root());
    let output = cargo.output().expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).expect("cargo metadata is JSON");
    metadata["packages"].as_array().cloned().expect("metadata lists packages")
}
