//! Whether the JSON paths of tolerances are ones that Chaos Toolkit reads: the grammar of its library, jsonpath2, which
//! has double quotes, a single `=`, and a few functions.

/// The functions that a path may call.
const FUNCTIONS: [&str; 6] = ["charAt", "entries", "keys", "length", "substring", "values"];
const WORDS: [&str; 6] = ["and", "or", "not", "true", "false", "null"];
const DEPTH: usize = 60;

/// Whether a path is read.
pub(super) fn is_path(path: &str) -> bool {
    let Some(tokens) = tokens(path) else { return false };
    let mut parser = Parser { tokens, at: 0 };
    parser.eat("$") && parser.steps(0).is_some() && parser.at == parser.tokens.len()
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Sign(&'static str),
    Name(String),
    Text,
    Number { whole: bool },
}

fn tokens(path: &str) -> Option<Vec<Token>> {
    const SIGNS: [&str; 21] =
        ["..", ">=", "<=", "!=", "$", "@", ".", "*", "=", ">", "<", "{", "}", "[", "]", ":", ",", "(", ")", "?", "-"];
    let mut found = Vec::new();
    let mut rest = path;
    while let Some(first) = rest.chars().next() {
        let length = if matches!(first, ' ' | '\t' | '\n' | '\r') {
            1
        } else if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
            found.push(Token::Name(rest[..length].to_owned()));
            length
        } else if first == '"' {
            let (token, length) = text(rest)?;
            found.push(token);
            length
        } else if first.is_ascii_digit() || first == '-' {
            let (token, length) = number(rest)?;
            found.push(token);
            length
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign))?;
            found.push(Token::Sign(sign));
            sign.len()
        };
        rest = &rest[length..];
    }
    Some(found)
}

fn text(rest: &str) -> Option<(Token, usize)> {
    let bytes = rest.as_bytes();
    let mut at = 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some((Token::Text, at + 1)),
            b'\\' => match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => at += 6,
                _ => return None,
            },
            0..0x20 => return None,
            _ => at += 1,
        }
    }
}

fn number(rest: &str) -> Option<(Token, usize)> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let start = usize::from(bytes[0] == b'-');
    let mut at = start + if bytes.get(start) == Some(&b'0') { 1 } else { digits(start) };
    if at == start {
        return None;
    }
    let mut whole = true;
    if bytes.get(at) == Some(&b'.') && digits(at + 1) > 0 {
        whole = false;
        at += 1 + digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if digits((at + 1 + sign).min(bytes.len())) > 0 {
            whole = false;
            at += 1 + sign + digits(at + 1 + sign);
        }
    }
    Some((Token::Number { whole }, at))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn sees(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Token::Sign(there)) if *there == sign)
    }

    fn eat(&mut self, sign: &str) -> bool {
        let there = self.sees(sign);
        self.at += usize::from(there);
        there
    }

    fn word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Name(name)) if name == word);
        self.at += usize::from(there);
        there
    }

    fn need(&mut self, sign: &str) -> Option<()> {
        self.eat(sign).then_some(())
    }

    /// What follows the root: `.name`, `..name`, `[...]`.
    fn steps(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        loop {
            if self.eat("..") {
                if self.sees("[") { self.brackets(depth)? } else { self.bare(depth)? }
            } else if self.eat(".") {
                self.bare(depth)?;
            } else if self.sees("[") {
                self.brackets(depth)?;
            } else {
                return Some(());
            }
        }
    }

    fn bare(&mut self, depth: usize) -> Option<()> {
        if self.eat("*") {
            return Some(());
        }
        let Some(Token::Name(name)) = self.peek().cloned() else { return None };
        if WORDS.contains(&name.as_str()) {
            return None;
        }
        self.at += 1;
        if self.sees("(") { self.call(&name, depth) } else { Some(()) }
    }

    fn call(&mut self, name: &str, depth: usize) -> Option<()> {
        self.need("(")?;
        if !self.eat(")") {
            loop {
                self.operand(depth + 1)?;
                if !self.eat(",") {
                    break;
                }
            }
            self.need(")")?;
        }
        FUNCTIONS.contains(&name).then_some(())
    }

    fn brackets(&mut self, depth: usize) -> Option<()> {
        self.need("[")?;
        loop {
            self.subscript(depth + 1)?;
            if !self.eat(",") {
                break;
            }
        }
        self.need("]")
    }

    fn subscript(&mut self, depth: usize) -> Option<()> {
        match self.peek()?.clone() {
            Token::Text => self.at += 1,
            Token::Number { .. } | Token::Sign(":") => return self.slice(),
            Token::Sign("*") => self.at += 1,
            Token::Sign("?") => {
                self.at += 1;
                self.need("(")?;
                self.condition(depth)?;
                return self.need(")");
            }
            Token::Sign("$" | "@") => {
                self.at += 1;
                return self.steps(depth);
            }
            Token::Name(name) if !WORDS.contains(&name.as_str()) => {
                self.at += 1;
                return self.call(&name, depth);
            }
            _ => return None,
        }
        Some(())
    }

    fn slice(&mut self) -> Option<()> {
        let mut colons = 0;
        let mut numbers = usize::from(self.whole()?);
        while colons < 2 && self.eat(":") {
            colons += 1;
            numbers += usize::from(self.whole()?);
        }
        (colons > 0 || numbers == 1).then_some(())
    }

    /// Whether a whole number stands here; none where another number does.
    fn whole(&mut self) -> Option<bool> {
        match self.peek() {
            Some(Token::Number { whole: true }) => {
                self.at += 1;
                Some(true)
            }
            Some(Token::Number { whole: false }) => None,
            _ => Some(false),
        }
    }

    fn condition(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        loop {
            while self.word("not") {}
            if self.eat("(") {
                self.condition(depth + 1)?;
                self.need(")")?;
            } else {
                self.operand(depth + 1)?;
                if ["=", "!=", ">=", "<=", ">", "<"].iter().any(|sign| self.eat(sign)) {
                    self.operand(depth + 1)?;
                }
            }
            if !self.word("and") && !self.word("or") {
                return Some(());
            }
        }
    }

    fn operand(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH {
            return None;
        }
        if self.eat("$") || self.eat("@") {
            return self.steps(depth);
        }
        if ["true", "false", "null"].iter().any(|word| self.word(word)) {
            return Some(());
        }
        if self.eat("[") {
            return self.members(depth, "]", false);
        }
        if self.eat("{") {
            return self.members(depth, "}", true);
        }
        let plain = matches!(self.peek(), Some(Token::Text | Token::Number { .. }));
        self.at += usize::from(plain);
        plain.then_some(())
    }

    fn members(&mut self, depth: usize, end: &str, named: bool) -> Option<()> {
        if self.eat(end) {
            return Some(());
        }
        loop {
            if named {
                matches!(self.peek(), Some(Token::Text)).then(|| self.at += 1)?;
                self.need(":")?;
            }
            self.operand(depth + 1)?;
            if !self.eat(",") {
                return self.need(end);
            }
        }
    }
}
