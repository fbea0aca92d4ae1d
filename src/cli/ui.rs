//! What commands print, and how they end.

use crate::diagnostic::{Counts, Diagnostic, Level, SourceMap, human, sort};
use std::collections::BTreeMap;
use std::io::{IsTerminal, Write as _};

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// All is well.
    Clean,
    /// The content has errors.
    Findings,
    /// Wrong usage or configuration.
    Usage,
    /// The machine refused.
    Environment,
    /// A code that a part of the library gave.
    Code(u8),
}

impl Exit {
    /// The process's exit code.
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Usage => 2,
            Self::Environment => 3,
            Self::Code(code) => code,
        }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Findings of one rule that are shown without `-v`.
const PER_RULE: usize = 10;

/// Where a command talks to.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    /// Whether to say more.
    pub verbose: bool,
    /// Whether to say only what is wrong.
    pub quiet: bool,
    /// Whether standard error shows colours.
    pub color: bool,
    /// Whether standard output shows colours.
    pub color_out: bool,
}

impl Ui {
    /// A terminal, or not.
    pub fn new(verbose: bool, quiet: bool, color: Color) -> Self {
        // https://no-color.org: any value that is not empty.
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let on = |terminal: bool| match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && wanted,
        };
        let (err, out) = (std::io::stderr().is_terminal(), std::io::stdout().is_terminal());
        Self { verbose, quiet, color: on(err), color_out: on(out) }
    }

    /// Says a line on standard error.
    pub fn say(&self, text: &str) {
        if !self.quiet {
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// Says what is wrong, on standard error.
    pub fn complain(&self, text: &str) {
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Writes to standard output.
    pub fn print(&self, text: &str) {
        let _ = write!(std::io::stdout(), "{text}");
    }

    /// Shows findings: all errors, and of each other rule the first few unless `-v` is given.
    pub fn show(&self, diagnostics: &mut Vec<Diagnostic>, sources: &SourceMap) -> Counts {
        sort(diagnostics);
        let counts = Counts::of(diagnostics);
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        let mut listed: Vec<Diagnostic> = Vec::new();
        for diagnostic in diagnostics.iter() {
            let seen = shown.entry(diagnostic.rule).or_default();
            *seen += 1;
            let wanted = match diagnostic.level {
                Level::Error => true,
                Level::Warning | Level::Note => !self.quiet && (self.verbose || *seen <= PER_RULE),
            };
            if wanted {
                listed.push(diagnostic.clone());
            }
        }
        let _ = write!(std::io::stderr(), "{}", human::render(&listed, sources, self.color));
        if !self.verbose && !self.quiet {
            for (rule, count) in shown {
                let errors = diagnostics.iter().any(|d| d.rule == rule && d.level == Level::Error);
                if count > PER_RULE && !errors {
                    self.complain(&format!("… and {} more of {rule} (-v shows all)", count - PER_RULE));
                }
            }
        }
        counts
    }
}
