//! What `sys.flags` is to show, from the options and the environment variables that `python` has for it.

use std::env;

use orochi::Flags;

use crate::arguments::RunOptions;
use crate::failure::Failure;

/// The smallest limit of the length of decimal text.
const LEAST_DIGITS: usize = 640;

/// The flags of a command line.
///
/// # Errors
/// What is wrong with an option or a variable.
pub fn flags(options: &RunOptions) -> Result<Flags, Failure> {
    let isolated = options.isolated;
    let environment = Environment { ignored: options.ignore_environment || isolated };
    let implementation = options.implementation.clone();
    let option = |name: &str| implementation.iter().rev().find_map(|option| value_of(option, name));
    let dev_mode = option("dev").is_some() || environment.is_set("PYTHONDEVMODE");
    let bytes_warning = options.bytes_warning;
    let mut warnings = Vec::new();
    warnings.extend(dev_mode.then(|| "default".to_owned()));
    if let Some(text) = environment.get("PYTHONWARNINGS") {
        warnings.extend(text.split(',').map(str::to_owned));
    }
    warnings.extend(options.warnings.iter().cloned());
    match bytes_warning {
        0 => {}
        1 => warnings.push("default::BytesWarning".to_owned()),
        _ => warnings.push("error::BytesWarning".to_owned()),
    }
    let streams = environment.get("PYTHONIOENCODING").unwrap_or_default();
    let mut streams = streams.splitn(2, ':').map(|part| Some(part.to_owned()).filter(|part| !part.is_empty()));
    let (stream_encoding, stream_errors) = (streams.next().flatten(), streams.next().flatten());
    Ok(Flags {
        debug: options.debug.max(environment.level("PYTHONDEBUG")),
        optimize: options.optimize.max(environment.level("PYTHONOPTIMIZE")),
        dont_write_bytecode: options.dont_write_bytecode || environment.is_set("PYTHONDONTWRITEBYTECODE"),
        no_user_site: options.no_user_site || isolated || environment.is_set("PYTHONNOUSERSITE"),
        no_site: options.no_site,
        ignore_environment: environment.ignored,
        verbose: options.verbose.max(environment.level("PYTHONVERBOSE")),
        bytes_warning,
        inspect: options.inspect || environment.is_set("PYTHONINSPECT"),
        interactive: options.inspect,
        quiet: options.quiet,
        isolated,
        dev_mode,
        safe_path: options.safe_path || isolated || environment.is_set("PYTHONSAFEPATH"),
        warn_default_encoding: option("warn_default_encoding").is_some()
            || environment.is_set("PYTHONWARNDEFAULTENCODING"),
        unbuffered: options.unbuffered || environment.is_set("PYTHONUNBUFFERED"),
        stream_encoding,
        stream_errors,
        faulthandler: dev_mode || option("faulthandler").is_some() || environment.is_set("PYTHONFAULTHANDLER"),
        hash_seed: hash_seed(options.hash_randomization, &environment)?,
        no_debug_ranges: option("no_debug_ranges").is_some() || environment.is_set("PYTHONNODEBUGRANGES"),
        import_time: import_time(option("importtime"), &environment)?,
        int_max_str_digits: digits(option("int_max_str_digits"), &environment)?,
        warnings,
        implementation,
    })
}

/// The value of an option `NAME` or `NAME=VALUE`, empty for the first form.
fn value_of<'a>(option: &'a str, name: &str) -> Option<&'a str> {
    match option.split_once('=') {
        Some((known, value)) if known == name => Some(value),
        None if option == name => Some(""),
        _ => None,
    }
}

fn digits(option: Option<&str>, environment: &Environment) -> Result<Option<usize>, Failure> {
    let variable = environment.get("PYTHONINTMAXSTRDIGITS");
    let (text, name) = match (option, &variable) {
        (Some(text), _) => (text, "-X int_max_str_digits"),
        (None, Some(text)) => (text.as_str(), "PYTHONINTMAXSTRDIGITS"),
        (None, None) => return Ok(None),
    };
    match text.parse() {
        Ok(limit) if limit == 0 || limit >= LEAST_DIGITS => Ok(Some(limit)),
        _ => Err(Failure::new(format!("{name}: invalid limit; must be >= {LEAST_DIGITS} or 0 for unlimited."))),
    }
}

/// Of which imports to tell how long they take.
fn import_time(option: Option<&str>, environment: &Environment) -> Result<u8, Failure> {
    let variable = environment.get("PYTHONPROFILEIMPORTTIME");
    let (text, name) = match (option, &variable) {
        (Some(text), _) => (text, "-X importtime: values"),
        (None, Some(text)) => (text.as_str(), "PYTHONPROFILEIMPORTTIME: numeric values"),
        (None, None) => return Ok(0),
    };
    match text.parse::<i64>() {
        Err(_) => Ok(1),
        Ok(level @ 0..=2) => Ok(level as u8),
        Ok(_) => Err(Failure::new(format!("{name} other than 1 and 2 are reserved for future use."))),
    }
}

/// The seed of hashes; none if chance is to choose.
fn hash_seed(at_random: bool, environment: &Environment) -> Result<Option<u32>, Failure> {
    let Some(text) = environment.get("PYTHONHASHSEED") else { return Ok(None) };
    if text == "random" {
        return Ok(None);
    }
    match text.parse() {
        Ok(seed) => Ok(Some(seed).filter(|_| !at_random)),
        Err(_) => {
            let text = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
            Err(Failure::new(text))
        }
    }
}

/// The variables, unless they are ignored.
struct Environment {
    ignored: bool,
}

impl Environment {
    /// A variable that is not empty.
    fn get(&self, name: &str) -> Option<String> {
        if self.ignored {
            return None;
        }
        env::var_os(name).map(|value| value.to_string_lossy().into_owned()).filter(|value| !value.is_empty())
    }

    fn is_set(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// How strong a variable asks for something: a number, 1 for other text.
    fn level(&self, name: &str) -> u8 {
        self.get(name).map_or(0, |value| value.parse().ok().filter(|level| *level > 0).unwrap_or(1))
    }
}
