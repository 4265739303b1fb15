//! Round trips, canonical encodings and the verifier's promises, over generated modules and over inputs that once failed.

mod support;

use orochi_bytecode::{VerifiedModule, binary, disassemble};
use support::source::{Source, random_bytes};
use support::{checks, generate, programs};

#[test]
fn any_module_survives_both_forms() {
    for seed in 0..2000 {
        let module = generate::module(&mut Source::new(&random_bytes(seed, 600)));
        checks::binary_round_trip(&module);
        checks::text_round_trip(&module);
    }
}

#[test]
fn programs_are_accepted_and_survive() {
    let (mut instructions, mut handlers) = (0, 0);
    for seed in 0..400 {
        let bytes = random_bytes(seed, 3000);
        let mut source = Source::new(&bytes);
        let module = programs::module(&mut source);
        checks::binary_round_trip(&module);
        checks::text_round_trip(&module);
        for code in &module.codes {
            instructions += code.body.len();
            handlers += code.handlers.len();
        }
        if let Err(error) = VerifiedModule::verify(module.clone()) {
            panic!("seed {seed}: {error}\n{}", disassemble(&module));
        }
        assert!(checks::verify(module, &mut source));
    }
    assert!(instructions > 20_000 && handlers > 500, "the programs are too simple: {instructions} {handlers}");
}

#[test]
fn a_module_that_is_read_in_place_is_the_same() {
    for seed in 0..100 {
        let module = programs::module(&mut Source::new(&random_bytes(seed, 3000)));
        checks::read_in_place(&module);
    }
}

#[test]
fn damaged_programs_are_refused_or_sound() {
    let tried = 8_000;
    let accepted = (0..tried).filter(|&seed| checks::verifier(&random_bytes(seed, 300))).count() as u64;
    assert!(accepted > tried / 10 && accepted < tried * 9 / 10, "a check of {accepted} in {tried} is none");
}

/// Damage in a file is an error or another file's canonical encoding.
#[test]
fn damaged_files_are_refused_or_canonical() {
    for seed in 0..60 {
        let bytes = random_bytes(seed, 2000);
        let mut source = Source::new(&bytes);
        let file = binary::encode(&programs::module(&mut source));
        let damage = random_bytes(!seed, 600);
        let mut source = Source::new(&damage);
        for _ in 0..50 {
            let mut damaged = file.clone();
            let place = source.u32() as usize % file.len();
            damaged[place] = source.byte();
            checks::decode(&damaged);
        }
    }
}

/// Damage in a text is an error or another module.
#[test]
fn damaged_texts_are_refused_or_read() {
    let pieces =
        ["\"", "\\", "(", ")", "#", "@", ":", ";", "\n", ".", "L0", "0x", "-", "1e", "nan", "99999999999", "é", "\0"];
    for seed in 0..60 {
        let bytes = random_bytes(seed, 400);
        let text = disassemble(&programs::module(&mut Source::new(&bytes)));
        let damage = random_bytes(!seed, 600);
        let mut source = Source::new(&damage);
        for _ in 0..50 {
            let mut damaged = text.clone();
            let start = floor(&text, source.u32() as usize % text.len());
            let end = floor(&text, (start + source.below(4)).min(text.len()));
            damaged.replace_range(start..end, pieces[source.below(pieces.len())]);
            checks::assembler(&damaged);
        }
    }
}

/// The start of the character at a place.
fn floor(text: &str, mut place: usize) -> usize {
    while !text.is_char_boundary(place) {
        place -= 1;
    }
    place
}

/// Inputs on which the fuzzers once found something. The file's folder names the check.
#[test]
fn past_failures_stay_mended() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus");
    let mut count = 0;
    for (folder, check) in [
        ("decode", checks::decode as fn(&[u8])),
        ("verify", |bytes| {
            checks::verifier(bytes);
        }),
        ("assemble", |bytes| checks::assembler(&String::from_utf8_lossy(bytes))),
    ] {
        for entry in std::fs::read_dir(format!("{corpus}/{folder}")).expect("the corpus has a folder for each check") {
            check(&std::fs::read(entry.expect("a file").path()).expect("a readable file"));
            count += 1;
        }
    }
    assert!(count >= 3, "the corpus is not where it should be");
}

/// The fuzzers start from modules that this version reads. `BLESS=1` writes them anew.
#[test]
fn seeds_are_current() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds");
    for seed in 0..6 {
        let module = programs::module(&mut Source::new(&random_bytes(seed + 100, 60)));
        let (bytes, text) = (binary::encode(&module), disassemble(&module));
        for (path, content) in [
            (format!("{folder}/decoder/{seed}.orb"), bytes),
            (format!("{folder}/assembler/{seed}.orasm"), text.into_bytes()),
            (format!("{folder}/verifier/{seed}"), random_bytes(seed, 300)),
        ] {
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &content).expect("the seeds can be written");
            }
            let there = std::fs::read(&path).unwrap_or_default();
            assert!(there == content, "{path} is not current; run BLESS=1 cargo test -p orochi-bytecode");
        }
    }
}
