//! JSON as Python's `json.loads` reads it, with the place of an error, on which the repair of
//! stray quotes leans.
//!
//! Source: the behaviour of CPython 3.11's `json` module.

use indexmap::IndexMap;

use crate::python_text::is_space;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    /// null
    Null,
    /// true or false
    Bool(bool),
    /// Any number; whole ones beyond 2^53 as the nearest f64.
    Number(f64),
    /// A text; half a surrogate pair as U+FFFD.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object, in the order of the keys' first occurrences.
    Object(IndexMap<String, Json>),
}

/// Which of two values for one key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Doubles {
    /// The first, as CRIMSON's hook keeps it.
    First,
    /// The last, as Python does by itself.
    Last,
}

/// Why a text is no JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonError {
    /// Python's `JSONDecodeError` at this character.
    At(usize),
    /// Nested too deeply, which no repair mends.
    TooDeep,
}

/// Deeper answers are given up, as Python does at its limit of recursion (about 1000 there).
const DEEPEST: usize = 128;

/// Reads a whole text.
///
/// # Errors
///
/// [`JsonError`] with the character's place as Python counts it.
pub(super) fn loads(text: &[char], doubles: Doubles) -> Result<Json, JsonError> {
    if text.first() == Some(&'\u{feff}') {
        return Err(JsonError::At(0));
    }
    let mut reader = Reader { text, at: 0, depth: 0, doubles };
    reader.skip_space();
    let value = reader.value()?;
    reader.skip_space();
    if reader.at == text.len() { Ok(value) } else { Err(JsonError::At(reader.at)) }
}

struct Reader<'a> {
    text: &'a [char],
    at: usize,
    depth: usize,
    doubles: Doubles,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    /// Passes over a character, if it is this one.
    fn takes(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn takes_word(&mut self, word: &str) -> bool {
        let found = self.text[self.at..].iter().take(word.len()).copied().eq(word.chars());
        self.at += if found { word.len() } else { 0 };
        found
    }

    fn value(&mut self) -> Result<Json, JsonError> {
        let constants = [
            ("null", Json::Null),
            ("true", Json::Bool(true)),
            ("false", Json::Bool(false)),
            ("NaN", Json::Number(f64::NAN)),
            ("Infinity", Json::Number(f64::INFINITY)),
            ("-Infinity", Json::Number(f64::NEG_INFINITY)),
        ];
        match self.peek() {
            Some('"') => {
                self.at += 1;
                Ok(Json::Text(self.text_value()?))
            }
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::list),
            _ => match constants.into_iter().find(|(word, _)| self.takes_word(word)) {
                Some((_, value)) => Ok(value),
                None => self.number(),
            },
        }
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<Json, JsonError>,
    ) -> Result<Json, JsonError> {
        self.at += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(JsonError::TooDeep);
        }
        self.skip_space();
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// Behind the opening brace and white space.
    fn object(&mut self) -> Result<Json, JsonError> {
        let mut entries = IndexMap::new();
        if self.takes('}') {
            return Ok(Json::Object(entries));
        }
        loop {
            if !self.takes('"') {
                return Err(JsonError::At(self.at));
            }
            let key = self.text_value()?;
            self.skip_space();
            if !self.takes(':') {
                return Err(JsonError::At(self.at));
            }
            self.skip_space();
            let value = self.value()?;
            match self.doubles {
                Doubles::First => drop(entries.entry(key).or_insert(value)),
                Doubles::Last => drop(entries.insert(key, value)),
            }
            if self.ends('}')? {
                return Ok(Json::Object(entries));
            }
        }
    }

    /// Behind the opening bracket and white space.
    fn list(&mut self) -> Result<Json, JsonError> {
        let mut items = Vec::new();
        if self.takes(']') {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.ends(']')? {
                return Ok(Json::List(items));
            }
        }
    }

    /// Whether a list or object ends here; else passes over the comma and white space.
    fn ends(&mut self, close: char) -> Result<bool, JsonError> {
        self.skip_space();
        if self.takes(close) {
            return Ok(true);
        }
        if !self.takes(',') {
            return Err(JsonError::At(self.at));
        }
        self.skip_space();
        Ok(false)
    }

    /// A text from behind its opening quote.
    fn text_value(&mut self) -> Result<String, JsonError> {
        let opening = self.at - 1;
        let mut text = String::new();
        loop {
            match self.peek() {
                None => return Err(JsonError::At(opening)),
                Some('"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => {
                    self.at += 1;
                    text.push(self.escaped(opening)?);
                }
                Some(c) if c <= '\u{1f}' => return Err(JsonError::At(self.at)),
                Some(c) => {
                    self.at += 1;
                    text.push(c);
                }
            }
        }
    }

    /// What an escape stands for, from behind its backslash.
    fn escaped(&mut self, opening: usize) -> Result<char, JsonError> {
        let backslash = self.at - 1;
        let Some(kind) = self.peek() else { return Err(JsonError::At(opening)) };
        self.at += 1;
        Ok(match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let unit = self.four_digits().ok_or(JsonError::At(backslash + 1))?;
                self.with_second_half(unit)?
            }
            _ => return Err(JsonError::At(backslash)),
        })
    }

    /// Four hexadecimal digits that are not the last of the whole text, which Python wants for the
    /// quote behind them.
    fn four_digits(&mut self) -> Option<u32> {
        if self.at + 4 >= self.text.len() {
            return None;
        }
        let digits = &self.text[self.at..self.at + 4];
        let value = digits.iter().try_fold(0, |value, c| Some(value * 16 + c.to_digit(16)?))?;
        self.at += 4;
        Some(value)
    }

    /// The character of a code unit, of two where a second half follows.
    fn with_second_half(&mut self, unit: u32) -> Result<char, JsonError> {
        let high = (0xd800..0xdc00).contains(&unit);
        let more = self.text.len() > self.at + 6;
        if high && more && self.text[self.at] == '\\' && self.text[self.at + 1] == 'u' {
            let first = self.at;
            self.at += 2;
            let low = self.four_digits().ok_or(JsonError::At(first + 1))?;
            if (0xdc00..0xe000).contains(&low) {
                let joined = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = first;
        }
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn number(&mut self) -> Result<Json, JsonError> {
        let start = self.at;
        let digit = |at: usize| self.text.get(at).is_some_and(char::is_ascii_digit);
        let digits = |mut at: usize| {
            while digit(at) {
                at += 1;
            }
            at
        };
        let mut at = start + usize::from(self.peek() == Some('-'));
        at = match self.text.get(at) {
            Some('0') => at + 1,
            Some('1'..='9') => digits(at),
            _ => return Err(JsonError::At(start)),
        };
        if self.text.get(at) == Some(&'.') && digit(at + 1) {
            at = digits(at + 1);
        }
        if matches!(self.text.get(at), Some('e' | 'E')) {
            let signed = at + 1 + usize::from(matches!(self.text.get(at + 1), Some('+' | '-')));
            if digit(signed) {
                at = digits(signed);
            }
        }
        self.at = at;
        let text: String = self.text[start..at].iter().collect();
        // What is left of the text is a number by construction.
        text.parse().map(Json::Number).map_err(|_| JsonError::At(start))
    }
}

/// The text without white space at its ends, as `str.strip` takes it off.
pub(super) fn strip(text: &[char]) -> &[char] {
    let from = text.iter().position(|&c| !is_space(c)).unwrap_or(text.len());
    let to = text.iter().rposition(|&c| !is_space(c)).map_or(from, |at| at + 1);
    &text[from..to]
}
