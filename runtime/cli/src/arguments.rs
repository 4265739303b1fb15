//! The command line.
//!
//! As with `python3`, everything after the program belongs to the program: options of `orochi` stand before it, and
//! what follows a file, `-c CODE`, `-m MODULE` or `-` is handed over untouched. So the line is cut there first, and
//! only the part before the cut is read by clap. A file whose name is that of a subcommand is run with `./NAME` or
//! `orochi run NAME`.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, CommandFactory, FromArgMatches, Parser, Subcommand};

use orochi_host::isolate::Limits;

use crate::failure::Failure;

/// What the command line asks for.
#[derive(Debug)]
pub enum Invocation {
    Program(Program),
    Command(Command, Common),
}

/// A program to run.
#[derive(Debug)]
pub struct Program {
    pub what: What,
    /// What follows the program, for its `sys.argv`.
    pub arguments: Vec<OsString>,
    pub options: RunOptions,
    pub common: Common,
}

/// Where a program comes from.
#[derive(Debug, PartialEq, Eq)]
pub enum What {
    File(PathBuf),
    Code(OsString),
    Module(OsString),
    Stdin,
    /// None was named: standard input. From a terminal that is statement by statement.
    Nothing,
}

/// One VM, many compilers: runs Python, and any language that a frontend compiles to its bytecode.
#[derive(Debug, Parser)]
#[command(
    name = "orochi",
    version,
    override_usage = "orochi [OPTIONS] FILE [ARGUMENTS]...\n       orochi [OPTIONS] -c CODE [ARGUMENTS]...\n       \
                      orochi [OPTIONS] -m MODULE [ARGUMENTS]...\n       orochi COMMAND",
    disable_help_subcommand = true,
    after_help = "With '-' as the FILE, or with no FILE and standard input that is not a terminal, the program is read from \
                  standard input; statements from a terminal are run as they are typed."
)]
struct Line {
    #[command(flatten)]
    common: Common,
    #[command(flatten)]
    options: RunOptions,
    /// Run this code.
    #[arg(short = 'c', value_name = "CODE", allow_hyphen_values = true)]
    code: Option<OsString>,
    /// Run a module as a program.
    #[arg(short = 'm', value_name = "MODULE", allow_hyphen_values = true)]
    module: Option<OsString>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Seconds and megabytes that an isolated plugin may take, unless the line says otherwise.
const ISOLATE_TIME: u64 = 30;
const ISOLATE_MEMORY: u64 = 2048;

/// Options that choose and limit frontends.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// Compile with this frontend, whatever the source or the project say.
    #[arg(long, value_name = "NAME", global = true)]
    pub frontend: Option<String>,
    /// Use the plugin at this path: a library, a manifest, or a folder of them. May be given more than once.
    #[arg(long = "plugin", value_name = "PATH", global = true)]
    pub plugins: Vec<PathBuf>,
    /// Run plugins in a process of their own, with a limit on time and memory.
    #[arg(long, global = true)]
    pub isolate: bool,
    /// Seconds that an isolated plugin may take for an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = ISOLATE_TIME, global = true)]
    pub isolate_time: u64,
    /// Megabytes of address space that an isolated plugin may take.
    #[arg(long, value_name = "MB", default_value_t = ISOLATE_MEMORY, global = true)]
    pub isolate_memory: u64,
    /// Set an option of the frontend ('orochi frontends info NAME' lists them). May be given more than once.
    #[arg(long = "option", value_name = "NAME=VALUE", global = true)]
    pub frontend_options: Vec<String>,
}

impl Default for Common {
    fn default() -> Self {
        Common {
            frontend: None,
            plugins: Vec::new(),
            isolate: false,
            isolate_time: ISOLATE_TIME,
            isolate_memory: ISOLATE_MEMORY,
            frontend_options: Vec::new(),
        }
    }
}

impl Common {
    /// The limits for plugins that are run in processes of their own, if they are.
    pub fn isolation(&self) -> Option<Limits> {
        let (time, memory) = (Duration::from_secs(self.isolate_time), self.isolate_memory.saturating_mul(1 << 20));
        self.isolate.then_some(Limits { time, memory })
    }
}

