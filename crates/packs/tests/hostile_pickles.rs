//! Pickles made to do harm: each is refused, nothing is executed, and little memory is taken.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use rrgscore_packs::read::pickle::{Limits, Pickle, PickleError, Value, read_pickle};

fn read(bytes: &[u8]) -> Result<Pickle, PickleError> {
    read_pickle(&mut &bytes[..], &Limits::default())
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

fn unicode(text: &str) -> Vec<u8> {
    let mut bytes = vec![b'X'];
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

/// A tensor's pickle over a storage of `elements`.
fn tensor(elements: u32, offset: u32, shape: [u32; 2], strides: [u32; 2]) -> Vec<u8> {
    let int = |value: u32| [vec![b'J'], value.to_le_bytes().to_vec()].concat();
    let pair = |[a, b]: [u32; 2]| [int(a), int(b), vec![0x86]].concat();
    [
        b"\x80\x02}".to_vec(),
        unicode("weight"),
        b"ctorch._utils\n_rebuild_tensor_v2\n((".to_vec(),
        unicode("storage"),
        b"ctorch\nFloatStorage\n".to_vec(),
        unicode("0"),
        unicode("cpu"),
        int(elements),
        b"tQ".to_vec(),
        int(offset),
        pair(shape),
        pair(strides),
        b"\x89ccollections\nOrderedDict\n)RtRs.".to_vec(),
    ]
    .concat()
}

#[test]
fn nothing_is_called() {
    let system = b"cos\nsystem\n(X\x04\0\0\0truetR.";
    assert!(refused(system).contains("os.system"));
    let posix = [b"\x80\x04".to_vec(), unicode("posix"), unicode("system"), b"\x93.".to_vec()];
    assert!(refused(&posix.concat()).contains("posix.system"));
    assert!(refused(b"c__builtin__\neval\n(X\x01\0\0\x001tR.").contains("__builtin__.eval"));
    assert!(refused(b"cbuiltins\ngetattr\n.").contains("builtins.getattr"));
    assert!(refused(b"(iargparse\nNamespace\n.").contains("argparse.Namespace"));
    assert!(refused(b"(cos\nsystem\no.").contains("os.system"));
    assert!(refused(b"(N\x6f.").contains("OBJ"));
    assert!(refused(b"cargparse\nNamespace\n)\x81}b.").contains("argparse.Namespace"));
    assert!(refused(b"ctorch.storage\n_load_from_bytes\n.").contains("_load_from_bytes"));
    assert!(refused(b"ctorch\nUntypedStorage\n.").contains("torch.UntypedStorage"));
    for (opcode, name) in [(0x82, "EXT1"), (0x83, "EXT2"), (0x84, "EXT4"), (0x92, "NEWOBJ_EX")] {
        assert!(refused(&[opcode, 1, 0, 0, 0, b'.']).contains(name));
    }
    // A known class is not called with what is no argument tuple, and no other value at all.
    assert!(read(b"ccollections\nOrderedDict\nNR.").is_err());
    assert!(read(b"N)R.").is_err());
    // Storages come by persistent ids alone.
    assert!(read(b"ctorch\nFloatStorage\n)R.").is_err());
    // No object but a dict takes a state.
    assert!(refused(b"]}b.").contains("BUILD"));
}

/// A name in a message is short and printable, whatever the pickle says.
#[test]
fn names_in_messages_are_harmless() {
    let long = "x".repeat(1000);
    let bytes = [unicode("a\u{1b}[31m\u{202e}b"), unicode(&long), b"\x93.".to_vec()].concat();
    let message = refused(&bytes);
    assert!(message.contains("a[31mb.xxx") && message.len() < 400, "{message}");
}

#[test]
fn lengths_are_not_believed() {
    for opcode in [b'X', b'B', b'T'] {
        let bytes = [vec![opcode], u32::MAX.to_le_bytes().to_vec(), b"abc.".to_vec()].concat();
        assert!(matches!(read(&bytes), Err(PickleError::TooLarge { .. })));
        let bytes = [vec![opcode], 9_000_000u32.to_le_bytes().to_vec(), b"a.".to_vec()].concat();
        assert!(matches!(read(&bytes), Err(PickleError::Invalid { .. })));
    }
    for opcode in [0x8d, 0x8e] {
        let bytes = [vec![opcode], u64::MAX.to_le_bytes().to_vec(), b"abc.".to_vec()].concat();
        assert!(matches!(read(&bytes), Err(PickleError::TooLarge { .. })));
    }
    assert!(read(b"\x8b\xff\xff\xff\x7f1.").is_err());
    assert!(read(b"\x8b\xff\xff\xff\xff1.").is_err());
    assert!(read(&[b"L".to_vec(), vec![b'9'; 100_000], b"L\n.".to_vec()].concat()).is_err());
    assert!(read(b"\x96\xff\xff\xff\xff\xff\xff\xff\xff.").is_err());
    assert!(read(b"\x80\x06N.").is_err());
}

#[test]
fn stacks_hold_what_was_put_on_them() {
    let cases: [&[u8]; 18] = [
        b"",
        b".",
        b"0.",
        b"1.",
        b"2.",
        b"a.",
        b"e.",
        b"s.",
        b"u.",
        b"t.",
        b"\x85.",
        b"\x93.",
        b"R.",
        b"b.",
        b"Q.",
        b"h\x07.",
        b"q\x00.",
        b"(N(\x87.",
    ];
    for bytes in cases {
        assert!(matches!(read(bytes), Err(PickleError::Invalid { .. })), "{bytes:?}");
    }
    // A mark is not crossed, a key has a value, and appending needs a list.
    assert!(read(b"N(0.").is_ok());
    assert!(read(b"N(R.").is_err());
    assert!(read(b"}(Nu.").is_err());
    assert!(read(b"}Na.").is_err());
    assert!(read(b"]NNs.").is_err());
}

#[test]
fn depth_costs_no_stack() {
    let deep = [vec![b']'; 400_000], vec![b'a'; 399_999], b".".to_vec()].concat();
    assert!(matches!(read(&deep).unwrap().root(), Value::List(items) if items.len() == 1));
    let marks = [vec![b'('; 5_000_000], b".".to_vec()].concat();
    assert!(matches!(read(&marks), Err(PickleError::TooLarge { .. })));
}

/// A value that holds itself, and one that would be exponentially large if it were copied.
#[test]
fn shared_values_are_not_copied() {
    assert!(read(b"]q\x00h\x00a.").is_ok());
    assert!(read(b"}q\x00X\x05\0\0\0modelh\x00s.").is_ok());
    let mut laughs = b"]q\x00N".to_vec();
    laughs.push(b'a');
    for _ in 0..1000 {
        laughs.extend(b"0](h\x00h\x00h\x00h\x00eq\x00");
    }
    laughs.push(b'.');
    assert!(read(&laughs).is_ok());
    // list(x) again and again on the same million values would copy them every time.
    let mut copies = [b"(".to_vec(), vec![b'N'; 400_000], b"lq\x000".to_vec()].concat();
    for _ in 0..100 {
        copies.extend(b"cbuiltins\nlist\nh\x00\x85R0");
    }
    copies.extend(b"N.");
    assert!(matches!(read(&copies), Err(PickleError::TooLarge { .. })));
    let text = [b"X".to_vec(), 1_000_000u32.to_le_bytes().to_vec(), vec![b'x'; 1_000_000]];
    let mut copies = [text.concat(), b"q\x000".to_vec()].concat();
    for _ in 0..100 {
        copies.extend(b"c_codecs\nencode\nh\x00\x85R0");
    }
    copies.extend(b"N.");
    assert!(matches!(read(&copies), Err(PickleError::TooLarge { .. })));
}

#[test]
fn limits_hold() {
    let tight = Limits { bytes: 100, values: 10, opcodes: 20 };
    let read = |bytes: &[u8]| read_pickle(&mut &bytes[..], &tight);
    let too_large = |result| matches!(result, Err(PickleError::TooLarge { .. }));
    assert!(too_large(read(&[b'N'; 12])));
    assert!(too_large(read(&b"N0".repeat(20))));
    assert!(too_large(read(&[&b"X\x60\0\0\0"[..], &[b'x'; 96], b"."].concat())));
    assert!(read(b"N.").is_ok());
}

#[test]
fn tensors_have_sane_shapes() {
    assert!(read(&tensor(6, 0, [2, 3], [3, 1])).is_ok());
    let negative = tensor(6, 0, [u32::MAX, 3], [3, 1]);
    assert!(matches!(read(&negative), Err(PickleError::Invalid { .. })));
    assert!(read(&tensor(u32::MAX, 0, [2, 3], [3, 1])).is_err());
    assert!(read(&tensor(6, u32::MAX, [2, 3], [3, 1])).is_err());
}

#[test]
fn plain_values() {
    let value = |bytes: &[u8]| read(bytes).unwrap().root().clone();
    assert_eq!(value(b"\x80\x05\x95\x04\0\0\0\0\0\0\0K\x07."), Value::Int(7));
    assert_eq!(value(b"I-12\n."), Value::Int(-12));
    assert_eq!(value(b"I01\n."), Value::Bool(true));
    assert_eq!(value(b"L99L\n."), Value::Int(99));
    assert_eq!(value(b"\x8a\x00."), Value::Int(0));
    assert_eq!(value(b"\x8a\x02\x00\x80."), Value::Int(-32768));
    assert_eq!(value(b"\x8a\x01\xff."), Value::Int(-1));
    assert_eq!(value(b"F1.5\n."), Value::Float(1.5));
    assert_eq!(value(b"G\x3f\xf8\0\0\0\0\0\0."), Value::Float(1.5));
    assert_eq!(value(b"\x8c\x02ab."), Value::Text("ab".to_owned()));
    assert_eq!(value(b"M\x01\x02."), Value::Int(0x0201));
    let pickle = read(b"}(X\x01\0\0\0aK\x01X\x01\0\0\0aK\x02u.").unwrap();
    let last = pickle.entry(pickle.root(), "a").unwrap();
    assert_eq!(pickle.get(last), &Value::Int(2));
    assert_eq!(pickle.entry(pickle.root(), "b"), None);
}
