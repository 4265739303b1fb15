//! The frontends of this program, and compiling with the right one.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use orochi::{Choice, Frontends};
use orochi_bytecode::{Module, assemble, binary};
use orochi_frontend::{CompileOutput, CompileRequest, Diagnostic, Frontend, Info, Mode};
use orochi_host::{Catalog, Places, PluginError, Reason};

use crate::arguments::Common;
use crate::failure::Failure;
use crate::input::Input;
use crate::report;

/// The frontends that are part of this program; the first is the default.
pub fn built_in() -> Vec<Arc<dyn Frontend>> {
    vec![Arc::new(orochi_cpython::CPython)]
}

/// The catalogue for sources in a folder.
pub fn catalog(common: &Common, folder: &Path) -> Result<Catalog, Failure> {
    let mut places = Places::of_process(folder, common.plugins.clone())?;
    places.isolate = common.isolation();
    let catalog = Catalog::discover(places, built_in())?;
    for problem in &catalog.problems {
        eprintln!("orochi: warning: {problem}");
    }
    Ok(catalog)
}

/// What to compile a source to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    pub mode: Mode,
    pub optimize: u8,
}

/// The module of an input: a module's bytes are decoded, its text form is assembled, any other text is compiled with
/// the frontend that it gets.
pub fn module(common: &Common, input: &Input, wanted: Wanted) -> Result<Module, Failure> {
    module_with(&catalog(common, &input.folder())?, common, input, wanted)
}

/// The same with a catalogue that is there already.
pub fn module_with(catalog: &Catalog, common: &Common, input: &Input, wanted: Wanted) -> Result<Module, Failure> {
    match ready_module(input) {
        Some(module) => module,
        None => attempt(catalog, common, input, wanted)?.told(input),
    }
}

/// The module of a program to run. `None` when its source is in an encoding that only the library's codecs know, so that the virtual
/// machine has to compile it.
pub fn program(catalog: &Catalog, common: &Common, input: &Input, wanted: Wanted) -> Result<Option<Module>, Failure> {
    if let Some(module) = ready_module(input) {
        return module.map(Some);
    }
    let attempt = attempt(catalog, common, input, wanted)?;
    if attempt.wants_codec() { Ok(None) } else { attempt.told(input).map(Some) }
}

/// The module of an input that is none to compile.
fn ready_module(input: &Input) -> Option<Result<Module, Failure>> {
    if binary::is_module(&input.bytes) || input.has_extension("orb") {
        return Some(decode(input));
    }
    input.has_extension("orasm").then(|| assemble_input(input))
}

/// Decodes a module.
pub fn decode(input: &Input) -> Result<Module, Failure> {
    binary::decode(&input.bytes).map_err(|error| {
        Failure::new(format!(
            "'{}' is not a module that can be read\n  found:    {}, at byte {}\n  expected: {}\n  fix:      \
             make it anew with 'orochi compile'",
            input.name, error.found, error.offset, error.expected
        ))
    })
}

/// Assembles a module.
pub fn assemble_input(input: &Input) -> Result<Module, Failure> {
    let text = std::str::from_utf8(&input.bytes).map_err(|error| {
        Failure::new(format!("'{}' is not text: no UTF-8 from byte {} on", input.name, error.valid_up_to()))
    })?;
    assemble(text).map_err(|error| Failure::new(format!("{}:{error}", input.name)))
}

/// What came of compiling a source.
struct Attempt {
    result: Result<CompileOutput, Vec<Diagnostic>>,
    /// What there is to say about the choice of the frontend, if it failed.
    note: Option<String>,
}

/// Compiles a source.
fn attempt(catalog: &Catalog, common: &Common, input: &Input, wanted: Wanted) -> Result<Attempt, Failure> {
    let (index, reason) = catalog.choose(common.frontend.as_deref(), input.path.as_deref(), &input.bytes)?;
    let info = &catalog.entries()[index].info;
    let request = CompileRequest {
        mode: wanted.mode,
        optimize: wanted.optimize,
        options: options(common, catalog, info)?,
        ..CompileRequest::module(input.name.clone(), input.bytes.clone())
    };
    let result = catalog.frontend(index)?.compile(&request);
    let extension = input.path.as_deref().and_then(Path::extension).filter(|_| reason == Reason::Default);
    let note = extension.map(|extension| {
        let extension = extension.to_string_lossy();
        format!("no frontend takes '.{extension}' files, so '{}', the default, took it", info.name)
    });
    Ok(Attempt { result, note })
}

impl Attempt {
    /// Whether the frontend asks for the source to be decoded.
    fn wants_codec(&self) -> bool {
        let asks = |error: &Diagnostic| error.kind == "LookupError" && error.message.starts_with("unknown encoding: ");
        self.result.as_ref().is_err_and(|diagnostics| diagnostics.iter().any(asks))
    }

