//! Discovery, trust and choice: which plugins are found where, which of them may be loaded, and which one a source gets.

#[allow(dead_code, reason = "each test program uses a part")]
mod common;

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;

use common::{Folder, brook, fixture, manifest};
use orochi_frontend::{CompileOutput, CompileRequest, Completeness, Diagnostic, Frontend, Info};
use orochi_host::trust::{Added, Registry, hash_file};
use orochi_host::{Catalog, Manifest, Origin, Places, PluginError, Project, Reason, examine};

/// A frontend that is built in.
struct BuiltIn(&'static str, &'static str);

impl Frontend for BuiltIn {
    fn info(&self) -> Info {
        Info {
            name: self.0.to_owned(),
            version: "9".to_owned(),
            mirrors: String::new(),
            languages: vec!["any".to_owned()],
            extensions: vec![self.1.to_owned()],
            options: Vec::new(),
            features: Vec::new(),
        }
    }

    fn compile(&self, _request: &CompileRequest) -> Result<CompileOutput, Vec<Diagnostic>> {
        Err(Vec::new())
    }

    fn completeness(&self, _source: &str) -> Completeness {
        Completeness::Complete
    }
}

fn built_in() -> Vec<Arc<dyn Frontend>> {
    vec![Arc::new(BuiltIn("cpython", "py"))]
}

fn discover(places: Places) -> Catalog {
    Catalog::discover(places, built_in()).unwrap_or_else(|error| panic!("{error}"))
}

fn names(catalog: &Catalog) -> Vec<(&str, Origin, bool)> {
    catalog.entries().iter().map(|e| (e.info.name.as_str(), e.origin, e.shadowed_by.is_some())).collect()
}

fn code<T>(result: Result<T, PluginError>) -> &'static str {
    match result {
        Ok(_) => "fine",
        Err(error) => {
            let report = error.to_string();
            assert!(report.contains("found:") && report.contains("expected:") && report.contains("fix:"), "{report}");
            error.code()
        }
    }
}

/// Records a library as `orochi plugin add` does.
fn add(data: &Path, library: &Path) {
    let plugin = examine(library, &Places::default()).unwrap_or_else(|error| panic!("{error}"));
    let mut registry = Registry::read(data).expect("a registry");
    let sha256 = hash_file(&plugin.library).expect("a hash");
    registry.add(Added { library: plugin.library, sha256, manifest: plugin.manifest });
    registry.write(data).expect("the registry is written");
}

#[test]
fn the_first_place_wins_and_the_others_are_shown() {
    let folder = Folder::new();
    // The libraries here are never loaded: a listing runs no code of a plugin.
    for (name, ids) in
        [("env", &["one", "two"][..]), ("project", &["two", "three"]), ("bin/orochi-plugins", &["three"])]
    {
        for id in ids {
            folder.write(&format!("{name}/{id}.orochi-plugin.toml"), &manifest(id, "lib.so"));
        }
        folder.write(&format!("{name}/lib.so"), "no library");
    }
    folder.write("cli/cpython.orochi-plugin.toml", &manifest("cpython", "other.so"));
    folder.write("cli/other.so", "no library");
    folder.write("env/broken.orochi-plugin.toml", "id = 1");
    folder.write("orochi.toml", "[plugins]\npaths = ['project']");
    let catalog = discover(Places {
        command_line: vec![folder.join("cli")],
        environment: Some(folder.join("env").into()),
        project: Project::find(folder.path()).expect("a project"),
        data_folder: Some(folder.join("data")),
        program: Some(folder.join("bin/orochi")),
        isolate: None,
    });
    assert_eq!(
        names(&catalog),
        [
            ("cpython", Origin::CommandLine, false),
            ("one", Origin::Environment, false),
            ("two", Origin::Environment, false),
            ("three", Origin::Project, false),
            ("two", Origin::Project, true),
            ("three", Origin::BesideProgram, true),
            ("cpython", Origin::BuiltIn, true),
        ]
    );
    assert_eq!(catalog.problems.len(), 1);
    assert!(catalog.problems[0].to_string().contains("broken.orochi-plugin.toml"));
}

