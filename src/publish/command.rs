//! Publishing by a program such as rsync, which knows by itself what differs at its target.
//!
//! The program is run once a stage, so that a reader always gets a page with all that it needs; the manifest comes last.

use super::Built;
use super::changes::Stage;
use crate::config::publish::CommandConfig;
use crate::diagnostic::Diagnostic;
use crate::diagnostic::human::printable;
use crate::output::MANIFEST;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A run of a program: what it is called with, and the paths that it gets on standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The program and its arguments.
    pub arguments: Vec<String>,
    /// Paths in the site.
    pub paths: Vec<String>,
}

/// What is to be run for a site, in order.
pub fn steps(built: &Built, config: &CommandConfig) -> Vec<Step> {
    let all = &built.manifest.files;
    let of = |arguments: &[String], paths: Vec<String>| Step {
        arguments: arguments.iter().map(|argument| filled(argument, &built.folder)).collect(),
        paths,
    };
    let mut steps: Vec<Step> = Stage::ALL
        .iter()
        .map(|stage| {
            let files = all.iter().filter(|file| Stage::of(&file.path) == *stage);
            of(&config.copy, files.map(|file| file.path.clone()).collect())
        })
        .filter(|step| !step.paths.is_empty())
        .collect();
    let manifest = || MANIFEST.to_owned();
    if !config.remove.is_empty() {
        let stay = all.iter().map(|file| file.path.clone()).chain([manifest()]);
        steps.push(of(&config.remove, stay.collect()));
    }
    steps.push(of(&config.copy, vec![manifest()]));
    steps
}

fn filled(argument: &str, folder: &Path) -> String {
    argument.replace("{site}", folder.to_string_lossy().trim_end_matches('/'))
}

/// Runs all steps, after every file was held to the manifest. The first that fails is the last that is run.
pub fn publish_command(built: &Built, steps: &[Step]) -> Result<(), Box<Diagnostic>> {
    for file in &built.manifest.files {
        if file.path.contains(['\n', '\r']) {
            let message = format!(
                "`{}` has a line break in its name, which a list can't tell",
                file.path.escape_debug()
            );
            return Err(Box::new(
                Diagnostic::error("publish/command", message).help("give the file another name"),
            ));
        }
        built.read(file)?;
    }
    steps.iter().try_for_each(run)
}

fn run(step: &Step) -> Result<(), Box<Diagnostic>> {
    let Some((program, arguments)) = step.arguments.split_first() else { return Ok(()) };
    let failed = |reason: String| {
        let message = format!("`{}` {reason}", printable(&step.arguments.join(" ")));
        let help = "what was written so far is complete in itself: the old pages are served; mend it, and publish again";
        Box::new(Diagnostic::error("publish/command", message).help(help))
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("can't be run: {error}")))?;
    let written = child.stdin.take().map_or(Ok(()), |mut input| {
        let mut list = step.paths.join("\n");
        list.push('\n');
        input.write_all(list.as_bytes())
    });
    let status = child.wait().map_err(|error| failed(format!("can't be waited for: {error}")))?;
    if !status.success() {
        return Err(failed(format!("failed: {status}")));
    }
    // A program that needs no list may end without reading it.
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(failed(format!("does not take its list: {error}")))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::publish::changes::tests::manifest;

    #[test]
    fn what_a_page_needs_comes_before_it_and_the_manifest_comes_last() {
        let manifest = manifest(&[("a/index.html", "1"), ("atom.xml", "1"), ("a/plan.png", "1")]);
        let built = Built { folder: "/x/dist/".into(), manifest, text: Vec::new() };
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let config = CommandConfig { copy: words("cp {site}/ to"), remove: words("rm {site}") };
        let steps = steps(&built, &config);
        let paths: Vec<&str> = steps.iter().map(|step| step.paths[0].as_str()).collect();
        assert_eq!(paths, ["a/plan.png", "a/index.html", "atom.xml", "a/index.html", MANIFEST]);
        assert_eq!(steps[0].arguments, words("cp /x/dist/ to"));
        assert_eq!((steps[3].arguments.clone(), steps[3].paths.len()), (words("rm /x/dist"), 4));
    }
}
