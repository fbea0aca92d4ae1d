//! `annals next-version`: what the next release will be called.

use super::history::{Call, Selection};
use crate::diagnostic::Diagnostic;
use crate::source::git::{Extent, Stamp};

/// Arguments of `annals next-version`.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(
    after_help = "Examples:\n  annals next-version               1.4.0\n  annals next-version --pre rc      1.4.0-rc.1\n  annals next-version --format json with what decided it"
)]
pub struct NextVersionArgs {
    /// Which part of the histories
    #[command(flatten)]
    pub selection: Selection,
    /// A pre-release of this name, such as `rc` or `beta`
    #[arg(long, value_name = "NAME")]
    pub pre: Option<String>,
    /// The day of the release for calendar versions, as 2026-03-14 (the day of the last commit)
    #[arg(long, value_name = "DATE")]
    pub date: Option<String>,
    /// The form of the output
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub format: Form,
}

/// Forms of an answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// For people and scripts
    #[default]
    Text,
    /// For programs
    Json,
}

/// Prints the next version of each package. Exit code 0; 1 if no package has anything to release.
pub fn run(args: &NextVersionArgs, mut call: Call<'_>) -> Result<u8, Vec<Diagnostic>> {
    if let Some(pre) = &args.pre
        && !pre.bytes().all(|byte| byte.is_ascii_alphabetic())
    {
        return Err(vec![
            Diagnostic::error("usage/pre", format!("`{pre}` is no name of a pre-release"))
                .help("use letters, such as `rc`"),
        ]);
    }
    let date = args.date.as_deref().map(day).transpose()?;
    let histories = call.histories(&args.selection, Extent::Released)?;
    let plans = histories.plans(&args.selection, call.changelog)?;
    let next: Vec<_> = plans
        .iter()
        .flat_map(|plan| {
            plan.packages.iter().filter_map(|package| plan.next_version(package, args.pre.as_deref(), date))
        })
        .collect();
    let written = match (args.format, next.as_slice()) {
        (Form::Json, next) => serde_json::to_string_pretty(next)
            .map_err(std::io::Error::from)
            .and_then(|text| writeln!(call.out, "{text}")),
        (Form::Text, [only]) => writeln!(call.out, "{}", only.next),
        (Form::Text, next) => next.iter().try_for_each(|next| {
            let nothing = if next.step.is_none() { " (nothing to release)" } else { "" };
            writeln!(call.out, "{} {}{nothing}", next.package, next.next)
        }),
    };
    written.map_err(|error| vec![Diagnostic::error("io/write", error.to_string())])?;
    Ok(u8::from(next.iter().all(|next| next.step.is_none())))
}

/// Midnight in UTC of a day given as 2026-03-14.
fn day(text: &str) -> Result<Stamp, Vec<Diagnostic>> {
    let date: Option<jiff::civil::Date> = text.parse().ok();
    let epoch = jiff::civil::date(1970, 1, 1);
    let days = date.and_then(|date| date.since(epoch).ok()).map(|span| span.get_days());
    match days {
        Some(days) => Ok(Stamp { seconds: i64::from(days) * 86_400, offset: 0 }),
        None => Err(vec![
            Diagnostic::error("usage/date", format!("`{text}` is no date")).help("give it as 2026-03-14"),
        ]),
    }
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn a_day_is_read_and_anything_else_refused() {
        assert_eq!(day("2026-03-14").unwrap().date(), "2026-03-14");
        assert!(day("tomorrow").is_err());
    }
}
