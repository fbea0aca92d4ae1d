//! `annals check-commits`: whether messages say what the changelog needs, for pull requests and as a
//! `commit-msg` hook.

use super::history::Call;
use crate::changelog::classify::Classifier;
use crate::commit::lint;
use crate::diagnostic::{Counts, Diagnostic, SourceMap, human, json};
use crate::source::git::range;
use std::path::PathBuf;

/// Arguments of `annals check-commits`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  annals check-commits main..HEAD              the commits of a branch\n  annals check-commits --message FILE          one message\n  annals check-commits --install-hook          check each message as it is written"
)]
pub struct CheckCommitsArgs {
    /// The commits, as `BASE..HEAD`
    #[arg(value_name = "RANGE", default_value = "HEAD")]
    pub range: String,
    /// Check the message in FILE, as git gives it to its `commit-msg` hook
    #[arg(long, value_name = "FILE", conflicts_with = "range")]
    pub message: Option<PathBuf>,
    /// Make git check each message as it is written
    #[arg(long, conflicts_with_all = ["range", "message"])]
    pub install_hook: bool,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Report::Human)]
    pub format: Report,
}

/// Forms of a report.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Report {
    /// With the line and what to do
    #[default]
    Human,
    /// One array of findings
    Json,
    /// One line each: `name:line:column: level: message`
    Short,
}

/// The hook that `--install-hook` writes.
const HOOK: &str = "#!/bin/sh\n# Checks the message by Conventional Commits. Written by `annals check-commits --install-hook`.\nexec annals check-commits --message \"$1\"\n";

/// Checks messages. Exit code 0 if there is no error among the findings, otherwise 1.
pub fn run(args: &CheckCommitsArgs, call: Call<'_>) -> Result<u8, Vec<Diagnostic>> {
    let Call { out, root, .. } = call;
    let failed = |error: &dyn std::fmt::Display| vec![Diagnostic::error("io/write", error.to_string())];
    if args.install_hook {
        let file = range::install_hook(root, HOOK)?;
        writeln!(out, "{} checks each message from now on", file.display())
            .map_err(|error| failed(&error))?;
        return Ok(0);
    }
    let classifier = Classifier::new(call.changelog);
    let types = classifier.known_types();
    let mut texts = SourceMap::default();
    let mut findings = Vec::new();
    let mut count = 1;
    if let Some(file) = &args.message {
        let text = std::fs::read(root.join(file)).map_err(|error| {
            vec![Diagnostic::error("io/read", format!("`{}` can't be read: {error}", file.display()))]
        })?;
        let text = lint::without_comments(&String::from_utf8_lossy(&text));
        findings.extend(lint::check(&text, "message", &types));
        texts.insert("message", text.as_str());
    } else {
        let messages = range::messages(root, &args.range)?;
        count = messages.len();
        for message in messages.iter().filter(|message| !message.is_merge) {
            let name = message.id.hex().get(..9).unwrap_or_default().to_owned();
            findings.extend(lint::check(&message.text, &name, &types));
            texts.insert(name, message.text.as_str());
        }
    }
    let counts = Counts::of(&findings);
    let text = match args.format {
        Report::Human => human::render(&findings, &texts, false) + &summary(count, counts),
        Report::Json => {
            serde_json::to_string_pretty(&json::records(&findings, &texts)).map_err(|error| failed(&error))?
                + "\n"
        }
        Report::Short => findings.iter().map(|finding| short(finding, &texts)).collect(),
    };
    out.write_all(text.as_bytes()).map_err(|error| failed(&error))?;
    Ok(u8::from(counts.errors > 0))
}

fn summary(messages: usize, counts: Counts) -> String {
    let plural = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    format!(
        "{} checked: {}, {}\n",
        plural(messages, "message"),
        plural(counts.errors, "error"),
        plural(counts.warnings, "warning")
    )
}

fn short(finding: &Diagnostic, texts: &SourceMap) -> String {
    let place = finding.span.as_ref().and_then(|span| {
        let (line, column) = texts.position(span)?;
        Some(format!("{}:{line}:{column}", span.file))
    });
    let level = format!("{:?}", finding.level).to_lowercase();
    format!(
        "{}: {level}: {} [{}]\n",
        place.unwrap_or_default(),
        human::printable(&finding.message),
        finding.rule
    )
}