    /// The module; what the frontend has to say is told.
    fn told(self, input: &Input) -> Result<Module, Failure> {
        let tell = |diagnostics: &[Diagnostic]| {
            eprint!("{}", report::diagnostics(diagnostics, &input.name, &input.bytes));
        };
        match self.result {
            Ok(output) => {
                tell(&output.warnings);
                Ok(output.module)
            }
            Err(diagnostics) => {
                tell(&diagnostics);
                if let Some(note) = self.note {
                    eprintln!("  note: {note}");
                }
                Err(Failure::Silent { status: 1 })
            }
        }
    }
}

/// The options for a frontend: the project's, then those of the command line. Unknown ones are refused.
pub fn options(common: &Common, catalog: &Catalog, info: &Info) -> Result<BTreeMap<String, String>, Failure> {
    let project = catalog.places().project.as_ref();
    let mut options = project.map(|project| project.options(&info.name)).unwrap_or_default();
    for setting in &common.frontend_options {
        let Some((name, value)) = setting.split_once('=') else {
            return Err(Failure::usage(format!("--option '{setting}': write NAME=VALUE")));
        };
        options.insert(name.to_owned(), value.to_owned());
    }
    let known = || info.options.iter().map(|option| option.name.as_str());
    if let Some(unknown) = options.keys().find(|name| !known().any(|known| known == *name)) {
        let hint = match orochi_host::suggest::nearest(unknown, known()) {
            Some(nearest) => format!("did you mean '{nearest}'?"),
            None if info.options.is_empty() => "it has no options".to_owned(),
            None => format!("there are: {}", known().collect::<Vec<_>>().join(", ")),
        };
        return Err(Failure::usage(format!("the frontend '{}' has no option '{unknown}'; {hint}", info.name)));
    }
    Ok(options)
}

/// Chooses frontends for what a running program compiles: imports, `exec`, `eval`.
pub struct Chooser {
    catalog: Arc<Catalog>,
    common: Common,
}

impl Chooser {
    pub fn new(catalog: Arc<Catalog>, common: Common) -> Self {
        Self { catalog, common }
    }

    /// The frontend for a source. A file is chosen for as on the command line, except that `--frontend` counts only for
    /// files that the frontend takes: a program of one language may import a module of another. Text that a program
    /// compiles is in the language of that program; else what is no file is in the default's language.
    fn index(&self, name: &str, source: &[u8], asked_by: Option<&str>) -> Result<usize, PluginError> {
        let catalog = &self.catalog;
        if let Some(Ok(index)) = asked_by.map(|frontend| catalog.find(frontend, "its code compiles text")) {
            return Ok(index);
        }
        let asked = match &self.common.frontend {
            Some(asked) => Some(catalog.find(asked, "asked for by --frontend")?),
            None => None,
        };
        let takes =
            |index: usize, extension: &str| catalog.entries()[index].info.extensions.iter().any(|e| e == extension);
        if name.starts_with('<') {
            let default = match asked.filter(|index| takes(*index, "py")) {
                Some(asked) => asked,
                None => catalog.built_in_default()?,
            };
            return Ok(default);
        }
        let path = Path::new(name);
        let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
        if let Some(asked) = asked.filter(|index| takes(*index, extension)) {
            return Ok(asked);
        }
        catalog.choose(None, Some(path), source).map(|(index, _)| index)
    }
}

impl Frontends for Chooser {
    fn choose(&self, name: &str, source: &[u8], asked_by: Option<&str>) -> Result<Choice, String> {
        let index = self.index(name, source, asked_by).map_err(|error| error.to_string())?;
        let frontend = self.catalog.frontend(index).map_err(|error| error.to_string())?;
        let mut options = BTreeMap::new();
        let info = &self.catalog.entries()[index].info;
        if let Some(project) = &self.catalog.places().project {
            options = project.options(&info.name);
        }
        // The command line's options are the program's frontend's; another may not know them.
        let known = |name: &str| info.options.iter().any(|option| option.name == name);
        let settings = self.common.frontend_options.iter().filter_map(|setting| setting.split_once('='));
        options.extend(settings.filter(|(name, _)| known(name)).map(|(n, v)| (n.to_owned(), v.to_owned())));
        Ok(Choice { frontend, options })
    }

    fn extensions(&self) -> Vec<String> {
        let default = self.catalog.default_frontend().ok();
        let mut extensions: Vec<String> = Vec::new();
        let entries = default.map(|index| &self.catalog.entries()[index]).into_iter();
        for entry in entries.chain(self.catalog.usable().map(|(_, entry)| entry)) {
            for extension in &entry.info.extensions {
                if !extensions.contains(extension) {
                    extensions.push(extension.clone());
                }
            }
        }
        extensions
    }
}
