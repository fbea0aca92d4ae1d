//! Versions and their order.
//!
//! Precedence is that of [SemVer 2.0.0](https://semver.org/#spec-item-11). Histories also hold
//! calendar versions (`2026.03.1`), short ones (`1.2`), long ones (`1.2.3.4`) and old spellings
//! (`1.0rc1`); they are ordered by the same rule, with missing numbers as zero.

use serde::{Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;

/// A version as it is written, and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version {
    raw: String,
    numbers: Vec<u64>,
    pre: Vec<Identifier>,
}

/// One dot-separated part of a pre-release. The order of the variants is the rule: numbers sort
/// below words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Identifier {
    Number(u64),
    Word(String),
}

impl Version {
    /// Reads a version; none if it doesn't begin with a number or holds what no version does.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let plain = text.split('+').next().unwrap_or(text);
        let mut numbers = Vec::new();
        let mut rest = plain;
        loop {
            let digits = rest.find(|char: char| !char.is_ascii_digit()).unwrap_or(rest.len());
            let (number, tail) = rest.split_at(digits);
            if number.is_empty() {
                return None;
            }
            numbers.push(number.parse().ok()?);
            rest = tail;
            match tail.strip_prefix('.') {
                Some(after) if after.starts_with(|char: char| char.is_ascii_digit()) => rest = after,
                _ => break,
            }
        }
        let allowed = |char: char| char.is_ascii_alphanumeric() || ".-_~".contains(char);
        if !rest.chars().all(allowed) {
            return None;
        }
        let rest = rest.trim_start_matches(['-', '.', '_', '~']);
        let is_final = ["final", "ga", "release"].iter().any(|word| rest.eq_ignore_ascii_case(word));
        let pre =
            if rest.is_empty() || is_final { Vec::new() } else { rest.split('.').map(identifier).collect() };
        Some(Self { raw: text.to_owned(), numbers, pre })
    }

    /// The version as it was written.
    pub fn as_str(&self) -> &str {
        &self.raw
    }

    /// Whether it comes before a final version.
    pub fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }

    /// The numbers, such as `[1, 2, 3]`.
    pub fn numbers(&self) -> &[u64] {
        &self.numbers
    }

    /// The number at a place, zero where there is none.
    pub fn number(&self, at: usize) -> u64 {
        self.numbers.get(at).copied().unwrap_or(0)
    }

    /// Whether the first number is a year, as in most calendar versions.
    pub fn is_calendar(&self) -> bool {
        (1990..=2100).contains(&self.number(0)) && self.numbers.len() > 1
    }

    /// The part that this version raises over `before`.
    pub fn step_from(&self, before: &Version) -> Step {
        if self.is_prerelease() {
            return Step::Prerelease;
        }
        match (0..3).find(|&at| self.number(at) != before.number(at)) {
            Some(0) => Step::Major,
            Some(1) => Step::Minor,
            _ => Step::Patch,
        }
    }
}

/// What kind of release a version is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Before a final release.
    Prerelease,
    /// The third number, or further ones.
    Patch,
    /// The second number.
    Minor,
    /// The first number.
    Major,
}

fn identifier(text: &str) -> Identifier {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse() {
        Ok(number) if is_number => Identifier::Number(number),
        _ => Identifier::Word(text.to_owned()),
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let longest = self.numbers.len().max(other.numbers.len());
        let numbers = (0..longest).map(|at| self.number(at)).cmp((0..longest).map(|at| other.number(at)));
        numbers
            .then_with(|| match (self.pre.is_empty(), other.pre.is_empty()) {
                (true, true) => Ordering::Equal,
                (true, false) => Ordering::Greater,
                (false, true) => Ordering::Less,
                (false, false) => self.pre.cmp(&other.pre),
            })
            // Build metadata and spelling have no precedence; this only keeps the order total.
            .then_with(|| self.raw.cmp(&other.raw))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.raw)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn precedence_is_that_of_semver() {
        // The chains of items 11.2 and 11.4 of the specification.
        let chain = [
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "2.0.0",
            "2.1.0",
            "2.1.1",
        ];
        for pair in chain.windows(2) {
            assert!(version(pair[0]) < version(pair[1]), "{pair:?}");
        }
    }

    #[test]
    fn other_spellings_are_ordered_too() {
        for pair in [("1.0rc1", "1.0"), ("2026.03.1", "2026.10.0"), ("1.2", "1.2.0.1"), ("1.0.beta1", "1.0")]
        {
            assert!(version(pair.0) < version(pair.1), "{pair:?}");
        }
        assert!(!version("1.0.0.Final").is_prerelease());
        for bad in ["", "v1", "1..2x y", "x", "1.0/2", "99999999999999999999999"] {
            assert!(Version::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_step_is_the_first_number_that_differs() {
        assert_eq!(version("2.0.0").step_from(&version("1.9.9")), Step::Major);
        assert_eq!(version("1.2.0").step_from(&version("1.1.9")), Step::Minor);
        assert_eq!(version("1.2.1").step_from(&version("1.2.0")), Step::Patch);
        assert_eq!(version("1.3.0-rc.1").step_from(&version("1.2.0")), Step::Prerelease);
    }
}
