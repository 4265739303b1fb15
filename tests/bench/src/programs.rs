//! The programs: their names, the arguments they need, and how many loops make an iteration long enough to measure.

/// A program to measure.
#[derive(Clone, Copy, Debug)]
pub struct Program {
    /// Its name in pyperformance, or `micro_...`.
    pub name: &'static str,
    /// Calls per measured iteration, so that an iteration lasts tens of milliseconds under `python3`.
    pub loops: u32,
}

const fn program(name: &'static str, loops: u32) -> Program {
    Program { name, loops }
}

const PYPERFORMANCE: &[Program] = &[
    program("nbody", 1),
    program("fannkuch", 1),
    program("spectral_norm", 1),
    program("richards", 2),
    program("richards_super", 2),
    program("deltablue", 20),
    program("chaos", 1),
    program("hexiom", 10),
    program("go", 1),
    program("float", 1),
    program("nqueens", 1),
    program("raytrace", 1),
    program("scimark", 1),
    program("meteor_contest", 1),
    program("pidigits", 1),
    program("unpack_sequence", 5000),
    program("generators", 2),
    program("comprehensions", 3000),
];

const MICRO: &[Program] = &[
    program("micro_calls", 1),
    program("micro_attributes", 1),
    program("micro_exceptions", 1),
    program("micro_generators", 1),
    program("micro_strings", 1),
    program("micro_containers", 1),
    program("micro_numbers", 1),
];

impl Program {
    /// The file of a small program of our own; `None` for one of pyperformance.
    #[must_use]
    pub fn micro_file(&self) -> Option<String> {
        self.name.strip_prefix("micro_").map(|name| format!("{name}.py"))
    }
}

/// The programs with these names, or all of one of the two sets.
///
/// # Errors
/// A name that neither set holds.
pub fn select(names: &[String], micro: bool) -> Result<Vec<&'static Program>, String> {
    if names.is_empty() {
        return Ok(if micro { MICRO } else { PYPERFORMANCE }.iter().collect());
    }
    let find = |name: &String| {
        let mut all = PYPERFORMANCE.iter().chain(MICRO);
        all.find(|program| program.name == name).ok_or_else(|| {
            let known: Vec<&str> = PYPERFORMANCE.iter().chain(MICRO).map(|program| program.name).collect();
            format!("no program `{name}`; there are {}", known.join(", "))
        })
    };
    names.iter().map(find).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_up_in_both_sets() {
        let names = ["float".to_owned(), "micro_calls".to_owned()];
        let found = select(&names, false).expect("both exist");
        assert_eq!((found[0].name, found[1].name), ("float", "micro_calls"));
        assert_eq!(found[1].micro_file().as_deref(), Some("calls.py"));
        let error = select(&["flaot".to_owned()], false).expect_err("a typing error");
        assert!(error.contains("`flaot`") && error.contains("float"), "{error}");
    }
}
