//! Verified code cannot harm the VM: programs of the corpus with instructions changed by chance, as far as the verifier
//! accepts them, are run. What they print and how they fail is theirs; a signal or a panic is a defect of the verifier or
//! of the VM.
//!
//! `OROCHI_MUTANTS=N` runs so many, `OROCHI_MUTANTS_SEED=N` others; those that failed are kept under `target/corpus/mutants`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use orochi_bytecode::{OP_INFO, VerifiedModule, assemble, binary, disassemble};
use orochi_tests::mutate::{self, Chance, Effects, Pool};
use orochi_tests::process::{self, End};
use orochi_tests::{case, workspace};

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn verified_code_cannot_harm_the_vm() {
    let count = number("OROCHI_MUTANTS", 150);
    let seed = number("OROCHI_MUTANTS_SEED", 1);
    let orochi = &workspace::built().orochi;
    let folder = workspace::scratch("mutants");
    let effects = mutate::effects(OP_INFO.iter().map(|info| (info.mnemonic, info.signature)));
    let mut chance = Chance::new(seed);
    let programs = programs(orochi, &folder, &mut chance, if count > 1000 { usize::MAX } else { 40 });
    let mut pool = Pool::default();
    programs.iter().for_each(|program| pool.add(program, &effects));
    let (mut tried, mut late, mut failed) = (0_u64, 0_u64, Vec::new());
    for index in 0..count {
        let bytes = loop {
            tried += 1;
            let program = chance.pick(&programs);
            if let Some(bytes) = accepted(program, &pool, &effects, &mut chance) {
                break bytes;
            }
        };
        let file = folder.join(format!("{seed}-{index}.orb"));
        std::fs::write(&file, bytes).expect("the scratch folder can be written");
        let stress = if index % 4 == 3 { "101" } else { "0" };
        let mut command = Command::new(orochi);
        command.arg(&file).current_dir(&folder).env("OROCHI_GC_STRESS", stress);
        let output = process::run(&mut command, "", Duration::from_secs(3));
        let harmed = match output.end {
            End::Signal | End::NotStarted => true,
            End::Exit(code) => code == 101 || output.stderr.contains("panicked at"),
            // A loop may have lost its end.
            End::Timeout => {
                late += 1;
                output.stderr.contains("panicked at")
            }
        };
        if harmed {
            let place = output.stderr.lines().find(|line| line.contains("panicked at")).unwrap_or_default().to_owned();
            failed.push(format!("{} (OROCHI_GC_STRESS={stress}): {:?} {place}", file.display(), output.end));
        } else {
            // What is not there any more is of no use; a failure to delete it is none.
            let _ = std::fs::remove_file(&file);
        }
    }
    println!("{count} of {tried} mutants verified and ran, {late} of them until their time was up");
    assert!(failed.is_empty(), "{} of {count} mutants harmed the VM:\n{}", failed.len(), failed.join("\n"));
}

/// The text forms of programs of the corpus, as the compiler makes them.
fn programs(orochi: &Path, folder: &Path, chance: &mut Chance, most: usize) -> Vec<String> {
    let mut cases = case::all();
    while cases.len() > most {
        cases.swap_remove(chance.below(cases.len()));
    }
    let compiled = folder.join("original.orb");
    cases
        .iter()
        .filter_map(|case| {
            let mut command = Command::new(orochi);
            command.arg("compile").arg(&case.path).arg("-o").arg(&compiled);
            let output = process::run(&mut command, "", Duration::from_secs(20));
            (output.end == End::Exit(0)).then(|| {
                let bytes = std::fs::read(&compiled).expect("the compiler wrote a file");
                disassemble(&binary::decode(&bytes).expect("the compiler writes modules"))
            })
        })
        .collect()
}

/// A mutant that the verifier accepts.
fn accepted(program: &str, pool: &Pool, effects: &Effects, chance: &mut Chance) -> Option<Vec<u8>> {
    let module = assemble(&mutate::mutant(program, pool, effects, chance)).ok()?;
    let bytes = binary::encode(&module);
    VerifiedModule::verify(module).ok()?;
    Some(bytes)
}
