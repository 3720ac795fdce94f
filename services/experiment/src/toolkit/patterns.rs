//! Whether Python compiles a regular expression: its own grammar (`re`, of Python 3.11), which knows more than ours in
//! places and less in others.

use std::collections::HashMap;

/// More than any pattern repeats or nests.
const MOST: u64 = 4_294_967_295;
const DEPTH: usize = 200;

/// Why Python refuses a pattern; none where it compiles.
pub(super) fn refused(pattern: &str) -> Option<&'static str> {
    let mut parser = Parser { text: pattern.chars().collect(), groups: vec![None], ..Parser::default() };
    match parser.either(0) {
        Err(why) => Some(why),
        Ok(_) if parser.at < parser.text.len() => Some("a parenthesis is closed that was not opened"),
        Ok(_) if parser.asked.iter().any(|group| *group >= parser.groups.len()) => Some("it refers to a group that is not there"),
        Ok(_) => None,
    }
}

/// Characters that a match takes, at least and at most.
type Width = (u64, u64);
type Parsed<T> = Result<T, &'static str>;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// A position, such as `^`.
    Position,
    Repeat,
    Other,
}

#[derive(Default)]
struct Parser {
    text: Vec<char>,
    at: usize,
    /// The width of each group; none while it is open. The first is the whole.
    groups: Vec<Option<Width>>,
    names: HashMap<String, usize>,
    /// Groups that a condition asks for; they may come later.
    asked: Vec<usize>,
    /// Groups from here on belong to the look-behind that is open.
    behind: Option<usize>,
    verbose: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.at += usize::from(next.is_some());
        next
    }

    fn take(&mut self, wanted: char) -> bool {
        let there = self.peek() == Some(wanted);
        self.at += usize::from(there);
        there
    }

    fn digits(&mut self, most: usize, radix: u32) -> String {
        let mut digits = String::new();
        while digits.len() < most && self.peek().is_some_and(|letter| letter.is_digit(radix)) {
            digits.extend(self.next());
        }
        digits
    }

    fn until(&mut self, end: char) -> Parsed<String> {
        let mut text = String::new();
        loop {
            match self.next() {
                Some(letter) if letter == end => break,
                Some(letter) => text.push(letter),
                None => return Err("a name in it has no end"),
            }
        }
        if text.is_empty() { Err("a group in it has no name") } else { Ok(text) }
    }

    fn either(&mut self, depth: usize) -> Parsed<Width> {
        if depth > DEPTH {
            return Err("it is nested too deeply");
        }
        let mut width = self.sequence(depth, depth == 0)?;
        while self.take('|') {
            let other = self.sequence(depth, false)?;
            width = (width.0.min(other.0), width.1.max(other.1));
        }
        Ok(width)
    }

    fn sequence(&mut self, depth: usize, first: bool) -> Parsed<Width> {
        let verbose = self.verbose;
        let mut items: Vec<(Kind, Width)> = Vec::new();
        while let Some(letter) = self.peek() {
            if letter == '|' || letter == ')' {
                break;
            }
            self.at += 1;
            if self.verbose && letter.is_ascii_whitespace() {
                continue;
            }
            if self.verbose && letter == '#' {
                while self.next().is_some_and(|letter| letter != '\n') {}
                continue;
            }
            match letter {
                '\\' => items.push(self.escape()?),
                '[' => {
                    self.class()?;
                    items.push((Kind::Other, (1, 1)));
                }
                '*' | '+' | '?' | '{' => self.repeat(letter, &mut items)?,
                '(' => items.extend(self.group(depth, first && items.is_empty())?),
                '^' | '$' => items.push((Kind::Position, (0, 0))),
                _ => items.push((Kind::Other, (1, 1))),
            }
        }
        if depth > 0 {
            self.verbose = verbose;
        }
        Ok(items.iter().fold((0, 0), |sum, (_, width)| (sum.0.saturating_add(width.0), sum.1.saturating_add(width.1).min(MOST))))
    }

    fn repeat(&mut self, sign: char, items: &mut Vec<(Kind, Width)>) -> Parsed<()> {
        let (mut least, mut most) = match sign {
            '?' => (0, 1),
            '+' => (1, MOST),
            _ => (0, MOST),
        };
        if sign == '{' {
            let here = self.at;
            if self.peek() == Some('}') {
                items.push((Kind::Other, (1, 1)));
                return Ok(());
            }
            let low = self.digits(usize::MAX, 10);
            let high = if self.take(',') { self.digits(usize::MAX, 10) } else { low.clone() };
            if !self.take('}') {
                items.push((Kind::Other, (1, 1)));
                self.at = here;
                return Ok(());
            }
            let number = |digits: &str| digits.parse::<u64>().ok().filter(|number| *number < MOST).ok_or("it repeats too often");
            if !low.is_empty() {
                least = number(&low)?;
            }
            if !high.is_empty() {
                most = number(&high)?;
                if most < least {
                    return Err("it repeats from more to fewer times");
                }
            }
        }
        let Some((kind, width)) = items.last_mut() else { return Err("there is nothing to repeat") };
        match kind {
            Kind::Position => return Err("there is nothing to repeat"),
            Kind::Repeat => return Err("it repeats a repetition"),
            Kind::Other => {}
        }
        *kind = Kind::Repeat;
        *width = (width.0.saturating_mul(least), width.1.saturating_mul(most).min(MOST));
        _ = self.take('?') || self.take('+');
        Ok(())
    }

    fn group(&mut self, depth: usize, first: bool) -> Parsed<Option<(Kind, Width)>> {
        const UNCLOSED: &str = "a parenthesis in it is not closed";
        const CUT: &str = "it ends in the middle of a group";
        let (mut captures, mut behind, mut look) = (true, false, false);
        let mut name = None;
        let outer = (self.behind, self.verbose);
        if self.take('?') {
            captures = false;
            match self.next().ok_or(CUT)? {
                'P' => match self.next().ok_or(CUT)? {
                    '<' => {
                        let given = self.until('>')?;
                        if !identifier(&given) {
                            return Err("a group in it has a name that Python does not take");
                        }
                        captures = true;
                        name = Some(given);
                    }
                    '=' => {
                        let given = self.until(')')?;
                        let group = *self.names.get(&given).ok_or("it refers to a group that is not there")?;
                        return self.back(group).map(Some);
                    }
                    _ => return Err("it has an unknown extension after (?P"),
                },
                ':' | '>' => {}
                '#' => loop {
                    match self.next() {
                        Some(')') => return Ok(None),
                        Some(_) => {}
                        None => return Err("a comment in it has no end"),
                    }
                },
                '=' | '!' => look = true,
                '<' => {
                    if !matches!(self.next().ok_or(CUT)?, '=' | '!') {
                        return Err("it has an unknown extension after (?<");
                    }
                    (look, behind) = (true, true);
                    self.behind = self.behind.or(Some(self.groups.len()));
                }
                '(' => return self.condition(depth).map(Some),
                flag if flag == '-' || FLAGS.contains(flag) => match self.flags(flag)? {
                    None if !first => return Err("flags for all of it must stand at its beginning"),
                    None => return Ok(None),
                    Some(verbose) => self.verbose = verbose.unwrap_or(self.verbose),
                },
                _ => return Err("it has an unknown extension after (?"),
            }
        }
        let number = self.groups.len();
        if captures {
            self.groups.push(None);
            if let Some(name) = name
                && self.names.insert(name, number).is_some()
            {
                return Err("two groups in it have the same name");
            }
        }
        let width = self.either(depth + 1)?;
        if !self.take(')') {
            return Err(UNCLOSED);
        }
        if captures {
            self.groups[number] = Some(width);
        }
        (self.behind, self.verbose) = outer;
        if behind && width.0 != width.1 {
            return Err("a look-behind in it has no fixed width");
        }
        Ok(Some((Kind::Other, if look { (0, 0) } else { width })))
    }

    fn condition(&mut self, depth: usize) -> Parsed<(Kind, Width)> {
        let name = self.until(')')?;
        let group = if identifier(&name) {
            *self.names.get(&name).ok_or("it refers to a group that is not there")?
        } else {
            let group = name.trim().parse::<usize>().map_err(|_| "a group in it has a name that Python does not take")?;
            if group == 0 {
                return Err("it refers to a group that is not there");
            }
            self.asked.push(group);
            group
        };
        self.may_refer_to(group)?;
        let yes = self.sequence(depth + 1, false)?;
        let no = if self.take('|') { self.sequence(depth + 1, false)? } else { (0, 0) };
        if self.peek() == Some('|') {
            return Err("a condition in it has more than two branches");
        }
        if !self.take(')') {
            return Err("a parenthesis in it is not closed");
        }
        Ok((Kind::Other, (yes.0.min(no.0), yes.1.max(no.1))))
    }

    fn may_refer_to(&self, group: usize) -> Parsed<()> {
        if self.behind.is_some_and(|behind| group >= behind) {
            Err("a look-behind in it refers to a group of its own")
        } else {
            Ok(())
        }
    }

    fn back(&mut self, group: usize) -> Parsed<(Kind, Width)> {
        match self.groups.get(group) {
            None => Err("it refers to a group that is not there"),
            Some(None) => Err("it refers to a group that is still open"),
            Some(Some(width)) => {
                let width = *width;
                self.may_refer_to(group)?;
                Ok((Kind::Other, width))
            }
        }
    }

    /// None: flags for all of it. Some: flags of a group, and whether they say how white space is read in it.
    fn flags(&mut self, mut flag: char) -> Parsed<Option<Option<bool>>> {
        const WRONG: &str = "it has flags that Python does not take";
        let (mut on, mut off) = (String::new(), String::new());
        if flag != '-' {
            loop {
                on.push(flag);
                if flag == 'L' || (on.contains('a') && on.contains('u')) {
                    return Err(WRONG);
                }
                flag = self.next().ok_or(WRONG)?;
                if ")-:".contains(flag) {
                    break;
                }
                if !FLAGS.contains(flag) {
                    return Err(WRONG);
                }
            }
        }
        if flag == ')' {
            self.verbose |= on.contains('x');
            return Ok(None);
        }
        if on.contains('t') {
            return Err(WRONG);
        }
        if flag == '-' {
            flag = self.next().ok_or(WRONG)?;
            loop {
                if !"imsx".contains(flag) {
                    return Err(WRONG);
                }
                off.push(flag);
                flag = self.next().ok_or(WRONG)?;
                if flag == ':' {
                    break;
                }
            }
        }
        if on.chars().any(|flag| off.contains(flag)) {
            return Err(WRONG);
        }
        Ok(Some(if on.contains('x') { Some(true) } else { off.contains('x').then_some(false) }))
    }

    fn escape(&mut self) -> Parsed<(Kind, Width)> {
        let one = Ok((Kind::Other, (1, 1)));
        match self.next().ok_or("it ends with a backslash")? {
            'A' | 'b' | 'B' | 'Z' => Ok((Kind::Position, (0, 0))),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' | 'a' | 'f' | 'n' | 'r' | 't' | 'v' => one,
            '0' => {
                self.digits(2, 8);
                one
            }
            letter @ '1'..='9' => {
                let mut digits = letter.to_string();
                digits.push_str(&self.digits(1, 10));
                let octal = |text: &str| text.chars().all(|digit| digit.is_digit(8));
                if digits.len() == 2 && octal(&digits) && self.peek().is_some_and(|digit| digit.is_digit(8)) {
                    digits.extend(self.next());
                    return if u32::from_str_radix(&digits, 8).is_ok_and(|code| code <= 0o377) {
                        one
                    } else {
                        Err("an octal escape in it is too large")
                    };
                }
                self.back(digits.parse().map_err(|_| "it refers to a group that is not there")?)
            }
            letter => self.coded(letter).and(one),
        }
    }

    /// Escapes by number or name, and those that are none.
    fn coded(&mut self, letter: char) -> Parsed<char> {
        let long = match letter {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            'N' => {
                if !self.take('{') || self.until('}').is_err() {
                    return Err("an escape in it is not complete");
                }
                return Ok('N');
            }
            letter if letter.is_ascii_alphanumeric() => return Err("it has an escape that Python does not know"),
            letter => return Ok(letter),
        };
        let digits = self.digits(long, 16);
        if digits.len() < long {
            return Err("an escape in it is not complete");
        }
        let code = u32::from_str_radix(&digits, 16).map_err(|_| "an escape in it is not complete")?;
        if code > 0x10_FFFF {
            Err("it has an escape that Python does not know")
        } else {
            Ok(char::from_u32(code).unwrap_or('\u{FFFD}'))
        }
    }

    fn class(&mut self) -> Parsed<()> {
        const OPEN: &str = "a set of characters in it is not closed";
        self.take('^');
        let mut first = true;
        loop {
            let letter = self.next().ok_or(OPEN)?;
            if letter == ']' && !first {
                return Ok(());
            }
            first = false;
            let low = self.member(letter)?;
            if !self.take('-') {
                continue;
            }
            let end = self.next().ok_or(OPEN)?;
            if end == ']' {
                return Ok(());
            }
            match (low, self.member(end)?) {
                (Some(low), Some(high)) if low <= high => {}
                _ => return Err("a range of characters in it is not one"),
            }
        }
    }

    /// One character of a set; none for a class such as `\d`.
    fn member(&mut self, letter: char) -> Parsed<Option<char>> {
        if letter != '\\' {
            return Ok(Some(letter));
        }
        Ok(match self.next().ok_or("it ends with a backslash")? {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => None,
            'a' => Some('\u{7}'),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\u{b}'),
            digit @ '0'..='7' => {
                let digits = format!("{digit}{}", self.digits(2, 8));
                let code = u32::from_str_radix(&digits, 8).ok().filter(|code| *code <= 0o377);
                Some(code.and_then(char::from_u32).ok_or("an octal escape in it is too large")?)
            }
            letter => Some(self.coded(letter)?),
        })
    }
}

const FLAGS: &str = "aiLmstux";

fn identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_')
}
