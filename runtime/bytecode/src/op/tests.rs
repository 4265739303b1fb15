//! The op table is consistent, and instructions survive encoding.

use super::*;

/// A source of operands that gives `number`, cut to the number of choices.
struct Fixed(u32);

impl OperandSource for Fixed {
    type Error = ();

    fn next(&mut self, operand: &OperandInfo) -> Result<u32, ()> {
        Ok(match operand.kind {
            OperandKind::Choice(_, choices) => self.0 % choices.len() as u32,
            _ => self.0,
        })
    }

    fn invalid(&mut self, _: &OperandInfo, _: u32) {}
}

fn samples() -> impl Iterator<Item = Op> {
    OP_INFO.iter().flat_map(|info| {
        [0, 1, 2, 3, 200, 70_000, u32::MAX]
            .map(|number| Op::build(info.opcode, &mut Fixed(number)).unwrap().expect("in the table"))
    })
}

#[test]
fn every_instruction_survives_encoding() {
    for op in samples() {
        let mut bytes = vec![0xff; 3];
        op.encode(&mut bytes);
        assert_eq!(Op::decode(&bytes, 3), Ok((op, bytes.len() - 3)));
        for cut in 3..bytes.len() {
            assert!(Op::decode(&bytes[..cut], 3).is_err(), "{op:?} cut to {cut}");
        }
        assert_eq!(Op::opcode_of(op.mnemonic()), Some(op.opcode()));
    }
}

#[test]
fn opcodes_rise() {
    assert!(OP_INFO.windows(2).all(|pair| pair[0].opcode < pair[1].opcode));
}

#[test]
fn mnemonics_differ() {
    let names: std::collections::HashSet<_> = OP_INFO.iter().map(|info| info.mnemonic).collect();
    assert_eq!(names.len(), OP_INFO.len());
}

#[test]
fn targets_and_flow_agree() {
    for op in samples() {
        assert_eq!(op.target().is_some(), matches!(op.flow(), Flow::Jump | Flow::Branch), "{op:?}");
        let mut moved = op;
        moved.set_target(Label(7));
        assert_eq!(moved.target(), op.target().map(|_| Label(7)));
    }
}

#[test]
fn effects_do_not_overflow() {
    assert_eq!(Op::BuildDict { count: Count(u32::MAX) }.pops(), u32::MAX);
    assert_eq!(Op::BuildSlice { step: Flag::Yes }.pops(), 3);
    assert_eq!(Op::Intrinsic { which: IntrinsicFn::TypeAlias }.pops(), 3);
    assert_eq!(Op::ForIter { target: Label(0) }.jump_effect(), (1, 0));
}

#[test]
fn an_unknown_opcode_or_choice_is_named() {
    let error = Op::decode(&[0xff], 0).unwrap_err();
    assert_eq!(error.to_string(), "at byte 0: found the byte 0xff, expected an opcode");
    let error = Op::decode(&[0x28, 9], 0).unwrap_err();
    assert_eq!(
        error.to_string(),
        "at byte 2: found the number 9, expected a number below 4 for the operand `op` (UnaryOp)"
    );
}

/// A signature without `..` and `[..]` names every value, so the effects follow from it.
#[test]
fn signatures_agree_with_effects() {
    let mut checked = 0;
    for info in OP_INFO.iter().filter(|info| !info.signature.contains(['.', '['])) {
        let op = Op::build(info.opcode, &mut Fixed(0)).unwrap().expect("in the table");
        let (takes, leaves) = info.signature.trim_matches(['(', ')']).split_once("--").expect("an effect");
        let (takes, leaves) = (takes.split_whitespace().count() as u32, leaves.split_whitespace().count() as u32);
        assert_eq!(op.looks_at(), takes, "{op:?}");
        assert_eq!(takes - op.pops() + op.pushes(), leaves, "{op:?}");
        checked += 1;
    }
    assert!(checked > 70);
}

#[test]
fn every_depth_operand_points_somewhere() {
    for op in samples() {
        let has_depth = op.info().operands.iter().any(|operand| operand.kind == OperandKind::Depth);
        assert_eq!(op.points_at().is_some(), has_depth, "{op:?}");
    }
}

#[test]
fn plain_operations_look_at_what_they_take() {
    for op in samples() {
        let pairs = matches!(op, Op::LoadMethod { .. } | Op::CallMethod { .. } | Op::CallMethodKw { .. });
        let plain = !pairs && op.looks_at() == op.pops() && op.points_at().is_none();
        assert!(plain || !op.is_plain(), "{op:?}");
    }
}