#[test]
fn only_what_was_added_or_named_is_loaded() {
    let folder = Folder::new();
    let library = folder.library(&brook());
    let data = folder.join("data");
    folder.write("brook.orochi-plugin.toml", include_str!("../../example/brook.orochi-plugin.toml"));
    let environment =
        || Places { environment: Some(folder.path().into()), data_folder: Some(data.clone()), ..Places::default() };
    let load = |places: Places| {
        let catalog = discover(places);
        let index = catalog.find("brook", "the test")?;
        catalog.frontend(index).map(|_| ())
    };
    assert_eq!(code(load(environment())), "not-trusted");
    let named = || Places { command_line: vec![library.clone()], data_folder: Some(data.clone()), ..Places::default() };
    assert_eq!(code(load(named())), "fine");

    add(&data, &library);
    assert_eq!(code(load(environment())), "fine");
    let added = || Places { data_folder: Some(data.clone()), ..Places::default() };
    assert_eq!(code(load(added())), "fine");

    // One byte more: the same code, another file. It is renamed into place, since the old one is mapped by now.
    let mut bytes = fs::read(&library).expect("the library");
    bytes.push(0);
    orochi_host::write_atomically(&library, &bytes).expect("a file");
    for places in [environment(), named(), added()] {
        assert_eq!(code(load(places)), "changed");
    }
    add(&data, &library);
    assert_eq!(code(load(added())), "fine");

    let mut registry = Registry::read(&data).expect("a registry");
    let error = registry.remove("broook", &data).expect_err("no such name");
    assert!(error.to_string().contains("did you mean 'brook'?"), "{error}");
    registry.remove("brook", &data).expect("it is there");
    registry.write(&data).expect("the registry is written");
    assert_eq!(code(load(environment())), "not-trusted");
}

#[test]
fn what_anybody_may_write_to_is_refused() {
    let folder = Folder::new();
    let inner = folder.write("inner/x", "");
    let inner = inner.parent().expect("a folder").to_owned();
    let library = inner.join("libbrook.so");
    fs::copy(brook(), &library).expect("a copy");
    let load = || {
        let places = Places { command_line: vec![library.clone()], ..Places::default() };
        Catalog::discover(places, built_in()).and_then(|catalog| {
            let index = catalog.find("brook", "the test")?;
            catalog.frontend(index).map(|_| ())
        })
    };
    let mode = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("permissions");
    assert_eq!(code(load()), "fine");
    mode(&library, 0o757);
    assert_eq!(code(load()), "world-writable");
    mode(&library, 0o755);
    mode(&inner, 0o1777);
    assert_eq!(code(load()), "world-writable");
    mode(&inner, 0o755);
    mode(folder.path(), 0o777);
    assert_eq!(code(load()), "world-writable");
    mode(folder.path(), 0o1777);
    assert_eq!(code(load()), "fine");
    mode(folder.path(), 0o755);
}

#[test]
fn a_manifest_is_held_against_its_library() {
    let folder = Folder::new();
    let library = folder.library(&brook());
    let name = library.file_name().and_then(|name| name.to_str()).expect("a name");
    let good = manifest("brook", name);
    let hash = hash_file(&library).expect("a hash");
    for (text, expected) in [
        (good.clone(), "fine"),
        (format!("sha256 = \"{hash}\"\n{good}"), "fine"),
        (format!("sha256 = \"{}\"\n{good}", "0".repeat(64)), "not-as-pinned"),
        (good.replace("version = \"0.1.0\"", "version = \"0.2.0\""), "mismatch"),
        (good.replace("id = \"brook\"", "id = \"creek\""), "mismatch"),
        (good.replace("min = 1, max = 1", "min = 2, max = 3"), "wrong-abi"),
        (good.replace("\"1.0\", max = \"1.0\"", "\"1.77\", max = \"1.77\""), "foreign-bytecode"),
        (good.replace("\"1.0\", max = \"1.0\"", "\"2.0\", max = \"2.1\""), "foreign-bytecode"),
        (good.replace(name, "libabsent.so"), "library-missing"),
        (good.replace("abi", "aby"), "bad-manifest"),
    ] {
        let path = folder.write("p.orochi-plugin.toml", &text);
        let places = Places { command_line: vec![path], ..Places::default() };
        let result = Catalog::discover(places, built_in()).and_then(|catalog| catalog.frontend(0).map(|_| ()));
        assert_eq!(code(result), expected, "{text}");
    }
}

