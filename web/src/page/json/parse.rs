//! JSON as a tree. serde_json's own reader brings tables for numbers that make up a good part of a
//! small program; here the browser reads them.

use super::{Json, JsonError};

/// Deepest nesting: deeper texts are none of ours, and would use up the stack.
const DEEPEST: u32 = 128;

/// Reads a text that is one value.
///
/// # Errors
/// When it is not.
pub(super) fn tree(text: &str) -> Result<Json, JsonError> {
    let mut parser = Parser { text, at: 0 };
    let value = parser.value(0)?;
    match parser.next() {
        None => Ok(value),
        Some(_) => Err(JsonError),
    }
}

struct Parser<'a> {
    text: &'a str,
    /// In bytes.
    at: usize,
}

impl<'a> Parser<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The next byte that is no white space, which stays to be read.
    fn next(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\n' | b'\t' | b'\r') = self.byte() {
            self.at += 1;
        }
        self.byte()
    }

    /// Reads the next byte that is no white space, if it is this one.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.next() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str, value: Json) -> Result<Json, JsonError> {
        let rest = self.text.get(self.at..).ok_or(JsonError)?;
        if !rest.starts_with(word) {
            return Err(JsonError);
        }
        self.at += word.len();
        Ok(value)
    }

    fn value(&mut self, depth: u32) -> Result<Json, JsonError> {
        if depth > DEEPEST {
            return Err(JsonError);
        }
        match self.next().ok_or(JsonError)? {
            b'n' => self.word("null", Json::Null),
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'"' => self.string().map(Json::Text),
            b'[' => {
                self.at += 1;
                let mut items = Vec::new();
                if self.take(b']') {
                    return Ok(Json::List(items));
                }
                loop {
                    items.push(self.value(depth + 1)?);
                    if self.take(b']') {
                        return Ok(Json::List(items));
                    }
                    if !self.take(b',') {
                        return Err(JsonError);
                    }
                }
            }
            b'{' => {
                self.at += 1;
                let mut fields = Vec::new();
                if self.take(b'}') {
                    return Ok(Json::Object(fields));
                }
                loop {
                    if self.next() != Some(b'"') {
                        return Err(JsonError);
                    }
                    let name = self.string()?;
                    if !self.take(b':') {
                        return Err(JsonError);
                    }
                    fields.push((name, self.value(depth + 1)?));
                    if self.take(b'}') {
                        return Ok(Json::Object(fields));
                    }
                    if !self.take(b',') {
                        return Err(JsonError);
                    }
                }
            }
            _ => self.number(),
        }
    }

    /// Reads a text, its quotation marks included.
    fn string(&mut self) -> Result<String, JsonError> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let begin = self.at;
            while !matches!(self.byte().ok_or(JsonError)?, b'"' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            out.push_str(self.text.get(begin..self.at).ok_or(JsonError)?);
            let stop = self.byte();
            self.at += 1;
            match stop {
                Some(b'"') => return Ok(out),
                Some(b'\\') => out.push(self.escaped()?),
                _ => return Err(JsonError),
            }
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char, JsonError> {
        let letter = self.byte().ok_or(JsonError)?;
        self.at += 1;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.four_digits()?;
                let code = match first {
                    // The first half of a pair.
                    0xd800..=0xdbff => {
                        self.word("\\u", Json::Null)?;
                        let second = self.four_digits()?;
                        if !(0xdc00..=0xdfff).contains(&second) {
                            return Err(JsonError);
                        }
                        0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                    }
                    code => code,
                };
                char::from_u32(code).ok_or(JsonError)?
            }
            _ => return Err(JsonError),
        })
    }

    fn four_digits(&mut self) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            let digit = char::from(self.byte().ok_or(JsonError)?).to_digit(16).ok_or(JsonError)?;
            code = code * 16 + digit;
            self.at += 1;
        }
        Ok(code)
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let begin = self.at;
        self.at += usize::from(self.byte() == Some(b'-'));
        let whole = self.digits()?;
        // No number begins with a zero that means nothing.
        if self.text.as_bytes().get(whole) == Some(&b'0') && self.at > whole + 1 {
            return Err(JsonError);
        }
        let mut is_whole = true;
        if self.byte() == Some(b'.') {
            is_whole = false;
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            is_whole = false;
            self.at += 1;
            self.at += usize::from(matches!(self.byte(), Some(b'+' | b'-')));
            self.digits()?;
        }
        let text = self.text.get(begin..self.at).ok_or(JsonError)?;
        // −0 is a float, as everywhere.
        if is_whole && text != "-0" {
            if let Ok(value) = text.parse() {
                return Ok(Json::Unsigned(value));
            }
            if let Ok(value) = text.parse() {
                return Ok(Json::Signed(value));
            }
        }
        let value = float(text);
        if value.is_finite() { Ok(Json::Float(value)) } else { Err(JsonError) }
    }

    /// Reads one digit or more, and gives the place of the first.
    fn digits(&mut self) -> Result<usize, JsonError> {
        let begin = self.at;
        while matches!(self.byte(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        if self.at > begin { Ok(begin) } else { Err(JsonError) }
    }
}

/// The f64 nearest to a number of JSON: both ways round as IEEE 754 says.
#[cfg(target_arch = "wasm32")]
fn float(text: &str) -> f64 {
    js_sys::Number::parse_float(text)
}

#[cfg(not(target_arch = "wasm32"))]
fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}
