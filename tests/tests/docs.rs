//! The pages that describe the project say what is so.

use std::path::Path;

use orochi_tests::{sources, workspace};

/// Every dependency from outside stands in docs/dependencies.md with its reason, and nothing else stands there.
#[test]
fn every_dependency_has_its_line() {
    let root = workspace::root();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).expect("the workspace has a manifest");
    let page = std::fs::read_to_string(root.join("docs/dependencies.md")).expect("docs/dependencies.md can be read");
    let table = manifest.split("[workspace.dependencies]").nth(1).unwrap_or_default();
    let table = table.split("\n[").next().unwrap_or_default();
    let names = table
        .lines()
        .filter(|line| !line.starts_with('#') && !line.contains("path ="))
        .filter_map(|line| line.split_once('='));
    let names: Vec<&str> = names.map(|(name, _)| name.trim()).collect();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(name, _)| name);
    let rows: Vec<&str> = rows.collect();
    for name in &names {
        assert!(rows.contains(name), "docs/dependencies.md has no line for `{name}`");
    }
    for row in rows {
        assert!(names.contains(&row), "docs/dependencies.md describes `{row}`, which the workspace does not depend on");
    }
}

/// A relative link in a page leads to a file.
#[test]
fn links_between_pages_lead_somewhere() {
    let root = workspace::root();
    let mut broken = Vec::new();
    for page in sources::files(&root, &["md"]) {
        let text = std::fs::read_to_string(&page).expect("a page is UTF-8 text");
        let folder = page.parent().unwrap_or(Path::new("."));
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") && !folder.join(file).exists() {
                broken.push(format!("{}: {target}", page.strip_prefix(&root).unwrap_or(&page).display()));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}