/// Options for running a program.
#[derive(Args, Clone, Debug, Default)]
pub struct RunOptions {
    /// Drop assertions; twice: docstrings too.
    #[arg(short = 'O', action = clap::ArgAction::Count)]
    pub optimize: u8,
    /// Warn where bytes are compared with text or taken for it; twice: raise an exception.
    #[arg(short = 'b', action = clap::ArgAction::Count)]
    pub bytes_warning: u8,
    /// Write no bytecode beside sources that are imported.
    #[arg(short = 'B')]
    pub dont_write_bytecode: bool,
    /// Show what debugs the interpreter.
    #[arg(short = 'd', action = clap::ArgAction::Count)]
    pub debug: u8,
    /// Ignore environment variables such as PYTHONPATH.
    #[arg(short = 'E')]
    pub ignore_environment: bool,
    /// Isolate the program from the user's environment: -E, -P and -s.
    #[arg(short = 'I')]
    pub isolated: bool,
    /// Read statements from standard input when the program is over, or without one, whatever standard input is.
    #[arg(short = 'i')]
    pub inspect: bool,
    /// Leave the folder of the program out of sys.path.
    #[arg(short = 'P')]
    pub safe_path: bool,
    /// Show no banner.
    #[arg(short = 'q')]
    pub quiet: bool,
    /// Seed the hashes of texts by chance whatever PYTHONHASHSEED says.
    #[arg(short = 'R')]
    pub hash_randomization: bool,
    /// Leave the user's site-packages out of sys.path.
    #[arg(short = 's')]
    pub no_user_site: bool,
    /// Do not import the module site.
    #[arg(short = 'S')]
    pub no_site: bool,
    /// Keep nothing back of what is written to standard output and error.
    #[arg(short = 'u')]
    pub unbuffered: bool,
    /// Tell what is imported; twice: more.
    #[arg(short = 'v', action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Filter warnings: action:message:category:module:line. May be given more than once.
    #[arg(short = 'W', value_name = "FILTER")]
    pub warnings: Vec<String>,
    /// Set an option of the implementation: dev, faulthandler, int_max_str_digits=N, ... May be given more than once.
    #[arg(short = 'X', value_name = "NAME[=VALUE]")]
    pub implementation: Vec<String>,
    /// The path that the program sees as its own: for one that was compiled elsewhere.
    #[arg(long, value_name = "PATH", hide = true)]
    pub program_name: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a program: the same as without 'run', for files that are called like a command.
    Run {
        #[arg(value_name = "FILE")]
        file: Option<OsString>,
    },
    /// Compile a source to bytecode.
    Compile {
        file: PathBuf,
        /// Where to write the module; '-' is standard output. By default beside the source, as FILE.orb.
        #[arg(short, long, value_name = "F.orb")]
        output: Option<PathBuf>,
        /// Drop assertions; twice: docstrings too.
        #[arg(short = 'O', action = clap::ArgAction::Count)]
        optimize: u8,
    },
    /// Show the bytecode of a source or a module, as text that 'asm' reads.
    Dis {
        /// A source, a module (.orb) or '-'.
        file: PathBuf,
        /// Show the register code that the virtual machine makes of it instead.
        #[arg(long)]
        registers: bool,
        /// Where to write the text, if not to standard output.
        #[arg(short, long, value_name = "F.orasm")]
        output: Option<PathBuf>,
        /// Drop assertions; twice: docstrings too.
        #[arg(short = 'O', action = clap::ArgAction::Count)]
        optimize: u8,
    },
    /// Assemble a module from text.
    Asm {
        /// A text as 'dis' writes it, or '-'.
        file: PathBuf,
        /// Where to write the module; '-' is standard output. By default beside the text, as FILE.orb.
        #[arg(short, long, value_name = "F.orb")]
        output: Option<PathBuf>,
    },
    /// Check that modules keep the rules of the bytecode.
    Verify {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// List the frontends, or tell about one.
    Frontends {
        #[command(subcommand)]
        command: Option<FrontendsCommand>,
        /// Answer in JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Add, remove and check plugins.
    Plugin {
        #[command(subcommand)]
        command: PluginCommand,
        /// Answer in JSON.
        #[arg(long, global = true)]
        json: bool,
    },
    /// Run programs under every engine that takes them, and compare what they do.
    Crosscheck {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// The interpreter that is right.
        #[arg(long, value_name = "PYTHON", default_value = "python3")]
        against: String,
        /// Seconds that each run may take.
        #[arg(long, value_name = "SECONDS", default_value_t = 60.0)]
        timeout: f64,
        /// Answer in JSON.
        #[arg(long)]
        json: bool,
    },
    /// Answer one call of a plugin: what --isolate starts.
    #[command(name = orochi_host::isolate::SUBCOMMAND, hide = true)]
    PluginWorker { call: String, library: PathBuf, memory: u64 },
}

#[derive(Debug, Subcommand)]
pub enum FrontendsCommand {
    /// Tell everything about one frontend.
    Info { name: String },
}

#[derive(Debug, Subcommand)]
pub enum PluginCommand {
    /// Trust a plugin and record its hash. A plugin is native code that runs with your rights.
    Add { path: PathBuf },
    /// Forget a plugin. Its files stay.
    Rm { name: String },
    /// Check that the added plugins are unchanged and answer.
    Verify {
        /// Only this one.
        name: Option<String>,
    },
    /// Write the manifest of a library, with its hash, beside it.
    Manifest {
        library: PathBuf,
        /// Where to write it; '-' is standard output.
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
    },
}

/// Reads the command line.
///
/// # Errors
/// What is wrong with it, or the help that it asks for.
pub fn parse(mut line: Vec<OsString>) -> Result<Invocation, Failure> {
    if line.is_empty() {
        line.push("orochi".into());
    }
    if let Some(program) = without_options(&line) {
        return Ok(Invocation::Program(program));
    }
    let names: Vec<String> = Line::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
    let mut cut = cut(&line, 1);
    if let Cut::Operand(at) = cut
        && line[at] == "run"
    {
        // 'run' is there to be left out, except that what follows it is never taken for a command.
        line.remove(at);
        cut = self::cut(&line, at);
    } else if let Cut::Operand(at) = cut
        && names.iter().any(|name| line[at] == name.as_str())
    {
        let line = read(line)?;
        return match line.command {
            Some(command) => Ok(Invocation::Command(command, line.common)),
            None => Err(Failure::usage("a command was expected")),
        };
    }
    let (end, operand) = match cut {
        Cut::Operand(at) => (at, true),
        Cut::After(end) => (end, false),
    };
    let mut arguments = line.split_off(end);
    let operand = operand.then(|| arguments.remove(0));
    let line = read(line)?;
    let what = match (line.code, line.module, operand) {
        (Some(code), _, _) => What::Code(code),
        (_, Some(module), _) => What::Module(module),
        (_, _, Some(file)) if file == "-" => What::Stdin,
        (_, _, Some(file)) => What::File(file.into()),
        (None, None, None) => What::Nothing,
    };
    Ok(Invocation::Program(Program { what, arguments, options: line.options, common: line.common }))
}

/// The program of a line on which no options stand before it: there is nothing to read, and a start need not wait for the reader to be
/// made. A file that could be a command is left to it.
fn without_options(line: &[OsString]) -> Option<Program> {
    let first = line.get(1)?;
    let (what, end) = match (first.as_encoded_bytes(), line.get(2)) {
        (b"-c", Some(code)) => (What::Code(code.clone()), 3),
        (b"-m", Some(module)) => (What::Module(module.clone()), 3),
        (word, _) if !word.starts_with(b"-") && word.iter().any(|byte| matches!(byte, b'.' | b'/')) => {
            (What::File(first.into()), 2)
        }
        _ => return None,
    };
    let (options, common) = (RunOptions::default(), Common::default());
    Some(Program { what, arguments: line[end..].to_vec(), options, common })
}

fn read(line: Vec<OsString>) -> Result<Line, Failure> {
    let matches = Line::command().try_get_matches_from(line)?;
    Ok(Line::from_arg_matches(&matches)?)
}

/// Where the options of `orochi` itself end.
enum Cut {
    /// Before a file, `-` or a command.
    Operand(usize),
    /// After `-c CODE`, `-m MODULE`, or at the end of the line.
    After(usize),
}

/// Finds the end of the options of `orochi` itself, from an index on.
fn cut(line: &[OsString], mut at: usize) -> Cut {
    const WITH_VALUE: [&str; 6] =
        ["--program-name", "--frontend", "--plugin", "--option", "--isolate-time", "--isolate-memory"];
    while let Some(word) = line.get(at) {
        let word = word.as_encoded_bytes();
        if !word.starts_with(b"-") || word == b"-" {
            return Cut::Operand(at);
        }
        if WITH_VALUE.iter().any(|option| word == option.as_bytes()) {
            at += 2;
        } else if word.starts_with(b"--") {
            at += 1;
        } else if let Some(place) = word.iter().position(|byte| matches!(byte, b'c' | b'm' | b'W' | b'X')) {
            // `-c CODE`, or `-cCODE` in one word.
            let words = if place + 1 == word.len() { 2 } else { 1 };
            if matches!(word[place], b'c' | b'm') {
                return Cut::After((at + words).min(line.len()));
            }
            at += words;
        } else {
            at += 1;
        }
    }
    Cut::After(line.len())
}

/// The command that a word is most like, for a file that does not exist.
pub fn nearest_command(word: &OsStr) -> Option<String> {
    let word = word.to_str()?;
    let command = Line::command();
    let names = command.get_subcommands().filter(|c| !c.is_hide_set()).map(clap::Command::get_name);
    orochi_host::suggest::nearest(word, names).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(line: &[&str]) -> Program {
        let line = std::iter::once("orochi").chain(line.iter().copied()).map(OsString::from).collect();
        match parse(line) {
            Ok(Invocation::Program(program)) => program,
            other => panic!("{other:?}"),
        }
    }

    fn arguments(program: &Program) -> Vec<&str> {
        program.arguments.iter().filter_map(|a| a.to_str()).collect()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Line::command().debug_assert();
    }

    #[test]
    fn what_follows_the_program_is_the_programs() {
        let p = program(&["x.py", "-O", "--frontend", "y", "-c", "--help"]);
        assert_eq!(p.what, What::File("x.py".into()));
        assert_eq!(arguments(&p), ["-O", "--frontend", "y", "-c", "--help"]);
        assert_eq!((p.options.optimize, &p.common.frontend), (0, &None));

        let p = program(&["-OO", "--frontend", "compile", "--plugin=a.so", "-c", "-x", "-m", "--", "dis"]);
        assert_eq!(p.what, What::Code("-x".into()));
        assert_eq!(arguments(&p), ["-m", "--", "dis"]);
        assert_eq!((p.options.optimize, p.common.frontend.as_deref()), (2, Some("compile")));

        let p = program(&["-Ocpass", "a"]);
        assert_eq!((p.what, p.options.optimize), (What::Code("pass".into()), 1));
        let p = program(&["-m", "dis", "x.py"]);
        assert_eq!((&p.what, arguments(&p)), (&What::Module("dis".into()), vec!["x.py"]));
        let p = program(&["-", "-"]);
        assert_eq!((&p.what, arguments(&p)), (&What::Stdin, vec!["-"]));
        assert_eq!(program(&[]).what, What::Nothing);
        assert_eq!(program(&["--isolate"]).what, What::Nothing);
    }

    #[test]
    fn a_line_without_options_is_read_as_any_other() {
        let nothing = read(vec!["orochi".into()]).unwrap();
        let p = program(&["x.py", "-O"]);
        assert_eq!(format!("{:?}", (p.options, p.common)), format!("{:?}", (nothing.options, nothing.common)));
        for line in [&["-c", "-O", "-O"][..], &["-m", "a", "-c"], &["./run", "-c", "a"], &["/x", "--isolate"]] {
            let words = || std::iter::once("orochi").chain(line.iter().copied()).map(OsString::from);
            let quick = without_options(&words().collect::<Vec<_>>()).unwrap();
            // An option that changes nothing makes the reader necessary.
            let read = program(&[&["-P"], line].concat());
            assert_eq!((quick.what, quick.arguments), (read.what, read.arguments));
        }
    }

    #[test]
    fn run_takes_files_that_are_called_like_commands() {
        assert_eq!(program(&["run", "dis", "x"]).what, What::File("dis".into()));
        assert_eq!(program(&["run", "run"]).what, What::File("run".into()));
        assert_eq!(program(&["./verify"]).what, What::File("./verify".into()));
        let p = program(&["--isolate", "run", "--frontend", "brook", "run", "run"]);
        assert_eq!((&p.what, arguments(&p)), (&What::File("run".into()), vec!["run"]));
        assert_eq!((p.common.isolate, p.common.frontend.as_deref()), (true, Some("brook")));
    }

    #[test]
    fn commands_take_options_on_both_sides() {
        let line = ["orochi", "--frontend", "a", "compile", "x.py", "--isolate", "-o", "-"];
        match parse(line.iter().map(OsString::from).collect()) {
            Ok(Invocation::Command(Command::Compile { file, output, .. }, common)) => {
                assert_eq!((file, output), ("x.py".into(), Some("-".into())));
                assert_eq!((common.frontend.as_deref(), common.isolate), (Some("a"), true));
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_line_that_is_wrong_is_an_error() {
        for line in [&["-c"][..], &["--frontend"], &["--frontned", "x", "y.py"], &["compile"], &["-Z", "x.py"]] {
            let line = std::iter::once("orochi").chain(line.iter().copied()).map(OsString::from).collect();
            assert!(parse(line).is_err());
        }
    }
}