#[test]
fn a_path_that_holds_no_plugin_says_so() {
    let folder = Folder::new();
    let text = folder.write("empty/readme.txt", &"not a library ".repeat(20));
    for (path, expected) in [
        (folder.join("absent"), "not-found"),
        (folder.join("empty"), "no-manifest"),
        (text, "not-a-library"),
        (fixture("no_plugin"), "not-a-plugin"),
    ] {
        let places = Places { command_line: vec![path], ..Places::default() };
        assert_eq!(code(Catalog::discover(places, built_in())), expected);
    }
    let data = folder.join("data");
    folder.write("data/plugins.toml", "plugin = 3");
    let catalog = discover(Places { data_folder: Some(data), ..Places::default() });
    assert_eq!(catalog.problems.first().map(PluginError::code), Some("bad-registry"));
}

#[test]
fn a_source_gets_its_frontend_by_the_first_rule_that_applies() {
    let folder = Folder::new();
    for id in ["toy", "pypy", "jython"] {
        folder.write(&format!("plugins/{id}.orochi-plugin.toml"), &manifest(id, &format!("{id}.so")));
        folder.write(&format!("plugins/{id}.so"), "");
    }
    folder.write(
        "orochi.toml",
        "[frontends]\nrules = [ { files = 'legacy/**', frontend = 'jython' }, { files = '*.odd', frontend = 'odd' } ]\n\
         [plugins]\npaths = ['plugins']\n",
    );
    let project = Project::find(folder.path()).expect("a project");
    let catalog = discover(Places { project, ..Places::default() });
    let choose = |asked: Option<&str>, file: &str, source: &str| {
        let file = folder.join(file);
        catalog
            .choose(asked, Some(&file), source.as_bytes())
            .map(|(index, reason)| (catalog.entries()[index].info.name.clone(), reason))
    };
    let line = "# orochi: frontend=pypy\n";
    let name = |name: &str, reason| Ok((name.to_owned(), reason));
    assert_eq!(choose(Some("toy"), "legacy/a.py", line), name("toy", Reason::Asked));
    assert_eq!(choose(None, "legacy/a.py", line), name("pypy", Reason::SourceLine));
    assert_eq!(choose(None, "legacy/b/a.py", ""), name("jython", Reason::ProjectRule));
    assert_eq!(choose(None, "a.toy", ""), name("toy", Reason::Extension));
    assert_eq!(choose(None, "a.py", ""), name("cpython", Reason::Extension));
    assert_eq!(choose(None, "a", ""), name("cpython", Reason::Default));

    for (result, expected) in [
        (choose(Some("pipy"), "a.py", ""), ["'pipy' (asked for by --frontend)", "did you mean 'pypy'?"]),
        (choose(None, "a.py", "#\n# orochi: frontend=nobody"), ["a.py, line 2", "orochi plugin add"]),
        (choose(None, "a.odd", ""), ["'odd' (asked for by ", "orochi.toml)"]),
    ] {
        let report = result.expect_err("unknown").to_string();
        assert!(expected.iter().all(|part| report.contains(part)), "{report}");
    }
}

#[test]
fn the_manifests_in_the_tree_describe_their_plugins() {
    let manifest = Manifest::parse(include_str!("../../example/brook.orochi-plugin.toml")).expect("a manifest");
    let plugin = examine(&brook(), &Places::default()).expect("a plugin");
    assert_eq!(
        Manifest { library: plugin.manifest.library.clone(), sha256: plugin.manifest.sha256.clone(), ..manifest },
        plugin.manifest
    );
    Manifest::parse(include_str!("../../cpython/cpython.orochi-plugin.toml")).expect("a manifest");
}
