//! Makes JSON of what Python's `json` writes: bare `NaN` and infinities become `null`.

use super::rewrite::Rule;

/// The literals and what takes their place.
const LITERALS: [&[u8]; 3] = [b"NaN", b"Infinity", b"-Infinity"];

/// Replaces `NaN`, `Infinity` and `-Infinity` outside of strings by `null`.
///
/// ReXrank's files hold bare `NaN` for missing sections (pandas writes them); they are read
/// there by Python's `json`, which accepts these literals. Lines keep their numbers, columns
/// may shift. Anything else passes unchanged, valid JSON or not.
#[derive(Default)]
pub(super) struct Literals {
    in_string: bool,
    escaped: bool,
}

impl Rule for Literals {
    fn rewrite(&mut self, input: &[u8], ended: bool, output: &mut Vec<u8>) -> usize {
        let mut at = 0;
        loop {
            let rest = input.get(at..).unwrap_or_default();
            if rest.is_empty() {
                return at;
            }
            if self.escaped {
                self.escaped = false;
                output.extend(rest.first());
                at += 1;
            } else if self.in_string {
                let Some(stop) = memchr::memchr2(b'"', b'\\', rest) else {
                    output.extend_from_slice(rest);
                    return input.len();
                };
                self.in_string = rest.get(stop) != Some(&b'"');
                self.escaped = self.in_string;
                output.extend_from_slice(rest.get(..=stop).unwrap_or_default());
                at += stop + 1;
            } else {
                let start = |byte: &u8| matches!(byte, b'"' | b'N' | b'I' | b'-');
                let stop = rest.iter().position(start).unwrap_or(rest.len());
                output.extend_from_slice(rest.get(..stop).unwrap_or_default());
                at += stop;
                let rest = rest.get(stop..).unwrap_or_default();
                match rest.first() {
                    None => return at,
                    Some(b'"') => {
                        self.in_string = true;
                        output.push(b'"');
                        at += 1;
                    }
                    Some(other) => {
                        if let Some(literal) =
                            LITERALS.iter().find(|literal| rest.starts_with(literal))
                        {
                            output.extend_from_slice(b"null");
                            at += literal.len();
                        } else if !ended && LITERALS.iter().any(|literal| literal.starts_with(rest))
                        {
                            // Perhaps a literal, cut by the end of this piece.
                            return at;
                        } else {
                            output.push(*other);
                            at += 1;
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::both_ways;
    use super::*;

    #[test]
    fn bare_literals_become_null_and_texts_stay() {
        for (from, to) in [
            ("{\"a\": NaN}", "{\"a\": null}"),
            ("[Infinity,-Infinity,-1,NaN]", "[null,null,-1,null]"),
            (
                "{\"NaN\": \"NaN \\\" NaN\", \"b\\\\\": NaN}",
                "{\"NaN\": \"NaN \\\" NaN\", \"b\\\\\": null}",
            ),
            ("NaNaN", "nullaN"),
            ("Na", "Na"),
            ("-Infinit", "-Infinit"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(both_ways::<Literals>(from), [to, to]);
        }
    }
}
